/*
 * Statements on locks, semaphores, events, conditions and barriers.
 */
import {
  asyncWith,
  type Barrier,
  type Condition,
  type Coroutine,
  type Event,
  type Lock,
  RuntimeError,
  type Semaphore,
  ValueError,
} from '../../../src/index.js';
import type { Block } from '../program.js';
import { show } from '../values.js';
import type { Statements } from './index.js';

export const LOCKS: Statements = {
  *with(machine, name: string, body: Block): Coroutine<void> {
    yield* asyncWith(machine.object<Lock>(name), function* (): Coroutine<void> {
      machine.log('entered', name);
      yield* machine.block(body);
    });
  },

  *acquire(machine, name: string): Coroutine<void> {
    machine.log('acquired', name, yield* machine.object<Lock | Semaphore>(name).acquire());
  },

  release(machine, name: string) {
    try {
      machine.object<Lock | Semaphore>(name).release();
      machine.log('released', name);
    } catch (error) {
      if (!(error instanceof RuntimeError || error instanceof ValueError)) throw error;
      machine.log('release_failed', name, show(error));
    }
  },

  locked(machine, name: string) {
    machine.log('locked', name, machine.object<Lock | Semaphore>(name).locked());
  },

  ev_set(machine, name: string) {
    machine.object<Event>(name).set();
  },

  ev_clear(machine, name: string) {
    machine.object<Event>(name).clear();
  },

  *ev_wait(machine, name: string): Coroutine<void> {
    machine.log('event', name, yield* machine.object<Event>(name).wait());
  },

  *cond_wait(machine, name: string): Coroutine<void> {
    const condition = machine.object<Condition>(name);
    yield* asyncWith(condition, function* (): Coroutine<void> {
      machine.log('condition', name, yield* condition.wait());
    });
  },

  *cond_notify(machine, name: string, count: number): Coroutine<void> {
    const condition = machine.object<Condition>(name);
    yield* asyncWith(condition, function* (): Coroutine<void> {
      condition.notify(count);
    });
  },

  *bar_wait(machine, name: string): Coroutine<void> {
    machine.log('barrier', name, yield* machine.object<Barrier>(name).wait());
  },

  *bar_reset(machine, name: string): Coroutine<void> {
    yield* machine.object<Barrier>(name).reset();
  },

  *bar_abort(machine, name: string): Coroutine<void> {
    yield* machine.object<Barrier>(name).abort();
  },

  bar_state(machine, name: string) {
    const barrier = machine.object<Barrier>(name);
    machine.log('barrier_state', name, barrier.nWaiting, barrier.broken);
  },
};
