import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../examples/seeds/clock.js';
import { Heap } from '../../../examples/seeds/heap.js';
import { adder, hello, nice, twoTurns } from '../../../examples/seeds/tale/01-by-hand.js';
import { run as runOne } from '../../../examples/seeds/tale/02-one-task.js';
import * as spawning from '../../../examples/seeds/tale/03-spawn.js';
import * as joining from '../../../examples/seeds/tale/04-join.js';
import * as sleeping from '../../../examples/seeds/tale/05-sleep.js';
import * as cancelling from '../../../examples/seeds/tale/07-cancel.js';

describe('a coroutine moved by hand', () => {
  it('says with every step whether it is done', () => {
    expect(hello('me').next()).toEqual({ value: 'greeted me', done: true });
    const pause = nice();
    expect(pause.next().done).toBe(false);
    expect(pause.next().done).toBe(true);
  });

  it('takes values and errors where it waits', () => {
    const sum = adder();
    expect([sum.next(9), sum.next(1), sum.next(2)].map(({ value }) => value)).toEqual([0, 1, 3]);
    expect(() => sum.throw(new RangeError('enough'))).toThrow(RangeError);
    const disturbed = twoTurns();
    disturbed.next();
    expect(disturbed.throw(new Error('alarm'))).toEqual({ value: 'ended early', done: true });
  });
});

describe('the loop for one', () => {
  it('gives what the coroutine returns, and lets out what it throws', () => {
    expect(runOne(hello('me'))).toBe('greeted me');
    expect(() =>
      runOne(
        (function* () {
          yield* nice();
          throw new RangeError('no');
        })(),
      ),
    ).toThrow(RangeError);
  });
});

describe('the loop for many', () => {
  it('gives everybody one turn a round', () => {
    const turns: string[] = [];
    function* child(name: string): spawning.Coroutine {
      for (let i = 0; i < 3; i++) {
        turns.push(name);
        yield* spawning.nice();
      }
    }
    spawning.run(
      (function* () {
        yield* spawning.spawn(child('a'));
        yield* spawning.spawn(child('b'));
      })(),
    );
    // `a` has its first turn while the parent still starts `b`.
    expect(turns.join('')).toBe('ababab');
  });

  it('wakes all who join a task, and at once those who come late', () => {
    const log: string[] = [];
    function* waits(name: string, other: joining.Task): joining.Coroutine {
      yield* joining.join(other);
      log.push(name);
    }
    joining.run(
      (function* () {
        const child = yield* joining.spawn(
          (function* () {
            yield* joining.nice();
            log.push('child');
          })(),
        );
        yield* joining.spawn(waits('one', child));
        yield* joining.spawn(waits('two', child));
        yield* joining.join(child);
        yield* joining.spawn(waits('late', child));
      })(),
    );
    expect(log).toEqual(['child', 'one', 'two', 'late']);
  });
});

describe('the heap', () => {
  it('gives the smallest first, and equals in the order in which they came', () => {
    const heap = new Heap<string>();
    const keys = [5, 1, 4, 1, 3, 5, 2, 1];
    keys.forEach((key, i) => heap.push(key, `${key}${'abcdefgh'[i]!}`));
    expect([heap.first, heap.top, heap.size]).toEqual([1, '1b', 8]);
    expect([...heap.popUpTo(4)]).toEqual(['1b', '1d', '1h', '2g', '3e', '4c']);
    expect([heap.pop(), heap.pop(), heap.pop(), heap.first]).toEqual(['5a', '5f', undefined, undefined]);
  });

  it('keeps the order of many', () => {
    const heap = new Heap<number>();
    let seed = 1;
    for (let i = 0; i < 500; i++) {
      seed = (seed * 48271) % 2147483647;
      heap.push(seed % 100, seed % 100);
    }
    const out = [...heap.popUpTo(99)];
    expect(out).toHaveLength(500);
    expect(out).toEqual([...out].sort((a, b) => a - b));
  });
});

describe('sleeping', () => {
  it('takes as long as the longest sleep of tasks side by side', () => {
    const clock = new VirtualClock();
    const woken: [number, number][] = [];
    function* sleeper(seconds: number): sleeping.Coroutine {
      yield* sleeping.sleep(seconds);
      woken.push([seconds, clock.now()]);
    }
    sleeping.run(
      (function* () {
        for (const seconds of [3, 1, 2, 1]) yield* sleeping.spawn(sleeper(seconds));
      })(),
      clock,
    );
    expect(woken).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

describe('cancelling by throw', () => {
  const { cancel, join, run, sleep, spawn } = cancelling;

  it('ends a task that does not mind, and forgets its alarm', () => {
    const clock = new VirtualClock();
    let state = '';
    run(
      (function* (): cancelling.Coroutine {
        const child = yield* spawn(sleep(3600));
        yield* sleep(1);
        expect(yield* cancel(child)).toBe(true);
        yield* join(child);
        state = child.state;
      })(),
      clock,
    );
    expect(state).toBe('done');
    expect(clock.now()).toBe(1);
  });

  it('can be refused, and takes a task from a join as from a sleep', () => {
    const log: string[] = [];
    function* stubborn(other: cancelling.Task): cancelling.Coroutine {
      try {
        yield* join(other);
      } catch (error) {
        log.push(String(error));
      }
      yield* sleep(1);
      log.push('went on');
    }
    run(
      (function* (): cancelling.Coroutine {
        const long = yield* spawn(sleep(5));
        const child = yield* spawn(stubborn(long));
        yield* sleep(1);
        yield* cancel(child);
        yield* join(child);
        expect(long.joiners.size).toBe(0);
      })(),
      new VirtualClock(),
    );
    expect(log).toEqual(['Cancelled', 'went on']);
  });

  it('lets off a task that is ready: this is what step 8 mends', () => {
    run(
      (function* (): cancelling.Coroutine {
        const child = yield* spawn(sleep(1));
        expect(yield* cancel(child)).toBe(false);
      })(),
      new VirtualClock(),
    );
  });
});
