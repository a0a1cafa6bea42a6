import { describe, expect, it } from 'vitest';
import { inspect } from 'node:util';
import {
  type Coroutine,
  createTask,
  type ExceptionContext,
  Future,
  RuntimeError,
  type Task,
} from '../../src/index.js';
import { turns, virtually } from '../helpers/virtual.js';

describe('the text of a future', () => {
  it('tells its state, and its result or error', () => {
    virtually(function* (loop) {
      const future = (): Future => loop.createFuture();
      expect(String(future())).toBe('<Future pending>');
      const cancelled = future();
      cancelled.cancel();
      expect(String(cancelled)).toBe('<Future cancelled>');
      const result = future();
      result.setResult(4);
      expect(String(result)).toBe('<Future finished result=4>');
      expect(inspect(result)).toBe('<Future finished result=4>');
      const failed = future();
      failed.setException(new RuntimeError());
      expect(String(failed)).toBe('<Future finished exception=RuntimeError()>');
      failed.exception();
      yield* turns();
    });
  });

  it('names one callback or two, and the first and last of many', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const callbacks = {
        one: () => undefined,
        two: () => undefined,
        last: () => undefined,
      };
      future.addDoneCallback(callbacks.one);
      expect(String(future)).toBe('<Future pending cb=[one()]>');
      future.addDoneCallback(callbacks.two);
      expect(String(future)).toBe('<Future pending cb=[one(), two()]>');
      for (let i = 0; i < 17; i++) future.addDoneCallback(() => undefined);
      future.addDoneCallback(callbacks.last);
      expect(String(future)).toBe('<Future pending cb=[one(), <18 more>, last()]>');
      future.cancel();
      expect(String(future)).toBe('<Future cancelled>');
      yield* turns();
    });
  });

  it('names the class of the future', () => {
    class Promised extends Future {}
    virtually(function* (loop) {
      expect(String(new Promised({ loop }))).toBe('<Promised pending>');
      yield* turns();
    });
  });

  it('tells in debug mode where it was made', () => {
    virtually(
      function* (loop) {
        const future = new Future({ loop });
        expect(String(future)).toMatch(/^<Future pending created at .*repr\.test\.ts:\d+:\d+>$/);
        yield* turns();
      },
      { debug: true },
    );
  });

  it('comes to an end for a task that is part of its own result', () => {
    virtually(function* () {
      const result: Task[] = [];

      const task = createTask(
        (function* (): Coroutine<Task[]> {
          return result;
        })(),
        { name: 'itself' },
      );
      result.push(task);
      yield* task;
      expect(String(task)).toMatch(/^<Task finished name='itself' coro=<.*> result=\[\.\.\.\]>$/);
    });
  });

  it('comes to an end for tasks that wait for each other', () => {
    const reports: ExceptionContext[] = [];
    virtually(
      function* () {
        const tasks: Task[] = [];
        function* waitsFor(index: number): Coroutine {
          yield* tasks[index]!;
        }
        tasks.push(createTask(waitsFor(1), { name: 'a' }), createTask(waitsFor(0), { name: 'b' }));
        yield* turns();
        expect(String(tasks[0])).toMatch(
          /^<Task pending name='a' .*wait_for=<Task pending name='b' .*wait_for=\.\.\. cb=/,
        );
      },
      { reports },
    );
    // They can never end.
    expect(reports.map(({ message }) => message)).toEqual(
      Array(2).fill('Task was destroyed but it is pending!'),
    );
  });
});
