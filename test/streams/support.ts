/*
 * What the suites of streams share. They speak to the loop and to streams only, and hold over every transport.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ClientConnectedCallback,
  type Coroutine,
  type SelectorEventLoop,
  type Server,
  startServer,
  type StartServerOptions,
  type StreamReader,
  type StreamWriter,
} from '../../src/index.js';
import { type LoopOptions, onLoop } from '../transports/support.js';

/** One of the transports that streams run over. */
export interface TransportKind {
  readonly name: string;
  /** Run `main` on a loop of its own whose connections are of this kind, and close the loop. */
  onLoop<T>(main: (loop: SelectorEventLoop) => Coroutine<T>, options?: LoopOptions): Promise<T>;
}

export const kinds: readonly TransportKind[] = [{ name: 'sockets', onLoop }];

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
