/*
 * A loop without futures, 3: two I/O coroutines at once.
 *
 * Since I/O is a coroutine like any other there may be two of them: one for the clock, one for the sockets, each written by
 * somebody who did not think of the other. They have to know two things of each other. Whether the other still has somebody
 * to wake: or the first would never see an end, because each finds the other in the queue. And that they must not block
 * then: the other could have been next. So they look, and look again, and keep a processor busy. That is the price of not
 * having one place that knows all that is waited for; a loop with a single `select` does not pay it.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/minimal/two-at-once.js
 */
import { socketpair } from 'tsyncio/socket';
import { realClock } from '../clock.js';
import { makeSockets, receive } from './io.js';
import { type Coroutine, makeLoop } from './loop.js';
import { makeTimers } from './timers.js';

/** Something that wakes coroutines, and how many it has still to wake. */
export interface Waker {
  look(): void;
  waiting(): number;
}

/** What one of several does: look, as long as anybody may need it. */
export function* lookAround(mine: Waker, all: readonly Waker[], others: () => number): Coroutine {
  while (others() > 0 || all.some((waker) => waker.waiting() > 0)) {
    mine.look();
    yield;
  }
}

export function main(): void {
  const loop = makeLoop();
  const timers = makeTimers(loop, () => realClock.now());
  const sockets = makeSockets(loop);
  const wakers: readonly Waker[] = [
    { look: () => timers.wake(), waiting: () => (timers.untilNext() < Infinity ? 1 : 0) },
    { look: () => sockets.poll(0), waiting: () => sockets.waiting() },
  ];
  const [near, far] = socketpair();

  function* sender(): Coroutine {
    for (const word of ['tick', 'tock']) {
      yield timers.sleepFor(0.02);
      near.send(word);
    }
    near.close();
  }

  function* receiver(): Coroutine {
    for (let word = yield* receive(sockets, far); word !== ''; word = yield* receive(sockets, far)) {
      console.log(word);
    }
    far.close();
  }

  loop.schedule(sender());
  loop.schedule(receiver());
  // In the queue, while one of them looks, is the other one: it does not count as work.
  let running = wakers.length;
  function* until(lookout: Coroutine): Coroutine {
    yield* lookout;
    running--;
  }
  for (const waker of wakers) {
    loop.schedule(until(lookAround(waker, wakers, () => loop.active() - (running - 1))));
  }
  loop.runLoop();
  console.log('both found that there is nothing left to do');
}

if (process.argv[1] === import.meta.filename) main();

// tick
// tock
// both found that there is nothing left to do
