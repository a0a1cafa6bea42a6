/*
 * A gateway on callbacks: it takes connections, asks two services at once for each, and answers with what both said. One thread,
 * no coroutines; everything that must be remembered while it waits (the client, who has answered, how many are still to come) is
 * in the closures.
 *
 * It works. Read it for its order: `fetch` is one thing after another (connect, send, read), and is written as
 * functions inside functions, each with its own way to fail. gateway-coroutines.ts is the same gateway, written in the
 * order in which it happens.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/native/gateway-callbacks.js
 */
import { createServer, SO_ERROR, socket, SOL_SOCKET } from 'tsyncio/socket';
import { type Address, bodyOf, pathIn, requestFor, responseWith } from './messages.js';
import { Reactor } from './reactor.js';

/** Answers a request, now or later, by calling `reply` once. */
export type Handler = (path: string, reply: (body: unknown) => void) => void;

export type Services = Readonly<Record<string, Address>>;

/** Send everything, then call `done`. */
function sendAll(reactor: Reactor, sock: socket, text: string, done: () => void): void {
  let rest = Buffer.from(text);
  reactor.onWritable(sock, () => {
    rest = rest.subarray(sock.send(rest));
    if (rest.length === 0) done();
  });
}

/** Serve on a port of the system's choice. Close the socket that is returned by `reactor.close`. */
export function serve(reactor: Reactor, handler: Handler): socket {
  const listener = createServer(['127.0.0.1', 0]);
  listener.setblocking(false);
  reactor.onReadable(listener, () => {
    const [conn] = listener.accept();
    conn.setblocking(false);
    let received = '';
    reactor.onReadable(conn, () => {
      const data = conn.recv(4096);
      received += data.toString();
      const path = pathIn(received);
      if (path !== undefined) {
        handler(path, (body) => sendAll(reactor, conn, responseWith(body), () => reactor.close(conn)));
      } else if (data.length === 0) reactor.close(conn);
    });
  });
  return listener;
}

/** Ask a server, and call `done` with its answer or with the error. */
export function fetch(
  reactor: Reactor,
  address: Address,
  path: string,
  done: (error: unknown, body: unknown) => void,
): void {
  const sock = new socket();
  sock.setblocking(false);
  sock.connectEx(address); // EINPROGRESS: that it is writable will tell
  function finish(error: unknown, body: unknown): void {
    reactor.close(sock);
    done(error, body);
  }
  reactor.onWritable(sock, () => {
    const errno = sock.getsockopt(SOL_SOCKET, SO_ERROR);
    if (errno !== 0) {
      finish(new Error(`errno ${errno}`), undefined);
      return;
    }
    sendAll(reactor, sock, requestFor(path), () => {
      const chunks: Buffer[] = [];
      reactor.onReadable(sock, () => {
        const data = sock.recv(4096);
        if (data.length > 0) chunks.push(data);
        else finish(null, bodyOf(Buffer.concat(chunks).toString()));
      });
    });
  });
}

/** Ask all services at once; reply when the last one has answered, with all answers. */
export function gateway(reactor: Reactor, services: Services): Handler {
  return (path, reply) => {
    const answers: Record<string, unknown> = {};
    let missing = Object.keys(services).length;
    if (missing === 0) reply(answers);
    for (const [name, address] of Object.entries(services)) {
      answers[name] = null; // so that their order is that of the services, whoever is first
      fetch(reactor, address, path, (error, body) => {
        answers[name] = error === null ? body : { error: (error as Error).message };
        if (--missing === 0) reply(answers);
      });
    }
  };
}

export function main(): void {
  const reactor = new Reactor();
  const users = serve(reactor, (path, reply) => reply({ name: path.slice(1) }));
  const orders = serve(reactor, (path, reply) => reply([`tea for ${path.slice(1)}`]));
  const server = serve(
    reactor,
    gateway(reactor, { user: users.getsockname<Address>(), orders: orders.getsockname<Address>() }),
  );
  let clients = 0;
  for (const name of ['ada', 'grace']) {
    clients++;
    fetch(reactor, server.getsockname<Address>(), `/${name}`, (error, body) => {
      if (error !== null) throw error;
      answers.push(JSON.stringify(body));
      if (--clients === 0) for (const listener of [users, orders, server]) reactor.close(listener);
    });
  }
  const answers: string[] = [];
  reactor.run();
  // Both were under way at the same time: either may have been first.
  for (const answer of answers.sort()) console.log(answer);
}

if (process.argv[1] === import.meta.filename) main();

// {"user":{"name":"ada"},"orders":["tea for ada"]}
// {"user":{"name":"grace"},"orders":["tea for grace"]}
