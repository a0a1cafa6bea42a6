import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  DeadlockError,
  Future,
  gather,
  getRunningLoop,
  run,
  runSync,
  sleep,
  TimeoutError,
  waitFor,
  wrapFuture,
} from '../../src/index.js';
import { socketpair } from '../../src/socket/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';

const HOUR = 3600;

let loop: VirtualEventLoop;
beforeEach(() => {
  loop = new VirtualEventLoop();
});
afterEach(() => {
  loop.close();
});

describe('virtual time', () => {
  it('begins at 0, and stands still while anything is ready', () => {
    function* main(): Coroutine<number> {
      for (let i = 0; i < 1000; i++) yield* sleep(0);
      return loop.time();
    }
    expect(loop.time()).toBe(0);
    expect(loop.runUntilCompleteSync(main())).toBe(0);
  });

  it('jumps exactly to the timer, hosted as well as blocking: many small sleeps do not run ahead of a long one', async () => {
    function* main(): Coroutine<[string, number][]> {
      const log: [string, number][] = [];
      function* bell(name: string, hours: number, times: number): Coroutine {
        for (let i = 0; i < times; i++) {
          yield* sleep(hours * HOUR);
          log.push([name, getRunningLoop().time() / HOUR]);
        }
      }
      yield* gather(bell('long', 12, 1), bell('short', 6, 2));
      return log;
    }
    const expected = [
      ['short', 6],
      ['long', 12],
      ['short', 12],
    ];
    const loopFactory = (): VirtualEventLoop => new VirtualEventLoop();
    expect(await run(main(), { loopFactory })).toEqual(expected);
    expect(runSync(main(), { loopFactory })).toEqual(expected);
  });

  it('jumps to the next timer, however far that is', () => {
    const times: number[] = [];
    function* main(): Coroutine {
      for (const delay of [HOUR, 1e-6, 1000 * 24 * HOUR]) {
        yield* sleep(delay);
        times.push(loop.time());
      }
    }
    const started = performance.now();
    loop.runUntilCompleteSync(main());
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(times[0]).toBeCloseTo(HOUR, 6);
    expect(times[1]).toBeCloseTo(HOUR + 1e-6, 6);
    expect(times[2]).toBeCloseTo(HOUR + 1e-6 + 1000 * 24 * HOUR, 4);
  });

  it('interleaves sleepers by the time they are due', () => {
    const trace: string[] = [];
    function* beats(name: string, period: number, count: number): Coroutine {
      for (let i = 0; i < count; i++) {
        yield* sleep(period);
        trace.push(`${name}${String(loop.time())}`);
      }
    }
    function* main(): Coroutine {
      yield* gather(beats('a', 2, 3), beats('b', 3, 2));
    }
    loop.runUntilCompleteSync(main());
    // At 6 both are due: b set its timer at 3, a at 4.
    expect(trace).toEqual(['a2', 'b3', 'a4', 'b6', 'a6']);
  });

  it('is what timeouts go by', () => {
    function* main(): Coroutine<number> {
      try {
        yield* waitFor(sleep(6 * HOUR), 5 * HOUR);
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError);
      }
      return loop.time();
    }
    expect(loop.runUntilCompleteSync(main())).toBe(5 * HOUR);
  });

  it('goes on where it stood from one run to the next', () => {
    loop.runUntilCompleteSync(sleep(10));
    loop.runUntilCompleteSync(sleep(10));
    expect(loop.time()).toBe(20);
  });

  it('ends in a deadlock where a real clock would wait for ever', () => {
    function* main(): Coroutine {
      yield* new Future<never>();
    }
    expect(() => loop.runUntilCompleteSync(main())).toThrow(DeadlockError);
    const other = new VirtualEventLoop();
    expect(() => other.runUntilCompleteSync(other.createFuture())).toThrow(DeadlockError);
    other.close();
  });

  it('serves run and runSync as their loop', async () => {
    const loopFactory = (): VirtualEventLoop => new VirtualEventLoop();
    expect(runSync(sleep(HOUR, 'sync'), { loopFactory })).toBe('sync');
    expect(await run(sleep(HOUR, 'hosted'), { loopFactory })).toBe('hosted');
  });
});

describe('virtual time, hosted', () => {
  it('is at the very time of the timer after a jump, as when it blocks', async () => {
    const times: number[] = [];
    function* main(): Coroutine {
      for (const delay of [HOUR, 0.25, 1000 * 24 * HOUR]) {
        yield* sleep(delay);
        times.push(loop.time());
      }
    }
    await loop.runUntilComplete(main());
    expect(times).toEqual([HOUR, HOUR + 0.25, HOUR + 0.25 + 1000 * 24 * HOUR]);
  });

  it('jumps only after Node has had a turn: what promises bring in it comes first', async () => {
    const trace: string[] = [];
    function* promised(): Coroutine {
      yield* wrapFuture(new Promise((resolve) => setImmediate(resolve)));
      trace.push(`promise at ${String(loop.time())}`);
    }
    function* main(): Coroutine {
      const task = createTask(promised());
      yield* sleep(HOUR);
      trace.push(`slept at ${String(loop.time())}`);
      yield* task;
    }
    await loop.runUntilComplete(main());
    expect(trace).toEqual(['promise at 0', `slept at ${String(HOUR)}`]);
  });

  it('waits for Node while no timer is set', async () => {
    function* main(): Coroutine<number> {
      yield* wrapFuture(new Promise((resolve) => setTimeout(resolve, 5)));
      return loop.time();
    }
    expect(await loop.runUntilComplete(main())).toBe(0);
  });

  it('takes a timer that a Node callback sets while it is parked', async () => {
    const end = loop.runForever();
    await new Promise((resolve) => setTimeout(resolve, 2));
    loop.callLater(HOUR, () => {
      loop.stop();
    });
    await end;
    expect(loop.time()).toBeCloseTo(HOUR, 6);
  });

  it('does not jump to a timer that was cancelled meanwhile', async () => {
    const timer = loop.callLater(HOUR, () => undefined);
    const end = loop.runForever();
    // The loop has parked when this promise goes on, and jumps in Node's next turn.
    await Promise.resolve();
    timer.cancel();
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(loop.time()).toBe(0);
    loop.stop();
    await end;
  });

  it('can be stopped while it waits for its turn to jump', async () => {
    loop.callLater(HOUR, () => undefined);
    const end = loop.runForever();
    await Promise.resolve();
    loop.stop();
    await end;
    expect(loop.isRunning()).toBe(false);
  });
});

describe.skipIf(noAddon)('virtual time and descriptors', () => {
  it('serves what is ready before it jumps', () => {
    const [a, b] = socketpair();
    const trace: string[] = [];
    loop.addReader(a, () => {
      trace.push(`${a.recv(10).toString()} at ${String(loop.time())}`);
      loop.removeReader(a);
    });
    b.send('data');
    function* main(): Coroutine {
      yield* sleep(HOUR);
      trace.push(`slept at ${String(loop.time())}`);
    }
    loop.runUntilCompleteSync(main());
    expect(trace).toEqual(['data at 0', `slept at ${String(HOUR)}`]);
    a.close();
    b.close();
  });

  it('does not wait for what is not ready: it jumps', () => {
    const [a, b] = socketpair();
    loop.addReader(a, () => undefined);
    expect(loop.runUntilCompleteSync(sleep(HOUR, 'slept'))).toBe('slept');
    a.close();
    b.close();
  });

  it('really waits where there is no timer to jump to', () => {
    const [a, b] = socketpair();
    b.send('x');
    loop.addReader(a, () => {
      loop.stop();
    });
    loop.runForeverSync();
    expect(loop.time()).toBe(0);
    a.close();
    b.close();
  });
});
