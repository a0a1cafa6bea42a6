/*
 * Signal handlers of a loop. The signals are real ones, which this process sends to itself.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Coroutine,
  createTask,
  currentTask,
  DeadlockError,
  Event,
  EventLoop,
  getRunningLoop,
  KeyboardInterrupt,
  RuntimeError,
  run,
  runSync,
  sleep,
  ValueError,
} from '../../src/index.js';
import { SelectSelector } from '../../src/selectors/index.js';
import { raiseSignal, SIGHUP, SIGINT, SIGKILL, signal, SIGSTOP, SIGUSR2 } from '../../src/signal/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';
import { runChild, startChild } from '../helpers/child.js';
import { blocking, hosted } from '../helpers/drivers.js';
import { recordLog } from '../helpers/log.js';

const nothing = (): void => undefined;

function counts(): number[] {
  return (['SIGUSR2', 'SIGHUP', 'SIGINT'] as const).map((name) => process.listenerCount(name));
}

let before: number[];
beforeEach(() => {
  before = counts();
});
afterEach(() => {
  expect(counts()).toEqual(before);
});

describe.each(noAddon ? [hosted] : [hosted, blocking])('addSignalHandler, on the $name driver', (driver) => {
  let loop: EventLoop;
  beforeEach(() => {
    loop = driver.newLoop();
  });
  afterEach(() => {
    loop.close();
  });

  it('has the callback called in a round of the loop, each time the signal comes', async () => {
    const seen: unknown[] = [];
    loop.addSignalHandler(SIGUSR2, () => {
      seen.push(getRunningLoop() === loop, currentTask(loop));
    });
    function* main(): Coroutine {
      for (let i = 1; i <= 2; i++) {
        raiseSignal(SIGUSR2);
        while (seen.length < 2 * i) yield* sleep(0.001);
      }
    }
    await driver.runUntilComplete(loop, main());
    expect(seen).toEqual([true, null, true, null]);
    expect(loop.removeSignalHandler(SIGUSR2)).toBe(true);
    expect(loop.removeSignalHandler(SIGUSR2)).toBe(false);
  });

  it('passes arguments on', async () => {
    const seen: unknown[] = [];
    loop.addSignalHandler(
      SIGUSR2,
      (a: string, b: number) => {
        seen.push(a, b);
        loop.stop();
      },
      'a',
      2,
    );
    loop.callSoon(raiseSignal, SIGUSR2);
    await driver.runForever(loop);
    expect(seen).toEqual(['a', 2]);
  });

  it("takes Node's names", async () => {
    loop.addSignalHandler('SIGUSR2', () => loop.stop());
    loop.callSoon(raiseSignal, SIGUSR2);
    await driver.runForever(loop);
    expect(loop.removeSignalHandler('SIGUSR2')).toBe(true);
  });

  it('wakes a loop that waits for a timer', async () => {
    const started = performance.now();
    const timer = loop.callLater(20, nothing);
    loop.addSignalHandler(SIGUSR2, () => loop.stop());
    loop.callLater(0.01, raiseSignal, SIGUSR2);
    await driver.runForever(loop);
    timer.cancel();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keeps a loop waiting that has nothing else to wait for', async () => {
    function* main(): Coroutine<string> {
      const stop = new Event();
      getRunningLoop().addSignalHandler(SIGUSR2, () => stop.set());
      createTask(sleep(0, null)).addDoneCallback(() => {
        raiseSignal(SIGUSR2);
      });
      yield* stop.wait();
      return 'told';
    }
    expect(await driver.runUntilComplete(loop, main())).toBe('told');
  });

  it('reaches a loop that never rests', async () => {
    let stopped = false;
    loop.addSignalHandler(SIGUSR2, () => {
      stopped = true;
    });
    function* main(): Coroutine {
      raiseSignal(SIGUSR2);
      while (!stopped) yield* sleep(0);
    }
    await driver.runUntilComplete(loop, main());
  });

  it('replaces the handler of the same loop, and leaves those of others', async () => {
    const seen: string[] = [];
    const other = driver.newLoop();
    const restore = signal(SIGUSR2, () => seen.push('signal()'));
    other.addSignalHandler(SIGUSR2, () => seen.push('other'));
    loop.addSignalHandler(SIGUSR2, () => seen.push('first'));
    loop.addSignalHandler(SIGUSR2, () => {
      seen.push('second');
      loop.stop();
    });
    loop.callSoon(raiseSignal, SIGUSR2);
    await driver.runForever(loop);
    expect(seen).toEqual(['signal()', 'second']);
    other.stop();
    await driver.runForever(other);
    expect(seen).toEqual(['signal()', 'second', 'other']);
    other.close();
    signal(SIGUSR2, restore!);
  });

  it('reports an error of the callback, and goes on', async () => {
    const log = recordLog();
    loop.addSignalHandler(SIGUSR2, () => {
      loop.callSoon(() => loop.stop());
      throw new RangeError('of the handler');
    });
    loop.callSoon(raiseSignal, SIGUSR2);
    await driver.runForever(loop);
    expect(log).toHaveLength(1);
    expect(log[0]!.error).toBeInstanceOf(RangeError);
  });

  it('queues the callback of a signal that comes while the loop does not run', async () => {
    let calls = 0;
    loop.addSignalHandler(SIGUSR2, () => {
      calls++;
    });
    raiseSignal(SIGUSR2);
    await vi.waitFor(() => {
      expect((loop as unknown as { _ready: { length: number } })._ready.length).toBe(1);
    });
    expect(calls).toBe(0);
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toBe(1);
  });
});

describe('addSignalHandler', () => {
  it('refuses what is no signal', () => {
    const loop = new EventLoop();
    for (const sig of ['1', 1.5, Number.NaN, null, undefined, {}]) {
      expect(() => {
        loop.addSignalHandler(sig as never, nothing);
      }).toThrow(TypeError);
      expect(() => loop.removeSignalHandler(sig as never)).toThrow('sig must be an int, not ');
    }
    for (const sig of [0, -1, 1000]) {
      expect(() => {
        loop.addSignalHandler(sig, nothing);
      }).toThrow(new ValueError(`invalid signal number ${sig}`));
      expect(() => loop.removeSignalHandler(sig)).toThrow(ValueError);
    }
    expect(() => {
      loop.addSignalHandler('SIGNAL' as never, nothing);
    }).toThrow("sig must be an int, not 'SIGNAL' (or a signal's name, such as 'SIGTERM')");
    loop.close();
  });

  it('refuses signals that cannot be caught', () => {
    const loop = new EventLoop();
    for (const sig of [SIGKILL, SIGSTOP]) {
      expect(() => {
        loop.addSignalHandler(sig, nothing);
      }).toThrow(new RuntimeError(`sig ${sig} cannot be caught`));
      expect(loop.removeSignalHandler(sig)).toBe(false);
    }
    loop.close();
  });

  it('refuses coroutines, coroutine functions, and what cannot be called', () => {
    const loop = new EventLoop();
    function* coro(): Coroutine {
      yield* sleep(0);
    }
    const made = coro();
    for (const callback of [coro, made]) {
      expect(() => {
        loop.addSignalHandler(SIGHUP, callback as never);
      }).toThrow(new TypeError('coroutines cannot be used with add_signal_handler()'));
    }
    expect(() => {
      loop.addSignalHandler(SIGHUP, 'text' as never);
    }).toThrow("a callable object was expected by add_signal_handler(), got 'text'");
    made.return();
    loop.close();
  });

  it('refuses a closed loop', () => {
    const loop = new EventLoop();
    loop.close();
    expect(() => {
      loop.addSignalHandler(SIGHUP, nothing);
    }).toThrow(new RuntimeError('Event loop is closed'));
    expect(loop.removeSignalHandler(SIGHUP)).toBe(false);
  });

  it('listens until the handler is removed, or the loop is closed', () => {
    const loop = new EventLoop();
    const listeners = process.listenerCount('SIGHUP');
    loop.addSignalHandler(SIGHUP, nothing);
    loop.addSignalHandler(SIGUSR2, nothing);
    expect(process.listenerCount('SIGHUP')).toBe(listeners + 1);
    expect(loop.removeSignalHandler(SIGHUP)).toBe(true);
    expect(process.listenerCount('SIGHUP')).toBe(listeners);
    loop.addSignalHandler(SIGHUP, nothing);
    loop.close();
    expect(counts()).toEqual(before);
  });

  it('ignores a signal that has no handler, and forgets a handler that was called off', () => {
    const loop = new EventLoop();
    loop._handleSignal(SIGHUP);
    loop.addSignalHandler(SIGHUP, nothing);
    const { _signalHandlers } = loop as unknown as {
      _signalHandlers: { _handlers: Map<number, { handle: { cancel(): void } }> };
    };
    _signalHandlers._handlers.get(SIGHUP)!.handle.cancel();
    loop._handleSignal(SIGHUP);
    expect(counts()).toEqual(before);
    expect(loop.removeSignalHandler(SIGHUP)).toBe(false);
    loop.close();
  });

  it('may be added and removed while the loop is parked', async () => {
    const loop = new EventLoop();
    const seen: string[] = [];
    setTimeout(() => {
      loop.addSignalHandler(SIGHUP, nothing);
      loop.addSignalHandler(SIGUSR2, () => {
        seen.push('called');
        setTimeout(() => {
          loop.removeSignalHandler(SIGHUP);
          loop.stop();
        }, 5);
      });
      raiseSignal(SIGUSR2);
    }, 5);
    await loop.runForever();
    loop.close();
    expect(seen).toEqual(['called']);
  });

  it('of a parked loop makes it wait, and its removal makes a deadlock of that', async () => {
    const child = await runChild(`
      import { EventLoop, run, type Coroutine } from 'tsyncio';

      const loop = new EventLoop();
      function* main(): Coroutine {
        // From Node's callbacks, while the loop is parked.
        setTimeout(() => loop.addSignalHandler('SIGUSR2', () => undefined), 20);
        setTimeout(() => console.log('waits'), 40);
        setTimeout(() => loop.removeSignalHandler('SIGUSR2'), 60);
        yield* loop.createFuture();
      }
      await run(main(), { loopFactory: () => loop }).catch((e) => console.log(e.name));
    `);
    expect(child).toMatchObject({ stdout: 'waits\nDeadlockError\n', code: 0 });
  });

  it('keeps a process alive that waits for nothing but a signal', async () => {
    const child = await startChild(`
      import { Event, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        const stop = new Event();
        getRunningLoop().addSignalHandler('SIGTERM', () => stop.set());
        setTimeout(() => console.log('ready'), 50);
        yield* stop.wait();
        console.log('ended in peace');
      }
      await run(main());
    `);
    await child.printed('ready');
    child.kill('SIGTERM');
    expect(await child.ended).toEqual({
      stdout: 'ready\nended in peace\n',
      stderr: '',
      code: 0,
      signal: null,
    });
  });

  it('takes the place of the interruption of run', async () => {
    let calls = 0;
    function* main(): Coroutine<string> {
      const loop = getRunningLoop();
      loop.addSignalHandler(SIGINT, () => {
        calls++;
      });
      raiseSignal(SIGINT);
      while (calls === 0) yield* sleep(0.001);
      return 'not interrupted';
    }
    const others = process.listeners('SIGINT');
    process.removeAllListeners('SIGINT');
    try {
      expect(await run(main())).toBe('not interrupted');
      if (!noAddon) expect(runSync(main())).toBe('not interrupted');
    } finally {
      for (const listener of others) process.on('SIGINT', listener);
    }
  });

  it('gives SIGINT back to run when it is removed', async () => {
    function* main(): Coroutine {
      const loop = getRunningLoop();
      loop.addSignalHandler(SIGINT, () => {
        loop.removeSignalHandler(SIGINT);
        raiseSignal(SIGINT);
      });
      raiseSignal(SIGINT);
      yield* sleep(10);
    }
    const others = process.listeners('SIGINT');
    process.removeAllListeners('SIGINT');
    try {
      await expect(run(main())).rejects.toBeInstanceOf(KeyboardInterrupt);
    } finally {
      for (const listener of others) process.on('SIGINT', listener);
    }
  });

  it('is refused outside of the main thread', () => {
    const loop = new EventLoop();
    const real = process.getBuiltinModule.bind(process);
    const spy = vi
      .spyOn(process, 'getBuiltinModule')
      .mockImplementation((id: string) =>
        id === 'node:worker_threads' ? { isMainThread: false } : real(id),
      );
    try {
      expect(() => {
        loop.addSignalHandler(SIGHUP, nothing);
      }).toThrow(new RuntimeError('set_wakeup_fd only works in main thread of the main interpreter'));
    } finally {
      spy.mockRestore();
    }
    loop.close();
  });

  it('is refused in a worker thread', async () => {
    const { stdout } = await runChild(`
      import { EventLoop } from 'tsyncio';
      import { signal, SIG_IGN } from 'tsyncio/signal';
      import { isMainThread, Worker } from 'node:worker_threads';

      if (isMainThread) new Worker(new URL(import.meta.url));
      else {
        const loop = new EventLoop();
        for (const attempt of [() => loop.addSignalHandler(15, () => {}), () => signal(15, SIG_IGN)]) {
          try {
            attempt();
          } catch (e) {
            console.log(String(e));
          }
        }
        loop.callSoon(() => loop.stop());
        loop.runForeverSync();
      }
    `);
    expect(stdout).toBe(
      'RuntimeError: set_wakeup_fd only works in main thread of the main interpreter\n' +
        'ValueError: signal only works in main thread of the main interpreter\n',
    );
  });
});

describe.skipIf(noAddon)('a loop that blocks', () => {
  it('calls the listeners of the process, and sees a handler that is added meanwhile', () => {
    const seen: string[] = [];
    const listener = (name: string, signum: number): void => {
      seen.push(`${name} ${signum}`);
    };
    process.on('SIGHUP', listener);
    const loop = new EventLoop();
    loop.callSoon(() => {
      raiseSignal(SIGHUP);
      loop.addSignalHandler(SIGUSR2, () => loop.stop());
      loop.callLater(0.01, raiseSignal, SIGUSR2);
    });
    loop.runForeverSync();
    process.off('SIGHUP', listener);
    expect(seen).toEqual(['SIGHUP 1']);
    loop.close();
  });

  it('is left by what a listener throws, and the signals behind it are told by Node', async () => {
    const seen: string[] = [];
    const error = new RangeError('of a listener');
    const fails = (): never => {
      throw error;
    };
    const other = (): number => seen.push('other');
    process.on('SIGHUP', fails);
    process.on('SIGUSR2', other);
    const loop = new EventLoop();
    loop.callSoon(() => {
      raiseSignal(SIGHUP);
      raiseSignal(SIGUSR2);
    });
    loop.callLater(10, nothing);
    expect(() => {
      loop.runForeverSync();
    }).toThrow(error);
    await vi.waitFor(() => {
      expect(seen).toEqual(['other']);
    });
    process.off('SIGHUP', fails);
    process.off('SIGUSR2', other);
    loop.close();
  });

  it("hides no child's end from Node", async () => {
    const { stdout, code } = await runChild(`
      import { getRunningLoop, EventLoop } from 'tsyncio';
      import { spawn } from 'node:child_process';

      const loop = new EventLoop();
      loop.addSignalHandler('SIGCHLD', () => {
        console.log('SIGCHLD');
        loop.stop();
      });
      spawn('sleep', ['0.5']).on('exit', (code) => console.log('exit', code));
      loop.runForeverSync();
      loop.close();
    `);
    expect({ stdout, code }).toEqual({ stdout: 'SIGCHLD\nexit 0\n', code: 0 });
  });

  it('tells of a signal that comes in its last round', () => {
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    process.on('SIGHUP', listener);
    const loop = new EventLoop();
    loop.callSoon(() => {
      loop.stop();
      raiseSignal(SIGHUP);
    });
    loop.runForeverSync();
    process.off('SIGHUP', listener);
    expect(calls).toBe(1);
    loop.close();
  });

  it('still knows a deadlock when it sees one', () => {
    function* main(): Coroutine {
      yield* getRunningLoop().createFuture();
    }
    expect(() => {
      runSync(main());
    }).toThrow(DeadlockError);
  });

  it("waits for signals with a selector of the user's, too", () => {
    class Own extends SelectSelector<never> {
      override select(timeout?: number | null): ReturnType<SelectSelector<never>['select']> {
        return super.select(timeout);
      }
    }
    const loop = new EventLoop(new Own());
    loop.addSignalHandler(SIGUSR2, () => loop.stop());
    loop.callLater(0.01, raiseSignal, SIGUSR2);
    loop.runForeverSync();
    loop.close();
  });

  it('sees signals in virtual time', () => {
    let seen = false;
    function* main(): Coroutine<number> {
      const loop = getRunningLoop();
      loop.addSignalHandler(SIGUSR2, () => {
        seen = true;
      });
      raiseSignal(SIGUSR2);
      while (!seen) yield* sleep(60);
      return loop.time();
    }
    expect(runSync(main(), { loopFactory: () => new VirtualEventLoop() })).toBeGreaterThan(0);
  });

  it('leaves no descriptor, and leaves signals to Node again', async () => {
    const { readdirSync } = process.getBuiltinModule('node:fs');
    runSync(sleep(0));
    const open = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) runSync(sleep(0));
    expect(readdirSync('/proc/self/fd').length).toBe(open);
    const told = new Promise((resolve) => process.once('SIGUSR2', resolve));
    raiseSignal(SIGUSR2);
    expect(await told).toBe('SIGUSR2');
  });

  it('says at once that it cannot see signals without the addon', async () => {
    vi.resetModules();
    vi.stubEnv('TSYNCIO_NO_ADDON', '1');
    try {
      const without = await import('../../src/index.js');
      const loop = new without.EventLoop();
      const text =
        'a loop that blocks cannot see signals: the tsyncio addon is not available: TSYNCIO_NO_ADDON=1';
      loop.addSignalHandler(SIGUSR2, nothing);
      expect(() => {
        loop.runForeverSync();
      }).toThrow(text);
      expect(loop.isRunning()).toBe(false);
      loop.removeSignalHandler(SIGUSR2);
      function* main(): Coroutine {
        loop.addSignalHandler(SIGUSR2, nothing);
      }
      expect(() => {
        without.runSync(main(), { loopFactory: () => loop });
      }).toThrow(text);
    } finally {
      vi.unstubAllEnvs();
      vi.resetModules();
    }
  });
});
