/*
 * What can go wrong before there is a connection: no answer, no name, a change of mind at any moment.
 */
import { describe, expect, test } from 'vitest';
import {
  type Coroutine,
  DatagramProtocol,
  type SelectorEventLoop,
  Server,
  sleep,
  timeout,
  asyncWith,
  TimeoutError,
  wait,
} from '../../src/index.js';
import { gaierror } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { thrownBy } from '../helpers/virtual.js';
import { socketPath } from './peer.js';
import { blackHole, descriptors, Recorder, transports, until } from './support.js';

/** What a coroutine is cancelled after: so many rounds, and then so many turns of Node's. */
const MOMENTS: [rounds: number, turns: number][] = [
  ...Array.from({ length: 12 }, (_, rounds): [number, number] => [rounds, 0]),
  ...Array.from({ length: 5 }, (_, turns): [number, number] => [0, turns + 1]),
];

/** Start `attempt` at every moment anew, cancel it, and close what it has made by then. */
function* cancelAtEachMoment(
  loop: SelectorEventLoop,
  attempt: () => Coroutine<unknown>,
): Coroutine<{ cancelled: number; done: number }> {
  let cancelled = 0;
  for (const [rounds, turns] of MOMENTS) {
    const task = loop.createTask(attempt());
    for (let i = 0; i < rounds; i++) yield* sleep(0);
    for (let i = 0; i < turns; i++) yield* sleep(0.002);
    task.cancel();
    yield* wait([task]);
    if (task.cancelled()) cancelled++;
    else yield* closeResult(task.result());
  }
  return { cancelled, done: MOMENTS.length - cancelled };
}

function* closeResult(result: unknown): Coroutine {
  if (result instanceof Server) {
    result.close();
    yield* result.waitClosed();
  } else (result as [{ abort(): void }])[0].abort();
  yield* sleep(0);
}

/** Node closes in a turn of its own. */
async function descriptorsAre(count: number): Promise<void> {
  for (let i = 0; i < 100 && (await descriptors()) !== count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(await descriptors()).toBe(count);
}

describe.each(transports)('before there is a connection, over $name', ({ name, onLoop }) => {
  test.skipIf(noAddon)('no answer: a timeout ends the wait, and leaves nothing behind', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      const [[host, port], stop] = blackHole();
      function* patient(): Coroutine {
        yield* asyncWith(timeout(0.05), () => loop.createConnection(Recorder, host, port));
      }
      const error = yield* thrownBy(patient());
      expect(error).toBeInstanceOf(TimeoutError);
      stop();
    });
    await descriptorsAre(before);
  });

  test('a name that does not resolve is a gaierror, for clients and for servers', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      for (const attempt of [
        loop.createConnection(Recorder, 'nosuch.invalid', 80),
        loop.createServer(Recorder, 'nosuch.invalid', 0),
        loop.createDatagramEndpoint(DatagramProtocol, ['nosuch.invalid', 0]),
      ]) {
        const error = yield* thrownBy(attempt);
        expect(error).toBeInstanceOf(gaierror);
        expect((error as Error).message).toContain('nosuch.invalid');
      }
    });
    await descriptorsAre(before);
  });

  test('abort() in connectionMade: the connection is over before its maker has it', async () => {
    await onLoop(function* (loop): Coroutine {
      class Hasty extends Recorder {
        override connectionMade(transport: Recorder['transport']): void {
          super.connectionMade(transport);
          transport.abort();
        }
      }
      const accepted: Recorder[] = [];
      const factory = (): Recorder => {
        accepted.push(new Recorder());
        return accepted.at(-1)!;
      };
      const server = yield* loop.createServer(factory, '127.0.0.1', 0);
      const port = server.sockets[0]!.getsockname()[1];
      const [transport, protocol] = yield* loop.createConnection(Hasty, '127.0.0.1', port);
      expect(transport.isClosing()).toBe(true);
      yield* until(() => protocol.isLost && accepted[0]?.isLost === true);
      expect(protocol.events).toEqual(['made', 'lost']);
      server.close();
      yield* server.waitClosed();
    });
  });

  test('a connection that is cancelled at any moment leaves nothing behind', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      const server = yield* loop.createServer(Recorder, '127.0.0.1', 0);
      const port = server.sockets[0]!.getsockname()[1];
      const byName = yield* cancelAtEachMoment(loop, () =>
        loop.createConnection(Recorder, 'localhost', port, { happyEyeballsDelay: 0.25, family: 2 }),
      );
      const byAddress = yield* cancelAtEachMoment(loop, () =>
        loop.createConnection(Recorder, '127.0.0.1', port, { localAddr: ['127.0.0.1', 0] }),
      );
      // Some of each: the moments reach from the first step to the last.
      for (const { cancelled, done } of [byName, byAddress]) {
        expect(cancelled).toBeGreaterThan(0);
        expect(cancelled + done).toBe(MOMENTS.length);
      }
      expect(byAddress.done).toBeGreaterThan(0);
      server.close();
      server.abortClients();
      yield* server.waitClosed();
    });
    await descriptorsAre(before);
  });

  test('over a Unix socket, too', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      const path = socketPath();
      const server = yield* loop.createUnixServer(Recorder, path);
      const { cancelled, done } = yield* cancelAtEachMoment(loop, () =>
        loop.createUnixConnection(Recorder, path),
      );
      expect(cancelled).toBeGreaterThan(0);
      expect(done).toBeGreaterThan(0);
      server.close();
      server.abortClients();
      yield* server.waitClosed();
    });
    await descriptorsAre(before);
  });

  test('a server that is cancelled at any moment leaves nothing behind', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      const ofHosts = yield* cancelAtEachMoment(loop, () =>
        loop.createServer(Recorder, ['127.0.0.1', 'localhost', '127.0.0.2'], 0),
      );
      const ofPath = yield* cancelAtEachMoment(loop, () => loop.createUnixServer(Recorder, socketPath()));
      for (const { cancelled, done } of [ofHosts, ofPath]) {
        expect(cancelled).toBeGreaterThan(0);
        expect(done).toBeGreaterThan(0);
      }
    });
    await descriptorsAre(before);
  });

  test('an endpoint for datagrams that is cancelled at any moment leaves nothing behind', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      const { cancelled, done } = yield* cancelAtEachMoment(loop, () =>
        loop.createDatagramEndpoint(DatagramProtocol, ['127.0.0.1', 0], ['127.0.0.1', 9]),
      );
      expect(cancelled).toBeGreaterThan(0);
      expect(done).toBeGreaterThan(0);
    });
    await descriptorsAre(before);
  });

  if (name === 'node') {
    test('a loop that ends while others still connect leaves nothing behind', async () => {
      const before = await descriptors();
      await onLoop(
        function* (loop): Coroutine {
          const server = yield* loop.createServer(Recorder, '127.0.0.1', 0);
          const port = server.sockets[0]!.getsockname()[1];
          const task = loop.createTask(loop.createConnection(Recorder, '127.0.0.1', port));
          yield* sleep(0);
          server.close();
          // Nobody waits for it: the loop says so when it is closed.
          void task;
        },
        { reports: [] },
      );
      await descriptorsAre(before);
    });
  }
});
