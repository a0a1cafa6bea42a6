import { describe, expect, test } from 'vitest';
import { type Coroutine, sleep } from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { Recorder, transports, until } from './support.js';

describe.each(transports)('over $name', ({ onLoop }) => {
  describe('a server that serves until it is cancelled', () => {
    test('gives up its connections when it is cancelled once more, and the first cancellation goes on', async () => {
      await onLoop(function* (loop): Coroutine {
        const accepted: Recorder[] = [];
        const make = (): Recorder => {
          const protocol = new Recorder();
          accepted.push(protocol);
          return protocol;
        };
        const server = yield* loop.createServer(make, '127.0.0.1', 0);
        const port = server.sockets[0]!.getsockname()[1];
        const [transport, client] = yield* loop.createConnection(Recorder, '127.0.0.1', port);
        yield* until(() => accepted.length === 1);
        transport.pauseReading();
        accepted[0]!.transport.write(Buffer.alloc(16 << 20));
        const serving = loop.createTask(server.serveForever());
        yield* sleep(0);
        serving.cancel('first');
        yield* until(() => !server.isServing());
        expect(serving.done()).toBe(false);
        serving.cancel('second');
        const error = yield* thrownBy(serving);
        expect((error as Error).message).toBe('first');
        expect(accepted[0]!.isLost).toBe(false);
        server.abortClients();
        transport.abort();
        yield* server.waitClosed();
        yield* until(() => client.isLost);
      });
    });

    test('ends when it is closed by another task', async () => {
      await onLoop(function* (loop): Coroutine {
        const server = yield* loop.createServer(Recorder, '127.0.0.1', 0);
        const serving = loop.createTask(server.serveForever());
        yield* until(() => server.isServing());
        loop.callSoon(() => {
          server.close();
        });
        expect(yield* thrownBy(serving)).toMatchObject({ name: 'CancelledError' });
      });
    });
  });
});
