/*
 * A TCP proxy: passes everything on to another server, and back.
 *
 *     node dist-examples/tcp-proxy.js LISTEN_PORT TARGET_HOST TARGET_PORT
 *
 * Each side may end its half of the connection alone; a connection that breaks breaks on the other side, too. Nothing is
 * read that cannot be sent on, so a slow reader slows down the writer, and no memory fills up.
 */
import {
  asyncWith,
  ConnectionError,
  type Coroutine,
  exceptStar,
  openConnection,
  OSError,
  run,
  type Server,
  startServer,
  type StreamPair,
  type StreamReader,
  type StreamWriter,
  TaskGroup,
  timeout,
} from 'tsyncio';

const CONNECT_PATIENCE = 10; // seconds

/** Pass on one direction, up to its end. */
function* pump(reader: StreamReader, writer: StreamWriter): Coroutine {
  for (;;) {
    const data = yield* reader.read(65536);
    if (data.length === 0) break;
    writer.write(data);
    yield* writer.drain();
  }
  writer.writeEof();
}

function* join([reader, writer]: StreamPair, [otherReader, otherWriter]: StreamPair): Coroutine {
  try {
    yield* asyncWith(new TaskGroup(), function* (group) {
      group.createTask(pump(reader, otherWriter));
      group.createTask(pump(otherReader, writer));
    });
  } catch (error) {
    writer.transport.abort();
    otherWriter.transport.abort();
    yield* exceptStar(error, [ConnectionError, () => undefined]);
  } finally {
    writer.close();
    otherWriter.close();
  }
}

/** Listen, and pass every connection on to `target`. */
export function startProxy(
  host: string,
  port: number,
  target: readonly [host: string, port: number],
): Coroutine<Server> {
  function* serveClient(reader: StreamReader, writer: StreamWriter): Coroutine {
    let upstream: StreamPair;
    try {
      upstream = yield* asyncWith(timeout(CONNECT_PATIENCE), () => openConnection(...target));
    } catch (error) {
      writer.transport.abort();
      // TimeoutError is an OSError, too.
      if (!(error instanceof OSError)) throw error;
      console.warn(`no connection to ${target.join(':')}: ${error.message || error.name}`);
      return;
    }
    yield* join([reader, writer], upstream);
  }
  return startServer(serveClient, host, port);
}

function* main(port: number, target: [host: string, port: number]): Coroutine {
  const server = yield* startProxy('127.0.0.1', port, target);
  console.log(`127.0.0.1:${server.sockets[0]!.getsockname()[1]} is ${target.join(':')} now`);
  yield* server.serveForever();
}

if (process.argv[1] === import.meta.filename) {
  const [port, host, targetPort] = process.argv.slice(2);
  if (targetPort === undefined) {
    console.error('usage: tcp-proxy LISTEN_PORT TARGET_HOST TARGET_PORT');
    process.exitCode = 2;
  } else await run(main(Number(port), [host!, Number(targetPort)]));
}
