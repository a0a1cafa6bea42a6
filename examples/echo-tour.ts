/*
 * A tour: an echo server, a few hundred clients at once, and one that is too slow and is cancelled.
 *
 * Everything runs in one thread, on one event loop that is a guest of Node's. It ends by itself.
 */
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  getRunningLoop,
  openConnection,
  run,
  startServer,
  type StreamReader,
  type StreamWriter,
  TaskGroup,
  timeout,
  TimeoutError,
} from 'tsyncio';

const CLIENTS = 300;
const MESSAGES = 40;
const PATIENCE = 30; // seconds, for all of it
const SLOW_CLIENT_PATIENCE = 0.25; // seconds

/** What the program accounts for in the end. */
const account = { clients: 0, messages: 0, bytes: 0, cancelled: 0 };

/** Send back what one client sends, until it ends the stream. */
function* echo(reader: StreamReader, writer: StreamWriter): Coroutine {
  yield* asyncWith(writer, function* () {
    for (;;) {
      const data = yield* reader.read(65536);
      if (data.length === 0) return;
      writer.write(data);
      yield* writer.drain();
    }
  });
}

/** One client: says something, waits until it has come back, and again. */
function* client(name: number, host: string, port: number): Coroutine {
  const [reader, writer] = yield* openConnection(host, port);
  yield* asyncWith(writer, function* () {
    for (let i = 0; i < MESSAGES; i++) {
      const message = `client ${name}, message ${i}: ${'.'.repeat((name * i) % 512)}\n`;
      writer.write(message);
      yield* writer.drain();
      const answer = yield* reader.readline();
      if (answer.toString() !== message) throw new Error(`${answer.toString()} is not ${message}`);
      account.messages++;
      account.bytes += answer.length;
    }
    account.clients++;
  });
}

/** A client that waits for an answer to what it never said, until it loses patience. */
function* slowClient(host: string, port: number): Coroutine {
  const [reader, writer] = yield* openConnection(host, port);
  yield* asyncWith(writer, function* () {
    try {
      yield* asyncWith(timeout(SLOW_CLIENT_PATIENCE), () => silence(reader));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      console.log(`a slow client was cancelled after ${SLOW_CLIENT_PATIENCE} seconds`);
    }
  });
}

function* silence(reader: StreamReader): Coroutine {
  try {
    yield* reader.readline();
  } catch (error) {
    if (error instanceof CancelledError) account.cancelled++;
    throw error;
  }
}

function* main(): Coroutine {
  const loop = getRunningLoop();
  const started = loop.time();
  const server = yield* startServer(echo, '127.0.0.1', 0, { backlog: 1024 });
  const [host, port] = server.sockets[0]!.getsockname();
  console.log(`echo server on ${host}:${port}, ${CLIENTS} clients with ${MESSAGES} messages each`);

  // The server is closed at the end, and waited for: until the last of its connections is gone.
  yield* asyncWith(server, function* () {
    yield* asyncWith(timeout(PATIENCE), function* () {
      yield* asyncWith(new TaskGroup(), function* (group) {
        group.createTask(slowClient(host, port), { name: 'slow client' });
        for (let i = 0; i < CLIENTS; i++) group.createTask(client(i, host, port), { name: `client ${i}` });
      });
    });
  });

  const seconds = loop.time() - started;
  console.log(
    `${account.clients} clients, ${account.messages} messages, ${account.bytes} bytes echoed ` +
      `in ${seconds.toFixed(2)} seconds, ${account.cancelled} cancelled`,
  );
}

await run(main());
