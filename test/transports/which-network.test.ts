/*
 * Which network a loop has: TSYNCIO_TRANSPORT, the addon, and what each says when it cannot do something.
 */
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type Coroutine,
  EventLoop,
  Protocol,
  RuntimeError,
  type SelectorEventLoop,
  ValueError,
} from '../../src/index.js';
import { nodeBackend } from '../../src/transports/node-backend.js';
import { backendOf } from '../../src/transports/choose-backend.js';
import { selectorBackend } from '../../src/transports/selector-backend.js';
import { noAddon } from '../helpers/addon.js';
import { runChild, startChild } from '../helpers/child.js';
import { thrownBy } from '../helpers/virtual.js';
import { socketPath } from './peer.js';
import { onLoop } from './support.js';

const attempts: [string, (loop: SelectorEventLoop) => Coroutine<unknown>][] = [
  ['createConnection', (loop) => loop.createConnection(Protocol, '127.0.0.1', 9)],
  ['createServer', (loop) => loop.createServer(Protocol, '127.0.0.1', 0)],
  ['createUnixConnection', (loop) => loop.createUnixConnection(Protocol, '/nowhere')],
  ['createUnixServer', (loop) => loop.createUnixServer(Protocol, '/nowhere/at/all')],
  ['createDatagramEndpoint', (loop) => loop.createDatagramEndpoint(Protocol, ['127.0.0.1', 0])],
];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('TSYNCIO_TRANSPORT', () => {
  test('says which network, as often as it is asked', () => {
    const loop = new EventLoop();
    for (const [value, backend] of [
      ['selector', selectorBackend],
      ['node', nodeBackend],
      ['', noAddon ? nodeBackend : selectorBackend],
      [undefined, noAddon ? nodeBackend : selectorBackend],
    ] as const) {
      vi.stubEnv('TSYNCIO_TRANSPORT', value);
      expect(backendOf(loop)).toBe(backend);
    }
    loop.close();
  });

  test.each(attempts)(
    'with any other value is an error of %s that says what it takes',
    async (_name, attempt) => {
      vi.stubEnv('TSYNCIO_TRANSPORT', 'uv');
      await onLoop(function* (loop): Coroutine {
        const error = yield* thrownBy(attempt(loop));
        expect(error).toBeInstanceOf(ValueError);
        expect((error as Error).message).toBe("TSYNCIO_TRANSPORT must be 'selector' or 'node', got 'uv'");
      });
    },
  );
});

describe('a loop that blocks', () => {
  test.each(attempts)('has no %s over Node’s sockets, and says so at once', async (_name, attempt) => {
    vi.stubEnv('TSYNCIO_TRANSPORT', 'node');
    await onLoop(
      function* (loop): Coroutine {
        const error = yield* thrownBy(attempt(loop));
        expect(error).toBeInstanceOf(RuntimeError);
        expect((error as Error).message).toMatch(
          /^the network over Node's own sockets cannot be used while the loop blocks \(runSync, /,
        );
      },
      { blocking: true },
    );
  });

  test('cannot begin to serve with a server of Node’s', async () => {
    vi.stubEnv('TSYNCIO_TRANSPORT', 'node');
    const loop = new EventLoop();
    const server = await loop.runUntilComplete(
      loop.createServer(Protocol, '127.0.0.1', 0, { startServing: false }),
    );
    expect(() => loop.runUntilCompleteSync(server.startServing())).toThrow(
      "a server of Node's cannot be used while the loop blocks",
    );
    server.close();
    loop.close();
  });
});

describe('without the addon', () => {
  const env = { TSYNCIO_NO_ADDON: '1', TSYNCIO_TRANSPORT: undefined };

  test('connections, servers and datagrams work over Node’s sockets', async () => {
    const { stdout, stderr, code } = await runChild(
      `
      import { DatagramProtocol, getRunningLoop, openConnection, run, startServer } from 'tsyncio';

      function* echo(reader, writer) {
        writer.write(yield* reader.readline());
        yield* writer.drain();
        writer.close();
      }

      class Receiver extends DatagramProtocol {
        received = getRunningLoop().createFuture();
        datagramReceived(data) {
          this.received.setResult(String(data));
        }
      }

      function* main() {
        const server = yield* startServer(echo, 'localhost', 0);
        const [, port] = server.sockets[0].getsockname();
        const [reader, writer] = yield* openConnection('localhost', port);
        console.log(writer.getExtraInfo('peername')[1] === port);
        writer.write('hello\\n');
        console.log(String(yield* reader.read()).trim());
        writer.close();
        yield* writer.waitClosed();
        server.close();
        yield* server.waitClosed();
        const loop = getRunningLoop();
        const [a, receiver] = yield* loop.createDatagramEndpoint(Receiver, ['127.0.0.1', 0]);
        const [b] = yield* loop.createDatagramEndpoint(DatagramProtocol, { remoteAddr: a.getExtraInfo('sockname') });
        b.sendto('datagram');
        console.log(yield* receiver.received);
        a.close();
        b.close();
      }

      await run(main());
      `,
      { env },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('true\nhello\ndatagram\n');
    expect(code).toBe(0);
  });

  test('what needs descriptors names the reason', async () => {
    const { stdout } = await runChild(
      `
      import { getRunningLoop, Protocol, run } from 'tsyncio';
      import { IPPROTO_TCP, socket, SOL_SOCKET, TCP_NODELAY } from 'tsyncio/socket';

      function tell(attempt) {
        try {
          console.log(attempt());
        } catch (error) {
          console.log(error.name, error.code, error.message);
        }
      }

      function* main() {
        const loop = getRunningLoop();
        tell(() => loop.addReader(0, () => undefined));
        tell(() => loop.addWriter(1, () => undefined));
        tell(() => new socket());
        const server = yield* loop.createServer(Protocol, '127.0.0.1', 0);
        const [, port] = server.sockets[0].getsockname();
        const [transport] = yield* loop.createConnection(Protocol, '127.0.0.1', port);
        const sock = transport.getExtraInfo('socket');
        tell(() => sock.getsockopt(IPPROTO_TCP, TCP_NODELAY));
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, false);
        tell(() => sock.getsockopt(IPPROTO_TCP, TCP_NODELAY));
        tell(() => sock.setsockopt(SOL_SOCKET, 7, 4096));
        tell(() => sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, Buffer.alloc(4)));
        tell(() => sock.dup());
        tell(() => sock.shutdown(2));
        tell(() => server.sockets[0].getpeername());
        tell(() => String(sock).replace(/\\d{2,}/g, 'N'));
        transport.abort();
        server.close();
        yield* server.waitClosed();
        tell(() => sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1));
      }

      await run(main());
      `,
      { env },
    );
    const missing = 'the tsyncio addon is not available: TSYNCIO_NO_ADDON=1 is set';
    const none = (what: string): string =>
      `OSError ERR_TSYNCIO_NO_ADDON ${what} is more than Node can do with a socket; ${missing}`;
    expect(stdout.trim().split('\n')).toEqual([
      ...Array<string>(3).fill(`OSError ERR_TSYNCIO_NO_ADDON ${missing}`),
      '1',
      '0',
      none('setsockopt(1, 7)'),
      none('setsockopt with bytes'),
      none('dup'),
      none('shutdown'),
      'OSError ENOTCONN getpeername ENOTCONN',
      "<asyncio.TransportSocket fd=N, family=2, type=1, proto=6, laddr=('N.0.0.1', N), raddr=('N.0.0.1', N)>",
      'OSError EBADF setsockopt EBADF',
    ]);
  });

  test('the selector’s transports say why there are none', async () => {
    const { stdout } = await runChild(
      `
      import { openConnection, run } from 'tsyncio';
      await run(openConnection('127.0.0.1', 9)).catch((error) => console.log(error.message));
      `,
      { env: { TSYNCIO_NO_ADDON: '1', TSYNCIO_TRANSPORT: 'selector' } },
    );
    expect(stdout).toBe('the tsyncio addon is not available: TSYNCIO_NO_ADDON=1 is set\n');
  });
});

test('a loop that waits for Node’s sockets is no deadlock', async () => {
  const path = socketPath();
  const child = await startChild(
    `
    import { run, startUnixServer } from 'tsyncio';

    function* answer(reader, writer) {
      writer.write(yield* reader.readline());
      writer.close();
      server.close();
    }

    let server;
    function* main() {
      server = yield* startUnixServer(answer, process.argv[2]);
      console.log('listening');
      yield* server.waitClosed();
      console.log('closed');
    }

    await run(main());
    `,
    { args: [path], env: { TSYNCIO_TRANSPORT: 'node' } },
  );
  await child.printed('listening');
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
  await pause();
  const client = connect(path);
  const answer = new Promise((resolve) => client.once('data', resolve));
  await pause();
  client.write('still there?\n');
  expect(String(await answer)).toBe('still there?\n');
  client.destroy();
  const { stderr, stdout, code } = await child.ended;
  expect(stderr).toBe('');
  expect(stdout).toContain('closed');
  expect(code).toBe(0);
});

test('and what can never come is one: DeadlockError names the task', async () => {
  const { stderr, code } = await runChild(
    `
    import { getRunningLoop, openConnection, run, startServer } from 'tsyncio';

    function* main() {
      const server = yield* startServer(() => undefined, '127.0.0.1', 0);
      const [, writer] = yield* openConnection('127.0.0.1', server.sockets[0].getsockname()[1]);
      writer.transport.abort();
      server.close();
      server.abortClients();
      yield* server.waitClosed();
      yield* getRunningLoop().createFuture();
    }

    await run(main());
    `,
    { env: { TSYNCIO_TRANSPORT: 'node' } },
  );
  expect(stderr).toContain('DeadlockError: deadlock: 1 task waits');
  expect(code).not.toBe(0);
});
