import { existsSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Coroutine,
  OSError,
  type SelectorEventLoop,
  type Server,
  sleep,
  ValueError,
} from '../../src/index.js';
import {
  AF_INET,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  type UnixAddress,
} from '../../src/socket/index.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';
import { noAddon } from '../helpers/addon.js';
import { socketPath as newPath } from './peer.js';
import { descriptors, Recorder, transports, until } from './support.js';

function boundTo(path: string): socket {
  const sock = new socket(AF_UNIX);
  sock.bind(path);
  return sock;
}

/** A socket to give; where there are none, what looks like one as far as it is looked at. */
function givenSocket(family: number, type = SOCK_STREAM): socket {
  if (!noAddon) return new socket(family, type);
  return { family, type, toString: () => '<socket.socket>' } as unknown as socket;
}

function* shutDown(server: Server): Coroutine {
  server.close();
  server.abortClients();
  yield* server.waitClosed();
}

function* roundTrip(loop: SelectorEventLoop, path: UnixAddress): Coroutine {
  const [transport, client] = yield* loop.createUnixConnection(Recorder, path);
  expect(transport.getExtraInfo<UnixAddress>('peername')).toBe(path);
  transport.write('hello');
  yield* until(() => String(client.data) === 'hello');
  transport.close();
  yield* until(() => client.isLost);
}

class Echo extends Recorder {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

describe.each(transports)('Unix sockets over $name', ({ name, onLoop }) => {
  describe('createUnixServer and createUnixConnection', () => {
    test('talk over a path', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const server = yield* loop.createUnixServer(Echo, path);
        expect(server.sockets[0]!.family).toBe(AF_UNIX);
        expect(server.sockets[0]!.getsockname<UnixAddress>()).toBe(path);
        yield* roundTrip(loop, path);
        yield* shutDown(server);
      });
    });

    test('talk over an abstract name', async () => {
      await onLoop(function* (loop): Coroutine {
        const name = `\0tsyncio-${process.pid}-${performance.now()}`;
        const server = yield* loop.createUnixServer(Echo, name);
        yield* roundTrip(loop, name);
        yield* shutDown(server);
      });
    });

    test('take the path by name or as bytes, and begin later if told so', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const server = yield* loop.createUnixServer(Echo, { path: Buffer.from(path), startServing: false });
        expect(server.isServing()).toBe(false);
        // Node listens from the moment that it is bound.
        if (name === 'selector') {
          expect(yield* thrownBy(loop.createUnixConnection(Recorder, { path }))).toBeInstanceOf(OSError);
        }
        const task = loop.createTask(server.serveForever());
        yield* until(() => server.isServing());
        yield* roundTrip(loop, path);
        task.cancel();
        yield* thrownBy(task);
        expect(server.sockets).toEqual([]);
        expect(existsSync(path)).toBe(false);
      });
    });

    test.skipIf(noAddon)('take over given sockets, whatever flags their type had', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const sock = new socket(AF_UNIX, SOCK_STREAM | 2048);
        sock.bind(path);
        const server = yield* loop.createUnixServer(Echo, { sock });
        const client = new socket(AF_UNIX);
        client.connect(path);
        const [transport] = yield* loop.createUnixConnection(Recorder, { sock: client });
        transport.close();
        yield* sleep(0);
        yield* shutDown(server);
      });
    });

    test('name the path in errors', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const error = yield* thrownBy(loop.createUnixConnection(Recorder, path));
        expect(error).toMatchObject({ code: 'ENOENT', syscall: 'connect', address: path });
      });
    });

    describe('refuse', () => {
      type Attempt = (loop: SelectorEventLoop) => Coroutine<unknown>;
      const cases: [string, Attempt, new () => Error, string][] = [
        [
          'a server without a path',
          (loop) => loop.createUnixServer(Recorder),
          ValueError,
          'path was not specified, and no sock specified',
        ],
        [
          'a server with path and socket',
          (loop) => loop.createUnixServer(Recorder, newPath(), { sock: givenSocket(AF_UNIX) }),
          ValueError,
          'path and sock can not be specified at the same time',
        ],
        [
          'a server on an Internet socket',
          (loop) => loop.createUnixServer(Recorder, { sock: givenSocket(AF_INET) }),
          ValueError,
          'A UNIX Domain Stream Socket was expected, got <socket.socket',
        ],
        [
          'a server on a datagram socket',
          (loop) => loop.createUnixServer(Recorder, { sock: givenSocket(AF_UNIX, SOCK_DGRAM) }),
          ValueError,
          'A UNIX Domain Stream Socket was expected, got <socket.socket',
        ],
        [
          'ssl that is no context',
          (loop) => loop.createUnixServer(Recorder, newPath(), { ssl: true as unknown as object }),
          TypeError,
          'ssl argument must be an SSLContext or None',
        ],
        [
          'a server with times of TLS without it',
          (loop) => loop.createUnixServer(Recorder, newPath(), { sslHandshakeTimeout: 1 }),
          ValueError,
          'ssl_handshake_timeout is only meaningful with ssl',
        ],
        [
          'a connection without a path',
          (loop) => loop.createUnixConnection(Recorder),
          ValueError,
          'no path and sock were specified',
        ],
        [
          'a connection with path and socket',
          (loop) => loop.createUnixConnection(Recorder, newPath(), { sock: givenSocket(AF_UNIX) }),
          ValueError,
          'path and sock can not be specified at the same time',
        ],
        [
          'a connection on an Internet socket',
          (loop) => loop.createUnixConnection(Recorder, { sock: givenSocket(AF_INET) }),
          ValueError,
          'A UNIX Domain Stream Socket was expected, got <socket.socket',
        ],
        [
          'a name for TLS without TLS',
          (loop) => loop.createUnixConnection(Recorder, newPath(), { serverHostname: 'x' }),
          ValueError,
          'server_hostname is only meaningful with ssl',
        ],
        [
          'TLS without a name',
          (loop) => loop.createUnixConnection(Recorder, newPath(), { ssl: true }),
          ValueError,
          'you have to pass server_hostname when using ssl',
        ],
        [
          'a connection with times of TLS without it',
          (loop) => loop.createUnixConnection(Recorder, newPath(), { sslShutdownTimeout: 1 }),
          ValueError,
          'ssl_shutdown_timeout is only meaningful with ssl',
        ],
      ];
      test.each(cases)('%s', async (_name, attempt, cls, text) => {
        await onLoop(function* (loop): Coroutine {
          const error = yield* thrownBy(attempt(loop));
          expect(error).toBeInstanceOf(cls);
          expect((error as Error).message).toContain(text);
        });
      });
    });
  });

  describe('the path of a server', () => {
    test.skipIf(noAddon)('is taken over from a server that left it behind', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const stale = new socket(AF_UNIX);
        stale.bind(path);
        stale.close();
        const server = yield* loop.createUnixServer(Echo, path);
        yield* roundTrip(loop, path);
        yield* shutDown(server);
      });
    });

    test('that is another kind of file is an error, and stays', async () => {
      const path = newPath();
      writeFileSync(path, 'mine');
      const before = await descriptors();
      await onLoop(function* (loop): Coroutine {
        const error = yield* thrownBy(loop.createUnixServer(Echo, path));
        expect(error).toBeInstanceOf(OSError);
        expect(error).toMatchObject({
          message: `Address '${path}' is already in use`,
          code: 'EADDRINUSE',
          address: path,
        });
      });
      expect(await descriptors()).toBe(before);
      expect(existsSync(path)).toBe(true);
    });

    test('that cannot be bound is an error, and the socket is closed', async () => {
      const path = join(newPath(), 'no', 'such', 'directory');
      const before = await descriptors();
      await onLoop(function* (loop): Coroutine {
        expect(yield* thrownBy(loop.createUnixServer(Echo, path))).toMatchObject({
          code: expect.any(String),
        });
      });
      expect(await descriptors()).toBe(before);
    });

    test('that cannot be looked at is told in the log', async () => {
      const log = recordLog();
      const path = newPath();
      writeFileSync(path, '');
      await onLoop(function* (loop): Coroutine {
        yield* thrownBy(loop.createUnixServer(Echo, join(path, 'below')));
      });
      expect(log.map(({ message }) => message)).toMatchObject([
        expect.stringContaining(`Unable to check or remove stale UNIX socket '${join(path, 'below')}': `),
      ]);
    });

    test.each(noAddon ? [['path']] : [['path'], ['sock']])(
      'is removed when the server is closed, made by %s',
      async (way) => {
        await onLoop(function* (loop): Coroutine {
          const path = newPath();
          const server = yield* loop.createUnixServer(
            Echo,
            way === 'sock' ? { sock: boundTo(path) } : { path },
          );
          expect(existsSync(path)).toBe(true);
          yield* shutDown(server);
          expect(existsSync(path)).toBe(false);
        });
      },
    );

    test('that is gone by then is no error', async () => {
      const log = recordLog();
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const server = yield* loop.createUnixServer(Echo, path);
        unlinkSync(path);
        yield* shutDown(server);
      });
      expect(log).toEqual([]);
    });

    test('stays if another server has it by then', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const first = yield* loop.createUnixServer(Echo, path);
        // The first one's file goes on to exist, so that its number is not given to the second.
        renameSync(path, `${path}-moved`);
        const second = yield* loop.createUnixServer(Echo, path);
        yield* shutDown(first);
        expect(statSync(path).isSocket()).toBe(true);
        yield* shutDown(second);
        expect(existsSync(path)).toBe(false);
      });
    });

    test('stays if cleanupSocket is false', async () => {
      await onLoop(function* (loop): Coroutine {
        const path = newPath();
        const server = yield* loop.createUnixServer(Echo, path, { cleanupSocket: false });
        yield* shutDown(server);
        expect(existsSync(path)).toBe(true);
      });
    });
  });
});
