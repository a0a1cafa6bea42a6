/*
 * A loop without futures, 5: simulated time.
 *
 * The I/O coroutine is replaceable, so here it is replaced: by one that does not wait but sets the clock to where the next
 * sleeper wants to wake. Neither the loop nor the coroutines notice. Sleeping for a day takes no time at all, and the
 * order of things is the same on every machine: what tests want. It needs no sockets, so it runs everywhere.
 *
 *     npm run build:examples && node dist-examples/seeds/minimal/simulated-time.js
 */
import { VirtualClock } from '../clock.js';
import { type Coroutine, type Loop, makeLoop } from './loop.js';
import { makeTimers, type Timers } from './timers.js';

/** Stands for `doIO` where there is nothing but time. */
export function* passTime(loop: Loop, timers: Timers, clock: VirtualClock): Coroutine {
  while (loop.active() > 0 || timers.untilNext() < Infinity) {
    // Time stands still while anybody has something to do.
    if (loop.active() === 0) clock.sleep(timers.untilNext());
    timers.wake();
    yield;
  }
}

const HOUR = 3600;

export function main(): void {
  const clock = new VirtualClock();
  const loop = makeLoop();
  const timers = makeTimers(loop, () => clock.now());

  function* bell(name: string, every: number, times: number): Coroutine {
    for (let i = 0; i < times; i++) {
      yield timers.sleepFor(every);
      console.log(`${clock.now() / HOUR} h: ${name}`);
    }
  }

  loop.schedule(bell('a quarter of a day', 6 * HOUR, 4));
  loop.schedule(bell('noon or midnight', 12 * HOUR, 2));
  loop.schedule(passTime(loop, timers, clock));
  loop.runLoop();
  console.log(`${clock.now() / HOUR} hours have passed`);
}

if (process.argv[1] === import.meta.filename) main();

// 6 h: a quarter of a day
// 12 h: noon or midnight
// 12 h: a quarter of a day
// 18 h: a quarter of a day
// 24 h: noon or midnight
// 24 h: a quarter of a day
// 24 hours have passed
