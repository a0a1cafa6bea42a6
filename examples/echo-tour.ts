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
import { createServer, socket, type InetAddress } from 'tsyncio/socket';

const CLIENTS = 300;
const MESSAGES = 40;
const PATIENCE = 30; // seconds, for all of it
const SLOW_CLIENT_PATIENCE = 0.25;

/** What the program accounts for in the end. */
const account = { clients: 0, messages: 0, bytes: 0, cancelled: 0 };

/** Send back what one client sends, until it ends the stream. */
function* echo(conn: socket): Coroutine {
  const loop = getRunningLoop();
  try {
    for (;;) {
      const data = yield* loop.sockRecv(conn, 65536);
      if (data.length === 0) return;
      yield* loop.sockSendall(conn, data);
    }
  } finally {
    conn.close();
  }
}

/** Accept clients for ever: the group that this runs in cancels it when the clients are done. */
function* serve(listener: socket): Coroutine {
  const loop = getRunningLoop();
  yield* asyncWith(new TaskGroup(), function* (connections) {
    for (;;) {
      const [conn] = yield* loop.sockAccept(listener);
      connections.createTask(echo(conn));
    }
  });
}

/** One client: says something, checks that it comes back, and again. */
function* client(name: number, address: InetAddress): Coroutine {
  const loop = getRunningLoop();
  using sock = new socket();
  sock.setblocking(false);
  yield* loop.sockConnect(sock, address);
  for (let i = 0; i < MESSAGES; i++) {
    const message = Buffer.from(`client ${name}, message ${i}: ${'.'.repeat((name * i) % 512)}\n`);
    yield* loop.sockSendall(sock, message);
    let left = message.length;
    while (left > 0) left -= (yield* loop.sockRecv(sock, left)).length;
    account.messages++;
    account.bytes += message.length;
    yield* sleep(0); // let the others in
  }
  account.clients++;
}

/** A client that connects and then does nothing for an hour. */
function* slowClient(address: InetAddress): Coroutine {
  using sock = new socket();
  sock.setblocking(false);
  yield* getRunningLoop().sockConnect(sock, address);
  try {
    yield* sleep(3600);
  } catch (error) {
    if (error instanceof CancelledError) account.cancelled++;
    throw error;
  }
}

function* main(): Coroutine {
  const loop = getRunningLoop();
  const started = loop.time();
  using listener = createServer(['127.0.0.1', 0], { backlog: 1024 });
  listener.setblocking(false);
  const address = listener.getsockname();
  console.log(
    `echo server on ${address[0]}:${address[1]}, ${CLIENTS} clients with ${MESSAGES} messages each`,
  );

  const server = createTask(serve(listener), { name: 'server' });
  yield* asyncWith(timeout(PATIENCE), function* () {
    yield* asyncWith(new TaskGroup(), function* (group) {
      for (let i = 0; i < CLIENTS; i++) group.createTask(client(i, address), { name: `client ${i}` });
      group.createTask(
        (function* () {
          try {
            yield* asyncWith(timeout(SLOW_CLIENT_PATIENCE), () => slowClient(address));
          } catch (error) {
            if (!(error instanceof TimeoutError)) throw error;
            console.log(`a slow client was cancelled after ${SLOW_CLIENT_PATIENCE} seconds`);
          }
        })(),
      );
    });
  });
  server.cancel();
  yield* gather(server, { returnExceptions: true });

  const seconds = loop.time() - started;
  console.log(
    `${account.clients} clients, ${account.messages} messages, ${account.bytes} bytes echoed ` +
      `in ${seconds.toFixed(2)} seconds, ${account.cancelled} cancelled`,
  );
}

await run(main());
