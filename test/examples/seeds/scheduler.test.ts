import { describe, expect, it } from 'vitest';
import { realClock, VirtualClock } from '../../../examples/seeds/clock.js';
import { AsyncRead, AsyncSleep, type Coroutine } from '../../../examples/seeds/scheduler/events.js';
import { measure, sleeper } from '../../../examples/seeds/scheduler/five-sleepers.js';
import { run } from '../../../examples/seeds/scheduler/loop.js';
import { socketpair } from '../../../src/socket/index.js';
import { noAddon } from '../../helpers/addon.js';

describe('events', () => {
  it('come out of a coroutine through all others, and bring their result with them', () => {
    const event = new AsyncSleep(3);
    function* inner(): Coroutine<string> {
      yield* event;
      return 'slept';
    }
    function* outer(): Coroutine<string> {
      return yield* inner();
    }
    const coroutine = outer();
    expect(coroutine.next().value).toBe(event);
    expect(coroutine.next()).toEqual({ value: 'slept', done: true });
    expect([...sleeper('x', false)]).toHaveLength(5);
  });
});

describe('the scheduler of events', () => {
  it('lets five sleep 2.5 seconds in half a second', () => {
    expect(measure(new VirtualClock())).toBeCloseTo(0.5, 9);
  });

  // Only a machine that stands still for two seconds can take as long as the sum; it may have another try.
  it('takes the half second really, and not the sum', { retry: 2 }, () => {
    const taken = measure(realClock);
    expect(taken).toBeGreaterThanOrEqual(0.499); // a clock's tick of tolerance
    expect(taken).toBeLessThan(2.4);
  });

  it('wakes in the order of the times', () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    function* at(seconds: number, name: string): Coroutine {
      yield* new AsyncSleep(seconds);
      log.push(name);
    }
    run([at(3, 'c'), at(1, 'a'), at(2, 'b'), at(1, 'a too')], clock);
    expect(log).toEqual(['a', 'a too', 'b', 'c']);
    expect(clock.now()).toBe(3);
  });

  it.skipIf(noAddon)('reads exactly as much as was asked for, or what there is at the end', () => {
    const [near, far] = socketpair();
    const read: string[] = [];
    function* reader(): Coroutine {
      for (const amount of [2, 3, 4]) read.push((yield* new AsyncRead(far, amount)).toString());
    }
    function* writer(): Coroutine {
      for (const piece of ['a', 'bc', 'defg']) {
        near.send(piece);
        yield* new AsyncSleep(0);
      }
      near.close();
    }
    run([reader(), writer()]);
    expect(read).toEqual(['ab', 'cde', 'fg']);
    far.close();
  });

  it.skipIf(noAddon)('refuses two readers of one socket', () => {
    const [near, far] = socketpair();
    function* reader(): Coroutine {
      yield* new AsyncRead(far, 1);
    }
    expect(() => run([reader(), reader()])).toThrow('two coroutines read from one socket');
    near.close();
    far.close();
  });
});
