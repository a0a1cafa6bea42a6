import { beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Coroutine,
  createTask,
  type ExceptionContext,
  Future,
  sleep,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Collect garbage until `done`, or for some time. */
async function collectUntil(done: () => boolean): Promise<void> {
  for (let i = 0; i < 40 && !done(); i++) {
    gc!();
    await pause(5);
  }
}

function* fails(error: Error): Coroutine {
  throw error;
}

describe('an error that nobody asks for', () => {
  it('is reported when the loop is closed, once', () => {
    const reports: ExceptionContext[] = [];
    const error = new ValueError('lost');
    let future!: Future;
    const loop = virtually(
      function* (running) {
        future = running.createFuture();
        future.setException(error);
        yield* turns();
        return running;
      },
      { reports },
    );
    expect(reports).toHaveLength(1);
    expect(reports[0]!.message).toBe('Future exception was never retrieved');
    expect(reports[0]!.exception).toBe(error);
    expect(reports[0]!.future).toBe(future);
    expect(Object.keys(reports[0]!)).toEqual(['message', 'exception', 'future']);
    loop.close();
    expect(reports).toHaveLength(1);
    expect(future._logTraceback).toBe(false);
  });

  it('is reported for a task as well, and for a class of one’s own by its name', () => {
    class MyFuture extends Future {}
    const reports: ExceptionContext[] = [];
    virtually(
      function* (loop) {
        createTask(fails(new ValueError('in a task')));
        new MyFuture({ loop }).setException(new ValueError('in mine'));
        yield* turns(5);
      },
      { reports },
    );
    expect(reports.map(({ message }) => message).sort()).toEqual([
      'MyFuture exception was never retrieved',
      'Task exception was never retrieved',
    ]);
  });

  it('tells in debug mode where the future was made', () => {
    const reports: ExceptionContext[] = [];
    virtually(
      function* (loop) {
        new Future({ loop }).setException(new ValueError('lost'));
        yield* turns(3);
      },
      { reports, debug: true },
    );
    expect(Object.keys(reports[0]!).sort()).toEqual(['exception', 'future', 'message', 'sourceTraceback']);
    expect(String(reports[0]!.sourceTraceback)).toContain('unretrieved.test.ts');
  });

  it.each([
    ['result()', (future: Future) => thrown(() => future.result())],
    ['exception()', (future: Future) => future.exception()],
    ['cancel()', (future: Future) => future.cancel()],
  ])('counts as seen by %s, right away or much later', (_, look) => {
    virtually(function* (loop) {
      const [soon, late] = [loop.createFuture(), loop.createFuture()];
      soon.setException(new ValueError('seen'));
      late.setException(new ValueError('seen late'));
      look(soon);
      yield* turns(5);
      look(late);
    });
  });

  it('counts as seen in a task by cancel(), which does nothing else then', () => {
    virtually(function* () {
      const task = createTask(fails(new ValueError('seen')));
      yield* turns(5);
      expect(task.cancel()).toBe(false);
    });
  });

  it('counts as seen by whoever waits for it, even long after', () => {
    virtually(function* () {
      const task = createTask(fails(new ValueError('seen')));
      yield* sleep(100);
      expect(yield* thrownBy(task)).toBeInstanceOf(ValueError);
    });
  });
});

describe('an error whose future is collected', () => {
  beforeAll(() => {
    // vitest.config.ts has Node started with --expose-gc.
    expect(gc).toBeTypeOf('function');
  });

  function open(): { loop: VirtualEventLoop; reports: ExceptionContext[] } {
    const loop = new VirtualEventLoop();
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    return { loop, reports };
  }

  it('is reported then, with the text of the future, and not again when the loop is closed', async () => {
    const { loop, reports } = open();
    loop.runUntilCompleteSync(
      (function* (): Coroutine {
        loop.createFuture().setException(new ValueError('lost'));
        createTask(fails(new ValueError('lost in a task')), { name: 'loser' });
        yield* turns(5);
      })(),
    );
    expect(reports).toEqual([]);
    await collectUntil(() => reports.length === 2);
    const byMessage = reports.sort((a, b) => (a.message! < b.message! ? -1 : 1));
    expect(byMessage.map(({ message, future }) => [message, future])).toEqual([
      ['Future exception was never retrieved', "<Future finished exception=ValueError('lost')>"],
      [
        'Task exception was never retrieved',
        "<Task finished name='loser' coro=<coroutine object done> exception=ValueError('lost in a task')>",
      ],
    ]);
    loop.close();
    expect(reports).toHaveLength(2);
  });

  it('is reported also when the error was made in a step of the task, as its cause was', async () => {
    const { loop, reports } = open();
    loop.runUntilCompleteSync(
      (function* (): Coroutine {
        // Nothing has asked for the stacks of these, which keep what was running.
        createTask(
          (function* (): Coroutine {
            throw new ValueError('made here', { cause: new ValueError('and why') });
          })(),
        );
        yield* turns(5);
      })(),
    );
    await collectUntil(() => reports.length === 1);
    expect(reports.map(({ exception }) => (exception as Error).message)).toEqual(['made here']);
    loop.close();
  });

  it('is not reported if somebody saw it, nor after the loop was closed', async () => {
    const { loop, reports } = open();
    const collected: string[] = [];
    const registry = new FinalizationRegistry((name: string) => collected.push(name));
    loop.runUntilCompleteSync(
      (function* (): Coroutine {
        const seen = loop.createFuture();
        seen.setException(new ValueError('seen'));
        registry.register(seen, 'seen');
        yield* turns(5);
        seen.exception();
        const unseen = loop.createFuture();
        unseen.setException(new ValueError('unseen'));
        registry.register(unseen, 'unseen');
        yield* turns(5);
      })(),
    );
    loop.close();
    expect(reports.map(({ exception }) => (exception as Error).message)).toEqual(['unseen']);
    reports.length = 0;
    await collectUntil(() => collected.length === 2);
    await pause(5);
    expect(collected.sort()).toEqual(['seen', 'unseen']);
    expect(reports).toEqual([]);
  });
});
