import { setImmediate as hostTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Coroutine, EventLoop, KeyboardInterrupt, type RoundFigures, sleep } from '../../src/index.js';
import { HOSTED_BURST, HOSTED_BURST_CHECK } from '../../src/base/constants.js';
import { Pacer } from '../../src/loop/pacer.js';

// The clock goes on only when a test says so.
let now = 1;
beforeEach(() => {
  now = 1;
  vi.spyOn(performance, 'now').mockImplementation(() => now * 1000);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Compute for so many bursts. */
function compute(bursts: number): void {
  now += bursts * HOSTED_BURST;
}

describe('a pacer', () => {
  it('looks at the clock seldom while callbacks are short', () => {
    const pacer = new Pacer();
    pacer.begin(now, now);
    expect(pacer.credit).toBe(HOSTED_BURST_CHECK);
    compute(2);
    expect(pacer.spend(HOSTED_BURST_CHECK - 1)).toBe(false);
    expect(pacer.spend(1)).toBe(true);
    // And it stays so, whatever else is spent.
    expect(pacer.spend(1)).toBe(true);
  });

  it('looks after each callback while they are long, and learns when they are short again', () => {
    const pacer = new Pacer();
    pacer.begin(now, now);
    compute(100);
    expect(pacer.spend(HOSTED_BURST_CHECK)).toBe(true);
    pacer.begin(now, now);
    expect(pacer.credit).toBe(1);
    for (let expected = 2; expected <= HOSTED_BURST_CHECK; expected *= 2) {
      expect(pacer.spend(pacer.credit)).toBe(false);
      expect(pacer.credit).toBe(expected);
    }
    expect(pacer.spend(pacer.credit)).toBe(false);
    expect(pacer.credit).toBe(HOSTED_BURST_CHECK);
  });

  it('keeps to portions that take a part of a burst', () => {
    const pacer = new Pacer();
    pacer.begin(now, now);
    compute(0.5);
    expect(pacer.spend(HOSTED_BURST_CHECK)).toBe(false);
    expect(pacer.credit).toBe(HOSTED_BURST_CHECK / 2);
    compute(0.2);
    expect(pacer.spend(pacer.credit)).toBe(false);
    expect(pacer.credit).toBe(HOSTED_BURST_CHECK / 2);
  });

  it('counts the time since the host gave its turn', () => {
    const pacer = new Pacer();
    const turn = now;
    compute(0.9);
    pacer.begin(turn, now);
    compute(0.2);
    expect(pacer.spend(HOSTED_BURST_CHECK)).toBe(true);
  });
});

describe('a hosted loop whose callbacks are long', () => {
  /** Run `count` callbacks in one round, each of which queues another; the host's turns are noted between them. */
  async function trace(loop: EventLoop, count: number): Promise<string> {
    let found = '';
    // These teach the pacer how long callbacks are.
    for (let i = 0; i < HOSTED_BURST_CHECK; i++) loop.callSoon(compute, 2);
    loop.callSoon(() => {
      for (let i = 0; i < count; i++) {
        loop.callSoon(() => {
          compute(2);
          found += 'x';
          loop.callSoon(() => (found += '.'));
        });
      }
    });
    const running = loop.runForever();
    while (found.replaceAll('|', '').length < 2 * count) {
      await hostTurn();
      if (found !== '') found += '|';
    }
    loop.callSoon(() => {
      loop.stop();
    });
    await running;
    return found;
  }

  it('gives way in the middle of a round, and then goes on with the same round', async () => {
    const loop = new EventLoop();
    const found = await trace(loop, 4);
    loop.close();
    // The host has its turn after each, and what they queue comes after all of them.
    expect(found.replaceAll(/\|+/g, '|')).toMatch(/^x\|x\|x\|x\|?[.|]+$/);
    expect(found.replaceAll('|', '')).toBe('xxxx....');
  });

  it('looks at timers and descriptors when the round is over, and not before it goes on', async () => {
    const loop = new EventLoop();
    let found = '';
    for (let i = 0; i < HOSTED_BURST_CHECK; i++) loop.callSoon(compute, 2);
    loop.callSoon(() => {
      for (let i = 0; i < 4; i++) {
        loop.callSoon(() => {
          // Due long before the round is over.
          if (i === 0) loop.callLater(HOSTED_BURST, () => ((found += 't'), loop.stop()));
          compute(2);
          found += 'x';
          loop.callSoon(() => (found += '.'));
        });
      }
    });
    await loop.runForever();
    loop.close();
    expect(found).toBe('xxxx....t');
  });

  it('ends at the end of the round in which it is stopped', async () => {
    const loop = new EventLoop();
    const found: number[] = [];
    function* main(): Coroutine {
      for (let i = 0; i < HOSTED_BURST_CHECK; i++) loop.callSoon(compute, 2);
      yield* sleep(0);
      for (let i = 0; i < 5; i++) {
        loop.callSoon(() => {
          compute(2);
          found.push(i);
          if (i === 1) loop.stop();
          loop.callSoon(() => found.push(10 + i));
        });
      }
    }
    loop.createTask(main());
    await loop.runForever();
    expect(found).toEqual([0, 1, 2, 3, 4]);
    loop.callSoon(() => {
      loop.stop();
    });
    await loop.runForever();
    expect(found).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    loop.close();
  });

  it('begins a new round after an interrupt', async () => {
    const loop = new EventLoop();
    const found: number[] = [];
    for (let i = 0; i < HOSTED_BURST_CHECK; i++) loop.callSoon(compute, 2);
    loop.callSoon(() => {
      throw new KeyboardInterrupt();
    });
    for (let i = 0; i < 3; i++) loop.callSoon(() => found.push(i));
    await expect(loop.runForever()).rejects.toBeInstanceOf(KeyboardInterrupt);
    loop.callSoon(() => {
      loop.stop();
    });
    await loop.runForever();
    expect(found).toEqual([0, 1, 2]);
    loop.close();
  });

  it('tells of an interrupted round as of one, without the time of the host', async () => {
    const loop = new EventLoop();
    const begun: number[] = [];
    const figures: RoundFigures[] = [];
    loop.events.on('roundBegun', (number) => begun.push(number));
    loop.events.on('roundEnded', (each) => figures.push(each));
    for (let i = 0; i < HOSTED_BURST_CHECK; i++) loop.callSoon(compute, 2);
    loop.callSoon(() => {
      for (let i = 0; i < 3; i++) loop.callSoon(compute, 2);
    });
    loop.callLater(0, () => undefined);
    setImmediate(() => compute(1000));
    loop.callSoon(() => loop.callSoon(() => loop.callSoon(() => loop.stop())));
    await loop.runForever();
    loop.close();
    expect(figures.map(({ number }) => number)).toEqual(begun);
    for (const { took } of figures) expect(took).toBeLessThan(500 * HOSTED_BURST);
    expect(figures.reduce((sum, { ran }) => sum + ran, 0)).toBeGreaterThanOrEqual(HOSTED_BURST_CHECK + 4);
  });
});
