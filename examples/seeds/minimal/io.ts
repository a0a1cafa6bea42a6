/*
 * A loop without futures, 2: where is the I/O? In a coroutine, of course.
 *
 * `readable`, `writable` and `suspendUntil` (in timers.ts) are thunks that note who waits, and for what. `doIO` is an ordinary coroutine that
 * takes its turn like all others, looks at the sockets and at the clock, and schedules whom they woke. The loop does not
 * know it from any other: it uses `schedule` and `active`, which are there for everybody, so it can be replaced by another
 * one (simulated-time.ts does it).
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/minimal/io.js
 */
import { select } from 'tsyncio/selectors';
import { type socket, socketpair } from 'tsyncio/socket';
import { realClock } from '../clock.js';
import { type Coroutine, type Loop, makeLoop, type Thunk } from './loop.js';
import { makeTimers, type Timers } from './timers.js';

/** Who waits for sockets. */
export interface Sockets {
  readable(sock: socket): Thunk;
  writable(sock: socket): Thunk;
  /** Wait at most so long for a socket, and schedule those whose socket is ready. `null`: as long as it takes. */
  poll(timeout: number | null): void;
  /** How many wait. */
  waiting(): number;
}

export function makeSockets(loop: Loop): Sockets {
  const readers = new Map<socket, Coroutine<unknown>>();
  const writers = new Map<socket, Coroutine<unknown>>();

  function waitIn(waiting: Map<socket, Coroutine<unknown>>, sock: socket): Thunk {
    return (coroutine) => {
      waiting.set(sock, coroutine);
      return true;
    };
  }

  function wake(waiting: Map<socket, Coroutine<unknown>>, ready: readonly socket[]): void {
    for (const sock of ready) {
      loop.schedule(waiting.get(sock)!);
      waiting.delete(sock);
    }
  }

  return {
    readable: (sock) => waitIn(readers, sock),
    writable: (sock) => waitIn(writers, sock),
    waiting: () => readers.size + writers.size,
    poll(timeout) {
      const [readable, writable] = select(readers.keys(), writers.keys(), [], timeout);
      wake(readers, readable);
      wake(writers, writable);
    },
  };
}

/** The I/O of the loop. Ends when nobody is scheduled and nobody waits: so `runLoop` ends, too. */
export function* doIO(loop: Loop, sockets: Sockets, timers: Timers): Coroutine {
  // While this runs it is not in the queue itself: `active` counts the others.
  while (loop.active() > 0 || sockets.waiting() > 0 || timers.untilNext() < Infinity) {
    const patience = loop.active() > 0 ? 0 : Math.max(0, timers.untilNext());
    sockets.poll(patience === Infinity ? null : patience);
    timers.wake();
    yield; // the others' turn
  }
}

/** Bytes from a socket: wait, then take. Made of thunks, as a user would. */
export function* receive(sockets: Sockets, sock: socket): Coroutine<string> {
  yield sockets.readable(sock);
  return sock.recv(1024).toString();
}

export function main(): void {
  const loop = makeLoop();
  const timers = makeTimers(loop, () => realClock.now());
  const sockets = makeSockets(loop);
  const [near, far] = socketpair();

  function* questioner(): Coroutine {
    for (const question of ['who are you?', '']) {
      yield sockets.writable(near);
      near.send(question.toUpperCase());
      if (question === '') near.close();
      else console.log(`${question} ${yield* receive(sockets, near)}`);
    }
  }

  function* oracle(): Coroutine {
    for (let asked = yield* receive(sockets, far); asked !== ''; asked = yield* receive(sockets, far)) {
      yield timers.sleepFor(0.05); // an oracle takes its time
      yield sockets.writable(far);
      far.send(`(after a while) you said ${asked}`);
    }
    far.close();
    console.log('nobody asks any more');
  }

  loop.schedule(questioner());
  loop.schedule(oracle());
  loop.schedule(doIO(loop, sockets, timers));
  loop.runLoop();
}

if (process.argv[1] === import.meta.filename) main();

// who are you? (after a while) you said WHO ARE YOU?
// nobody asks any more
