import { describe, expect, test } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  type ExceptionContext,
  OSError,
  RuntimeError,
  type SelectorEventLoop,
  Server,
  sleep,
  TransportSocket,
  ValueError,
  wait,
} from '../../src/index.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  SOL_SOCKET,
} from '../../src/socket/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { nodeCanReusePort } from '../../src/platform/streams.js';
import { noAddon } from '../helpers/addon.js';
import { Recorder, transports, until, withCalls } from './support.js';

/** A socket to give; where there are none, what looks like one as far as it is looked at. */
function givenSocket(type = SOCK_STREAM): socket {
  if (!noAddon) return new socket(AF_INET, type);
  return { type, toString: () => '<socket.socket>' } as unknown as socket;
}

function portOf(server: Server): number {
  return server.sockets[0]!.getsockname()[1];
}

/** A server, and the protocols of its connections. */
function* serve(
  loop: SelectorEventLoop,
  options = {},
): Coroutine<{ server: Server; accepted: Recorder[]; port: number }> {
  const accepted: Recorder[] = [];
  const factory = (): Recorder => {
    accepted.push(new Recorder());
    return accepted.at(-1)!;
  };
  const server = yield* loop.createServer(factory, '127.0.0.1', 0, options);
  return { server, accepted, port: portOf(server) };
}

function* connect(loop: SelectorEventLoop, port: number): Coroutine<Recorder> {
  const [, protocol] = yield* loop.createConnection(Recorder, '127.0.0.1', port);
  return protocol;
}

function* shutDown(server: Server): Coroutine {
  server.close();
  server.abortClients();
  yield* server.waitClosed();
}

describe.each(transports)('serving over $name', ({ name, onLoop }) => {
  describe('createServer', () => {
    test('gives each connection a protocol, for the whole of its life', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, accepted, port } = yield* serve(loop);
        const client = yield* connect(loop, port);
        yield* until(() => accepted[0]?.events[0] === 'made');
        client.transport.write('xxx');
        yield* until(() => String(accepted[0]!.data) === 'xxx');
        expect(accepted[0]!.transport.getExtraInfo('sockname')).toEqual(['127.0.0.1', port]);
        expect(accepted[0]!.transport.getExtraInfo('peername')).toEqual(
          client.transport.getExtraInfo('sockname'),
        );
        client.transport.close();
        yield* until(() => accepted[0]!.isLost);
        expect(accepted[0]!.events).toEqual(['made', 'data', 'eof', 'lost']);
        expect(accepted[0]!.lostWith).toBeNull();
        expect(accepted).toHaveLength(1);
        server.close();
        yield* server.waitClosed();
      });
    });

    test('listens on all hosts that are named, and tells the sockets', async () => {
      await onLoop(function* (loop): Coroutine {
        const server = yield* loop.createServer(Recorder, ['127.0.0.1', '127.0.0.2', '::1', '127.0.0.1'], 0);
        expect(server).toBeInstanceOf(Server);
        expect(server.sockets.every((sock) => sock instanceof TransportSocket)).toBe(true);
        expect(server.sockets.map((sock) => sock.getsockname()[0])).toEqual([
          '127.0.0.1',
          '127.0.0.2',
          '::1',
        ]);
        expect(server.getLoop()).toBe(loop);
        for (const sock of server.sockets) {
          const [host, port] = sock.getsockname();
          const [transport] = yield* loop.createConnection(Recorder, host, port);
          transport.abort();
        }
        expect(String(server)).toMatch(/^<Server sockets=\(<asyncio\.TransportSocket .*>, <asyncio.*>\)>$/);
        yield* shutDown(server);
        expect(server.sockets).toEqual([]);
        expect(String(server)).toBe('<Server sockets=()>');
      });
    });

    test.each([[''], [null]])(
      'with the host %j listens everywhere, on one port for both families',
      async (host) => {
        await onLoop(function* (loop): Coroutine {
          // A port that both families have free.
          const first = yield* loop.createServer(Recorder, '::1', 0);
          const port = portOf(first);
          yield* shutDown(first);
          const server = yield* loop.createServer(Recorder, host, port);
          expect(server.sockets.map((sock) => [sock.family, ...sock.getsockname().slice(0, 2)])).toEqual(
            expect.arrayContaining([
              [AF_INET, '0.0.0.0', port],
              [AF_INET6, '::', port],
            ]),
          );
          for (const address of ['127.0.0.1', '::1']) {
            const [transport] = yield* loop.createConnection(Recorder, address, port);
            transport.abort();
          }
          yield* shutDown(server);
        });
      },
    );

    test.skipIf(noAddon)('takes over a bound socket, whatever flags its type had', async () => {
      await onLoop(function* (loop): Coroutine {
        for (const flags of [0, 2048]) {
          const sock = new socket(AF_INET, SOCK_STREAM | flags);
          sock.bind(['127.0.0.1', 0]);
          const server = yield* loop.createServer(Recorder, { sock });
          expect(server.sockets[0]!.fileno()).toBe(sock.fileno());
          (yield* connect(loop, portOf(server))).transport.abort();
          yield* shutDown(server);
          expect(sock.fileno()).toBe(-1);
        }
      });
    });

    test('keeps clients alive if told so', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, accepted, port } = yield* serve(loop, { keepAlive: true });
        const client = yield* connect(loop, port);
        yield* until(() => accepted.length === 1);
        const sock = accepted[0]!.transport.getExtraInfo<TransportSocket>('socket')!;
        if (!noAddon) expect(sock.getsockopt(SOL_SOCKET, SO_KEEPALIVE)).toBe(1);
        expect(sock.family).toBe(AF_INET);
        client.transport.abort();
        yield* shutDown(server);
      });
    });

    test('names the address that is in use', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, port } = yield* serve(loop);
        const error = yield* thrownBy(loop.createServer(Recorder, '127.0.0.1', port));
        expect(error).toBeInstanceOf(OSError);
        expect(error).toMatchObject({
          message: `error while attempting to bind on address ('127.0.0.1', ${port}): [errno 98] address already in use`,
          code: 'EADDRINUSE',
          errno: 98,
          address: '127.0.0.1',
          port,
        });
        yield* shutDown(server);
      });
    });

    test('passes over addresses that this machine does not have, but needs one', async () => {
      await onLoop(function* (loop): Coroutine {
        const server = yield* loop.createServer(Recorder, ['192.0.2.1', '127.0.0.1'], 0);
        expect(server.sockets.map((sock) => sock.getsockname()[0])).toEqual(['127.0.0.1']);
        yield* shutDown(server);
        const error = yield* thrownBy(loop.createServer(Recorder, '192.0.2.1', 5));
        expect((error as Error).message).toBe("could not bind on any address out of [('192.0.2.1', 5)]");
      });
    });

    test('fails if a name has no address', async () => {
      await onLoop(function* (loop): Coroutine {
        loop.getaddrinfo = function* () {
          return [];
        };
        const error = yield* thrownBy(loop.createServer(Recorder, 'example.com', 0));
        expect(error).toBeInstanceOf(OSError);
        expect((error as Error).message).toBe("getaddrinfo('example.com') returned empty list");
      });
    });

    describe('refuses', () => {
      const cases: [string, () => object, new () => Error, string][] = [
        ['neither address nor socket', () => ({}), ValueError, 'Neither host/port nor sock were specified'],
        [
          'an address and a socket',
          () => ({ host: '127.0.0.1', port: 0, sock: givenSocket() }),
          ValueError,
          'host/port and sock can not be specified at the same time',
        ],
        [
          'a datagram socket',
          () => ({ sock: givenSocket(SOCK_DGRAM) }),
          ValueError,
          'A Stream Socket was expected, got <',
        ],
        [
          'ssl that is no context',
          () => ({ port: 0, ssl: true }),
          TypeError,
          'ssl argument must be an SSLContext or None',
        ],
        [
          'a time for the handshake without TLS',
          () => ({ port: 0, sslHandshakeTimeout: 1 }),
          ValueError,
          'ssl_handshake_timeout is only meaningful with ssl',
        ],
        [
          'a time for the end of TLS without TLS',
          () => ({ port: 0, sslShutdownTimeout: 1 }),
          ValueError,
          'ssl_shutdown_timeout is only meaningful with ssl',
        ],
      ];
      test.each(cases)('%s', async (_name, options, cls, text) => {
        await onLoop(function* (loop): Coroutine {
          const error = yield* thrownBy(loop.createServer(Recorder, options()));
          expect(error).toBeInstanceOf(cls);
          expect((error as Error).message).toContain(text);
        });
      });
    });
  });

  describe('a server', () => {
    test('that does not serve yet begins by startServing() or serveForever()', async () => {
      await onLoop(function* (loop): Coroutine {
        for (const begin of ['startServing', 'serveForever'] as const) {
          const { server, port, accepted } = yield* serve(loop, { startServing: false });
          expect(server.isServing()).toBe(false);
          // Node listens from the moment that it is bound, and its connections wait.
          const early = name === 'node' ? yield* connect(loop, port) : null;
          if (early === null) expect(yield* thrownBy(connect(loop, port))).toBeInstanceOf(OSError);
          const task = loop.createTask(server[begin]());
          yield* until(() => server.isServing());
          if (begin === 'startServing') {
            yield* task;
            yield* server.startServing();
          }
          const count = early === null ? 1 : 2;
          yield* connect(loop, port);
          yield* until(() => accepted.length === count);
          server.close();
          expect(server.isServing()).toBe(false);
          server.abortClients();
          yield* server.waitClosed();
          yield* wait([task]);
          expect(task.cancelled()).toBe(begin === 'serveForever');
          expect(yield* thrownBy(server.startServing())).toMatchObject({
            message: 'server <Server sockets=()> is closed',
          });
        }
      });
    });

    test('that is closed refuses connections, and goes on with those that it has', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, accepted, port } = yield* serve(loop);
        const client = yield* connect(loop, port);
        yield* until(() => accepted.length === 1);
        server.close();
        server.close();
        expect(yield* thrownBy(connect(loop, port))).toMatchObject({ code: 'ECONNREFUSED' });
        client.transport.write('still there');
        yield* until(() => String(accepted[0]!.data) === 'still there');
        client.transport.close();
        yield* server.waitClosed();
      });
    });

    test('is waited for until it is closed and its last connection is gone, in either order', async () => {
      await onLoop(function* (loop): Coroutine {
        for (const order of ['close first', 'client first']) {
          const { server, accepted, port } = yield* serve(loop);
          const client = yield* connect(loop, port);
          yield* until(() => accepted.length === 1);
          const waiting = loop.createTask(server.waitClosed());
          yield* sleep(0.005);
          expect(waiting.done()).toBe(false);
          if (order === 'close first') server.close();
          else {
            client.transport.close();
            yield* until(() => accepted[0]!.isLost);
          }
          yield* sleep(0.005);
          expect(waiting.done()).toBe(false);
          if (order === 'close first') client.transport.close();
          else server.close();
          yield* waiting;
          yield* server.waitClosed();
        }
      });
    });

    test('is waited for though its last connection goes while it is being closed', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, accepted, port } = yield* serve(loop);
        const client = yield* connect(loop, port);
        yield* until(() => accepted.length === 1);
        const waiting = loop.createTask(server.waitClosed());
        yield* sleep(0);
        loop.callSoon(() => client.transport.abort());
        loop.callSoon(() => accepted[0]!.transport.close());
        loop.callSoon(() => server.close());
        yield* waiting;
      });
    });

    test('closes its connections by closeClients(), and aborts them by abortClients()', async () => {
      await onLoop(function* (loop): Coroutine {
        for (const method of ['closeClients', 'abortClients'] as const) {
          const { server, accepted, port } = yield* serve(loop);
          const client = yield* connect(loop, port);
          yield* until(() => accepted.length === 1);
          client.transport.pauseReading();
          accepted[0]!.transport.write(Buffer.alloc(16 << 20));
          expect(accepted[0]!.transport.getWriteBufferSize()).toBeGreaterThan(0);
          server.close();
          server[method]();
          yield* sleep(0.01);
          expect(accepted[0]!.isLost).toBe(method === 'abortClients');
          client.transport.resumeReading();
          yield* server.waitClosed();
          yield* until(() => client.isLost);
          expect(client.size === 16 << 20).toBe(method === 'closeClients');
        }
      });
    });

    test('serves until it is cancelled; then it is closed, with its connections', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, accepted, port } = yield* serve(loop);
        const task = loop.createTask(server.serveForever());
        const client = yield* connect(loop, port);
        yield* until(() => accepted.length === 1);
        const again = yield* thrownBy(server.serveForever());
        expect(again).toBeInstanceOf(RuntimeError);
        expect((again as Error).message).toBe(
          `server ${String(server)} is already being awaited on serve_forever()`,
        );
        task.cancel('enough');
        const error = yield* thrownBy(task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as Error).message).toBe('enough');
        expect(server.sockets).toEqual([]);
        expect(accepted[0]!.isLost).toBe(true);
        yield* until(() => client.isLost);
        expect(yield* thrownBy(server.serveForever())).toMatchObject({
          message: 'server <Server sockets=()> is closed',
        });
      });
    });

    test('is closed and waited for at the end of asyncWith, and of await using', async () => {
      await onLoop(function* (loop): Coroutine {
        const { server, port } = yield* serve(loop);
        const inside = yield* asyncWith(server, function* (entered) {
          expect(entered).toBe(server);
          (yield* connect(loop, port)).transport.close();
          return 'result';
        });
        expect(inside).toBe('result');
        expect(server.sockets).toEqual([]);
        const second = yield* serve(loop);
        yield* loop.createTask(second.server[Symbol.asyncDispose]());
        expect(second.server.sockets).toEqual([]);
      });
    });

    test('that cannot make a protocol closes the connection, with a report, and goes on', async () => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          let bad = true;
          const accepted: Recorder[] = [];
          const server = yield* loop.createServer(
            () => {
              if (bad) throw new TypeError('no protocol');
              accepted.push(new Recorder());
              return accepted[0]!;
            },
            '127.0.0.1',
            0,
          );
          const first = yield* connect(loop, portOf(server));
          yield* until(() => first.isLost);
          bad = false;
          yield* connect(loop, portOf(server));
          yield* until(() => accepted.length === 1);
          yield* shutDown(server);
        },
        { reports },
      );
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({
        message: 'Error on transport creation for incoming connection',
        exception: { message: 'no protocol' },
      });
    });
  });

  if (name === 'selector') {
    // What only sockets of our own have: all options, and calls that can be put in place of the real ones.
    describe('the sockets of createServer', () => {
      test('have the options that were asked for', async () => {
        await onLoop(function* (loop): Coroutine {
          const plain = yield* loop.createServer(Recorder, '127.0.0.1', 0, { reuseAddress: false });
          const options = { reusePort: true, keepAlive: true };
          const special = yield* loop.createServer(Recorder, '127.0.0.1', 0, options);
          const usual = yield* loop.createServer(Recorder, '127.0.0.1', 0);
          const of = (server: Server): boolean[] =>
            [SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE].map(
              (name) => server.sockets[0]!.getsockopt(SOL_SOCKET, name) !== 0,
            );
          expect(of(usual)).toEqual([true, false, false]);
          expect(of(plain)).toEqual([false, false, false]);
          expect(of(special)).toEqual([true, true, true]);
          const second = yield* loop.createServer(Recorder, '127.0.0.1', portOf(special), options);
          expect(portOf(second)).toBe(portOf(special));
          for (const server of [plain, special, usual, second]) yield* shutDown(server);
        });
      });

      test('refuse reusePort where the system has none', async () => {
        await onLoop(function* (loop): Coroutine {
          const { setsockopt } = socket.prototype;
          socket.prototype.setsockopt = function (level, name, value) {
            if (name === SO_REUSEPORT) throw new OSError('not implemented');
            setsockopt.call(this, level, name, value);
          };
          try {
            const error = yield* thrownBy(loop.createServer(Recorder, '127.0.0.1', 0, { reusePort: true }));
            expect(error).toBeInstanceOf(ValueError);
            expect((error as Error).message).toBe(
              'reuse_port not supported by socket module, SO_REUSEPORT defined but not implemented.',
            );
          } finally {
            socket.prototype.setsockopt = setsockopt;
          }
        });
      });
    });

    describe('accepting', () => {
      /** A server on a socket whose accept() is ours, run once a round; it counts the calls in a round. */
      function* acceptWith(
        loop: SelectorEventLoop,
        backlog: number,
        accept: (real: () => number) => number,
      ): Coroutine<{ server: Server; port: number }> {
        const sock = new socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        sock.bind(['127.0.0.1', 0]);
        const real = sock._addon.accept;
        withCalls(sock, { accept: (...args: Parameters<typeof real>) => accept(() => real(...args)) });
        const server = yield* loop.createServer(Recorder, { sock, backlog });
        return { server, port: portOf(server) };
      }

      test.each([0, 1, 3])(
        'takes at most backlog + 1 connections in a round, with a backlog of %i',
        async (backlog) => {
          await onLoop(function* (loop): Coroutine {
            let calls = 0;
            const perRound: number[] = [];
            const { server, port } = yield* acceptWith(loop, backlog, () => {
              // One more every time: the end must come from the backlog.
              if (calls++ === 0) loop.callSoon(() => perRound.push(calls));
              return -103;
            });
            using client = new socket();
            client.setblocking(false);
            client.connectEx(['127.0.0.1', port]);
            yield* until(() => perRound.length > 0);
            expect(perRound[0]).toBe(backlog + 1);
            yield* shutDown(server);
          });
        },
      );

      test('passes over connections that were given up meanwhile', async () => {
        await onLoop(function* (loop): Coroutine {
          let failures = 2;
          const { server, port } = yield* acceptWith(loop, 5, (real) => (failures-- > 0 ? -103 : real()));
          const client = yield* connect(loop, port);
          expect(failures).toBeLessThan(0);
          client.transport.abort();
          yield* shutDown(server);
        });
      });

      test('without descriptors pauses for a second, with one report, and goes on', async () => {
        const reports: ExceptionContext[] = [];
        await onLoop(
          function* (loop): Coroutine {
            const delays: number[] = [];
            const callLater = loop.callLater.bind(loop);
            loop.callLater = ((delay: number, callback: () => void, ...args: []) => {
              if (delay !== 1) return callLater(delay, callback, ...args);
              delays.push(delay);
              return callLater(0.02, callback);
            }) as typeof loop.callLater;
            let failures = 1;
            let calls = 0;
            const { server, port } = yield* acceptWith(loop, 100, (real) => {
              calls++;
              return failures-- > 0 ? -24 : real();
            });
            const client = yield* connect(loop, port);
            yield* until(() => delays.length === 1);
            const before = calls;
            yield* sleep(0.005);
            expect(calls).toBe(before);
            client.transport.write('x');
            yield* until(() => calls > before);
            expect(reports).toHaveLength(1);
            expect(reports[0]!.message).toBe('socket.accept() out of system resource');
            expect(reports[0]!.exception).toMatchObject({ code: 'EMFILE' });
            expect(reports[0]!.socket).toBeInstanceOf(TransportSocket);
            client.transport.abort();
            yield* shutDown(server);
          },
          { reports },
        );
      });

      test('stays stopped when the server is closed in the pause', async () => {
        const reports: ExceptionContext[] = [];
        await onLoop(
          function* (loop): Coroutine {
            const { server, port } = yield* acceptWith(loop, 100, () => -24);
            using client = new socket();
            client.setblocking(false);
            client.connectEx(['127.0.0.1', port]);
            yield* sleep(0.01);
            expect(reports).toHaveLength(1);
            yield* shutDown(server);
            expect(loop._scheduled.peek()?.cancelled()).not.toBe(false);
          },
          { reports },
        );
      });

      test('reports any other error, and goes on', async () => {
        const reports: ExceptionContext[] = [];
        await onLoop(
          function* (loop): Coroutine {
            let failures = 1;
            const { server, port } = yield* acceptWith(loop, 100, (real) => (failures-- > 0 ? -22 : real()));
            const client = yield* connect(loop, port);
            yield* until(() => failures < 0);
            client.transport.abort();
            yield* shutDown(server);
          },
          { reports },
        );
        expect(reports).toHaveLength(1);
        expect(reports[0]!.exception).toMatchObject({ code: 'EINVAL' });
      });
    });
  } else {
    test('reusePort and reuseAddress say what Node cannot do', async () => {
      await onLoop(function* (loop): Coroutine {
        const fixed = yield* thrownBy(loop.createServer(Recorder, '127.0.0.1', 0, { reuseAddress: false }));
        expect(fixed).toBeInstanceOf(ValueError);
        expect((fixed as Error).message).toBe('reuse_address=False: Node always reuses addresses');
        if (nodeCanReusePort()) {
          const { server, port } = yield* serve(loop, { reusePort: true });
          const second = yield* loop.createServer(Recorder, '127.0.0.1', port, { reusePort: true });
          yield* shutDown(server);
          yield* shutDown(second);
        } else {
          const error = yield* thrownBy(loop.createServer(Recorder, '127.0.0.1', 0, { reusePort: true }));
          expect(error).toBeInstanceOf(ValueError);
          expect((error as Error).message).toMatch(
            /^reuse_port not supported by socket module: Node has it from/,
          );
        }
      });
    });
  }
});
