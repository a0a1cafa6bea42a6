/*
 * A tour: an echo server on real sockets, a few hundred clients at once, and one that is too slow and is cancelled.
 *
 * Everything runs in one thread, on one event loop that is a guest of Node's. It ends by itself.
 */
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
} from 'tsyncio';
import { type Listener, network, type Wire } from './wires.js';

const CLIENTS = 300;
const MESSAGES = 40;
const PATIENCE = 30; // seconds, for all of it
const SLOW_CLIENT_PATIENCE = 0.25; // seconds

/** What the program accounts for in the end. */
const account = { clients: 0, messages: 0, bytes: 0, cancelled: 0 };

/** Send back what one client sends, until it ends the stream. */
function* echo(wire: Wire): Coroutine {
  try {
    for (;;) {
      const data = yield* wire.recv();
      if (data.length === 0) return;
      yield* wire.send(data);
    }
  } finally {
    wire.close();
  }
}

/** Take clients for ever. The task is cancelled when they are done, and with it, by the group, what is left of them. */
function* serve(listener: Listener): Coroutine {
  yield* asyncWith(new TaskGroup(), function* (connections) {
    for (;;) connections.createTask(echo(yield* listener.accept()));
  });
}

/** One client: says something, waits until all of it has come back, and again. */
function* client(name: number, connecting: Coroutine<Wire>): Coroutine {
  const wire = yield* connecting;
  try {
    for (let i = 0; i < MESSAGES; i++) {
      const message = Buffer.from(`client ${name}, message ${i}: ${'.'.repeat((name * i) % 512)}\n`);
      yield* wire.send(message);
      for (let left = message.length; left > 0;) left -= (yield* wire.recv()).length;
      account.messages++;
      account.bytes += message.length;
      yield* sleep(0); // let the others in
    }
    account.clients++;
  } finally {
    wire.close();
  }
}

/** A client that connects and then does nothing for an hour, unless somebody loses patience. */
function* slowClient(connecting: Coroutine<Wire>): Coroutine {
  const wire = yield* connecting;
  try {
    yield* sleep(3600);
  } catch (error) {
    if (error instanceof CancelledError) account.cancelled++;
    throw error;
  } finally {
    wire.close();
  }
}

function* impatient(connecting: Coroutine<Wire>): Coroutine {
  try {
    yield* asyncWith(timeout(SLOW_CLIENT_PATIENCE), () => slowClient(connecting));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log(`a slow client was cancelled after ${SLOW_CLIENT_PATIENCE} seconds`);
  }
}

function* main(): Coroutine {
  const loop = getRunningLoop();
  const started = loop.time();
  const { listener, connect, missing } = yield* network();
  if (missing !== null) console.log(`${missing}; this tour goes on over Node's own net`);
  const { address } = listener;
  console.log(
    `echo server on ${address[0]}:${address[1]}, ${CLIENTS} clients with ${MESSAGES} messages each`,
  );

  const server = createTask(serve(listener), { name: 'server' });
  yield* asyncWith(timeout(PATIENCE), function* () {
    yield* asyncWith(new TaskGroup(), function* (group) {
      group.createTask(impatient(connect(address)), { name: 'slow client' });
      for (let i = 0; i < CLIENTS; i++)
        group.createTask(client(i, connect(address)), { name: `client ${i}` });
    });
  });
  server.cancel();
  yield* gather(server, { returnExceptions: true });
  listener.close();

  const seconds = loop.time() - started;
  console.log(
    `${account.clients} clients, ${account.messages} messages, ${account.bytes} bytes echoed ` +
      `in ${seconds.toFixed(2)} seconds, ${account.cancelled} cancelled`,
  );
}

await run(main());
