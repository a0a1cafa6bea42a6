/* Node's net and dgram against our servers, and our clients against Node's. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ask, startUdpEcho } from '../../examples/udp-echo.js';
import {
  ConnectionResetError,
  type Coroutine,
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  wrapFuture,
} from '../../src/index.js';
import { echo, sendAndReceive } from '../helpers/echo.js';
import { connected, onEachNetwork, program, serving } from '../helpers/servers.js';
import { thrownBy } from '../helpers/virtual.js';
import { scratch } from './support.js';

const MEGABYTES = Buffer.alloc(4 * 1024 * 1024, 'tsyncio');

/** Have a client of Node's send `data` and end, and return what it gets. */
async function say(client: Socket, data: Uint8Array): Promise<Buffer> {
  client.end(data);
  return buffer(client);
}

/** Run `body` with a server of Node's. */
function* withNode(
  listener: (socket: Socket) => void,
  body: (port: number) => Coroutine,
  path?: string,
): Coroutine {
  const server: Server = createServer({ allowHalfOpen: true }, listener);
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  yield* wrapFuture(once(server, 'listening'));
  try {
    yield* body(path === undefined ? (server.address() as AddressInfo).port : 0);
  } finally {
    server.close();
  }
}

onEachNetwork(() => {
  describe('a client of Node', () => {
    it('gets its bytes back', () =>
      program(function* () {
        const server = yield* startServer(echo, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          const received = yield* wrapFuture(
            say(connect({ port, host: '127.0.0.1', allowHalfOpen: true }), MEGABYTES),
          );
          expect(received.equals(MEGABYTES)).toBe(true);
        });
      }));

    it('gets its bytes back over a Unix socket', () =>
      program(function* () {
        const path = join(scratch(), 'socket');
        const server = yield* startUnixServer(echo, path);
        const received = yield* wrapFuture(say(connect({ path, allowHalfOpen: true }), MEGABYTES));
        expect(received.equals(MEGABYTES)).toBe(true);
        server.close();
        yield* server.waitClosed();
      }));

    it('that resets its connection is a ConnectionResetError of the handler', () =>
      program(function* () {
        const errors: unknown[] = [];
        const server = yield* startServer(
          function* (reader, writer) {
            writer.write('hello');
            errors.push(yield* thrownBy(reader.read()));
            writer.close();
          },
          '127.0.0.1',
          0,
        );
        yield* serving(server, function* (port) {
          const client = connect(port, '127.0.0.1');
          yield* wrapFuture(once(client, 'data'));
          client.resetAndDestroy();
          while (errors.length === 0) yield;
          expect(errors[0]).toBeInstanceOf(ConnectionResetError);
          expect(errors[0]).toMatchObject({ code: 'ECONNRESET' });
        });
      }));

    it('gets its datagrams back', () =>
      program(function* () {
        const server = yield* startUdpEcho('127.0.0.1', 0);
        const client = createSocket('udp4');
        for (const text of ['text', '', 'x'.repeat(9000)]) {
          client.send(text, server.getExtraInfo('sockname')[1], '127.0.0.1');
          const [message] = (yield* wrapFuture(once(client, 'message'))) as [Buffer];
          expect(message.toString()).toBe(text);
        }
        client.close();
        server.close();
      }));
  });

  describe('a server of Node', () => {
    it('sends our bytes back', () =>
      program(() =>
        withNode(
          (socket) => socket.pipe(socket),
          function* (port) {
            const [reader, writer] = yield* openConnection('127.0.0.1', port);
            expect((yield* sendAndReceive(reader, writer, MEGABYTES)).equals(MEGABYTES)).toBe(true);
          },
        ),
      ));

    it('sends our bytes back over a Unix socket', () => {
      const path = join(scratch(), 'socket');
      return program(() =>
        withNode(
          (socket) => socket.pipe(socket),
          function* () {
            const [reader, writer] = yield* openUnixConnection(path);
            expect((yield* sendAndReceive(reader, writer, MEGABYTES)).equals(MEGABYTES)).toBe(true);
          },
          path,
        ),
      );
    });

    it('that ends first lets us go on', () => {
      let heard = '';
      return program(() =>
        withNode(
          (socket) => {
            socket.end('that was it');
            socket.on('data', (data) => (heard += String(data)));
          },
          (port) =>
            connected(port, function* (reader, writer) {
              expect(String(yield* reader.read())).toBe('that was it');
              writer.write('not for us');
              writer.writeEof();
              while (heard !== 'not for us') yield;
            }),
        ),
      );
    });

    it('that resets the connection is a ConnectionResetError', () =>
      program(() =>
        withNode(
          (socket) => socket.once('data', () => socket.resetAndDestroy()),
          (port) =>
            connected(port, function* (reader, writer) {
              writer.write('hello');
              const error = yield* thrownBy(reader.read());
              expect(error).toBeInstanceOf(ConnectionResetError);
              expect(yield* thrownBy(writer.drain())).toBe(error);
            }),
        ),
      ));

    it('that reads slowly slows us down', () => {
      let heard = 0;
      return program(() =>
        withNode(
          (socket) => {
            socket.on('data', (data) => {
              heard += data.length;
              socket.pause();
              setTimeout(() => socket.resume(), 1);
            });
            socket.on('end', () => socket.end(String(heard)));
          },
          (port) =>
            connected(port, function* (reader, writer) {
              const piece = Buffer.alloc(100_000);
              let most = 0;
              for (let i = 0; i < 50; i++) {
                writer.write(piece);
                most = Math.max(most, writer.transport.getWriteBufferSize());
                yield* writer.drain();
              }
              writer.writeEof();
              // Never more than the high-water mark and one write.
              expect(most).toBeLessThanOrEqual(65536 + piece.length);
              expect(String(yield* reader.read())).toBe('5000000');
            }),
        ),
      );
    });

    it('sends our datagrams back', () =>
      program(function* () {
        const server = createSocket('udp4', (message, { port, address }) => {
          server.send(message, port, address);
        });
        yield* wrapFuture(new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve)));
        for (const text of ['text', '', 'x'.repeat(9000)]) {
          expect(yield* ask('127.0.0.1', server.address().port, text, { patience: 5 })).toBe(text);
        }
        server.close();
      }));
  });
});
