/*
 * TLS over a connection that is in use already.
 */
import { describe, expect, test } from 'vitest';
import {
  BaseTransport,
  BufferedProtocol,
  CancelledError,
  ConnectionAbortedError,
  ConnectionResetError,
  type Coroutine,
  Protocol,
  RuntimeError,
  type SelectorEventLoop,
  sleep,
  startServer,
  type Transport,
} from '../../src/index.js';
import { createServer as listen, type socket } from '../../src/socket/index.js';
import { SSLCertVerificationError, SSLError } from '../../src/ssl/index.js';
import { noAddon } from '../helpers/addon.js';
import { certificate, SERVER_NAMES } from '../helpers/certificates.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, onLoop, Recorder, reset, until } from '../transports/support.js';
import { addressOf, clientContext, networks, onNetwork, serverContext, sslOf } from './support.js';

/** A plain connection, both ends of it. */
interface Plain {
  client: Recorder;
  server: Recorder;
  close(): Coroutine;
}

function* plain(loop: SelectorEventLoop): Coroutine<Plain> {
  const accepted: Recorder[] = [];
  const server = yield* loop.createServer(
    () => {
      accepted.push(new Recorder());
      return accepted.at(-1)!;
    },
    '127.0.0.1',
    0,
  );
  const [, client] = yield* loop.createConnection(Recorder, ...addressOf(server));
  yield* until(() => accepted[0]?.events.length === 1);
  return {
    client,
    server: accepted[0]!,
    *close(): Coroutine {
      server.close();
      server.closeClients();
      yield* server.waitClosed();
      yield* until(() => client.isLost && accepted[0]!.isLost);
    },
  };
}

const upgrade = (
  loop: SelectorEventLoop,
  protocol: Recorder,
  serverSide: boolean,
  options: object = {},
): Coroutine<Transport> =>
  loop.startTls(protocol.transport, protocol, serverSide ? serverContext() : clientContext(), {
    serverSide,
    ...(!serverSide && { serverHostname: 'localhost' }),
    ...options,
  });

describe.each(networks)('startTls over %s sockets', (network) => {
  test('lays TLS over a connection, without a second connectionMade', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      client.transport.write('STARTTLS');
      yield* until(() => String(server.data) === 'STARTTLS');
      server.transport.write('OK');
      yield* until(() => String(client.data) === 'OK');
      const upgrading = loop.createTask(upgrade(loop, server, true));
      const old = client.transport;
      const transport = yield* upgrade(loop, client, false);
      const accepted = yield* upgrading;
      expect(transport).not.toBe(old);
      expect(transport.getProtocol()).toBe(client);
      expect(sslOf(transport).version()).toBe('TLSv1.3');
      expect(transport.getExtraInfo('peername')).toEqual(old.getExtraInfo('peername'));
      expect(String(transport.getExtraInfo('socket'))).toContain("raddr=('127.0.0.1'");
      expect(sslOf(accepted).serverSide).toBe(true);
      transport.write(' and then');
      accepted.write(', really');
      yield* until(() => String(server.data) === 'STARTTLS and then' && String(client.data) === 'OK, really');
      expect(old.isClosing()).toBe(false);
      transport.close();
      expect(old.isClosing()).toBe(true);
      yield* until(() => client.isLost && server.isLost);
      expect(client.events.filter((event) => event !== 'data')).toEqual(['made', 'lost']);
      expect(server.events.filter((event) => event !== 'data')).toEqual(['made', 'eof', 'lost']);
      yield* close();
    });
    expect(await descriptors()).toBe(before);
  });

  test('fills the buffer of a BufferedProtocol, and can give the connection another protocol', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      class Filling extends BufferedProtocol {
        readonly buffer = Buffer.alloc(5);
        text = '';
        made = 0;
        override connectionMade(): void {
          this.made++;
        }
        override getBuffer(): Uint8Array {
          return this.buffer;
        }
        override bufferUpdated(nbytes: number): void {
          this.text += this.buffer.toString('latin1', 0, nbytes);
        }
      }
      const { client, server, close } = yield* plain(loop);
      const upgrading = loop.createTask(upgrade(loop, server, true));
      const filling = new Filling();
      const transport = yield* loop.startTls(client.transport, filling, clientContext(), {
        serverHostname: 'localhost',
      });
      const accepted = yield* upgrading;
      accepted.write('into small buffers');
      yield* until(() => filling.text === 'into small buffers');
      // The first protocol again, while data is on its way.
      transport.setProtocol(client);
      accepted.write('and back');
      yield* until(() => String(client.data) === 'and back');
      expect(filling.made).toBe(0);
      transport.close();
      yield* close();
    });
  });

  test('sends all that was written before, and nothing of it by TLS', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const data = Buffer.alloc(32 << 20, 'plain text');
      const go = loop.createFuture<void>();
      const server = yield* startServer(
        function* (reader, writer): Coroutine {
          yield* go;
          expect((yield* reader.readexactly(data.length)).equals(data)).toBe(true);
          yield* writer.startTls(serverContext());
          writer.write(yield* reader.readexactly(6));
          writer.close();
          yield* writer.waitClosed();
        },
        '127.0.0.1',
        0,
      );
      const [transport, protocol] = yield* loop.createConnection(Recorder, ...addressOf(server));
      transport.write(data);
      expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
      const upgrading = loop.createTask(upgrade(loop, protocol, false));
      yield* sleep(0.01);
      expect(upgrading.done()).toBe(false);
      go.setResult();
      (yield* upgrading).write('by TLS');
      yield* until(() => protocol.isLost);
      expect(String(protocol.data)).toBe('by TLS');
      server.close();
      yield* server.waitClosed();
    });
  });

  test('loses nothing that came while reading was paused', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      server.transport.pauseReading();
      const upgrading = loop.createTask(upgrade(loop, client, false));
      yield* sleep(0.02);
      expect(server.events).toEqual(['made']);
      const accepted = yield* upgrade(loop, server, true);
      (yield* upgrading).write('not lost');
      yield* until(() => String(server.data) === 'not lost');
      expect(accepted.isReading()).toBe(true);
      accepted.close();
      yield* close();
    });
  });

  test('can be laid over TLS', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      for (let layer = 0; layer < 3; layer++) {
        const upgrading = loop.createTask(upgrade(loop, server, true));
        client.transport = yield* upgrade(loop, client, false);
        server.transport = yield* upgrading;
        client.transport.write(`${layer}`);
        yield* until(() => server.data.length === layer + 1);
      }
      const data = Buffer.alloc(1 << 20, 'deep');
      server.transport.write(data);
      yield* until(() => client.size === data.length);
      expect(client.data.equals(data)).toBe(true);
      expect(client.transport.getExtraInfo('peername')).toEqual(['127.0.0.1', expect.any(Number)]);
      client.transport.close();
      yield* until(() => client.isLost && server.isLost);
      expect(String(server.data)).toBe('012');
      expect(client.lostWith).toBeNull();
      yield* close();
    });
    expect(await descriptors()).toBe(before);
  });

  test('that fails on the certificate ends the connection, which both protocols are told', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const ssl = serverContext(certificate({ names: SERVER_NAMES }));
      const upgrading = loop.createTask(loop.startTls(server.transport, server, ssl, { serverSide: true }));
      const error = yield* thrownBy(upgrade(loop, client, false));
      expect(error).toBeInstanceOf(SSLCertVerificationError);
      expect((error as Error).message).toMatch(/self-signed certificate \(localhost, 127\.0\.0\.1:\d+\)$/);
      expect(yield* thrownBy(upgrading)).toBeInstanceOf(ConnectionResetError);
      yield* until(() => client.isLost && server.isLost);
      expect(client.lostWith).toBe(error);
      expect(client.events).toEqual(['made', 'lost']);
      yield* close();
    });
    expect(await descriptors()).toBe(before);
  });

  test('that is cancelled ends the connection', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      for (const busy of [false, true]) {
        const { client, server, close } = yield* plain(loop);
        if (busy) {
          server.transport.pauseReading();
          client.transport.write(Buffer.alloc(16 << 20));
        }
        const upgrading = loop.createTask(upgrade(loop, client, false));
        yield* sleep(0.01);
        upgrading.cancel();
        expect(yield* thrownBy(upgrading)).toBeInstanceOf(CancelledError);
        if (busy) server.transport.abort();
        yield* until(() => client.isLost && server.isLost);
        yield* close();
      }
    });
    expect(await descriptors()).toBe(before);
  });

  test('that takes too long ends the connection', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const error = yield* thrownBy(upgrade(loop, client, false, { sslHandshakeTimeout: 0.02 }));
      expect(error).toBeInstanceOf(ConnectionAbortedError);
      expect((error as Error).message).toContain('SSL handshake is taking longer than 0.02 seconds');
      yield* until(() => client.isLost && server.isLost);
      expect(client.lostWith).toBe(error);
      yield* close();
    });
  });

  test('against nonsense fails', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const upgrading = loop.createTask(upgrade(loop, client, false));
      yield* until(() => server.size > 0);
      server.transport.write('please wait');
      expect(yield* thrownBy(upgrading)).toMatchObject({ name: 'SSLError', reason: 'WRONG_VERSION_NUMBER' });
      yield* close();
    });
  });

  test('keeps the connection among those of the server', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const upgrading = loop.createTask(upgrade(loop, server, true));
      const transport = yield* upgrade(loop, client, false);
      yield* upgrading;
      const closing = loop.createTask(close());
      yield* until(() => server.isLost);
      yield* closing;
      expect(transport.isClosing()).toBe(true);
      expect(client.lostWith).toBeNull();
    });
  });

  test('leaves the old transport as a handle to the connection', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      for (const how of ['close', 'abort'] as const) {
        const { client, server, close } = yield* plain(loop);
        const old = client.transport;
        const upgrading = loop.createTask(upgrade(loop, server, true));
        const transport = yield* upgrade(loop, client, false);
        yield* upgrading;
        old[how]();
        expect(transport.isClosing()).toBe(true);
        expect(old.isClosing()).toBe(true);
        yield* until(() => client.isLost && server.isLost);
        yield* close();
      }
    });
  });

  test('refuses what it cannot do, and the connection goes on', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const { transport } = client;
      for (const context of [null, undefined, {}, true, 'context']) {
        const error = yield* thrownBy(loop.startTls(transport, client, context as never));
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(
          /^sslcontext is expected to be an instance of ssl\.SSLContext, got /,
        );
      }
      const foreign = yield* thrownBy(loop.startTls(new BaseTransport() as never, client, clientContext()));
      expect(foreign).toBeInstanceOf(TypeError);
      expect((foreign as Error).message).toMatch(/^transport .* is not supported by start_tls\(\)$/);
      expect(yield* thrownBy(loop.startTls(transport, client, serverContext()))).toBeInstanceOf(SSLError);
      expect(
        yield* thrownBy(loop.startTls(transport, client, clientContext(), { serverHostname: '' })),
      ).toMatchObject({ message: 'check_hostname requires server_hostname' });
      transport.write('still plain');
      yield* until(() => String(server.data) === 'still plain');
      transport.close();
      const late = yield* thrownBy(upgrade(loop, client, false));
      expect(late).toBeInstanceOf(RuntimeError);
      expect((late as Error).message).toBe('Transport is closing');
      yield* close();
    });
  });

  test('of a connection that is lost while it is flushed fails', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      server.transport.pauseReading();
      client.transport.write(Buffer.alloc(32 << 20));
      const upgrading = loop.createTask(upgrade(loop, client, false));
      yield* sleep(0.01);
      server.transport.abort();
      expect(yield* thrownBy(upgrading)).toBeInstanceOf(Error);
      yield* until(() => client.isLost);
      yield* close();
    });
  });
});

test.skipIf(noAddon)('a loop that blocks refuses, and the connection goes on', async () => {
  await onLoop(
    function* (loop): Coroutine {
      const { client, server, close } = yield* plain(loop);
      const error = yield* thrownBy(upgrade(loop, client, false));
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as Error).message).toMatch(/^TLS cannot be used while the loop blocks /);
      client.transport.write('still plain');
      yield* until(() => String(server.data) === 'still plain');
      client.transport.close();
      yield* close();
    },
    { blocking: true },
  );
});

test.skipIf(noAddon)('a peer that is gone before the handshake is told of', async () => {
  await onLoop(function* (loop): Coroutine {
    using server = listen(['127.0.0.1', 0]);
    const [host, port] = server.getsockname();
    const [transport, protocol] = yield* loop.createConnection(Protocol, host, port);
    const [peer] = server.accept() as [socket, unknown];
    transport.pauseReading();
    reset(peer);
    yield* sleep(0.01);
    const error = yield* thrownBy(
      loop.startTls(transport, protocol, clientContext(), { serverHostname: 'localhost' }),
    );
    expect(error).toBeInstanceOf(ConnectionResetError);
    expect((error as Error).message).toContain('during the TLS handshake');
  });
});
