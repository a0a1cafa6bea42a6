import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  Event,
  getRunningLoop,
  RuntimeError,
  waitFor,
} from '../../src/index.js';
import { spawn, thrownBy, turns, virtually } from './support.js';

describe('Event', () => {
  it('tells in its text whether it is set and how many wait', () => {
    virtually(function* () {
      const event = new Event();
      expect(String(event)).toBe('<Event [unset]>');
      const task = createTask(event.wait());
      yield* turns();
      expect(String(event)).toBe('<Event [unset, waiters:1]>');
      event.set();
      expect(String(event)).toBe('<Event [set, waiters:1]>');
      yield* task;
      expect(String(event)).toBe('<Event [set]>');
    });
  });

  it('wakes all who wait when it is set, and lets those pass who come later', () => {
    virtually(function* () {
      const event = new Event();
      const order: number[] = [];
      function* waiter(index: number): Coroutine {
        if (yield* event.wait()) order.push(index);
      }
      const tasks = spawn(2, waiter);
      yield* turns();
      expect(order).toEqual([]);
      tasks.push(createTask(waiter(2)));
      event.set();
      yield* turns();
      // The late one did not wait: its first step was queued before the others were woken.
      expect(order).toEqual([2, 0, 1]);
      expect(tasks.every((task) => task.result() === undefined)).toBe(true);
    });
  });

  it('is not waited for when it is set', () => {
    const event = new Event();
    event.set();
    expect(event.wait().next()).toEqual({ done: true, value: true });
  });

  it('forgets a waiter that is cancelled', () => {
    virtually(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      getRunningLoop().callSoon(() => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(String(event)).toBe('<Event [unset]>');
    });
  });

  it('can be unset again', () => {
    const event = new Event();
    expect(event.isSet()).toBe(false);
    event.set();
    expect(event.isSet()).toBe(true);
    event.clear();
    expect(event.isSet()).toBe(false);
  });

  it('wakes those who wait even if it is unset right after it was set', () => {
    virtually(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      yield* turns();
      event.set();
      event.clear();
      expect(event.isSet()).toBe(false);
      yield* turns();
      expect(task.result()).toBe(true);
    });
  });

  it('may be set twice before those it woke have had their turn', () => {
    virtually(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      yield* turns();
      event.set();
      event.clear();
      event.set();
      event.set();
      expect(String(event)).toBe('<Event [set, waiters:1]>');
      yield* turns();
      expect(String(event)).toBe('<Event [set]>');
      expect(task.result()).toBe(true);
    });
  });

  it('wakes the others when one of them is cancelled in the same step', () => {
    virtually(function* () {
      const event = new Event();
      const [first, cancelled, last] = spawn(3, () => event.wait());
      yield* turns();
      cancelled!.cancel();
      event.set();
      yield* turns();
      expect([first!.result(), cancelled!.cancelled(), last!.result()]).toEqual([true, true, true]);
    });
  });

  it('belongs to the loop in which somebody first waited for it, and says so in another', () => {
    const event = new Event();
    virtually(function* () {
      yield* thrownBy(waitFor(event.wait(), 1));
    });
    virtually(function* () {
      expect(yield* thrownBy(event.wait())).toEqual(
        new RuntimeError('<Event [unset]> is bound to a different event loop'),
      );
      event.set();
      expect(yield* event.wait()).toBe(true);
    });
  });
});
