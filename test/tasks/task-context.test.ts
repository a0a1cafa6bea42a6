import { describe, expect, it } from 'vitest';
import {
  Context,
  ContextVar,
  type Coroutine,
  copyContext,
  createTask,
  gather,
  sleep,
  Task,
} from '../../src/index.js';
import { caught, onLoop, oneRound, turns, virtually } from './support.js';

const value = new ContextVar<number>('value', { default: 0 });

function* adds(amount: number): Coroutine<number> {
  yield* sleep(0.01);
  value.set(value.get() + amount);
  return value.get();
}

describe('The context of a task', () => {
  it('is a copy of the one of its creator: what it sets stays inside', () => {
    virtually(function* () {
      value.set(1);
      function* inner(): Coroutine {
        expect(value.get()).toBe(1);
        value.set(2);
        yield* sleep(0.01);
        expect(value.get()).toBe(2);
      }
      yield* createTask(inner());
      expect(value.get()).toBe(1);
    });
    expect(value.get()).toBe(0);
  });

  it('is copied when the task is made, not when it starts', () => {
    virtually(function* () {
      value.set(1);
      const task = createTask(adds(10));
      value.set(2);
      expect(yield* task).toBe(11);
    });
  });

  it('is that of a coroutine awaited directly, which can change it', () => {
    virtually(function* () {
      value.set(1);
      yield* adds(10);
      expect(value.get()).toBe(11);
    });
  });

  it('holds over waits, callbacks between them and cancellation', () => {
    virtually(function* (loop) {
      const trace: unknown[] = [];
      function* inner(): Coroutine {
        trace.push(value.get());
        value.set(3);
        loop.callLater(0.5, () => trace.push(value.get()));
        try {
          yield* sleep(10);
        } finally {
          trace.push(value.get());
        }
      }
      value.set(1);
      const task = createTask(inner());
      value.set(2);
      yield* sleep(1);
      task.cancel();
      yield* turns(2);
      expect(trace).toEqual([1, 3, 3]);
      expect(value.get()).toBe(2);
    });
  });

  it('is its own for each of many tasks', () => {
    virtually(function* () {
      function* counts(n: number): Coroutine<number> {
        for (let i = 0; i < 10; i++) {
          yield* sleep(0.001);
          value.set(value.get() + n);
        }
        return value.get();
      }
      const results = yield* gather(...Array.from({ length: 30 }, (_, n) => counts(n)));
      expect(results).toEqual(Array.from({ length: 30 }, (_, n) => n * 10));
      expect(value.get()).toBe(0);
    });
  });

  it('can be given, and be shared by several tasks (new Task)', () => {
    onLoop((loop) => {
      const context = copyContext();
      loop.runUntilCompleteSync(new Task(adds(1), { loop, context }));
      loop.runUntilCompleteSync(new Task(adds(2), { loop, context }));
      expect(context.get(value)).toBe(3);
      expect(value.get()).toBe(0);
    });
  });

  it('can be given, and be shared by several tasks (createTask)', () => {
    virtually(function* () {
      const context = new Context();
      const tasks = [createTask(adds(1), { context }), createTask(adds(2), { context })];
      expect(yield* gather(...tasks)).toEqual([1, 3]);
      expect(context.get(value)).toBe(3);
      expect(value.get()).toBe(0);
    });
  });

  it('can be given, and be shared by several tasks (loop.createTask)', () => {
    onLoop((loop) => {
      const context = new Context();
      loop.runUntilCompleteSync(loop.createTask(adds(1), { context }));
      loop.runUntilCompleteSync(loop.createTask(adds(2), { context }));
      expect(context.get(value)).toBe(3);
    });
  });

  it('is told by getContext', () => {
    virtually(function* () {
      const context = copyContext();
      const task = createTask(adds(1), { context });
      expect(task.getContext()).toBe(context);
      const other = createTask(adds(1), { context: null });
      expect(other.getContext()).toBeInstanceOf(Context);
      expect(other.getContext()).not.toBe(context);
      yield* gather(task, other);
    });
  });

  it.each([
    ['an object', {}, '<Object object>'],
    ['a number', 1, '1'],
  ])('cannot be %s', (_kind, context, shown) => {
    virtually(function* () {
      for (const eagerStart of [false, true]) {
        expect(caught(() => createTask(adds(1), { context: context as never, eagerStart }))).toMatchObject({
          name: 'TypeError',
          message: `a contextvars.Context was expected, got ${shown}`,
        });
      }
      // The loop goes on.
      expect(yield* createTask(adds(1))).toBe(1);
    });
  });

  it('cannot be one that is entered already, if the task is to start at once; the loop goes on', () => {
    virtually(function* () {
      const context = copyContext();
      const error = caught(() => context.run(() => createTask(adds(1), { context, eagerStart: true })));
      expect(error.name).toBe('RuntimeError');
      expect(error.message).toMatch(/^cannot enter context: .* is already entered$/);
      expect(yield* createTask(adds(2), { context, eagerStart: true })).toBe(2);
    });
  });

  it('that is entered already, by whoever runs the loop, is reported; other tasks go on', () => {
    const reports = onLoop((loop) => {
      const context = copyContext();
      const stuck = new Task(adds(1), { loop, context });
      stuck._logDestroyPending = false;
      context.run(() => oneRound(loop));
      expect(stuck.done()).toBe(false);
      expect(loop.runUntilCompleteSync(adds(2))).toBe(2);
    });
    expect(reports).toHaveLength(1);
    expect((reports[0]!.exception as Error).message).toContain('is already entered');
  });
});
