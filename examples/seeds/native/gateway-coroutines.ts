/*
 * The gateway of gateway-callbacks.ts once more, on the kernel of the tale (../tale/08-whole.ts). What happens one after the other
 * is written one after the other; what has to be remembered are local variables; errors go where errors go; and "at once"
 * is said in so many words: spawn them all, then join them all.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/native/gateway-coroutines.js
 */
import { EVENT_READ, EVENT_WRITE } from 'tsyncio/selectors';
import { createServer, SO_ERROR, socket, SOL_SOCKET } from 'tsyncio/socket';
import {
  cancel,
  Cancelled,
  type Coroutine,
  join,
  Kernel,
  ready,
  recv,
  send,
  spawn,
  type Task,
} from '../tale/08-whole.js';
import { type Address, bodyOf, pathIn, requestFor, responseWith } from './messages.js';

export type Handler = (path: string) => Coroutine<unknown>;

export type Services = Readonly<Record<string, Address>>;

/** A server that listens, and the task that takes its connections. */
export interface Server {
  readonly address: Address;
  readonly task: Task;
}

/** One connection: a request, its response, the end. */
function* converse(conn: socket, handler: Handler): Coroutine {
  try {
    let received = '';
    let path: string | undefined;
    while ((path = pathIn(received)) === undefined) {
      const data = yield* recv(conn, 4096);
      if (data.length === 0) return;
      received += data.toString();
    }
    yield* send(conn, responseWith(yield* handler(path)));
  } finally {
    conn.close();
  }
}

function* acceptAll(listener: socket, handler: Handler): Coroutine {
  try {
    for (;;) {
      yield* ready(listener, EVENT_READ);
      const [conn] = listener.accept();
      conn.setblocking(false);
      yield* spawn(converse(conn, handler));
    }
  } finally {
    listener.close(); // reached by cancelling
  }
}

/** Serve on a port of the system's choice, until the task is cancelled. */
export function* serve(handler: Handler): Coroutine<Server> {
  const listener = createServer(['127.0.0.1', 0]);
  listener.setblocking(false);
  const address = listener.getsockname<Address>();
  return { address, task: yield* spawn(acceptAll(listener, handler)) };
}

/** Ask a server: connect, send, read. */
export function* fetch(address: Address, path: string): Coroutine<unknown> {
  const sock = new socket();
  try {
    sock.setblocking(false);
    sock.connectEx(address);
    yield* ready(sock, EVENT_WRITE);
    const errno = sock.getsockopt(SOL_SOCKET, SO_ERROR);
    if (errno !== 0) throw new Error(`errno ${errno}`);
    yield* send(sock, requestFor(path));
    const chunks: Buffer[] = [];
    for (let data = yield* recv(sock, 4096); data.length > 0; data = yield* recv(sock, 4096)) {
      chunks.push(data);
    }
    return bodyOf(Buffer.concat(chunks).toString());
  } finally {
    sock.close();
  }
}

/** Ask all services at once, and return what they said when the last one has answered. */
export function gateway(services: Services): Handler {
  return function* (path) {
    const asking: [name: string, task: Task<unknown>][] = [];
    for (const [name, address] of Object.entries(services)) {
      asking.push([name, yield* spawn(fetch(address, path))]);
    }
    const answers: Record<string, unknown> = {};
    for (const [name, task] of asking) {
      try {
        answers[name] = yield* join(task);
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        answers[name] = { error: (error as Error).message };
      }
    }
    return answers;
  };
}

/** Close a server. */
export function* stop({ task }: Server): Coroutine {
  yield* cancel(task);
  try {
    yield* join(task);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
}

function* program(): Coroutine {
  const users = yield* serve(function* (path) {
    return { name: path.slice(1) };
  });
  const orders = yield* serve(function* (path) {
    return [`tea for ${path.slice(1)}`];
  });
  const server = yield* serve(gateway({ user: users.address, orders: orders.address }));
  const asking: Task<unknown>[] = [];
  for (const name of ['ada', 'grace']) asking.push(yield* spawn(fetch(server.address, `/${name}`)));
  for (const task of asking) console.log(JSON.stringify(yield* join(task)));
  for (const each of [server, users, orders]) yield* stop(each);
}

export function main(): void {
  new Kernel().run(program());
}

if (process.argv[1] === import.meta.filename) main();

// {"user":{"name":"ada"},"orders":["tea for ada"]}
// {"user":{"name":"grace"},"orders":["tea for grace"]}
