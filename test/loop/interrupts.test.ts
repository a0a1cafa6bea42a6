import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  type Future,
  KeyboardInterrupt,
  run,
  Runner,
  runSync,
  sleep,
  Task,
} from '../../src/index.js';
import { noAddon } from '../helpers/addon.js';
import { runChild, startChild } from '../helpers/child.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';

/** As if the user had pressed Ctrl-C. */
function interruptSelf(): void {
  process.emit('SIGINT');
}

describe('SIGINT', () => {
  // Those of the test runner, if it has any: the process has a default handler only without.
  let listeners: NodeJS.SignalsListener[];

  beforeEach(() => {
    listeners = process.listeners('SIGINT');
    process.removeAllListeners('SIGINT');
  });

  afterEach(() => {
    expect(process.listenerCount('SIGINT')).toBe(0);
    for (const listener of listeners) process.on('SIGINT', listener);
  });

  it('cancels a main coroutine that is busy, and comes out as KeyboardInterrupt', async () => {
    let seen: unknown;
    function* main(): Coroutine {
      try {
        for (;;) yield* sleep(0);
      } catch (e) {
        seen = e;
      }
      throw new CancelledError('one of its own');
    }
    await using runner = new Runner();
    setTimeout(interruptSelf, 10);
    const error = await runner.run(main()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KeyboardInterrupt);
    expect((error as KeyboardInterrupt).cause).toBeInstanceOf(CancelledError);
    expect(seen).toBeInstanceOf(CancelledError);
  });

  it('cancels the future that main waits for', async () => {
    await using runner = new Runner();
    const future: Future = runner.getLoop().createFuture();
    setTimeout(interruptSelf, 10);
    await expect(runner.run(future)).rejects.toBeInstanceOf(KeyboardInterrupt);
    expect(future.cancelled()).toBe(true);
  });

  it('is a CancelledError if somebody else has cancelled main too', async () => {
    function* canceller(task: Task): Coroutine {
      yield* sleep(0);
      task.cancel('by a task');
      interruptSelf();
    }
    function* main(): Coroutine {
      createTask(canceller(currentTask()!));
      yield* sleep(10);
    }
    const error = await run(main()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as CancelledError).args).toEqual(['by a task']);
  });

  it('is a CancelledError for tasks of a make that has no uncancel()', async () => {
    class OldTask<T> extends Task<T> {
      declare uncancel: never;
    }
    const loop = new EventLoop();
    loop.setTaskFactory((of, coro, options) => {
      const task = new OldTask(coro, { ...options, loop: of });
      Object.defineProperty(task, 'uncancel', { value: undefined });
      return task;
    });
    function* main(): Coroutine {
      setTimeout(interruptSelf, 5);
      yield* sleep(10);
    }
    const error = await run(main(), { loopFactory: () => loop }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CancelledError);
  });

  it('lets main go on that takes its cancellation back', async () => {
    function* main(): Coroutine<string> {
      setTimeout(interruptSelf, 5);
      yield* thrownBy(sleep(10));
      yield* sleep(0.001);
      return 'went on';
    }
    expect(await run(main())).toBe('went on');
  });

  it('passes on an error that main makes of its cancellation', async () => {
    const error = new RangeError('when interrupted');
    function* main(): Coroutine {
      setTimeout(interruptSelf, 5);
      yield* thrownBy(sleep(10));
      throw error;
    }
    await expect(run(main())).rejects.toBe(error);
  });

  it('a second time leaves the loop at once, and what is left is cancelled', async () => {
    const trace: string[] = [];
    function* main(): Coroutine {
      setTimeout(interruptSelf, 5);
      try {
        yield* sleep(10);
      } catch (e) {
        trace.push(`first ${(e as Error).name}`);
        setTimeout(interruptSelf, 5);
        try {
          yield* sleep(10);
        } catch (again) {
          trace.push(`second ${(again as Error).name}`);
          throw again;
        }
      }
    }
    const error = await run(main()).catch((e: unknown) => e);
    trace.push((error as Error).name);
    // The second cancellation is the runner's, as it closes.
    expect(trace).toEqual(['first CancelledError', 'second CancelledError', 'KeyboardInterrupt']);
  });

  it('counts anew for each run of a Runner', async () => {
    await using runner = new Runner();
    for (let i = 0; i < 2; i++) {
      setTimeout(interruptSelf, 5);
      await expect(runner.run(sleep(10))).rejects.toBeInstanceOf(KeyboardInterrupt);
    }
    expect(await runner.run(sleep(0.001, 'fine'))).toBe('fine');
  });

  it('is left to a handler that the program has installed', async () => {
    let calls = 0;
    const own = (): void => {
      calls++;
    };
    process.on('SIGINT', own);
    try {
      setTimeout(interruptSelf, 5);
      expect(await run(sleep(0.02, 'not interrupted'))).toBe('not interrupted');
      expect(calls).toBe(1);
      expect(process.listeners('SIGINT')).toEqual([own]);
    } finally {
      process.off('SIGINT', own);
    }
  });

  it('while a runner closes leaves the loop at once', async () => {
    const log = recordLog();
    function* stubborn(): Coroutine {
      try {
        yield* sleep(10);
      } finally {
        interruptSelf();
        yield* sleep(10);
      }
    }
    function* main(): Coroutine {
      createTask(stubborn());
      yield* sleep(0);
    }
    await expect(run(main())).rejects.toBeInstanceOf(KeyboardInterrupt);
    if (!noAddon) expect(() => runSync(main())).toThrow(KeyboardInterrupt);
    expect(new Set(log.map(({ message }) => message.split('\n')[0]))).toEqual(
      new Set(['Task was destroyed but it is pending!']),
    );
  });

  it('after main has ended leaves the loop that waits for what main returned', async () => {
    function* main(): Coroutine<PromiseLike<string>> {
      yield* sleep(0);
      setTimeout(interruptSelf, 5);
      return createTask(sleep(10, 'too late'));
    }
    await expect(run(main())).rejects.toBeInstanceOf(KeyboardInterrupt);
  });
});

describe('a program that is interrupted by Ctrl-C', () => {
  it('cleans up, and fails with a KeyboardInterrupt', async () => {
    const child = await startChild(`
      import { run, sleep, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        console.log('ready');
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(0.01);
          console.log('cleaned up');
        }
      }

      await run(main());
    `);
    await child.printed('ready');
    child.kill('SIGINT');
    const { stdout, stderr, code, signal } = await child.ended;
    expect(stdout).toBe('ready\ncleaned up\n');
    expect(stderr).toMatch(/^KeyboardInterrupt/);
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });

  it('can catch it', async () => {
    const child = await startChild(`
      import { KeyboardInterrupt, run, sleep } from 'tsyncio';

      setTimeout(() => console.log('ready'), 10);
      try {
        await run(sleep(1000));
      } catch (e) {
        if (!(e instanceof KeyboardInterrupt)) throw e;
        console.log('bye');
      }
    `);
    await child.printed('ready');
    child.kill('SIGINT');
    const { stdout, stderr, code } = await child.ended;
    expect({ stdout, stderr, code }).toEqual({ stdout: 'ready\nbye\n', stderr: '', code: 0 });
  });

  it('is interrupted in a loop that never rests', async () => {
    const child = await startChild(`
      import { KeyboardInterrupt, run, sleep, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        for (let i = 0; ; i++) {
          if (i === 1000) console.log('ready');
          yield* sleep(0);
        }
      }

      await run(main()).catch((e) => console.log(e.name));
    `);
    await child.printed('ready');
    child.kill('SIGINT');
    expect(await child.ended).toMatchObject({ stdout: 'ready\nKeyboardInterrupt\n', stderr: '', code: 0 });
  });

  it('is interrupted at once by a second one, when main will not end', async () => {
    const child = await startChild(`
      import { run, sleep, type Coroutine } from 'tsyncio';

      let closing = false;

      function* main(): Coroutine {
        console.log('ready');
        for (let i = 1; !closing; i++) {
          try {
            yield* sleep(1000);
          } catch {
            console.log('not impressed', i);
            if (i === 2) throw new Error('as it is closed');
          }
        }
      }

      try {
        await run(main());
      } catch (e) {
        console.log((e as Error).name);
      }
      console.log('end');
    `);
    await child.printed('ready');
    child.kill('SIGINT');
    await child.printed('not impressed 1');
    child.kill('SIGINT');
    const { stdout, code } = await child.ended;
    // The runner closes: main is cancelled once more, by that.
    expect(stdout).toBe('ready\nnot impressed 1\nnot impressed 2\nKeyboardInterrupt\nend\n');
    expect(code).toBe(0);
  });

  it('is ended by the signal, as always, when no loop runs any more', async () => {
    const child = await startChild(`
      import { run, sleep } from 'tsyncio';

      await run(sleep(0.001));
      console.log('ready');
      setTimeout(() => undefined, 10_000);
    `);
    await child.printed('ready');
    child.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  });

  it('runs a loop in a worker thread, where no handler can be installed', async () => {
    const { stdout, stderr, code } = await runChild(`
      import { run, sleep } from 'tsyncio';
      import { isMainThread, Worker } from 'node:worker_threads';

      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        worker.on('exit', (code) => console.log('exit', code));
      } else {
        console.log(await run(sleep(0.01, 'in a worker')), process.listenerCount('SIGINT'));
      }
    `);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'in a worker 0\nexit 0\n', stderr: '', code: 0 });
  });
});
