/*
 * One round, looked at from the inside: how long select() may wait, and which timers are kept.
 */
import { describe, expect, it } from 'vitest';
import { BaseEventLoop, type Coroutine, DeadlockError, EventLoop, sleep } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

const nothing = (): void => undefined;

/** A loop whose clock stands at `now`, and that notes how long it was to wait. */
class Watched extends BaseEventLoop {
  now = 1000;
  /** As if a descriptor were watched: without one, a loop with work at hand asks nobody. */
  override _watched = 1;
  readonly waits: (number | null)[] = [];
  override time(): number {
    return this.now;
  }
  override _select(timeout: number | null): void {
    this.waits.push(timeout);
    if (timeout !== null) this.now += timeout;
  }
}

describe('select() may wait', () => {
  it('no time, when something is ready', () => {
    const loop = new Watched();
    loop.callSoon(nothing);
    loop.callLater(5, nothing);
    loop._runOnce();
    expect(loop.waits).toEqual([0]);
    expect(loop._ready.length).toBe(0);
  });

  it('no time, when the loop is to stop: one that was stopped before it ran still polls, once', () => {
    const loop = new Watched();
    loop.callLater(5, nothing);
    loop.stop();
    loop.runForeverSync();
    expect(loop.waits).toEqual([0]);
  });

  it('until the first timer that was not cancelled', () => {
    const loop = new Watched();
    const cancelled = loop.callLater(5, nothing);
    const kept = loop.callLater(10, nothing);
    cancelled.cancel();
    loop._runOnce();
    expect(loop.waits).toEqual([10]);
    expect(kept.cancelled()).toBe(false);
    expect(loop._scheduled.length).toBe(0);
  });

  it('no less than nothing for a timer that is late, and no more than a day', () => {
    const loop = new Watched();
    loop.callLater(-3, nothing);
    loop._runOnce();
    loop.callLater(100 * 24 * 3600, nothing);
    loop._runOnce();
    expect(loop.waits).toEqual([0, 24 * 3600]);
  });

  it('for ever, when nothing is scheduled', () => {
    const loop = new Watched();
    loop._runOnce();
    expect(loop.waits).toEqual([null]);
  });

  it('no time in a hosted loop: Node waits', async () => {
    const waits: (number | null)[] = [];
    class Hosted extends EventLoop {
      override _select(timeout: number | null): void {
        waits.push(timeout);
        super._select(timeout);
      }
    }
    const loop = new Hosted();
    await loop.runUntilComplete(sleep(0.005));
    expect(new Set(waits)).toEqual(new Set([0]));
    loop.close();
  });
});

describe('a loop without I/O', () => {
  it('runs what needs no wait', () => {
    const loop = new BaseEventLoop();
    expect(loop.runUntilCompleteSync(sleep(0, 'done'))).toBe('done');
    loop.close();
  });

  it('says that it cannot wait', () => {
    const loop = new BaseEventLoop();
    loop.callLater(10, nothing);
    expect(() => {
      loop.runForeverSync();
    }).toThrow('this loop cannot wait');
    loop.close();
  });

  it('is in a deadlock with nothing to do', () => {
    const loop = new BaseEventLoop();
    expect(() => {
      loop.runForeverSync();
    }).toThrow(DeadlockError);
    loop.close();
  });
});

describe('a round', () => {
  it('runs what was ready when it began, and due timers, and nothing that these schedule', () => {
    const loop = new Watched();
    const calls: string[] = [];
    loop.callAt(loop.now - 1, () => {
      calls.push('timer');
      loop.callSoon(() => calls.push('next round'));
    });
    loop._runOnce();
    expect(calls).toEqual(['timer']);
    expect(loop._ready.length).toBe(1);
    expect(loop._scheduled.length).toBe(0);
  });

  it('skips handles that were cancelled after they were queued', () => {
    const loop = new Watched();
    loop.callSoon(nothing).cancel();
    loop._runOnce();
    expect(loop._ready.length).toBe(0);
  });
});

describe('cancelled timers', () => {
  const cancelled = (loop: BaseEventLoop, count: number, delay: number): void => {
    for (let i = 0; i < count; i++) loop.callLater(delay, nothing).cancel();
  };

  it('leave the heap at its head, and all at once when they are more than half of more than a hundred', () => {
    const loop = new Watched();
    loop._select = nothing;
    const counts = (): number[] => [loop._scheduled.length, loop._scheduled.cancelledCount];
    loop.callLater(3000, nothing);
    cancelled(loop, 2, 3600);
    cancelled(loop, 2, 100);
    expect(counts()).toEqual([5, 4]);
    loop._runOnce();
    expect(counts()).toEqual([3, 2]);

    // A hundred and more, half of them cancelled: that is not enough.
    for (let i = 0; i < 50; i++) loop.callLater(3600, nothing);
    cancelled(loop, 49, 3600);
    expect(counts()).toEqual([102, 51]);
    loop._runOnce();
    expect(counts()).toEqual([102, 51]);

    cancelled(loop, 1, 3600);
    expect(counts()).toEqual([103, 52]);
    loop._runOnce();
    expect(counts()).toEqual([51, 0]);
    expect(loop._scheduled.toArray().some((timer) => timer.cancelled())).toBe(false);
  });

  it('are kept among a hundred, whatever their share', () => {
    const loop = new Watched();
    loop._select = nothing;
    loop.callLater(1, nothing);
    cancelled(loop, 99, 2);
    loop._runOnce();
    expect(loop._scheduled.length).toBe(100);
    cancelled(loop, 1, 2);
    loop._runOnce();
    expect(loop._scheduled.length).toBe(1);
  });

  it('are counted only while they are in the heap', () => {
    const loop = new Watched();
    const fired = loop.callLater(-1, nothing);
    const other = loop.callLater(-1, () => {
      fired.cancel();
      other.cancel();
    });
    loop._runOnce();
    expect(loop._scheduled.cancelledCount).toBe(0);
  });

  it('by the million give their memory back', () => {
    const loop = new VirtualEventLoop();
    let longest = 0;
    function* main(): Coroutine {
      for (let i = 0; i < 1000; i++) {
        cancelled(loop, 1000, 3600);
        longest = Math.max(longest, loop._scheduled.length);
        yield* sleep(0);
      }
    }
    loop.runUntilCompleteSync(main());
    // Never more than those of one round, and those that were too few to bother about.
    expect(longest).toBeLessThanOrEqual(1100);
    expect(loop._scheduled.length).toBeLessThanOrEqual(100);
    expect(loop.time()).toBe(0);

    function* burst(): Coroutine {
      cancelled(loop, 1_000_000, 3600);
      yield* sleep(1);
    }
    loop.runUntilCompleteSync(burst());
    expect(loop._scheduled.length).toBeLessThanOrEqual(100);
    loop.close();
  });
});
