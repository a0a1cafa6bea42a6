/*
 * Waiting for time to pass, for a loop that knows no time: a heap, and thunks that put coroutines into it. Who calls `wake`,
 * and what clock it is, others decide.
 */
import { Heap } from '../heap.js';
import type { Coroutine, Loop, Thunk } from './loop.js';

/** Who waits for time to pass, and who watches it. */
export interface Timers {
  sleepFor(seconds: number): Thunk;
  /** Resume when the clock shows `timestamp`. */
  suspendUntil(timestamp: number): Thunk;
  /** Schedule whose time has come. */
  wake(): void;
  /** How long until the next one's: infinite if there is none. */
  untilNext(): number;
}

export function makeTimers(loop: Loop, now: () => number): Timers {
  const sleepers = new Heap<Coroutine<unknown>>();
  function suspendUntil(timestamp: number): Thunk {
    return (coroutine) => {
      sleepers.push(timestamp, coroutine);
      return true;
    };
  }
  return {
    suspendUntil,
    sleepFor: (seconds) => suspendUntil(now() + seconds),
    wake() {
      for (const coroutine of sleepers.popUpTo(now())) loop.schedule(coroutine);
    },
    untilNext: () => (sleepers.first ?? Infinity) - now(),
  };
}
