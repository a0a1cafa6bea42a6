/*
 * The other end of a connection, as a test holds it: a socket of Node's, which neither transport knows of.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Coroutine, type SelectorEventLoop, type Transport, wrapFuture } from '../../src/index.js';
import type { BaseProtocol } from '../../src/protocols/index.js';
import { AF_INET, IPPROTO_TCP, SOCK_STREAM } from '../../src/socket/index.js';
import type { RawConnection } from '../../src/transports/backend.js';
import { backendOf } from '../../src/transports/choose-backend.js';
import { until } from './support.js';

/** It reads nothing unless it is asked to, but for what Node reads ahead: some 64 KiB. */
export class Peer {
  readonly stream: Socket;

  constructor(stream: Socket) {
    this.stream = stream;
    // Errors are the transport's to tell.
    stream.on('error', () => undefined).on('readable', () => undefined);
    onTestFinished(() => {
      stream.destroy();
    });
  }

  send(data: string | Uint8Array): void {
    this.stream.write(data);
  }

  /** What is there, at most `size` bytes, once there is anything; nothing at the end of the stream. */
  *recv(size: number = 1 << 20): Coroutine<Buffer> {
    const { stream } = this;
    for (;;) {
      yield* until(() => stream.readableLength > 0 || stream.readableEnded || stream.destroyed);
      const data = stream.read(Math.min(size, stream.readableLength)) as Buffer | null;
      if (data !== null) {
        // At the end of the stream Node says so only to who asks for more.
        if (stream.readableLength === 0) stream.read(0);
        return data;
      }
      if (stream.readableEnded || stream.destroyed) return Buffer.alloc(0);
    }
  }

  /** All bytes up to the end of the stream. */
  *readAll(): Coroutine<Buffer> {
    const chunks: Buffer[] = [];
    for (;;) {
      const data = yield* this.recv();
      if (data.length === 0) return Buffer.concat(chunks);
      chunks.push(data);
    }
  }

  /** Exactly `count` bytes. */
  *readExactly(count: number): Coroutine<Buffer> {
    const chunks: Buffer[] = [];
    for (let left = count; left > 0; left -= chunks.at(-1)!.length) {
      const data = yield* this.recv(left);
      if (data.length === 0) throw new Error(`the stream ended ${left} bytes early`);
      chunks.push(data);
    }
    return Buffer.concat(chunks);
  }

  /** Send no more, and go on reading. */
  end(): void {
    this.stream.end();
  }

  close(): void {
    this.stream.destroy();
  }

  /** Close so that the other side gets a reset; TCP only. */
  reset(): void {
    this.stream.resetAndDestroy();
  }
}

/** How the two ends of a pair are connected. */
export type PairKind = 'unix' | 'tcp';

/** The end of a connection for a transport, and the test's. */
export function* connectedPair(
  loop: SelectorEventLoop,
  kind: PairKind = 'unix',
): Coroutine<{ connection: RawConnection; peer: Peer }> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Peer>((resolve) => {
    server.once('connection', (stream) => {
      resolve(new Peer(stream));
    });
  });
  const address = yield* wrapFuture(listen(server, kind));
  const backend = backendOf(loop);
  const connection = yield* typeof address === 'string'
    ? backend.connectPath(loop, address)
    : backend.connect(loop, [AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['127.0.0.1', address]], null, []);
  const peer = yield* wrapFuture(accepted);
  server.close();
  return { connection, peer };
}

function listen(server: Server, kind: PairKind): Promise<string | number> {
  return new Promise((resolve) => {
    if (kind === 'tcp') {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as { port: number }).port);
      });
      return;
    }
    const path = socketPath();
    server.listen(path, () => {
      resolve(path);
    });
  });
}

/** The path of a Unix socket, in a directory that is removed after the test. */
export function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tsyncio-'));
  onTestFinished(() => {
    if (existsSync(directory)) rmSync(directory, { recursive: true, force: true });
  });
  return join(directory, 'sock');
}

/** A transport on one end of a connection; the other end is the test's. */
export function* transportOn<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  protocol: P,
  kind: PairKind = 'unix',
): Coroutine<{ transport: Transport; protocol: P; peer: Peer }> {
  const { connection, peer } = yield* connectedPair(loop, kind);
  const transport = yield* transportOf(loop, connection, protocol);
  return { transport, protocol, peer };
}

/** A transport on a connection, begun. */
export function* transportOf(
  loop: SelectorEventLoop,
  connection: RawConnection,
  protocol: BaseProtocol,
): Coroutine<Transport> {
  const waiter = loop.createFuture<void>();
  const transport = backendOf(loop).transport(loop, connection, protocol, { waiter });
  yield* waiter;
  return transport;
}

/** An address that refuses: its port was free a moment ago. */
export function* refusing(): Coroutine<[host: string, port: number]> {
  const server = createServer();
  const port = (yield* wrapFuture(listen(server, 'tcp'))) as number;
  server.close();
  return ['127.0.0.1', port];
}
