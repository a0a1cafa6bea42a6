import { describe, expect, test } from 'vitest';
import {
  ConnectionRefusedError,
  type Coroutine,
  ExceptionGroup,
  OSError,
  type SelectorEventLoop,
  TimeoutError,
  ValueError,
  wait,
} from '../../src/index.js';
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  createServer as listen,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  socket,
  TCP_NODELAY,
} from '../../src/socket/index.js';
import { interleave, ipaddrInfo } from '../../src/transports/addresses.js';
import { thrownBy } from '../helpers/virtual.js';
import { noAddon } from '../helpers/addon.js';
import { refusing } from './peer.js';
import { blackHole, descriptors, Recorder, sockets, transports, until } from './support.js';

const UNSPEC = 0;
const tcp = { type: SOCK_STREAM };

/** A socket to give; where there are none, what looks like one as far as it is looked at. */
function givenSocket(type = SOCK_STREAM): socket {
  if (!noAddon) return new socket(AF_INET, type);
  return { type, toString: () => '<socket.socket>' } as unknown as socket;
}

/** Have the loop find these addresses for every name. */
function resolveTo(loop: SelectorEventLoop, addresses: [host: string, port: number][]): void {
  loop.getaddrinfo = function* () {
    return addresses.map(([host, port]): AddrInfo => {
      const isIpv6 = host.includes(':');
      return [
        isIpv6 ? AF_INET6 : AF_INET,
        SOCK_STREAM,
        IPPROTO_TCP,
        '',
        isIpv6 ? [host, port, 0, 0] : [host, port],
      ];
    });
  };
}

/** Run `body` with a server that accepts in the background. */
function* withServer(
  loop: SelectorEventLoop,
  body: (host: string, port: number, accepted: Recorder[]) => Coroutine,
  host = '127.0.0.1',
): Coroutine {
  const accepted: Recorder[] = [];
  const server = yield* loop.createServer(
    () => {
      accepted.push(new Recorder());
      return accepted.at(-1)!;
    },
    host,
    0,
  );
  const [address, port] = server.sockets[0]!.getsockname();
  try {
    yield* body(address, port, accepted);
  } finally {
    server.close();
    server.abortClients();
    yield* server.waitClosed();
  }
}

describe('an address in text', () => {
  test('is known without a look-up, a name is not', () => {
    expect(ipaddrInfo(['1.2.3.4', 1], { ...tcp, family: UNSPEC })).toEqual([
      AF_INET,
      SOCK_STREAM,
      IPPROTO_TCP,
      '',
      ['1.2.3.4', 1],
    ]);
    expect(ipaddrInfo(['1.2.3.4', 1], { ...tcp, family: AF_INET, proto: IPPROTO_TCP })?.[0]).toBe(AF_INET);
    expect(ipaddrInfo(['1.2.3.4', 1], { type: SOCK_DGRAM })?.[2]).toBe(IPPROTO_UDP);
    expect(ipaddrInfo(['::3', 1], { ...tcp })).toEqual([
      AF_INET6,
      SOCK_STREAM,
      IPPROTO_TCP,
      '',
      ['::3', 1, 0, 0],
    ]);
    expect(ipaddrInfo(['::3', 1, 5, 7], { ...tcp })?.[4]).toEqual(['::3', 1, 5, 7]);
    expect(ipaddrInfo([Buffer.from('1.2.3.4'), 1], tcp)?.[4]).toEqual(['1.2.3.4', 1]);
    for (const host of ['foo.bar', '', null, undefined, '::3%lo0', '1.2.3'])
      expect(ipaddrInfo([host, 1], tcp)).toBeNull();
    expect(ipaddrInfo(['::3', 1], { ...tcp, family: AF_INET })).toBeNull();
    expect(ipaddrInfo(['1.2.3.4', 1], { ...tcp, family: AF_INET6 })).toBeNull();
    expect(ipaddrInfo(['1.2.3.4', 1], { type: SOCK_STREAM, proto: 132 })).toBeNull();
    expect(ipaddrInfo(['1.2.3.4', 1], { type: SOCK_STREAM | SOCK_NONBLOCK })).toBeNull();
  });

  test('may have its port as a number, a text, bytes or nothing; the name of a service is looked up', () => {
    for (const port of [null, undefined, 0, '0', '', Buffer.from('0'), Buffer.from('')]) {
      expect(ipaddrInfo(['1.2.3.4', port], tcp)?.[4]).toEqual(['1.2.3.4', 0]);
    }
    expect(ipaddrInfo(['1.2.3.4', '80'], tcp)?.[4]).toEqual(['1.2.3.4', 80]);
    expect(ipaddrInfo(['1.2.3.4', 'http'], tcp)).toBeNull();
  });
});

test('interleave takes families by turns', () => {
  const of = (family: number, name: string): AddrInfo => [family, SOCK_STREAM, IPPROTO_TCP, '', [name, 1]];
  const infos = [
    ...['6a', '6b', '6c'].map((name) => of(AF_INET6, name)),
    ...['4a', '4b'].map((name) => of(AF_INET, name)),
    of(AF_UNIX, 'ua'),
  ];
  const names = (list: AddrInfo[]): string[] => list.map(([, , , , [name]]) => name);
  expect(names(interleave(infos))).toEqual(['6a', '4a', 'ua', '6b', '4b', '6c']);
  expect(names(interleave(infos, 2))).toEqual(['6a', '6b', '4a', 'ua', '6c', '4b']);
  expect(names(interleave(infos, 4))).toEqual(['6a', '6b', '6c', '4a', 'ua', '4b']);
  expect(interleave([])).toEqual([]);
});

describe.each(transports)('connecting over $name', ({ name, onLoop }) => {
  describe('an address in text', () => {
    test('connects without the resolver', async () => {
      await onLoop(function* (loop): Coroutine {
        loop.getaddrinfo = () => {
          throw new Error('asked');
        };
        for (const address of ['127.0.0.1', '::1']) {
          yield* withServer(
            loop,
            function* (host, port) {
              const [transport] = yield* loop.createConnection(Recorder, host, String(port));
              expect(transport.getExtraInfo('peername')[0]).toBe(address);
              transport.close();
            },
            address,
          );
        }
      });
    });
  });

  describe('createConnection', () => {
    test('connects by name, and sets TCP_NODELAY', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (_host, port, accepted) {
          const [transport, protocol] = yield* loop.createConnection(Recorder, {
            host: 'localhost',
            port,
            family: AF_INET,
          });
          expect(protocol).toBeInstanceOf(Recorder);
          expect(protocol.events).toEqual(['made']);
          const sock = transport.getExtraInfo<socket>('socket')!;
          expect(sock.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
          transport.write('hello');
          yield* until(() => String(accepted[0]?.data) === 'hello');
          const theirs = accepted[0]!.transport.getExtraInfo<socket>('socket')!;
          expect(theirs.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toBe(1);
          transport.close();
        });
      });
    });

    test.skipIf(noAddon)('sets no TCP_NODELAY where there is no TCP', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a] = sockets();
        const [transport, protocol] = yield* loop.createConnection(Recorder, { sock: a });
        const sock = transport.getExtraInfo<socket>('socket')!;
        expect(() => sock.getsockopt(IPPROTO_TCP, TCP_NODELAY)).toThrow(OSError);
        transport.close();
        yield* until(() => protocol.isLost);
        expect(a.fileno()).toBe(-1);
      });
    });

    test('looks the names of services up', async () => {
      await onLoop(function* (loop): Coroutine {
        const asked: unknown[] = [];
        yield* withServer(loop, function* (host, port) {
          loop.getaddrinfo = function* (...args) {
            asked.push(args);
            return [[AF_INET, SOCK_STREAM, IPPROTO_TCP, '', [host, port]]];
          };
          const [transport] = yield* loop.createConnection(Recorder, host, 'http');
          transport.close();
          expect(asked).toEqual([[host, 'http', { family: 0, type: SOCK_STREAM, proto: 0, flags: 0 }]]);
        });
      });
    });

    test.skipIf(noAddon)('takes over a connected socket', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        a.setblocking(true);
        const [transport] = yield* loop.createConnection(Recorder, { sock: a });
        if (name === 'selector') expect(a.gettimeout()).toBe(0);
        // Node has the descriptor now.
        else expect(a.fileno()).toBe(-1);
        transport.write('x');
        expect(String(yield* loop.sockRecv(b, 1))).toBe('x');
        transport.close();
        expect(yield* loop.sockRecv(b, 1)).toHaveLength(0);
        expect(a.fileno()).toBe(-1);
      });
    });

    test('fails with the error of the address, class, text and fields', async () => {
      await onLoop(function* (loop): Coroutine {
        const [host, port] = yield* refusing();
        const error = yield* thrownBy(loop.createConnection(Recorder, host, port));
        expect(error).toBeInstanceOf(ConnectionRefusedError);
        expect(error).toMatchObject({
          message: `connect ECONNREFUSED ${host}:${port}`,
          errno: 111,
          code: 'ECONNREFUSED',
          address: host,
          port,
        });
        const group = yield* thrownBy(loop.createConnection(Recorder, host, port, { allErrors: true }));
        expect(group).toBeInstanceOf(ExceptionGroup);
        expect((group as ExceptionGroup<Error>).exceptions.map(({ message }) => message)).toEqual([
          (error as Error).message,
        ]);
        expect((group as Error).message).toBe('create_connection failed');
      });
    });

    test('tries all addresses, and names all errors if they differ', async () => {
      await onLoop(function* (loop): Coroutine {
        const addresses = [yield* refusing(), yield* refusing()];
        resolveTo(loop, addresses);
        const texts = addresses.map(([host, port]) => `connect ECONNREFUSED ${host}:${port}`);
        const error = yield* thrownBy(loop.createConnection(Recorder, 'example.com', 80));
        expect(error).toBeInstanceOf(OSError);
        expect((error as Error).message).toBe(`Multiple exceptions: ${texts.join(', ')}`);
        const group = yield* thrownBy(
          loop.createConnection(Recorder, 'example.com', 80, { allErrors: true }),
        );
        expect((group as ExceptionGroup<Error>).exceptions.map(({ message }) => message)).toEqual(texts);
        resolveTo(loop, [addresses[0]!, addresses[0]!]);
        expect(yield* thrownBy(loop.createConnection(Recorder, 'example.com', 80))).toMatchObject({
          message: texts[0],
        });
      });
    });

    test('takes the next address if one fails', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port) {
          resolveTo(loop, [yield* refusing(), [host, port]]);
          const [transport] = yield* loop.createConnection(Recorder, 'example.com', 80);
          expect(transport.getExtraInfo('peername')).toEqual([host, port]);
          transport.close();
        });
      });
    });

    test('fails if the name has no address', async () => {
      await onLoop(function* (loop): Coroutine {
        resolveTo(loop, []);
        const error = yield* thrownBy(loop.createConnection(Recorder, 'example.com', 80));
        expect(error).toBeInstanceOf(OSError);
        expect((error as Error).message).toBe('getaddrinfo() returned empty list');
      });
    });

    test('binds to a local address', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port, accepted) {
          const [, local] = yield* refusing();
          const [transport] = yield* loop.createConnection(Recorder, host, port, {
            localAddr: ['127.0.0.1', local],
          });
          expect(transport.getExtraInfo('sockname')).toEqual(['127.0.0.1', local]);
          yield* until(() => accepted.length === 1);
          expect(accepted[0]!.transport.getExtraInfo('peername')).toEqual(['127.0.0.1', local]);
          transport.abort();
        });
      });
    });

    test('passes over local addresses of another family, and says if none is left', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port) {
          const real = loop.getaddrinfo.bind(loop);
          loop.getaddrinfo = function* (name, ...rest) {
            if (name !== 'local') return yield* real(name, ...rest);
            return [
              [AF_INET6, SOCK_STREAM, IPPROTO_TCP, '', ['::1', 0, 0, 0]],
              [AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['127.0.0.1', 0]],
            ];
          };
          const [transport] = yield* loop.createConnection(Recorder, host, port, { localAddr: ['local', 0] });
          transport.close();
          const error = yield* thrownBy(
            loop.createConnection(Recorder, host, port, { localAddr: ['::1', 0] }),
          );
          expect(error).toBeInstanceOf(OSError);
          expect((error as Error).message).toBe(`no matching local address with family=${AF_INET} found`);
          resolveTo(loop, []);
          expect(
            yield* thrownBy(loop.createConnection(Recorder, host, port, { localAddr: ['local', 0] })),
          ).toMatchObject({ message: 'getaddrinfo() returned empty list' });
        });
      });
    });

    test('names the local address that is in use', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port) {
          const error = yield* thrownBy(
            loop.createConnection(Recorder, host, port, { localAddr: [host, port] }),
          );
          expect(error).toBeInstanceOf(OSError);
          expect(error).toMatchObject({
            message: `error while attempting to bind on address ('${host}', ${port}): [errno 98] address already in use`,
            errno: 98,
            address: host,
            port,
          });
        });
      });
    });

    test.skipIf(noAddon).each([
      ['own', false],
      ['given', true],
    ])('closes its %s socket if the protocol cannot be made', async (_name, given) => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port, accepted) {
          const sock = new socket();
          sock.connect([host, port]);
          const where = given ? { sock } : { host, port };
          const fails = (): Recorder => {
            throw new RangeError('no protocol');
          };
          expect(yield* thrownBy(loop.createConnection(fails, where))).toBeInstanceOf(RangeError);
          expect(sock.fileno() < 0).toBe(given);
          sock.close();
          yield* until(() => accepted.length === (given ? 1 : 2) && accepted.every(({ isLost }) => isLost));
        });
      });
    });

    test.skipIf(noAddon)('that is cancelled leaves no socket behind', async () => {
      const before = await descriptors();
      await onLoop(function* (loop): Coroutine {
        const [address, stop] = blackHole();
        const task = loop.createTask(loop.createConnection(Recorder, address[0], address[1]));
        yield* wait([task], { timeout: 0.02 });
        expect(task.done()).toBe(false);
        task.cancel();
        yield* wait([task]);
        expect(task.cancelled()).toBe(true);
        stop();
      });
      expect(await descriptors()).toBe(before);
    });

    describe('refuses', () => {
      const cases: [string, () => object, new () => Error, string][] = [
        [
          'neither address nor socket',
          () => ({}),
          ValueError,
          'host and port was not specified and no sock specified',
        ],
        [
          'an address and a socket',
          () => ({ host: 'example.com', port: 80, sock: givenSocket() }),
          ValueError,
          'host/port and sock can not be specified at the same time',
        ],
        [
          'a datagram socket',
          () => ({ sock: givenSocket(SOCK_DGRAM) }),
          ValueError,
          'A Stream Socket was expected, got <socket.socket',
        ],
        [
          'a name for TLS without TLS',
          () => ({ host: 'example.com', port: 80, serverHostname: 'x' }),
          ValueError,
          'server_hostname is only meaningful with ssl',
        ],
        [
          'TLS without a host',
          () => ({ host: '', port: 80, ssl: true }),
          ValueError,
          'You must set server_hostname when using ssl without a host',
        ],
        [
          'TLS on a given socket without a name',
          () => ({ sock: givenSocket(), ssl: true }),
          ValueError,
          'You must set server_hostname when using ssl without a host',
        ],
        [
          'a time for the handshake without TLS',
          () => ({ host: 'example.com', port: 80, sslHandshakeTimeout: 1 }),
          ValueError,
          'ssl_handshake_timeout is only meaningful with ssl',
        ],
        [
          'a time for the end of TLS without TLS',
          () => ({ host: 'example.com', port: 80, sslShutdownTimeout: 1 }),
          ValueError,
          'ssl_shutdown_timeout is only meaningful with ssl',
        ],
      ];
      test.each(cases)('%s', async (_name, options, cls, text) => {
        await onLoop(function* (loop): Coroutine {
          const error = yield* thrownBy(loop.createConnection(Recorder, options()));
          expect(error).toBeInstanceOf(cls);
          expect((error as Error).message).toContain(text);
        });
      });

      test('options that it does not have', async () => {
        await onLoop(function* (loop): Coroutine {
          expect(() => loop.createConnection(Recorder, 'example.com', 80, { timeout: 1 } as object)).toThrow(
            "createConnection() got an unexpected keyword argument 'timeout'",
          );
        });
      });
    });
  });

  describe('happy eyeballs', () => {
    test('work with one family, too', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* withServer(loop, function* (host, port) {
          resolveTo(loop, [yield* refusing(), [host, port]]);
          const [transport] = yield* loop.createConnection(Recorder, 'example.com', 80, {
            happyEyeballsDelay: 1000,
          });
          expect(transport.getExtraInfo('peername')).toEqual([host, port]);
          transport.close();
        });
      });
    });

    test.skipIf(noAddon)('take the next address when one does not answer', async () => {
      const before = await descriptors();
      await onLoop(function* (loop): Coroutine {
        const [silent, stop] = blackHole();
        yield* withServer(loop, function* (host, port) {
          resolveTo(loop, [silent, [host, port]]);
          const [transport] = yield* loop.createConnection(Recorder, 'example.com', 80, {
            happyEyeballsDelay: 0.01,
          });
          expect(transport.getExtraInfo('peername')).toEqual([host, port]);
          transport.close();
        });
        stop();
      });
      expect(await descriptors()).toBe(before);
    });
  });

  describe.skipIf(noAddon)('connectAcceptedSocket', () => {
    test('makes a transport of a connection that was accepted elsewhere', async () => {
      await onLoop(function* (loop): Coroutine {
        using server = listen(['127.0.0.1', 0]);
        using client = new socket();
        client.connect(server.getsockname());
        const [conn] = server.accept();
        const [transport, protocol] = yield* loop.connectAcceptedSocket(Recorder, conn);
        client.sendall('hello');
        yield* until(() => String(protocol.data) === 'hello');
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('refuses what is no stream, and times of TLS without it', async () => {
      await onLoop(function* (loop): Coroutine {
        using datagrams = new socket(AF_INET, SOCK_DGRAM);
        expect(yield* thrownBy(loop.connectAcceptedSocket(Recorder, datagrams))).toBeInstanceOf(ValueError);
        const [a] = sockets();
        const error = yield* thrownBy(loop.connectAcceptedSocket(Recorder, a, { sslHandshakeTimeout: 1 }));
        expect((error as Error).message).toBe('ssl_handshake_timeout is only meaningful with ssl');
      });
    });
  });
  // What only sockets of our own have: a connect() that can be put in place of the real one.
  if (name === 'selector') {
    describe('createConnection by sockConnect', () => {
      test('keeps the scope of an IPv6 address', async () => {
        await onLoop(function* (loop): Coroutine {
          const seen: unknown[] = [];
          loop.getaddrinfo = function* () {
            return [[AF_INET6, SOCK_STREAM, IPPROTO_TCP, '', ['fe80::1', 80, 0, 1]]];
          };
          loop.sockConnect = function* (_sock, address) {
            seen.push(address);
            throw new OSError('stop');
          };
          yield* thrownBy(loop.createConnection(Recorder, 'fe80::1%1', 80));
          expect(seen).toEqual([['fe80::1', 80, 0, 1]]);
        });
      });

      test('an error that is none of the system ends it at once, and closes the socket', async () => {
        const before = await descriptors();
        await onLoop(function* (loop): Coroutine {
          resolveTo(loop, [yield* refusing(), yield* refusing()]);
          let calls = 0;
          loop.sockConnect = function* () {
            calls++;
            throw new RangeError('mine');
          };
          expect(yield* thrownBy(loop.createConnection(Recorder, 'example.com', 80))).toBeInstanceOf(
            RangeError,
          );
          expect(calls).toBe(1);
        });
        expect(await descriptors()).toBe(before);
      });
    });

    describe('happy eyeballs', () => {
      /** Connect to two addresses, of which the first does what `first` says. */
      function* race(
        loop: SelectorEventLoop,
        first: (loop: SelectorEventLoop) => Coroutine,
        delay: number,
      ): Coroutine<string> {
        let host!: string;
        yield* withServer(loop, function* (address, port) {
          const real = loop.sockConnect.bind(loop);
          resolveTo(loop, [
            ['2001:db8::1', port],
            ['2001:db8::2', port],
            [address, port],
          ]);
          loop.sockConnect = function* (sock, target) {
            if (sock.family === AF_INET6) yield* first(loop);
            else yield* real(sock, target);
          };
          const [transport] = yield* loop.createConnection(Recorder, 'example.com', 80, {
            happyEyeballsDelay: delay,
          });
          host = transport.getExtraInfo('peername')[0];
          transport.close();
        });
        return host;
      }

      test('an address of the other family wins if the first does not answer in time', async () => {
        const before = await descriptors();
        await onLoop(function* (loop): Coroutine {
          const never = function* (): Coroutine {
            yield* loop.createFuture<void>();
          };
          expect(yield* race(loop, never, 0.01)).toBe('127.0.0.1');
        });
        expect(await descriptors()).toBe(before);
      });

      test('the next one starts at once if one fails', async () => {
        await onLoop(function* (loop): Coroutine {
          const fails = function* (): Coroutine {
            throw new OSError('unreachable');
          };
          expect(yield* race(loop, fails, 1000)).toBe('127.0.0.1');
        });
      });

      test('fail with a TimeoutError if no address has failed by itself', async () => {
        await onLoop(function* (loop): Coroutine {
          resolveTo(loop, [['127.0.0.1', 9]]);
          loop.sockConnect = function* () {
            throw new RangeError('no OSError');
          };
          for (const allErrors of [false, true]) {
            const error = yield* thrownBy(
              loop.createConnection(Recorder, 'example.com', 80, { happyEyeballsDelay: 0.01, allErrors }),
            );
            expect(error).toBeInstanceOf(TimeoutError);
            expect((error as Error).message).toBe('create_connection failed');
          }
        });
      });
    });
  }
});
