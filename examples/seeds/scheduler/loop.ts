/*
 * An event-based scheduler: a loop that is told in so many words what each coroutine waits for.
 *
 * It holds a queue of those who wait for a time, the next one first, and a table of those who wait for a socket. Each turn it
 * takes whoever is next, waits for that, and resumes until the next event. It has no ready queue: a coroutine runs as soon as
 * its event has happened.
 */
import { select } from 'tsyncio/selectors';
import type { socket } from 'tsyncio/socket';
import { type Clock, realClock } from '../clock.js';
import { Heap } from '../heap.js';
import { type AsyncRead, AsyncSleep, type Coroutine } from './events.js';

/** Run all of them to their end. */
export function run(coroutines: Iterable<Coroutine>, clock: Clock = realClock): void {
  const sleeping = new Heap<Coroutine>();
  const reading = new Map<socket, [event: AsyncRead, coroutine: Coroutine]>();

  /** Run up to the next event, and file the coroutine under it. */
  function resume(coroutine: Coroutine): void {
    const { done, value: event } = coroutine.next();
    if (done === true) return;
    if (event instanceof AsyncSleep) {
      event.until = clock.now() + event.seconds;
      sleeping.push(event.until, coroutine);
    } else {
      if (reading.has(event.sock)) throw new Error('two coroutines read from one socket');
      reading.set(event.sock, [event, coroutine]);
    }
  }

  /** Wait for sockets; `null` for as long as it takes. */
  function poll(timeout: number | null): void {
    for (const sock of select(reading.keys(), [], [], timeout)[0]) {
      const [event, coroutine] = reading.get(sock)!;
      if (!event.advance()) continue; // not all of it yet
      reading.delete(sock);
      resume(coroutine);
    }
  }

  for (const coroutine of coroutines) resume(coroutine);
  while (sleeping.size > 0 || reading.size > 0) {
    const patience = sleeping.first === undefined ? null : Math.max(0, sleeping.first - clock.now());
    // Without readers there is nothing to look at but the clock, which then may be a virtual one.
    if (reading.size > 0) poll(patience);
    else clock.sleep(patience!);
    for (const coroutine of sleeping.popUpTo(clock.now())) resume(coroutine);
  }
}
