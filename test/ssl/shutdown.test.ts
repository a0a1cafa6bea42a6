/*
 * The end of TLS connections: what was written is sent, each side says farewell, and nobody waits for ever.
 */
import { connect as connectPlain, createServer as createNetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  ConnectionError,
  ConnectionResetError,
  type Coroutine,
  openConnection,
  type SelectorEventLoop,
  sleep,
  TimeoutError,
  type Transport,
  wrapFuture,
} from '../../src/index.js';
import { certificates } from '../helpers/certificates.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, Recorder, until } from '../transports/support.js';
import { clientContext, networks, onNetwork, serve, shutDown } from './support.js';

const { server } = certificates();

/** A TLS server of Node's, for one test. */
function* nodeServer(onConnection: (socket: TLSSocket) => void): Coroutine<number> {
  const listening = createTlsServer({ cert: server.cert, key: server.key, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  listening.on('connection', (socket: Socket) => onTestFinished(() => void socket.destroy()));
  onTestFinished(() => void listening.close());
  yield* wrapFuture(new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve)));
  return (listening.address() as { port: number }).port;
}

function connectTo(
  loop: SelectorEventLoop,
  port: number,
  options: object = {},
): Coroutine<[Transport, Recorder]> {
  return loop.createConnection(() => new Recorder(), '127.0.0.1', port, { ssl: clientContext(), ...options });
}

/** No time limit of the connection's is left running. */
function expectNoTimers(loop: SelectorEventLoop): void {
  loop._scheduled.prune();
  expect(loop._scheduled.peek()).toBeUndefined();
}

describe.each(networks)('over %s sockets, close()', (network) => {
  test('sends what was written, says farewell, and waits for that of the other side', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const chunks: Buffer[] = [];
      let peer: TLSSocket | null = null;
      let ended = false;
      const port = yield* nodeServer((socket) => {
        peer = socket;
        socket.on('data', (chunk: Buffer) => chunks.push(chunk));
        socket.on('end', () => {
          ended = true;
        });
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      const data = Buffer.alloc(4 << 20, 'to the last byte');
      transport.write(data);
      transport.close();
      transport.write('dropped');
      yield* until(() => ended);
      expect(Buffer.concat(chunks).equals(data)).toBe(true);
      yield* sleep(0.02);
      expect(protocol.isLost).toBe(false);
      peer!.end();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeNull();
      yield* sleep(0);
      expectNoTimers(loop);
    });
  });

  test('waits no longer than sslShutdownTimeout', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.resume();
      });
      const [transport, protocol] = yield* connectTo(loop, port, { sslShutdownTimeout: 0.05 });
      transport.close();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(TimeoutError);
      expect(protocol.lostWith!.message).toBe('SSL shutdown timed out');
      expectNoTimers(loop);
    });
    expect(await descriptors()).toBeLessThanOrEqual(before + 2);
  });

  test('waits no longer for a peer that does not read, either', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.pause();
      });
      const [transport, protocol] = yield* connectTo(loop, port, { sslShutdownTimeout: 0.05 });
      transport.write(Buffer.alloc(32 << 20));
      transport.close();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(TimeoutError);
      expect(transport.getWriteBufferSize()).toBe(0);
      expectNoTimers(loop);
    });
  });

  test('waits no longer, when the other side has ended and does not read', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.pause();
        socket.end('the last words');
      });
      const [transport, protocol] = yield* connectTo(loop, port, { sslShutdownTimeout: 0.1 });
      transport.write(Buffer.alloc(32 << 20));
      yield* until(() => protocol.isLost);
      expect(String(protocol.data)).toBe('the last words');
      expect(protocol.events.filter((event) => !['pause', 'resume'].includes(event))).toEqual([
        'made',
        'data',
        'eof',
        'lost',
      ]);
      expect(protocol.lostWith).toBeInstanceOf(TimeoutError);
    });
  });

  test('does not wait for a peer that goes on sending', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      let received = '';
      const port = yield* nodeServer((socket) => {
        const more = (): void => {
          if (socket.destroyed) return;
          socket.write(Buffer.alloc(1024));
          setTimeout(more, 1);
        };
        more();
        socket.on('data', (data) => {
          received += String(data);
        });
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      yield* until(() => protocol.size > 0);
      transport.write('the last words');
      transport.close();
      const size = protocol.size;
      const start = loop.time();
      yield* until(() => protocol.isLost);
      expect(loop.time() - start).toBeLessThan(5);
      expect(protocol.lostWith).toBeNull();
      expect(protocol.size).toBe(size);
      yield* until(() => received === 'the last words');
    });
  });

  test('of a connection whose reading is paused drops what nobody wanted to read', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      let peer: TLSSocket | null = null;
      const port = yield* nodeServer((socket) => {
        peer = socket;
        socket.resume();
        socket.write(Buffer.alloc(1 << 20));
        socket.on('end', () => socket.end());
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      yield* until(() => protocol.size > 0);
      transport.pauseReading();
      const size = protocol.size;
      yield* sleep(0.01);
      transport.close();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeNull();
      expect(protocol.size).toBe(size);
      expect(peer).not.toBeNull();
    });
  });
});

describe.each(networks)("over %s sockets, the other side's end", (network) => {
  test('comes after all that it has sent; what was written before goes out all the same', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const chunks: Buffer[] = [];
      let ended = false;
      const port = yield* nodeServer((socket) => {
        socket.end('pong');
        socket.pause();
        setTimeout(() => {
          socket.on('data', (chunk: Buffer) => chunks.push(chunk));
          socket.on('end', () => {
            ended = true;
          });
          socket.resume();
        }, 50);
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      const data = Buffer.alloc(4 << 20, 'trailing');
      transport.write(data);
      yield* until(() => protocol.isLost && ended);
      expect(String(protocol.data)).toBe('pong');
      expect(protocol.lostWith).toBeNull();
      expect(Buffer.concat(chunks).equals(data)).toBe(true);
    });
  });

  test('without a farewell is an end, too', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.write('no farewell', () => {
          // The socket below the TLS.
          (socket as unknown as { _parent: Socket })._parent.destroy();
        });
      });
      const [, protocol] = yield* connectTo(loop, port);
      yield* until(() => protocol.isLost);
      expect(String(protocol.data)).toBe('no farewell');
      expect(protocol.events).toEqual(['made', 'data', 'eof', 'lost']);
    });
  });

  test('waits for its turn while reading is paused, and sets no time limit meanwhile', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.once('data', () => socket.end('extra bytes'));
        socket.write('hello');
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      yield* until(() => String(protocol.data) === 'hello');
      transport.pauseReading();
      transport.write('world');
      yield* sleep(0.03);
      expectNoTimers(loop);
      expect(protocol.events).toEqual(['made', 'data']);
      transport.resumeReading();
      yield* until(() => protocol.isLost);
      expect(String(protocol.data)).toBe('helloextra bytes');
      expect(protocol.events).toEqual(['made', 'data', 'eof', 'lost']);
      expect(protocol.lostWith).toBeNull();
    });
  });

  test('that comes while we say farewell ends it at once', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const [transport, protocol] = yield* connectTo(loop, serving.port);
      yield* until(() => serving.protocols[0]!.events.length === 1);
      transport.close();
      serving.protocols[0]!.transport.close();
      yield* until(() => protocol.isLost && serving.protocols[0]!.isLost);
      expect(protocol.lostWith).toBeNull();
      expect(serving.protocols[0]!.lostWith).toBeNull();
      yield* shutDown(serving);
    });
  });
});

describe.each(networks)('over %s sockets, a connection that is', (network) => {
  test('reset tells so, once, and drops what waits', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.once('data', () => {
          (socket as unknown as { _parent: Socket })._parent.resetAndDestroy();
        });
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      transport.write(Buffer.alloc(32 << 20));
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(ConnectionError);
      expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
      expect(transport.getWriteBufferSize()).toBe(0);
      transport.write('dropped');
    });
  });

  test('reset while it is being closed tells so', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.once('data', () => {
          (socket as unknown as { _parent: Socket })._parent.resetAndDestroy();
        });
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      transport.write(Buffer.alloc(32 << 20));
      transport.close();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(ConnectionError);
    });
  });

  test('aborted is gone at once', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.pause();
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      transport.write(Buffer.alloc(32 << 20));
      transport.abort();
      yield* sleep(0);
      yield* sleep(0);
      expect(protocol.isLost).toBe(true);
      expect(protocol.lostWith).toBeNull();
    });
  });

  test('aborted while it is being closed is gone at once, too', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.pause();
      });
      const [transport, protocol] = yield* connectTo(loop, port);
      transport.close();
      transport.abort();
      yield* sleep(0);
      yield* sleep(0);
      expect(protocol.isLost).toBe(true);
      expect(protocol.lostWith).toBeNull();
      expectNoTimers(loop);
    });
  });

  test('lost makes the next drain() fail', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const port = yield* nodeServer((socket) => {
        socket.once('data', () => {
          (socket as unknown as { _parent: Socket })._parent.resetAndDestroy();
        });
      });
      const [, writer] = yield* openConnection('127.0.0.1', port, { ssl: clientContext() });
      function* pump(): Coroutine {
        for (;;) {
          writer.write(Buffer.alloc(1 << 20));
          yield* writer.drain();
        }
      }
      expect(yield* thrownBy(pump())).toBeInstanceOf(ConnectionResetError);
      writer.close();
      expect(yield* thrownBy(writer.waitClosed())).toBeInstanceOf(ConnectionError);
      expect(loop._listening.size).toBe(0);
    });
  });

  test('broken in the middle of TLS tells what broke it', async () => {
    const log = recordLog();
    await onNetwork(network, function* (loop): Coroutine {
      // A proxy that puts nonsense into the stream.
      const serving = yield* serve(loop);
      let inner: Socket | null = null;
      const proxy = createNetServer((socket) => {
        inner = socket;
        const upstream = connectPlain(serving.port, '127.0.0.1');
        upstream.on('data', (data: Buffer) => socket.write(data));
        socket.on('data', (data: Buffer) => upstream.write(data));
        for (const one of [socket, upstream]) {
          one.on('error', () => {});
          onTestFinished(() => void one.destroy());
        }
      });
      onTestFinished(() => void proxy.close());
      yield* wrapFuture(new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
      const { port } = proxy.address() as { port: number };
      const [, protocol] = yield* connectTo(loop, port);
      inner!.write(Buffer.alloc(100, 'nonsense'));
      yield* until(() => protocol.isLost);
      // Newer OpenSSLs name it after the record's type.
      const reason = expect.stringMatching(/^(?:WRONG_VERSION_NUMBER|BAD_RECORD_TYPE)$/) as string;
      expect(protocol.lostWith).toMatchObject({ name: 'SSLError', reason, port });
      serving.server.close();
      serving.server.abortClients();
      yield* serving.server.waitClosed();
    });
    expect(log).toEqual([]);
  });
});
