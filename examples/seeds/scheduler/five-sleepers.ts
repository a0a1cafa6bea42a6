/*
 * Five coroutines, of which each sleeps five times for 0.1 seconds: 2.5 seconds of sleep in half a second, on one thread.
 *
 * The loop waits until the first of them wants to wake, then for the one after it, and so on; while it waits for one it waits
 * for all. First by hand, to see the events; then on a virtual clock, where the half second is exact (but for rounding); then
 * on the real one, where it is a little more.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/scheduler/five-sleepers.js
 */
import { type Clock, realClock, VirtualClock } from '../clock.js';
import { AsyncSleep, type Coroutine } from './events.js';
import { run } from './loop.js';

/** Sleep five times; with `log`, say so each time. */
export function* sleeper(name: string, log: boolean): Coroutine {
  for (let i = 1; i <= 5; i++) {
    yield* new AsyncSleep(0.1);
    if (log) console.log(`${name} woke ${i} times`);
  }
}

/** How long five of them take on `clock`. */
export function measure(clock: Clock, log = false): number {
  const start = clock.now();
  run(
    ['a', 'b', 'c', 'd', 'e'].map((name) => sleeper(name, log)),
    clock,
  );
  return clock.now() - start;
}

export function main(): void {
  // By hand: a coroutine does not wait. It says that it wants to.
  const byHand = sleeper('by hand', true);
  const event = byHand.next().value;
  console.log(event instanceof AsyncSleep && event.seconds);
  byHand.next();

  console.log(`virtual time: ${measure(new VirtualClock()).toFixed(3)} s`);
  console.log(`real time: ${measure(realClock).toFixed(3)} s`);
}

if (process.argv[1] === import.meta.filename) main();

// 0.1
// by hand woke 1 times
// virtual time: 0.500 s
// real time: <seconds> s
