import { describe, expect, it } from 'vitest';
import { fanOut, startGateway, startService, urlOf } from '../../examples/gateway.js';
import { request } from '../../examples/http/client.js';
import { HttpError } from '../../examples/http/messages.js';
import { serveHttp } from '../../examples/http/server.js';
import {
  allTasks,
  type Coroutine,
  CancelledError,
  createTask,
  type Server,
  sleep,
  startServer,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { onEachNetwork, portOf, program } from '../helpers/servers.js';

/** Run `body`, and end what it has started. */
function withServers(
  body: (use: (starting: Coroutine<Server>) => Coroutine<Server>) => Coroutine,
): Promise<void> {
  return program(function* () {
    const servers: Server[] = [];
    function* use(starting: Coroutine<Server>): Coroutine<Server> {
      const server = yield* starting;
      servers.push(server);
      return server;
    }
    yield* body(use);
    for (const server of servers) {
      server.close();
      server.closeClients();
      yield* server.waitClosed();
    }
  });
}

onEachNetwork(() => {
  describe('the gateway', () => {
    it('joins the answers of all services', () =>
      withServers(function* (use) {
        const services = {
          name: urlOf(yield* use(startService((user) => user.toUpperCase(), 0.02))),
          orders: urlOf(yield* use(startService(() => [1, 2], 0))),
        };
        const gateway = yield* use(startGateway(services, 0, 10));
        const response = yield* request(`${urlOf(gateway)}profile?user=ad%20a`);
        expect(response.status).toBe(200);
        expect(response.json()).toEqual({
          user: 'ad a',
          complete: true,
          services: { name: { value: 'AD A' }, orders: { value: [1, 2] } },
        });
      }));

    it('answers without those that are late, that fail, and that are not there', () =>
      withServers(function* (use) {
        const gone = yield* startServer(() => undefined, '127.0.0.1', 0);
        const nobody = portOf(gone);
        gone.close();
        const failing = serveHttp(
          function* (): Coroutine<never> {
            throw new HttpError(503, 'not today');
          },
          '127.0.0.1',
          0,
        );
        const services = {
          name: urlOf(yield* use(startService((user) => user, 0))),
          late: urlOf(yield* use(startService(() => null, 60))),
          failing: urlOf(yield* use(failing)),
          nobody: `http://127.0.0.1:${nobody}/`,
        };
        const gateway = yield* use(startGateway(services, 0, 1));
        const response = yield* request(`${urlOf(gateway)}profile?user=ada`);
        expect(response.json()).toEqual({
          user: 'ada',
          complete: false,
          services: {
            name: { value: 'ada' },
            late: { error: 'no answer in time' },
            failing: { error: '503 Service Unavailable' },
            nobody: { error: `ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:${nobody}` },
          },
        });
      }));

    it('has to be told the user', () =>
      withServers(function* (use) {
        const gateway = yield* use(startGateway({}, 0));
        expect((yield* request(`${urlOf(gateway)}profile`)).status).toBe(400);
      }));

    it('asks nobody any more when it is cancelled', () =>
      withServers(function* (use) {
        const late = urlOf(yield* use(startService(() => null, 60)));
        const asking = createTask(fanOut({ one: late, two: late }, 'ada', 60));
        yield* sleep(0.05);
        asking.cancel();
        expect(yield* thrownBy(asking)).toBeInstanceOf(CancelledError);
        const names = [...allTasks()].map((task) => String(task.getCoro()));
        expect(names.filter((name) => name.includes('gateway'))).toEqual([]);
      }));
  });
});
