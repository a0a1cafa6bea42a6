import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Coroutine, EventLoop, sleep, TimerHandle, ValueError } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { drivers } from '../helpers/drivers.js';

describe.each(drivers)('timers, on the $name driver', (driver) => {
  let loop: EventLoop;
  const calls: string[] = [];
  const note = (text: string): unknown => calls.push(text);
  beforeEach(() => {
    loop = driver.newLoop();
    calls.length = 0;
  });
  afterEach(() => {
    loop.close();
  });

  it('fire after their delay, not before', async () => {
    const delay = 0.02;
    let took = NaN;
    const started = loop.time();
    const timer = loop.callLater(delay, () => {
      took = loop.time() - started;
      loop.stop();
    });
    expect(timer).toBeInstanceOf(TimerHandle);
    expect(timer.when()).toBeGreaterThanOrEqual(started + delay);
    await driver.runForever(loop);
    // One tick of the clock early is on time.
    expect(took).toBeGreaterThan(delay - 1e-6);
    expect(took).toBeLessThan(5);
  });

  it('fire at a time of the clock, set by callAt', async () => {
    const when = loop.time() + 0.01;
    const timer = loop.callAt(when, note, 'at');
    loop.callAt(when - 0.005, note, 'before');
    expect(timer.when()).toBe(when);
    await driver.runUntilComplete(loop, sleep(0.02));
    expect(calls).toEqual(['before', 'at']);
  });

  it('fire in the order of their times, negative delays too', async () => {
    loop.callLater(0, note, '0');
    loop.callLater(-1, note, '-1');
    loop.callLater(-5, note, '-5');
    loop.callLater(0.003, note, '+');
    await driver.runUntilComplete(loop, sleep(0.005));
    expect(calls).toEqual(['-5', '-1', '0', '+']);
  });

  it('of one instant fire in the order in which they were set', async () => {
    const when = loop.time() + 0.002;
    for (let i = 0; i < 50; i++) loop.callAt(when, note, String(i));
    await driver.runUntilComplete(loop, sleep(0.004));
    expect(calls).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
  });

  it('come after what callSoon queued for the same round', async () => {
    loop.callSoon(note, 'a');
    loop.callLater(0, note, 'b');
    loop.callSoon(note, 'c');
    await driver.runUntilComplete(loop, sleep(0.001));
    expect(calls).toEqual(['a', 'c', 'b']);
  });

  it('do not fire once they are cancelled, even in the round in which they are due', async () => {
    const early = loop.callLater(0.002, note, 'never');
    early.cancel();
    const when = loop.time() + 0.001;
    loop.callAt(when, () => {
      other.cancel();
    });
    const other = loop.callAt(when, note, 'never either');
    await driver.runUntilComplete(loop, sleep(0.005));
    expect(calls).toEqual([]);
    expect([early.cancelled(), other.cancelled()]).toEqual([true, true]);
  });

  it('may be set and cancelled by each other', async () => {
    loop.callLater(0.001, () => {
      note('first');
      loop.callLater(0.001, note, 'second');
      third.cancel();
    });
    const third = loop.callLater(0.02, note, 'third');
    await driver.runUntilComplete(loop, sleep(0.03));
    expect(calls).toEqual(['first', 'second']);
  });

  it('do not make the loop turn in vain while a short one is waited for', async () => {
    let rounds = 0;
    const runOnce = loop._runOnce.bind(loop);
    loop._runOnce = () => {
      rounds++;
      runOnce();
    };
    function* naps(): Coroutine {
      for (const delay of [1e-2, 1e-4, 1e-6, 1e-8, 1e-10]) yield* sleep(delay);
    }
    await driver.runUntilComplete(loop, naps());
    // Two for each nap and two for the task, and a Node timer that is rounded up may come a moment early.
    expect(rounds).toBeLessThanOrEqual(20);
  });
});

describe('a timer', () => {
  it('is not set for no time, or for none that can be told', () => {
    const loop = new EventLoop();
    const nothing = (): void => undefined;
    expect(() => loop.callLater(null as never, nothing)).toThrow(new TypeError('delay must not be None'));
    expect(() => loop.callAt(undefined as never, nothing)).toThrow(new TypeError('when cannot be None'));
    expect(() => loop.callLater(NaN, nothing)).toThrow(ValueError);
    expect(() => loop.callAt(NaN, nothing)).toThrow(ValueError);
    loop.close();
  });

  it('that is due at this very moment fires', () => {
    const loop = new VirtualEventLoop();
    const fired: number[] = [];
    loop.callAt(0, () => fired.push(loop.time()));
    loop.runUntilCompleteSync(sleep(0));
    expect(fired).toEqual([0]);
    loop.close();
  });

  it.each([
    ['a nanosecond', 0, 0.5e-9],
    // The next number after 2 ** 26 is 1.5e-8 more: adding a nanosecond adds nothing.
    ['no time, on a clock that cannot count nanoseconds any more,', 2 ** 26, 0],
  ])('that is due within %s is due', (_, now, ahead) => {
    class StoppedClock extends EventLoop {
      override time(): number {
        return now;
      }
    }
    const loop = new StoppedClock();
    const fired: string[] = [];
    loop.callAt(now + ahead, () => fired.push('now'));
    loop.callAt(now + 1e-6, () => fired.push('later'));
    loop.stop();
    loop.runForeverSync();
    expect(fired).toEqual(['now']);
    loop.close();
  });
});
