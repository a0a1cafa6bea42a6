/*
 * What the suites of streams share. They speak to the loop and to streams only, and hold over every transport; peers are
 * Node's own sockets, so that they hold without the addon too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ClientConnectedCallback,
  type Coroutine,
  getRunningLoop,
  openConnection,
  type Server,
  startServer,
  type StartServerOptions,
  type StreamReader,
  type StreamWriter,
  wrapFuture,
} from '../../src/index.js';

/** The path of a Unix socket, in a directory that is removed after the test. */
export function unixPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'streams-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'socket');
}

/** A server on the loopback, and its address. */
export function* serve(
  callback: ClientConnectedCallback,
  options: StartServerOptions = {},
): Coroutine<{ server: Server; address: [host: string, port: number] }> {
  const server = yield* startServer(callback, '127.0.0.1', 0, options);
  const [host, port] = server.sockets[0]!.getsockname();
  return { server, address: [host, port] };
}

/** Sends back what it gets, up to the end, and closes. */
export function* echo(reader: StreamReader, writer: StreamWriter): Coroutine {
  for (let data = yield* reader.read(65536); data.length > 0; data = yield* reader.read(65536)) {
    writer.write(data);
    yield* writer.drain();
  }
  writer.close();
}

/** A port that nobody listens on. */
export function* unusedPort(): Coroutine<number> {
  const server = net.createServer();
  const port = yield* listening(server);
  yield* wrapFuture(new Promise<unknown>((resolve) => server.close(resolve)));
  return port;
}

function* listening(server: net.Server): Coroutine<number> {
  yield* wrapFuture(new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  return (server.address() as net.AddressInfo).port;
}

/** A stream, and the socket of Node's at its other end, which reads only when it is told to. */
export function* withPeer(
  limit?: number,
): Coroutine<{ reader: StreamReader; writer: StreamWriter; peer: net.Socket }> {
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const port = yield* listening(server);
  const accepted = getRunningLoop().createFuture<net.Socket>();
  server.once('connection', (peer) => {
    peer.on('error', () => {});
    accepted.setResult(peer);
  });
  const [reader, writer] = yield* openConnection('127.0.0.1', port, { limit });
  const peer = yield* accepted;
  server.close();
  onTestFinished(() => void peer.destroy());
  return { reader, writer, peer };
}
