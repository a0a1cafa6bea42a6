/*
 * A gateway: one request fans out to several services at once, and their answers are joined to one. Who has not answered
 * when time is up is left out, and the gateway says so: part of an answer in time is better than all of it too late.
 *
 *     node dist-examples/gateway.js [port]
 *     curl -i http://127.0.0.1:8080/profile?user=ada
 */
import {
  asyncWith,
  type Coroutine,
  isException,
  run,
  type Server,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
} from 'tsyncio';
import { request } from './http/client.js';
import { HttpError } from './http/messages.js';
import { router } from './http/router.js';
import { json, serveHttp } from './http/server.js';

const DEADLINE = 0.5; // seconds

/** The URL of each service, by its name; the user's name is put behind it. */
export type Services = Readonly<Record<string, string>>;

/** What came of one service. */
type Outcome = { value: unknown } | { error: string };

/** Ask one service. Its failure is part of the answer: it must not take the others with it. */
function* ask(url: string): Coroutine<Outcome> {
  try {
    const response = yield* request(url);
    if (response.status !== 200) return { error: `${response.status} ${response.reason}` };
    return { value: response.json() };
  } catch (error) {
    // A cancellation is no failure: it goes on.
    if (!isException(error)) throw error;
    return { error: String(error) };
  }
}

/** Ask all services at once, and return what came before the deadline. */
export function* fanOut(
  services: Services,
  user: string,
  deadline: number,
): Coroutine<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const name of Object.keys(services)) outcomes[name] = { error: 'no answer in time' };
  function* note(name: string, url: string): Coroutine {
    outcomes[name] = yield* ask(url + encodeURIComponent(user));
  }
  try {
    yield* asyncWith(timeout(deadline), () =>
      asyncWith(new TaskGroup(), function* (group) {
        for (const [name, url] of Object.entries(services)) group.createTask(note(name, url), { name });
      }),
    );
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  return outcomes;
}

/** Serve `/profile?user=`, joined from `services`. */
export function startGateway(
  services: Services,
  port: number,
  deadline: number = DEADLINE,
): Coroutine<Server> {
  const handler = router({
    '/profile': {
      *GET({ query }) {
        const user = query.get('user');
        if (user === null) throw new HttpError(400, 'say ?user=');
        const outcomes = yield* fanOut(services, user, deadline);
        const complete = Object.values(outcomes).every((outcome) => 'value' in outcome);
        return json({ user, complete, services: outcomes });
      },
    },
  });
  return serveHttp(handler, '127.0.0.1', port);
}

/** A service to try it with: answers after a while. */
export function startService(answer: (user: string) => unknown, delay: number): Coroutine<Server> {
  return serveHttp(
    function* ({ path }) {
      yield* sleep(delay);
      return json(answer(decodeURIComponent(path.slice(1))));
    },
    '127.0.0.1',
    0,
  );
}

/** Where a service is to be found. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${server.sockets[0]!.getsockname()[1]}/`;
}

function* main(port: number): Coroutine {
  const names = yield* startService((user) => `${user[0]?.toUpperCase() ?? ''}${user.slice(1)}`, 0.05);
  const orders = yield* startService(() => [{ item: 'tea', count: 2 }], 0.1);
  const advice = yield* startService(() => 'more tea', 60);
  const services = { name: urlOf(names), orders: urlOf(orders), advice: urlOf(advice) };
  const server = yield* startGateway(services, port);
  console.log(`try ${urlOf(server)}profile?user=ada`);
  yield* server.serveForever();
}

if (process.argv[1] === import.meta.filename) await run(main(Number(process.argv[2] ?? 8080)));
