/*
 * The same scheduler with a socket: one coroutine reads while another one sleeps between the lines that it sends.
 *
 * Reading is an event like sleeping. The loop does what a coroutine cannot: it waits for both at once, by one `select`.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/scheduler/reading.js
 */
import { type socket, socketpair } from 'tsyncio/socket';
import { AsyncRead, AsyncSleep, type Coroutine } from './events.js';
import { run } from './loop.js';

/** Messages of four bytes, however they come. */
export function* reader(sock: socket, got: string[]): Coroutine {
  for (;;) {
    const message = yield* new AsyncRead(sock, 4);
    if (message.length < 4) break; // the other end has closed
    got.push(message.toString());
    console.log(`got ${message.toString()}`);
  }
  sock.close();
}

/** In pieces that are no messages. */
export function* writer(sock: socket, pieces: readonly string[]): Coroutine {
  for (const piece of pieces) {
    sock.send(piece);
    yield* new AsyncSleep(0.02);
  }
  sock.close();
}

export function main(): void {
  const [near, far] = socketpair();
  run([reader(far, []), writer(near, ['soup', 'ric', 'esal', 't'])]);
}

if (process.argv[1] === import.meta.filename) main();

// got soup
// got rice
// got salt
