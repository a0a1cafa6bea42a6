import { describe, expect, it, onTestFinished } from 'vitest';
import {
  _swapCurrentTask,
  asyncWith,
  CancelledError,
  CancelRequest,
  type Coroutine,
  createTask,
  EventLoop,
  type Future,
  gather,
  getRunningLoop,
  OSError,
  sleep,
  TaskGroup,
  TimeoutError,
  timeout,
  ValueError,
} from '../../src/index.js';
import { noAddon } from '../helpers/addon.js';
import { recordLog } from '../helpers/log.js';
import { runChild } from '../helpers/child.js';
import { thrownBy, turns, virtually } from './support.js';

/** The names in a stack of the coroutines that waited. */
function waited(error: unknown): string[] {
  return [...((error as Error).stack ?? '').matchAll(/^ {4}at async (\w+)/gm)].map(([, name]) => name!);
}

function* fetchLine(future: Future<string>): Coroutine<string> {
  return yield* future;
}

function* handler(future: Future<string>): Coroutine<string> {
  return yield* fetchLine(future);
}

describe('an error that comes from outside', () => {
  it('has on its stack the coroutines that waited for it', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(handler(future));
      yield* turns();
      future.setException(new OSError('read ECONNRESET', { code: 'ECONNRESET' }));
      yield* turns(2);
      const error = task.exception();
      expect(waited(error)).toEqual(['fetchLine', 'handler']);
      expect((error as Error).stack).toMatch(/^OSError: read ECONNRESET\n/);
      expect((error as Error).stack).toMatch(/at async fetchLine \(.*traces\.test\.ts:\d+:\d+\)/);
    });
  });

  it('gets the coroutines of each task that it passes through', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const inner = createTask(handler(future));
      function* outer(): Coroutine {
        yield* inner;
      }
      const task = createTask(outer());
      yield* turns(2);
      future.setException(new OSError('no'));
      const error = yield* thrownBy(task);
      expect(waited(error).slice(0, 3)).toEqual(['fetchLine', 'handler', 'outer']);
    });
  });

  it('has them while it is caught', () => {
    let seen: string[] = [];
    function* catches(future: Future<string>): Coroutine {
      try {
        yield* fetchLine(future);
      } catch (error) {
        seen = waited(error);
      }
    }
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(catches(future));
      yield* turns();
      future.setException(new OSError('no'));
      yield* task;
    });
    expect(seen).toEqual(['fetchLine', 'catches']);
  });

  it('is told so in debug mode only, if it is none of I/O', () => {
    for (const debug of [false, true]) {
      virtually(
        function* (loop) {
          const future = loop.createFuture<string>();
          const task = createTask(handler(future));
          yield* turns();
          future.setException(new ValueError('no'));
          yield* turns(2);
          expect(waited(task.exception())).toEqual(debug ? ['fetchLine', 'handler'] : []);
        },
        { debug },
      );
    }
  });

  it('does not grow without end, however many wait for it', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const all = gather(...Array.from({ length: 100 }, () => fetchLine(future)), { returnExceptions: true });
      yield* turns();
      const error = new OSError('no');
      future.setException(error);
      yield* all;
      expect(waited(error)).toHaveLength(8);
    });
  });

  it('is left as it is where it cannot be changed, is no Error, or meets no coroutine', () => {
    virtually(function* (loop) {
      const [frozen, text, early] = [
        loop.createFuture<string>(),
        loop.createFuture<string>(),
        loop.createFuture(),
      ];
      const tasks = [createTask(fetchLine(frozen)), createTask(fetchLine(text))];
      yield* turns();
      const error = Object.freeze(new OSError('frozen'));
      const { stack } = error;
      frozen.setException(error);
      text._fail('a text');
      yield* turns(2);
      expect(tasks[0]!.exception()).toBe(error);
      expect(error.stack).toBe(stack);
      expect(tasks[1]!.exception()).toBe('a text');
      // A coroutine of a bare yield: the error does not come by any iterator of ours.
      const bare = createTask(
        (function* () {
          yield;
        })(),
      );
      yield* turns();
      bare._throwNext = new ValueError('bare');
      early.cancel();
      expect(waited(yield* thrownBy(bare)).filter((name) => name !== 'thrownBy')).not.toContain('bare');
    });
  });

  it.skipIf(noAddon)('of a real connection says which coroutine wanted it', async () => {
    const loop = new EventLoop();
    onTestFinished(() => loop.close());
    function* connects(): Coroutine {
      yield* loop.createConnection(() => null as never, '127.0.0.1', 1);
    }
    const error: unknown = await loop.runUntilComplete(connects()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OSError);
    expect((error as Error).stack).toMatch(/ECONNREFUSED[^]*connects \(.*traces\.test\.ts/);
  });
});

describe('a cancellation, in debug mode', () => {
  it('says who asked for it, with which message, where and when', () => {
    virtually(
      function* () {
        const victim = createTask(sleep(10), { name: 'victim' });
        function* canceller(): Coroutine {
          yield* sleep(1.5);
          victim.cancel('too slow');
          victim.cancel('and again');
        }
        createTask(canceller(), { name: 'canceller' });
        const error = (yield* thrownBy(victim)) as CancelledError;
        const { cause } = error as { cause?: unknown };
        expect(cause).toBeInstanceOf(CancelRequest);
        const request = cause as CancelRequest;
        expect(request.message).toBe(
          'task victim was cancelled by task canceller at 1.500 s of the loop\'s time with the message "too slow"',
        );
        expect([request.name, request.task, request.by, request.msg, request.time]).toEqual([
          'CancelRequest',
          'victim',
          'canceller',
          'too slow',
          1.5,
        ]);
        expect(request.stack).toMatch(/at .*canceller \(.*traces\.test\.ts/);
        expect(Object.keys(error)).toEqual([]);
      },
      { debug: true },
    );
  });

  it('says so where a callback asked, a timeout or a group, and in the causes of what comes of it', () => {
    virtually(
      function* () {
        function* waits(): Coroutine {
          yield* asyncWith(timeout(1), function* () {
            yield* sleep(10);
          });
        }
        const error = yield* thrownBy(waits());
        expect(error).toBeInstanceOf(TimeoutError);
        const { cause } = error.cause as Error;
        expect(String(cause)).toMatch(
          /^CancelRequest: task Task-\d+ was cancelled by a callback at 1\.000 s of the loop's time$/,
        );
        expect((cause as Error).stack).toContain('Timeout');
      },
      { debug: true },
    );
  });

  it('leaves a cause alone that is there, and errors that nobody asked for', () => {
    virtually(
      function* (loop) {
        const future = loop.createFuture();
        const task = createTask(fetchLine(future as Future<string>));
        yield* turns();
        future.cancel();
        expect((yield* thrownBy(task)).cause).toBeUndefined();
        const own = loop.createFuture<string>();
        const other = createTask(fetchLine(own));
        yield* turns();
        other.cancel();
        const error = new CancelledError('own', { cause: 'mine' });
        (own as unknown as { _cancelledExc: CancelledError })._cancelledExc = error;
        expect(yield* thrownBy(other)).toBe(error);
        expect(error.cause).toBe('mine');
      },
      { debug: true },
    );
  });

  it('names a task of another make that asked as that is written', () => {
    virtually(
      function* (loop) {
        const task = createTask(sleep(10));
        yield* turns();
        const before = _swapCurrentTask(loop, { toString: () => 'a foreign task' });
        task.cancel();
        _swapCurrentTask(loop, before);
        expect(((yield* thrownBy(task)) as { cause?: CancelRequest }).cause!.by).toBe('a foreign task');
      },
      { debug: true },
    );
  });

  it('costs nothing otherwise: no cause, no stack', () => {
    virtually(function* () {
      const task = createTask(sleep(10));
      yield* turns();
      task.cancel();
      const error = yield* thrownBy(task);
      expect([error.cause, waited(error)]).toEqual([undefined, []]);
    });
  });
});

describe('a cancellation that is swallowed, in debug mode', () => {
  function swallowed(
    body: () => Coroutine<unknown>,
    then?: (task: { uncancel(): number }) => void,
  ): string[] {
    const log = recordLog();
    virtually(
      function* (loop) {
        const task = loop.createTask(body(), { name: 'greedy' });
        yield* sleep(1);
        task.cancel();
        then?.(task);
        yield* task;
      },
      { debug: true },
    );
    return log.filter(({ level }) => level === 'warning').map(({ message }) => message);
  }
  function* nap(): Coroutine {
    yield* sleep(10);
  }

  it('is logged with the line that caught it, when the task ends, and who asked', () => {
    const [message] = swallowed(function* greedy() {
      try {
        yield* nap();
      } catch {
        // Everything, the cancellation too.
      }
      yield* sleep(1);
    });
    const lines = message!.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      "Task 'greedy' was cancelled and ended normally: it caught the CancelledError and neither threw it on nor called uncancel()",
      'Caught in:',
    ]);
    expect(lines[2]).toMatch(/^ {4}at greedy \(.*traces\.test\.ts:\d+:\d+\)$/);
    expect(lines[3]).toMatch(
      /^Cancelled by: CancelRequest: task greedy was cancelled by task Task-\d+ at 1\.000 s/,
    );
  });

  it('is logged with all lines that may have caught it, where it ends at once', () => {
    const [message] = swallowed(function* greedy() {
      try {
        yield* nap();
      } catch {
        // Everything.
      }
    });
    expect(
      message!
        .replaceAll(/\(.*\)$/gm, '()')
        .split('\n')
        .slice(1, 4),
    ).toEqual(['Caught in one of:', '    at nap ()', '    at greedy ()']);
  });

  it('is logged with the one line, where there is one, and where it waits there again', () => {
    const once = swallowed(function* greedy() {
      try {
        yield* sleep(10);
      } catch {
        // Everything.
      }
    });
    expect(once[0]).toMatch(/\nCaught in:\n {4}at greedy /);
    const again = swallowed(function* greedy() {
      for (let i = 0; i < 2; i++) {
        try {
          yield* sleep(10);
        } catch {
          // Everything.
        }
      }
    });
    expect(again[0]).toMatch(/\nCaught in:\n {4}at greedy /);
  });

  it('is logged with the line of the inner coroutine that caught it, and not of those around it', () => {
    function* inner(): Coroutine {
      try {
        yield* nap();
      } catch {
        // Everything.
      }
      yield* sleep(1);
    }
    const [message] = swallowed(function* greedy() {
      yield* inner();
    });
    expect(message).toMatch(/Caught in:\n {4}at inner /);
  });

  it('is logged with all lines, where the task only gave up its turn after it', () => {
    const [message] = swallowed(function* greedy() {
      try {
        yield* nap();
      } catch {
        // Everything.
      }
      yield* sleep(0);
    });
    expect(message).toContain('Caught in one of:');
  });

  it('is logged with the line that caught the cancellation, whatever was caught later', () => {
    const [message] = swallowed(function* greedy() {
      try {
        yield* nap();
      } catch {
        // Everything.
      }
      yield* sleep(1);
      const future = getRunningLoop().createFuture();
      getRunningLoop().callSoon(() => future.setException(new OSError('later')));
      yield* thrownBy(future);
      yield* sleep(1);
    });
    expect(message).toMatch(/Caught in:\n {4}at greedy /);
  });

  it('is logged without who asked, where the error has a cause of its own', () => {
    const log = recordLog();
    virtually(
      function* (loop) {
        const future = loop.createFuture<string>();
        (future as unknown as { _cancelledExc: CancelledError })._cancelledExc = new CancelledError('own', {
          cause: 'mine',
        });
        const task = createTask(
          (function* () {
            yield* thrownBy(future);
          })(),
        );
        yield* turns();
        task.cancel();
        yield* task;
      },
      { debug: true },
    );
    expect(log[0]!.message).toContain('was cancelled and ended normally');
    expect(log[0]!.message).not.toContain('Cancelled by');
  });

  it('is not logged where it is taken back, thrown on, or never came', () => {
    function* honest(): Coroutine {
      try {
        yield* nap();
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
    }
    expect(swallowed(honest, (task) => task.uncancel())).toEqual([]);
    const log = recordLog();
    virtually(
      function* () {
        const inner = createTask(honest(), { name: 'inner' });
        const outer = createTask(
          (function* () {
            yield* inner;
          })(),
          { name: 'outer' },
        );
        yield* sleep(1);
        outer.cancel();
        yield* outer;
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(nap());
          yield* sleep(1);
          group.cancel();
        });
      },
      { debug: true },
    );
    const warnings = log.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message.slice(0, 12))).toEqual(["Task 'inner'"]);
  });
});

describe('a run that fails', () => {
  it('ends the process as Node does, with the stack', async () => {
    const { stderr, code } = await runChild(`
      import { run, sleep, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        yield* sleep(0);
        throw new Error('of main');
      }
      run(main());
    `);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: of main\n {4}at main/);
  });

  it('reports a task whose error nobody took once, with its name, its error’s stack, and where it was made', async () => {
    const { stderr, code } = await runChild(
      `
      import { createTask, run, sleep, type Coroutine } from 'tsyncio';

      function* fails(): Coroutine {
        yield* sleep(0);
        throw new Error('of the task');
      }
      function* main(): Coroutine {
        createTask(fails(), { name: 'lost' });
        yield* sleep(0.01);
      }
      await run(main(), { debug: true });
    `,
    );
    expect(code).toBe(0);
    expect(stderr.match(/Task exception was never retrieved/g)).toHaveLength(1);
    expect(stderr).toContain("name='lost'");
    expect(stderr).toMatch(/Object created at[^]*at main/);
    expect(stderr).toMatch(/Error: of the task\n {4}at fails/);
  });
});
