/*
 * The gateway of ../native/ on tsyncio's streams. Accepting, connecting, sending in pieces and closing are the library's;
 * what is left is the gateway. It needs no addon. (examples/gateway.ts goes on from here: deadlines, failures, HTTP/1.1.)
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/gateway.js
 */
import { asyncWith, type Coroutine, gather, openConnection, run, type Server, startServer } from 'tsyncio';
import { type Address, bodyOf, pathIn, requestFor, responseWith } from '../native/messages.js';

export type Handler = (path: string) => Coroutine<unknown>;

export type Services = Readonly<Record<string, Address>>;

/** Serve on a port of the system's choice. */
export function serve(handler: Handler): Coroutine<Server> {
  return startServer(
    function* (reader, writer) {
      const head = yield* reader.readuntil('\r\n\r\n');
      writer.write(responseWith(yield* handler(pathIn(head.toString())!)));
      yield* writer.drain();
      writer.close();
      yield* writer.waitClosed();
    },
    '127.0.0.1',
    0,
  );
}

/** Ask a server: connect, send, read. */
export function* fetch([host, port]: Address, path: string): Coroutine<unknown> {
  const [reader, writer] = yield* openConnection(host, port);
  try {
    writer.write(requestFor(path));
    return bodyOf((yield* reader.read(-1)).toString());
  } finally {
    writer.close();
  }
}

/** Ask all services at once, and return what they said when the last one has answered. */
export function gateway(services: Services): Handler {
  return function* (path) {
    const answers = yield* gather(...Object.values(services).map((address) => fetch(address, path)), {
      returnExceptions: true,
    });
    return Object.fromEntries(
      Object.keys(services).map((name, i) => {
        const answer: unknown = answers[i];
        return [name, answer instanceof Error ? { error: answer.message } : answer];
      }),
    );
  };
}

export function addressOf(server: Server): Address {
  const [host, port] = server.sockets[0]!.getsockname<Address>();
  return [host, port];
}

function* program(): Coroutine {
  const users = yield* serve(function* (path) {
    return { name: path.slice(1) };
  });
  const orders = yield* serve(function* (path) {
    return [`tea for ${path.slice(1)}`];
  });
  const server = yield* serve(gateway({ user: addressOf(users), orders: addressOf(orders) }));
  yield* asyncWith(users, () =>
    asyncWith(orders, () =>
      asyncWith(server, function* () {
        const address = addressOf(server);
        const answers = yield* gather(fetch(address, '/ada'), fetch(address, '/grace'));
        for (const answer of answers) console.log(JSON.stringify(answer));
      }),
    ),
  );
}

export async function main(): Promise<void> {
  await run(program());
}

if (process.argv[1] === import.meta.filename) await main();

// {"user":{"name":"ada"},"orders":["tea for ada"]}
// {"user":{"name":"grace"},"orders":["tea for grace"]}
