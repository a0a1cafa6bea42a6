import { describe, expect, it } from 'vitest';
import { CancelledError, type Coroutine, createTask, iscoroutine, sleep } from '../../src/index.js';
import { caught, onLoop, oneRound, thrownBy, turns, virtually } from './support.js';

describe('sleep', () => {
  it('takes the time asked for, and gives the result', () => {
    virtually(function* (loop) {
      expect(yield* sleep(2.5, 'yeah')).toBe('yeah');
      expect(loop.time()).toBeCloseTo(2.5);
      expect(yield* sleep(1)).toBe(undefined);
      expect(loop.time()).toBeCloseTo(3.5);
    });
  });

  it('takes its arguments by name too', () => {
    virtually(function* (loop) {
      expect(yield* sleep({ delay: 2, result: 'named' })).toBe('named');
      expect(yield* sleep({ delay: 2 })).toBe(undefined);
      expect(loop.time()).toBeCloseTo(4);
    });
  });

  it.each([0, -0, -5, -Infinity])('of %d gives up one turn, without a timer', (delay) => {
    virtually(function* (loop) {
      const trace: string[] = [];
      loop.callSoon(() => {
        trace.push('callback');
        loop.callSoon(() => trace.push('later'));
      });
      expect(yield* sleep(delay, 'result')).toBe('result');
      expect(trace).toEqual(['callback']);
      expect(loop._scheduled.peek()).toBe(undefined);
      expect(loop.time()).toBe(0);
    });
  });

  it('of zero lets all others run one round', () => {
    virtually(function* () {
      let result = 0;
      function* counts(): Coroutine {
        for (let i = 0; i < 5; i++) {
          result++;
          yield* sleep(0);
        }
      }
      const task = createTask(counts());
      yield* sleep(0);
      expect(result).toBe(1);
      yield* sleep(0);
      expect(result).toBe(2);
      yield* task;
      expect(result).toBe(5);
    });
  });

  it('of NaN is refused when it is awaited', () => {
    virtually(function* () {
      expect(yield* thrownBy(sleep(NaN))).toMatchObject({
        name: 'ValueError',
        message: 'Invalid delay: NaN (not a number)',
      });
    });
  });

  it.each([
    ['a string', '1', 'string'],
    ['nothing', undefined, 'undefined'],
    ['an object without a delay', {}, 'object'],
    ['a Date', new Date(), 'object'],
  ])('refuses %s', (_kind, delay, type) => {
    expect(caught(() => sleep(delay as never))).toMatchObject({
      name: 'TypeError',
      message: `sleep(): delay must be a number of seconds, got ${type}`,
    });
  });

  it('refuses names that it does not have', () => {
    expect(caught(() => sleep({ delay: 1, loop: null } as never)).message).toBe(
      "sleep() got an unexpected keyword argument 'loop'; it takes delay, result",
    );
  });

  it('takes its timer away when it is cancelled', () => {
    virtually(function* (loop) {
      const task = createTask(sleep(10, 'late'));
      yield* turns();
      const timer = loop._scheduled.peek()!;
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(timer.cancelled()).toBe(true);
      expect(loop.time()).toBe(0);
    });
  });

  it('stays cancelled if its timer strikes in the same round', () => {
    virtually(function* (loop) {
      const task = createTask(sleep(1));
      yield* turns();
      // Runs in the very round in which the timer is due, before it.
      loop.callAt(0.9999999999, () => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
    });
  });

  it('takes its timer away when its coroutine is closed', () => {
    onLoop((loop) => {
      function* sleeps(): Coroutine<string> {
        return yield* sleep(10, 'late');
      }
      const coro = sleeps();
      const task = loop.createTask(coro);
      oneRound(loop);
      const timer = loop._scheduled.peek()!;
      expect(coro.return('closed')).toEqual({ done: true, value: 'closed' });
      expect(timer.cancelled()).toBe(true);
      task._logDestroyPending = false;
    });
  });

  it.each([0, 1])('of %d is a coroutine, which runs once', (delay) => {
    virtually(function* () {
      const coro = sleep(delay, 'once');
      expect(iscoroutine(coro)).toBe(true);
      expect(coro[Symbol.iterator]()).toBe(coro);
      expect(yield* coro).toBe('once');
      expect(coro.next()).toEqual({ done: true, value: undefined });
    });
  });

  it.each([0, 1])('of %d can be closed before it starts', (delay) => {
    virtually(function* () {
      const coro = sleep(delay, 'never');
      expect(coro.return('closed')).toEqual({ done: true, value: 'closed' });
      expect(yield* coro).toBe(undefined);
    });
  });

  it.each([0, 1])('of %d ends with what is thrown into it', (delay) => {
    virtually(function* () {
      const coro = sleep(delay, 'never');
      const error = new RangeError('no');
      expect(coro.next().done).toBe(false);
      expect(caught(() => coro.throw(error))).toBe(error);
      expect(coro.next()).toEqual({ done: true, value: undefined });
    });
  });

  it('needs a running loop', () => {
    expect(caught(() => sleep(1).next())).toMatchObject({
      name: 'RuntimeError',
      message: 'no running event loop',
    });
  });
});
