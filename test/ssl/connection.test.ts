/*
 * TLS connections as protocols see them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  BufferedProtocol,
  ContextVar,
  type Coroutine,
  type ExceptionContext,
  NotImplementedError,
  Protocol,
  sleep,
  type Transport,
  type TransportSocket,
} from '../../src/index.js';
import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  createDefaultContext,
  SSLContext,
  SSLError,
  SSLObject,
  TLSVersion,
  PROTOCOL_TLS_CLIENT,
  OP_NO_TLSv1_3,
} from '../../src/ssl/index.js';
import { createServer as listen, IPPROTO_TCP, TCP_NODELAY } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { authority, certificate, certificates } from '../helpers/certificates.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, onLoop, Recorder, sockets, until } from '../transports/support.js';
import {
  addressOf,
  clientContext,
  Echo,
  networks,
  onNetwork,
  serve,
  serverContext,
  shutDown,
  sslOf,
} from './support.js';

const { ca, client: clientCertificate } = certificates();

/** Takes what comes by as many bytes as it has room for. */
class Filling extends BufferedProtocol {
  text = '';
  lostWith: Error | null | undefined;
  private readonly _buffer: Buffer;

  constructor(size: number) {
    super();
    this._buffer = Buffer.alloc(size);
  }

  override getBuffer(): Uint8Array {
    return this._buffer;
  }

  override bufferUpdated(nbytes: number): void {
    this.text += this._buffer.toString('latin1', 0, nbytes);
  }

  override connectionLost(exc: Error | null): void {
    this.lostWith = exc;
  }
}

describe.each(networks)('a TLS connection over %s sockets', (network) => {
  test('carries bytes both ways, and leaves no descriptor behind', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop, { make: () => new Echo() });
      const [transport, protocol] = yield* loop.createConnection(Recorder, 'localhost', serving.port, {
        ssl: clientContext(),
        family: 2,
      });
      expect(protocol.events).toEqual(['made']);
      transport.write('hello ');
      transport.writelines(['wor', Buffer.from('ld'), '']);
      yield* until(() => String(protocol.data) === 'hello world');
      transport.close();
      expect(transport.isClosing()).toBe(true);
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeNull();
      expect(protocol.events).toEqual(['made', 'data', 'lost']);
      yield* until(() => serving.protocols[0]!.isLost);
      expect(serving.protocols[0]!.events).toEqual(['made', 'data', 'eof', 'lost']);
      expect(serving.protocols[0]!.lostWith).toBeNull();
      yield* shutDown(serving);
      expect(loop._transports.size).toBe(0);
      expect(loop._listening.size).toBe(0);
    });
    expect(await descriptors()).toBe(before);
  });

  test('carries many megabytes both ways at once, with pauses on both sides', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const size = 8 << 20;
      const [one, two] = [Buffer.alloc(size, 'one.'), Buffer.alloc(size, 'two..')];
      const serving = yield* serve(loop);
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      yield* until(() => serving.protocols.length === 1 && serving.protocols[0]!.events.length === 1);
      const peer = serving.protocols[0]!;
      peer.transport.pauseReading();
      transport.write(one);
      expect(transport.getWriteBufferSize()).toBeGreaterThan(1 << 20);
      expect(protocol.events).toContain('pause');
      peer.transport.write(two);
      for (let i = 0; i < 5; i++) {
        yield* sleep(0.005);
        transport.pauseReading();
        peer.transport.resumeReading();
        yield* sleep(0.005);
        transport.resumeReading();
        peer.transport.pauseReading();
      }
      peer.transport.resumeReading();
      yield* until(() => peer.size === size && protocol.size === size);
      expect(peer.data.equals(one)).toBe(true);
      expect(protocol.data.equals(two)).toBe(true);
      yield* until(() => protocol.events.includes('resume'));
      expect(transport.getWriteBufferSize()).toBe(0);
      transport.close();
      yield* until(() => protocol.isLost);
      yield* shutDown(serving);
    });
  });

  test.each([1, 2, 4, 100])('fills the buffer of a BufferedProtocol, of %i bytes', async (size) => {
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop, { make: () => new Echo() });
      const [transport, protocol] = yield* loop.createConnection(
        () => new Filling(size),
        serving.host,
        serving.port,
        { ssl: clientContext() },
      );
      transport.write('five!');
      yield* until(() => protocol.text === 'five!');
      transport.write('six...');
      yield* until(() => protocol.text === 'five!six...');
      transport.close();
      yield* until(() => protocol.lostWith === null);
      yield* shutDown(serving);
    });
  });

  test('refuses the empty buffer of a BufferedProtocol', async () => {
    const reports: ExceptionContext[] = [];
    await onNetwork(
      network,
      function* (loop): Coroutine {
        const serving = yield* serve(loop, { make: () => new Echo() });
        const [transport, protocol] = yield* loop.createConnection(
          () => new Filling(0),
          serving.host,
          serving.port,
          { ssl: clientContext() },
        );
        transport.write('nowhere to put');
        yield* until(() => protocol.lostWith !== undefined);
        expect(protocol.lostWith).toMatchObject({ message: 'get_buffer() returned an empty buffer' });
        yield* shutDown(serving);
      },
      { reports },
    );
    expect(reports).toMatchObject([{ message: 'Fatal error: protocol.get_buffer() call failed.' }]);
  });

  test('tells what is known of it, on both ends', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const context = clientContext();
      const ssl = serverContext();
      const serving = yield* serve(loop, { ssl });
      const [transport, protocol] = yield* loop.createConnection(Recorder, 'localhost', serving.port, {
        ssl: context,
        family: 2,
      });
      expect(transport.getExtraInfo('sslcontext')).toBe(context);
      expect(transport.getExtraInfo('peername')).toEqual(['127.0.0.1', serving.port]);
      expect(transport.getExtraInfo<unknown[]>('sockname')![0]).toBe('127.0.0.1');
      const shown = transport.getExtraInfo<TransportSocket>('socket')!;
      expect(String(shown)).toContain('<asyncio.TransportSocket fd=');
      expect(shown.getpeername()).toEqual(['127.0.0.1', serving.port]);
      expect(shown.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
      expect(transport.getExtraInfo('cipher')).toEqual(['TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256]);
      expect(transport.getExtraInfo('compression')).toBeNull();
      expect(transport.getExtraInfo('peercert')).toMatchObject({
        subject: [[['commonName', 'localhost']]],
        issuer: [[['organizationName', 'Tests']], [['commonName', 'Test authority']]],
        subjectAltName: [
          ['DNS', 'localhost'],
          ['IP Address', '127.0.0.1'],
          ['IP Address', '0:0:0:0:0:0:0:1'],
        ],
      });
      expect(transport.getExtraInfo('nonsense', 7)).toBe(7);
      const sslobj = sslOf(transport);
      expect(sslobj).toBeInstanceOf(SSLObject);
      expect(sslobj.context).toBe(context);
      expect(sslobj.serverSide).toBe(false);
      expect(sslobj.serverHostname).toBe('localhost');
      expect(sslobj.version()).toBe('TLSv1.3');
      expect(sslobj.cipher()).toEqual(transport.getExtraInfo('cipher'));
      expect(sslobj.compression()).toBeNull();
      expect(sslobj.selectedAlpnProtocol()).toBeNull();
      expect(sslobj.sessionReused).toBe(false);
      expect(sslobj.getpeercert(true)).toEqual(certificates().server.der);
      expect(sslobj.getpeercert({ binaryForm: true })).toEqual(certificates().server.der);
      expect(sslobj.getpeercert({})).toEqual(sslobj.getpeercert());

      yield* until(() => serving.protocols[0]?.events.length === 1);
      const accepted = serving.protocols[0]!.transport;
      expect(accepted.getExtraInfo('sslcontext')).toBe(ssl);
      expect(accepted.getExtraInfo('peercert', 'none')).toBeNull();
      expect(accepted.getExtraInfo('peername')).toEqual(transport.getExtraInfo('sockname'));
      expect(sslOf(accepted).serverSide).toBe(true);
      expect(sslOf(accepted).serverHostname).toBeNull();

      transport.close();
      yield* until(() => protocol.isLost);
      // What was known is known when the connection is gone, but there is no socket any more.
      expect(sslobj.version()).toBe('TLSv1.3');
      expect(transport.getExtraInfo('peername')).toEqual(['127.0.0.1', serving.port]);
      expect(shown.fileno()).toBe(-1);
      expect(transport.getExtraInfo('socket')).toBeNull();
      expect(transport.getExtraInfo('socket', 'none')).toBe('none');
      expect(transport.getExtraInfo('nonsense', 7)).toBe(7);
      yield* shutDown(serving);
    });
  });

  test('cannot end one direction alone, and pauses its protocol at 512 KiB', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      expect(transport.canWriteEof()).toBe(false);
      expect(() => {
        transport.writeEof();
      }).toThrow(NotImplementedError);
      expect(transport.getWriteBufferLimits()).toEqual([128 * 1024, 512 * 1024]);
      transport.setWriteBufferLimits({ low: 10 });
      expect(transport.getWriteBufferLimits()).toEqual([10, 40]);
      transport.setWriteBufferLimits();
      expect(transport.getWriteBufferLimits()).toEqual([128 * 1024, 512 * 1024]);
      expect(transport.isReading()).toBe(true);
      transport.pauseReading();
      expect(transport.isReading()).toBe(false);
      expect(String(transport)).toMatch(/^<SSLTransport .*read=idle write=<idle, bufsize=0>>$/);
      transport.abort();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeNull();
      expect(String(transport)).toContain('<SSLTransport closed');
      transport.write('dropped');
      transport.close();
      transport.abort();
      yield* shutDown(serving);
    });
  });

  test('can change its protocol', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop, { make: () => new Echo() });
      const [transport, first] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      expect(transport.getProtocol()).toBe(first);
      const second = new Recorder();
      transport.setProtocol(second);
      expect(transport.getProtocol()).toBe(second);
      transport.write('to the second');
      yield* until(() => String(second.data) === 'to the second');
      transport.close();
      yield* until(() => second.isLost);
      expect(first.events).toEqual(['made']);
      yield* shutDown(serving);
    });
  });

  test('says that eofReceived cannot keep it open', async () => {
    const log = recordLog();
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop, { make: () => Object.assign(new Recorder(), { keepOpen: true }) });
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      transport.close();
      yield* until(() => protocol.isLost && serving.protocols[0]!.isLost);
      expect(serving.protocols[0]!.events).toEqual(['made', 'eof', 'lost']);
      yield* shutDown(serving);
    });
    expect(log.map(({ message }) => message)).toEqual([
      'returning true from eof_received() has no effect when using ssl',
    ]);
  });

  test('calls each protocol in the context of its own connection', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const name = new ContextVar<string>('name');
      class Looking extends Recorder {
        readonly seen: string[] = [];
        override connectionMade(transport: Transport): void {
          super.connectionMade(transport);
          this.seen.push(name.get());
          name.set(`${name.get()}, connected`);
        }
        override dataReceived(data: Buffer): void {
          this.seen.push(name.get());
          this.chunks.push(data);
        }
        override connectionLost(exc: Error | null): void {
          super.connectionLost(exc);
          this.seen.push(name.get());
        }
      }
      name.set('server');
      const serving = yield* serve(loop, { make: () => new Looking() });
      name.set('client');
      const [transport, protocol] = yield* loop.createConnection(Looking, serving.host, serving.port, {
        ssl: clientContext(),
      });
      name.set('later');
      transport.write('there');
      yield* until(() => serving.protocols[0]!.size > 0);
      serving.protocols[0]!.transport.write('and back');
      yield* until(() => protocol.size > 0);
      transport.close();
      yield* until(() => protocol.isLost && serving.protocols[0]!.isLost);
      expect(protocol.seen).toEqual(['client', 'client, connected', 'client, connected']);
      expect((serving.protocols[0] as Looking).seen).toEqual([
        'server',
        'server, connected',
        'server, connected',
      ]);
      yield* shutDown(serving);
    });
  });

  test('goes over Unix sockets, with a name to check', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const directory = mkdtempSync(join(tmpdir(), 'tls-'));
      onTestFinished(() => {
        rmSync(directory, { recursive: true });
      });
      const path = join(directory, 'socket');
      const protocols: Echo[] = [];
      const server = yield* loop.createUnixServer(
        () => {
          protocols.push(new Echo());
          return protocols.at(-1)!;
        },
        path,
        { ssl: serverContext() },
      );
      const ssl = clientContext();
      const [transport, protocol] = yield* loop.createUnixConnection(Recorder, path, {
        ssl,
        serverHostname: 'localhost',
      });
      transport.write('over a path');
      yield* until(() => String(protocol.data) === 'over a path');
      expect(transport.getExtraInfo('peercert')).toMatchObject({ version: 3 });
      const error = yield* thrownBy(
        loop.createUnixConnection(Recorder, path, { ssl, serverHostname: 'example.org' }),
      );
      expect(error).toBeInstanceOf(SSLError);
      transport.close();
      yield* until(() => protocol.isLost && protocols[0]!.isLost);
      server.close();
      yield* server.waitClosed();
    });
  });

  test.skipIf(noAddon)('is made of a connection that was accepted elsewhere', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      using listening = listen(['127.0.0.1', 0]);
      const [host, port] = listening.getsockname();
      const connecting = loop.createTask(
        loop.createConnection(Recorder, host, port, { ssl: clientContext() }),
      );
      listening.setblocking(false);
      const [conn] = yield* loop.sockAccept(listening);
      const [accepted, serverProtocol] = yield* loop.connectAcceptedSocket(Echo, conn, {
        ssl: serverContext(),
        sslHandshakeTimeout: 5,
      });
      expect(conn.fileno()).toBe(-1);
      const [transport, protocol] = yield* connecting;
      transport.write('accepted elsewhere');
      yield* until(() => String(protocol.data) === 'accepted elsewhere');
      accepted.close();
      yield* until(() => protocol.isLost && serverProtocol.isLost);
    });
  });

  test.skipIf(noAddon)('is made of a socket that is connected', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      const [one, two] = sockets();
      const accepting = loop.createTask(loop.connectAcceptedSocket(Echo, one, { ssl: serverContext() }));
      const [transport, protocol] = yield* loop.createConnection(Recorder, {
        sock: two,
        ssl: clientContext(),
        serverHostname: 'localhost',
      });
      transport.write('over a pair');
      yield* until(() => String(protocol.data) === 'over a pair');
      transport.close();
      const [, serverProtocol] = yield* accepting;
      yield* until(() => protocol.isLost && serverProtocol.isLost);
    });
  });
});

describe('versions', () => {
  test('are the highest that both have', async () => {
    await onLoop(function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const [context, other] = [clientContext(), clientContext()];
      context.maximumVersion = TLSVersion.TLSv1_2;
      other.options |= OP_NO_TLSv1_3;
      for (const ssl of [context, other]) {
        const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
          ssl,
        });
        expect(sslOf(transport).version()).toBe('TLSv1.2');
        expect(sslOf(transport).cipher()![2]).toBeGreaterThanOrEqual(128);
        transport.close();
        yield* until(() => protocol.isLost);
      }
      yield* shutDown(serving);
    });
  });

  test('that one end does not take end the handshake, and the server goes on', async () => {
    await onLoop(function* (loop): Coroutine {
      const ssl = serverContext();
      ssl.minimumVersion = TLSVersion.TLSv1_3;
      const serving = yield* serve(loop, { ssl });
      const context = clientContext();
      context.maximumVersion = TLSVersion.TLSv1_2;
      const error = yield* thrownBy(
        loop.createConnection(Recorder, serving.host, serving.port, { ssl: context }),
      );
      expect(error).toBeInstanceOf(SSLError);
      expect(error).toMatchObject({
        message: `[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (127.0.0.1:${serving.port})`,
        library: 'SSL',
        reason: 'TLSV1_ALERT_PROTOCOL_VERSION',
        code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
        address: '127.0.0.1',
        port: serving.port,
        host: '127.0.0.1',
      });
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      transport.close();
      yield* until(() => protocol.isLost);
      yield* shutDown(serving);
    });
  });

  test('a context that is changed holds for the connections after that', async () => {
    await onLoop(function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const ssl = new SSLContext(PROTOCOL_TLS_CLIENT);
      const connect = (): Coroutine<[Transport, Recorder]> =>
        loop.createConnection(() => new Recorder(), serving.host, serving.port, { ssl });
      expect(yield* thrownBy(connect())).toBeInstanceOf(SSLError);
      ssl.loadVerifyLocations({ cadata: ca.cert });
      const [transport, protocol] = yield* connect();
      ssl.setCiphers('ECDHE-ECDSA-AES128-GCM-SHA256');
      ssl.maximumVersion = TLSVersion.TLSv1_2;
      const [second, secondProtocol] = yield* connect();
      expect(second.getExtraInfo('cipher')).toEqual(['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLSv1.2', 128]);
      transport.close();
      second.close();
      yield* until(() => protocol.isLost && secondProtocol.isLost);
      yield* shutDown(serving);
    });
  });
});

describe('ALPN', () => {
  test('chooses what the server likes best, and refuses a client that speaks nothing of it', async () => {
    await onLoop(function* (loop): Coroutine {
      const ssl = serverContext();
      ssl.setAlpnProtocols(['h2', 'http/1.1']);
      const serving = yield* serve(loop, { ssl });
      const context = clientContext();
      const connect = (): Coroutine<[Transport, Recorder]> =>
        loop.createConnection(() => new Recorder(), serving.host, serving.port, { ssl: context });
      const chosen: (string | null)[] = [];
      for (const offered of [['http/1.1', 'h2'], ['http/1.1'], []]) {
        context.setAlpnProtocols(offered);
        const [transport, protocol] = yield* connect();
        chosen.push(sslOf(transport).selectedAlpnProtocol());
        yield* until(() => serving.protocols.at(-1)!.events.length === 1);
        expect(sslOf(serving.protocols.at(-1)!.transport).selectedAlpnProtocol()).toBe(chosen.at(-1));
        transport.close();
        yield* until(() => protocol.isLost);
      }
      expect(chosen).toEqual(['h2', 'http/1.1', null]);
      context.setAlpnProtocols(['gopher']);
      expect(yield* thrownBy(connect())).toMatchObject({ reason: 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
      yield* shutDown(serving);
    });
  });
});

describe('the name that a client asks for', () => {
  const other = certificate({ issuer: ca, names: ['DNS:other.example'], subject: [['CN', 'other']] });

  test('can choose another certificate', async () => {
    await onLoop(function* (loop): Coroutine {
      const asked: unknown[] = [];
      const ssl = serverContext();
      ssl.sniCallback = (sslobj, name, context) => {
        asked.push([name, context === ssl, sslobj.serverSide]);
        if (name === 'other.example') sslobj.context = serverContext(other);
      };
      const serving = yield* serve(loop, { ssl });
      for (const serverHostname of ['other.example', 'localhost', '127.0.0.1']) {
        const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
          ssl: clientContext(),
          serverHostname,
        });
        expect(transport.getExtraInfo('peercert')).toMatchObject({
          subject: [[['commonName', serverHostname === 'other.example' ? 'other' : 'localhost']]],
        });
        transport.close();
        yield* until(() => protocol.isLost);
      }
      // An address is not asked for by name.
      expect(asked).toEqual([
        ['other.example', true, true],
        ['localhost', true, true],
      ]);
      yield* shutDown(serving);
    });
  });

  test('can be refused; an error in the callback refuses it, too, and is reported', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (loop): Coroutine {
        const ssl = serverContext();
        const serving = yield* serve(loop, { ssl });
        const refusals = [
          (): number => 112,
          (): never => {
            throw new RangeError('a mistake');
          },
        ];
        for (const refuse of refusals) {
          ssl.sniCallback = refuse;
          const error = yield* thrownBy(
            loop.createConnection(Recorder, 'localhost', serving.port, { ssl: clientContext(), family: 2 }),
          );
          expect(error).toMatchObject({ code: 'ECONNRESET' });
        }
        expect(serving.protocols.map(({ events }) => events)).toEqual([[], []]);
        yield* shutDown(serving);
      },
      { reports },
    );
    expect(reports).toMatchObject([
      { message: 'Exception in sni_callback', exception: new RangeError('a mistake') },
    ]);
  });
});

describe('certificates of clients', () => {
  const requiring = (verifyMode: number): SSLContext => {
    const context = serverContext();
    context.verifyMode = verifyMode;
    context.loadVerifyLocations({ cadata: ca.cert });
    return context;
  };
  const presenting = (cert: { cert: string; key: string }): SSLContext => {
    const context = clientContext();
    context.loadCertChain(cert.cert, cert.key);
    return context;
  };
  const stranger = certificate({ subject: [['CN', 'a stranger']], issuer: authority('somebody') });

  test.each([
    [CERT_REQUIRED, 'a good one', presenting(clientCertificate), true],
    [CERT_OPTIONAL, 'a good one', presenting(clientCertificate), true],
    [CERT_OPTIONAL, 'none', clientContext(), true],
    [CERT_NONE, 'a bad one', presenting(stranger), true],
    [CERT_REQUIRED, 'none', clientContext(), false],
    [CERT_REQUIRED, 'a bad one', presenting(stranger), false],
    [CERT_OPTIONAL, 'a bad one', presenting(stranger), false],
  ])('with verifyMode %i, %s', async (verifyMode, what, ssl, good) => {
    // Debug mode tells of all.
    recordLog();
    for (const version of [TLSVersion.TLSv1_2, TLSVersion.TLSv1_3]) {
      ssl.maximumVersion = version;
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          const serving = yield* serve(loop, { ssl: requiring(verifyMode) });
          loop.setDebug(true);
          const connecting = loop.createTask(
            loop.createConnection(Recorder, serving.host, serving.port, { ssl }),
          );
          yield* until(() => connecting.done());
          // In TLS 1.3 a client learns of it only afterwards.
          const protocol = connecting.exception() === null ? connecting.result()[1] : null;
          yield* until(() => (good ? serving.protocols[0]!.events.length === 1 : reports.length === 1));
          if (good) {
            const cert = serving.protocols[0]!.transport.getExtraInfo('peercert');
            const shown =
              what === 'none'
                ? null
                : what === 'a bad one'
                  ? {}
                  : { subject: [[['commonName', 'a client']]] };
            if (shown === null) expect(cert).toBeNull();
            else expect(cert).toMatchObject(shown);
          } else {
            expect(reports[0]).toMatchObject({
              message: 'Error on transport creation for incoming connection',
              exception:
                what === 'none'
                  ? { reason: 'PEER_DID_NOT_RETURN_A_CERTIFICATE' }
                  : {
                      reason: 'CERTIFICATE_VERIFY_FAILED',
                      verifyMessage: 'unable to get local issuer certificate',
                    },
            });
            expect(serving.protocols[0]!.events).toEqual([]);
            if (protocol !== null) yield* until(() => protocol.isLost);
          }
          protocol?.transport.close();
          yield* shutDown(serving);
        },
        { reports },
      );
    }
  });
});

test('keys are logged for who wants to look inside', async () => {
  await onLoop(function* (loop): Coroutine {
    const directory = mkdtempSync(join(tmpdir(), 'keys-'));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    const serving = yield* serve(loop);
    const ssl = clientContext();
    ssl.keylogFilename = join(directory, 'keys.log');
    const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, { ssl });
    transport.close();
    yield* until(() => protocol.isLost);
    expect(readFileSync(ssl.keylogFilename, 'utf8')).toMatch(
      /^CLIENT_HANDSHAKE_TRAFFIC_SECRET [\da-f]{64} /m,
    );
    yield* shutDown(serving);
  });
});

test('without checkHostname any name will do, and without verifying any certificate', async () => {
  await onLoop(function* (loop): Coroutine {
    const serving = yield* serve(loop);
    const unnamed = clientContext();
    unnamed.checkHostname = false;
    const trusting = createDefaultContext();
    trusting.checkHostname = false;
    trusting.verifyMode = CERT_NONE;
    for (const [ssl, cert] of [
      [unnamed, { version: 3 }],
      [trusting, {}],
    ] as const) {
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl,
        serverHostname: 'example.org',
      });
      if (ssl === trusting) expect(transport.getExtraInfo('peercert')).toEqual(cert);
      else expect(transport.getExtraInfo('peercert')).toMatchObject(cert);
      transport.close();
      yield* until(() => protocol.isLost);
    }
    yield* shutDown(serving);
  });
});

test('a server has connections of many clients at once', async () => {
  const before = await descriptors();
  await onLoop(function* (loop): Coroutine {
    const serving = yield* serve(loop, { make: () => new Echo() });
    const ssl = clientContext();
    const clients: Recorder[] = [];
    for (let i = 0; i < 50; i++) {
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl,
      });
      transport.write(`client ${i}`);
      clients.push(protocol);
    }
    yield* until(() => clients.every(({ data }, i) => String(data) === `client ${i}`));
    for (const [i, { transport }] of clients.entries()) {
      if (i % 2 === 0) transport.close();
      else transport.abort();
    }
    yield* until(() => clients.every(({ isLost }) => isLost));
    serving.server.close();
    yield* serving.server.waitClosed();
    expect(serving.protocols.every(({ isLost }) => isLost)).toBe(true);
  });
  expect(await descriptors()).toBe(before);
});

test('Protocol is enough', async () => {
  await onLoop(function* (loop): Coroutine {
    const server = yield* loop.createServer(Protocol, '127.0.0.1', 0, { ssl: serverContext() });
    const [transport] = yield* loop.createConnection(Protocol, ...addressOf(server), {
      ssl: clientContext(),
    });
    transport.close();
    server.close();
    yield* server.waitClosed();
  });
});
