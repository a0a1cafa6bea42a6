/*
 * Handshakes that come to nothing: what each end is told, and that nothing is left behind.
 */
import { describe, expect, test } from 'vitest';
import {
  CancelledError,
  ConnectionAbortedError,
  ConnectionResetError,
  type Coroutine,
  type ExceptionContext,
  logger,
  OSError,
  Protocol,
  RuntimeError,
  type SelectorEventLoop,
  sleep,
  type Transport,
  ValueError,
} from '../../src/index.js';
import { createServer as listen, type socket, socket as Socket } from '../../src/socket/index.js';
import {
  CertificateError,
  createDefaultContext,
  PROTOCOL_TLS_SERVER,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
} from '../../src/ssl/index.js';
import { noAddon } from '../helpers/addon.js';
import {
  authority,
  certificate,
  type Certificate,
  certificates,
  SERVER_NAMES,
} from '../helpers/certificates.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, onLoop, Recorder, reset, until } from '../transports/support.js';
import { clientContext, Echo, networks, onNetwork, serve, serverContext, shutDown } from './support.js';

const { ca } = certificates();

/** What a certificate is refused with. */
interface Refusal {
  what: string;
  server: Certificate;
  trusted?: Certificate;
  serverHostname?: string;
  verifyCode: number;
  verifyMessage: string;
  code: string;
  place?: string;
}

const refusals: readonly Refusal[] = [
  {
    what: 'signed by itself',
    server: certificate({ names: SERVER_NAMES }),
    verifyCode: 18,
    verifyMessage: 'self-signed certificate',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  },
  {
    what: 'of an authority that nobody knows',
    server: certificate({ issuer: authority('Unknown'), names: SERVER_NAMES }),
    verifyCode: 20,
    verifyMessage: 'unable to get local issuer certificate',
    code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  },
  {
    what: 'that has expired',
    server: certificate({ issuer: ca, names: SERVER_NAMES, from: -20, until: -10 }),
    verifyCode: 10,
    verifyMessage: 'certificate has expired',
    code: 'CERT_HAS_EXPIRED',
  },
  {
    what: 'that is not valid yet',
    server: certificate({ issuer: ca, names: SERVER_NAMES, from: 10, until: 20 }),
    verifyCode: 9,
    verifyMessage: 'certificate is not yet valid',
    code: 'CERT_NOT_YET_VALID',
  },
  {
    what: 'of another host',
    server: certificate({ issuer: ca, names: ['DNS:localhost'] }),
    serverHostname: 'example.org',
    verifyCode: 62,
    verifyMessage: "Hostname mismatch, certificate is not valid for 'example.org'.",
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    place: 'example.org, ',
  },
  {
    what: 'without the address',
    server: certificate({ issuer: ca, names: ['DNS:localhost', 'IP:127.0.0.2', 'DNS:127.0.0.1'] }),
    verifyCode: 64,
    verifyMessage: "IP address mismatch, certificate is not valid for '127.0.0.1'.",
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  {
    what: 'with a wildcard that reaches no further than one label',
    server: certificate({ issuer: ca, names: ['DNS:*.example.org'] }),
    serverHostname: 'a.b.example.org',
    verifyCode: 62,
    verifyMessage: "Hostname mismatch, certificate is not valid for 'a.b.example.org'.",
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    place: 'a.b.example.org, ',
  },
];

describe.each(networks)('over %s sockets, a client refuses a certificate', (network) => {
  test.each(refusals)('$what', async (refusal) => {
    const before = await descriptors();
    const reports: ExceptionContext[] = [];
    await onNetwork(
      network,
      function* (loop): Coroutine {
        const serving = yield* serve(loop, { ssl: serverContext(refusal.server) });
        const client = new Recorder();
        const error = yield* thrownBy(
          loop.createConnection(() => client, serving.host, serving.port, {
            ssl: clientContext(),
            ...(refusal.serverHostname !== undefined && { serverHostname: refusal.serverHostname }),
          }),
        );
        expect(error).toBeInstanceOf(SSLCertVerificationError);
        expect(error).toBeInstanceOf(CertificateError);
        expect(error).toBeInstanceOf(OSError);
        const { verifyCode, verifyMessage, code, place = '' } = refusal;
        expect(error).toMatchObject({
          message: `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${verifyMessage} (${place}127.0.0.1:${serving.port})`,
          name: 'SSLCertVerificationError',
          library: 'SSL',
          reason: 'CERTIFICATE_VERIFY_FAILED',
          errno: 1,
          verifyCode,
          verifyMessage,
          code,
          address: '127.0.0.1',
          port: serving.port,
          host: refusal.serverHostname ?? '127.0.0.1',
        });
        expect(client.events).toEqual([]);
        yield* shutDown(serving);
        expect(serving.protocols.map(({ events }) => events)).toEqual([[]]);
      },
      { reports },
    );
    // It is the client's affair: a server tells of it in debug mode alone.
    expect(reports).toEqual([]);
    expect(await descriptors()).toBe(before);
  });
});

test('a certificate that was signed by one in between is accepted with it, and with its signer alone', async () => {
  const between = certificate({ issuer: ca, subject: [['CN', 'between']], isAuthority: true });
  const leaf = certificate({ issuer: between, names: SERVER_NAMES });
  await onLoop(function* (loop): Coroutine {
    const chained = yield* serve(loop, { ssl: serverContext({ ...leaf, cert: leaf.cert + between.cert }) });
    const alone = yield* serve(loop, { ssl: serverContext(leaf) });
    for (const [port, trusted] of [
      [chained.port, ca],
      [alone.port, between],
    ] as const) {
      const ssl = clientContext(trusted);
      const [transport, protocol] = yield* loop.createConnection(Recorder, '127.0.0.1', port, { ssl });
      transport.close();
      yield* until(() => protocol.isLost);
    }
    const error = yield* thrownBy(
      loop.createConnection(Recorder, '127.0.0.1', alone.port, { ssl: clientContext() }),
    );
    expect(error).toMatchObject({ verifyMessage: 'unable to get local issuer certificate' });
    yield* shutDown(chained);
    yield* shutDown(alone);
  });
});

test('ssl: true trusts the authorities that Node trusts', async () => {
  await onLoop(function* (loop): Coroutine {
    const serving = yield* serve(loop);
    const error = yield* thrownBy(loop.createConnection(Recorder, serving.host, serving.port, { ssl: true }));
    expect(error).toMatchObject({ verifyMessage: 'unable to get local issuer certificate' });
    // Those, and another one.
    const ssl = createDefaultContext();
    ssl.loadVerifyLocations({ cadata: ca.cert });
    const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, { ssl });
    transport.close();
    yield* until(() => protocol.isLost);
    yield* shutDown(serving);
  });
});

/** A peer that speaks no TLS, or not for long. */
function* withPeer(
  loop: SelectorEventLoop,
  peer: (sock: socket) => Coroutine,
  options: { sslHandshakeTimeout?: number } = {},
): Coroutine<unknown> {
  using server = listen(['127.0.0.1', 0]);
  const [host, port] = server.getsockname();
  server.setblocking(false);
  const connecting = loop.createTask(
    loop.createConnection(Protocol, host, port, { ssl: clientContext(), ...options }),
  );
  const [sock] = yield* loop.sockAccept(server);
  try {
    yield* peer(sock);
    return yield* thrownBy(connecting);
  } finally {
    sock.close();
  }
}

describe.skipIf(noAddon).each(networks)('over %s sockets, a client whose server', (network) => {
  test('speaks no TLS is told so', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const error = yield* withPeer(loop, function* (sock): Coroutine {
        yield* loop.sockSendall(sock, '220 mail.example.org ESMTP\r\n');
      });
      expect(error).toBeInstanceOf(SSLError);
      expect(error).toMatchObject({ reason: 'WRONG_VERSION_NUMBER', code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
      expect((error as Error).message).toMatch(
        /^\[SSL: WRONG_VERSION_NUMBER\] wrong version number \(127\.0\.0\.1:\d+\)$/,
      );
    });
    expect(await descriptors()).toBe(before);
  });

  test('ends the connection gets a ConnectionResetError', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const closed = yield* withPeer(loop, function* (sock): Coroutine {
        yield* loop.sockRecv(sock, 1 << 16);
        sock.close();
      });
      const gone = yield* withPeer(loop, function* (sock): Coroutine {
        yield* loop.sockRecv(sock, 1 << 16);
        reset(sock);
      });
      for (const error of [closed, gone]) {
        expect(error).toBeInstanceOf(ConnectionResetError);
        expect(error).toMatchObject({ code: 'ECONNRESET', address: '127.0.0.1' });
        expect((error as Error).message).toMatch(
          /^the peer closed the connection during the TLS handshake \(127\.0\.0\.1:\d+\)$/,
        );
      }
    });
    expect(await descriptors()).toBe(before);
  });

  test('says nothing waits for its time, and no longer', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      const error = yield* withPeer(loop, () => sleep(0), { sslHandshakeTimeout: 0.05 });
      expect(error).toBeInstanceOf(ConnectionAbortedError);
      expect((error as Error).message).toMatch(
        /^SSL handshake is taking longer than 0\.05 seconds: aborting the connection \(127\.0\.0\.1:\d+\)$/,
      );
    });
    expect(await descriptors()).toBe(before);
  });

  test('says nothing can be left at once, by cancelling', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (loop): Coroutine {
      using server = listen(['127.0.0.1', 0]);
      const [host, port] = server.getsockname();
      server.setblocking(false);
      const connecting = loop.createTask(
        loop.createConnection(Recorder, host, port, { ssl: clientContext() }),
      );
      const [sock] = yield* loop.sockAccept(server);
      yield* loop.sockRecv(sock, 1 << 16);
      connecting.cancel();
      expect(yield* thrownBy(connecting)).toBeInstanceOf(CancelledError);
      expect((yield* loop.sockRecv(sock, 1)).length).toBe(0);
      sock.close();
      yield* until(() => loop._listening.size === 0 && loop._transports.size === 0);
    });
    expect(await descriptors()).toBe(before);
  });
});

test.skipIf(noAddon)('cancelled in any round whatever, connecting leaves nothing behind', async () => {
  const before = await descriptors();
  await onLoop(function* (loop): Coroutine {
    const serving = yield* serve(loop);
    const ssl = clientContext();
    let made = 0;
    for (let rounds = 0; rounds < 40; rounds++) {
      const connecting = loop.createTask(
        loop.createConnection(Recorder, serving.host, serving.port, { ssl }),
      );
      for (let i = 0; i < rounds; i++) yield* sleep(i % 3 === 0 ? 0.0005 : 0);
      if (connecting.cancel()) {
        expect(yield* thrownBy(connecting)).toBeInstanceOf(CancelledError);
        continue;
      }
      made++;
      const [transport, protocol] = connecting.result();
      transport.close();
      yield* until(() => protocol.isLost);
    }
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(40);
    yield* shutDown(serving);
    yield* until(() => loop._listening.size === 0);
  });
  expect(await descriptors()).toBe(before);
});

/** A plain connection to a server. */
function* plain(loop: SelectorEventLoop, port: number): Coroutine<socket> {
  const sock = new Socket();
  sock.setblocking(false);
  yield* loop.sockConnect(sock, ['127.0.0.1', port]);
  return sock;
}

/** What becomes of a server whose client does something else than TLS. */
async function withClient(
  network: string,
  client: (loop: SelectorEventLoop, sock: socket) => Coroutine,
  options: { debug: boolean; sslHandshakeTimeout?: number },
): Promise<ExceptionContext[]> {
  const reports: ExceptionContext[] = [];
  const { debug, ...rest } = options;
  await onNetwork(
    network,
    function* (loop): Coroutine {
      loop.setDebug(debug);
      const serving = yield* serve(loop, { make: () => new Echo(), ...rest });
      const sock = yield* plain(loop, serving.port);
      yield* until(() => serving.protocols.length === 1);
      yield* client(loop, sock);
      // It serves others meanwhile, and afterwards.
      for (let i = 0; i < 2; i++) {
        const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
          ssl: clientContext(),
        });
        transport.write('still there');
        yield* until(() => String(protocol.data) === 'still there');
        transport.close();
        yield* until(() => protocol.isLost);
        if (debug) yield* until(() => reports.length > 0);
      }
      // The server has closed it.
      const error = yield* thrownBy(readToEnd(loop, sock));
      if (error !== null) expect(error).toBeInstanceOf(ConnectionResetError);
      sock.close();
      yield* shutDown(serving);
      expect(serving.protocols[0]!.events).toEqual([]);
    },
    { reports },
  );
  return reports;
}

function* readToEnd(loop: SelectorEventLoop, sock: socket): Coroutine {
  if (sock.fileno() < 0) throw new ConnectionResetError();
  while ((yield* loop.sockRecv(sock, 1 << 16)).length > 0);
  throw new ConnectionResetError();
}

describe.skipIf(noAddon).each(networks)('over %s sockets, a server whose client', (network) => {
  const say = (text: string | Uint8Array) =>
    function* (loop: SelectorEventLoop, sock: socket): Coroutine {
      yield* loop.sockSendall(sock, text);
    };
  const clients: [
    what: string,
    client: (loop: SelectorEventLoop, sock: socket) => Coroutine,
    exception: object,
  ][] = [
    ['speaks HTTP', say('GET / HTTP/1.1\r\n\r\n'), { reason: 'HTTP_REQUEST' }],
    ['speaks nonsense', say('nonsense, nonsense, nonsense'), { reason: 'WRONG_VERSION_NUMBER' }],
    [
      'begins, and ends the connection',
      function* (loop, sock): Coroutine {
        yield* loop.sockSendall(sock, Uint8Array.of(22, 3, 1));
        sock.close();
      },
      { code: 'ECONNRESET' },
    ],
    [
      'resets the connection',
      function* (_loop, sock): Coroutine {
        reset(sock);
        yield* sleep(0);
      },
      { code: 'ECONNRESET' },
    ],
  ];

  test.each(clients)('%s goes on, and tells of it in debug mode alone', async (_what, client, exception) => {
    const before = await descriptors();
    expect(await withClient(network, client, { debug: false })).toEqual([]);
    const { handler } = logger;
    logger.handler = () => {};
    try {
      expect(await withClient(network, client, { debug: true })).toMatchObject([
        { message: 'Error on transport creation for incoming connection', exception },
      ]);
    } finally {
      logger.handler = handler;
    }
    expect(await descriptors()).toBe(before);
  });

  test('hangs in the handshake serves others, and gives it up after its time', async () => {
    const before = await descriptors();
    const hang = say(Uint8Array.of(22, 3, 1));
    expect(await withClient(network, hang, { debug: false, sslHandshakeTimeout: 0.1 })).toEqual([]);
    expect(await descriptors()).toBe(before);
  });
});

test.skipIf(noAddon)('a server that is closed with its connections ends handshakes, too', async () => {
  const before = await descriptors();
  for (const how of ['closeClients', 'abortClients'] as const) {
    await onLoop(function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const sock = yield* plain(loop, serving.port);
      yield* until(() => serving.protocols.length === 1);
      serving.server.close();
      serving.server[how]();
      yield* serving.server.waitClosed();
      expect((yield* loop.sockRecv(sock, 1)).length).toBe(0);
      sock.close();
      expect(serving.protocols[0]!.events).toEqual([]);
    });
  }
  expect(await descriptors()).toBe(before);
});

test('a server without a certificate can agree with nobody', async () => {
  await onLoop(function* (loop): Coroutine {
    const serving = yield* serve(loop, { ssl: new SSLContext(PROTOCOL_TLS_SERVER) });
    const error = yield* thrownBy(
      loop.createConnection(Recorder, serving.host, serving.port, { ssl: clientContext() }),
    );
    expect(error).toMatchObject({ reason: 'SSLV3_ALERT_HANDSHAKE_FAILURE' });
    yield* shutDown(serving);
  });
});

test.skipIf(noAddon)('a loop that is closed under a handshake leaves nothing behind', async () => {
  const before = await descriptors();
  const reports: ExceptionContext[] = [];
  const server = listen(['127.0.0.1', 0]);
  const [host, port] = server.getsockname();
  await onLoop(
    function* (loop): Coroutine {
      void loop.createTask(loop.createConnection(Recorder, host, port, { ssl: clientContext() }));
      yield* until(() => loop._listening.size === 1);
    },
    { reports },
  );
  server.close();
  expect(reports).toMatchObject([{ message: 'Task was destroyed but it is pending!' }]);
  expect(await descriptors()).toBe(before);
});

describe('what makes no sense is refused before there is a connection', () => {
  const ssl = clientContext();
  const server = serverContext();
  const connect = (options: object) => (loop: SelectorEventLoop) =>
    loop.createConnection(Recorder, '127.0.0.1', 1, options);
  const serveWith = (options: object) => (loop: SelectorEventLoop) =>
    loop.createServer(Recorder, '127.0.0.1', 0, options);

  test.each<[what: string, (loop: SelectorEventLoop) => Coroutine<unknown>, cls: unknown, message: string]>([
    [
      'no time at all',
      connect({ ssl, sslHandshakeTimeout: 0 }),
      ValueError,
      'ssl_handshake_timeout should be a positive number, got 0',
    ],
    [
      'a negative time',
      connect({ ssl, sslHandshakeTimeout: -10 }),
      ValueError,
      'ssl_handshake_timeout should be a positive number, got -10',
    ],
    [
      'no time for the end',
      serveWith({ ssl: server, sslShutdownTimeout: 0 }),
      ValueError,
      'ssl_shutdown_timeout should be a positive number, got 0',
    ],
    [
      'NaN',
      connect({ ssl, sslShutdownTimeout: Number.NaN }),
      ValueError,
      'ssl_shutdown_timeout should be a positive number, got NaN',
    ],
    [
      'no context',
      connect({ ssl: {} }),
      TypeError,
      'sslcontext is expected to be an instance of ssl.SSLContext, got <Object object>',
    ],
    ['true for a server', serveWith({ ssl: true }), TypeError, 'ssl argument must be an SSLContext or None'],
    [
      "a server's context for a client",
      connect({ ssl: server }),
      SSLError,
      'Cannot create a client socket with a PROTOCOL_TLS_SERVER context',
    ],
    [
      "a client's context for a server",
      serveWith({ ssl }),
      SSLError,
      'Cannot create a server socket with a PROTOCOL_TLS_CLIENT context',
    ],
    [
      'no name where names are checked',
      connect({ ssl, serverHostname: '' }),
      ValueError,
      'check_hostname requires server_hostname',
    ],
    [
      'a name with a leading dot',
      connect({ ssl, serverHostname: '.example.org' }),
      ValueError,
      'server_hostname cannot be an empty string or start with a leading dot.',
    ],
  ])('%s', async (_what, attempt, cls, message) => {
    await onLoop(function* (loop): Coroutine {
      const error = yield* thrownBy(attempt(loop));
      expect(error).toBeInstanceOf(cls);
      expect((error as Error).message).toBe(message);
    });
  });

  test('a name that is no host name', async () => {
    await onLoop(function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const error = yield* thrownBy(
        loop.createConnection(Recorder, serving.host, serving.port, { ssl, serverHostname: 'a\0b' }),
      );
      expect(error).toBeInstanceOf(ValueError);
      yield* shutDown(serving);
    });
  });

  test.skipIf(noAddon)('a loop that blocks', async () => {
    await onLoop(
      function* (loop): Coroutine {
        for (const attempt of [
          loop.createConnection(Recorder, '127.0.0.1', 1, { ssl }),
          loop.createServer(Recorder, '127.0.0.1', 0, { ssl: server }),
          loop.createUnixConnection(Recorder, '/nowhere', { ssl, serverHostname: 'x' }),
          loop.createUnixServer(Recorder, '/nowhere', { ssl: server }),
        ]) {
          const error = yield* thrownBy(attempt);
          expect(error).toBeInstanceOf(RuntimeError);
          expect((error as Error).message).toMatch(/^TLS cannot be used while the loop blocks /);
        }
      },
      { blocking: true },
    );
  });

  test('ssl: true with the empty name checks none', async () => {
    await onLoop(function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const error = yield* thrownBy(
        loop.createConnection(Recorder, serving.host, serving.port, { ssl: true, serverHostname: '' }),
      );
      expect(error).toMatchObject({ verifyMessage: 'unable to get local issuer certificate' });
      yield* shutDown(serving);
    });
  });
});

test('debug mode tells of handshakes', async () => {
  const log = recordLog();
  await onLoop(
    function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      transport.close();
      yield* until(() => protocol.isLost);
      yield* shutDown(serving);
    },
    { debug: true },
  );
  const messages = log.map(({ message }) => message);
  expect(messages.some((message) => message.endsWith('starts SSL handshake'))).toBe(true);
  expect(messages.some((message) => /: SSL handshake took \d+\.\d ms$/.test(message))).toBe(true);
});

test.skipIf(noAddon)('close() and abort() of a transport in its handshake end it', async () => {
  // Nobody has such a transport but the server, and whoever cancels.
  for (const how of ['close', 'abort'] as const) {
    await onLoop(function* (loop): Coroutine {
      using server = listen(['127.0.0.1', 0]);
      const [host, port] = server.getsockname();
      const connecting = loop.createTask(
        loop.createConnection(Recorder, host, port, { ssl: clientContext() }),
      );
      yield* until(() => loop._listening.size === 1);
      const [transport] = loop._listening as unknown as Set<Transport>;
      transport![how]();
      expect(yield* thrownBy(connecting)).toMatchObject({
        name: 'ConnectionAbortedError',
        message: `the connection was closed during the TLS handshake (127.0.0.1:${port})`,
      });
    });
  }
});
