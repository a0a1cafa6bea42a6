/*
 * Two ways to the network for the tour: the sockets of tsyncio/socket, and where the native addon is missing, Node's own
 * `net`, whose streams and callbacks are waited for as any promise is.
 */
import { once } from 'node:events';
import {
  connect as netConnect,
  createServer as createNetServer,
  type AddressInfo,
  type Socket,
} from 'node:net';
import { type Coroutine, type Future, getRunningLoop, wrapFuture } from 'tsyncio';
import { createServer, type InetAddress, socket } from 'tsyncio/socket';

/** A connection: bytes in, bytes out. */
export interface Wire {
  recv(): Coroutine<Uint8Array>;
  send(data: Uint8Array): Coroutine;
  close(): void;
}

/** Something that takes connections. */
export interface Listener {
  readonly address: InetAddress;
  accept(): Coroutine<Wire>;
  close(): void;
}

class SocketWire implements Wire {
  private readonly _sock: socket;

  constructor(sock: socket) {
    this._sock = sock;
  }

  recv(): Coroutine<Uint8Array> {
    return getRunningLoop().sockRecv(this._sock, 65536);
  }

  send(data: Uint8Array): Coroutine {
    return getRunningLoop().sockSendall(this._sock, data);
  }

  close(): void {
    this._sock.close();
  }
}

function listenOnSocket(): Listener {
  const server = createServer(['127.0.0.1', 0], { backlog: 1024 });
  server.setblocking(false);
  return {
    address: server.getsockname(),
    *accept() {
      const [conn] = yield* getRunningLoop().sockAccept(server);
      return new SocketWire(conn);
    },
    close() {
      server.close();
    },
  };
}

function* connectSocket(address: InetAddress): Coroutine<Wire> {
  const sock = new socket();
  sock.setblocking(false);
  try {
    yield* getRunningLoop().sockConnect(sock, address);
  } catch (error) {
    sock.close();
    throw error;
  }
  return new SocketWire(sock);
}

/** What Node's callbacks put in and a coroutine takes out. A queue would do; this is all that is needed of one. */
class Mailbox<T> {
  private readonly _items: T[] = [];
  private _arrived: Future<void> | null = null;

  put(item: T): void {
    this._items.push(item);
    if (this._arrived?.done() === false) this._arrived.setResult();
  }

  *take(): Coroutine<T> {
    while (this._items.length === 0) {
      this._arrived = getRunningLoop().createFuture<void>();
      yield* this._arrived;
    }
    return this._items.shift()!;
  }
}

class NodeWire implements Wire {
  private readonly _stream: Socket;
  private readonly _chunks: Mailbox<Uint8Array> = new Mailbox<Uint8Array>();

  constructor(stream: Socket) {
    this._stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this._chunks.put(chunk);
    });
    stream.on('close', () => {
      this._chunks.put(new Uint8Array(0));
    });
    // A reset is the end, too.
    stream.on('error', () => undefined);
  }

  recv(): Coroutine<Uint8Array> {
    return this._chunks.take();
  }

  *send(data: Uint8Array): Coroutine {
    if (!this._stream.write(data)) yield* wrapFuture(once(this._stream, 'drain'));
  }

  close(): void {
    this._stream.destroy();
  }
}

function* listenOnNode(): Coroutine<Listener> {
  const server = createNetServer();
  const connections = new Mailbox<Socket>();
  server.on('connection', (stream) => {
    connections.put(stream);
  });
  server.listen(0, '127.0.0.1');
  yield* wrapFuture(once(server, 'listening'));
  return {
    address: ['127.0.0.1', (server.address() as AddressInfo).port],
    *accept() {
      return new NodeWire(yield* connections.take());
    },
    close() {
      server.close();
    },
  };
}

function* connectNode([host, port]: InetAddress): Coroutine<Wire> {
  const stream = netConnect(port, host);
  yield* wrapFuture(once(stream, 'connect'));
  return new NodeWire(stream);
}

/** The network of this machine: how to listen, how to connect, and the reason if it is not the addon's. */
export function* network(): Coroutine<{
  listener: Listener;
  connect: (address: InetAddress) => Coroutine<Wire>;
  missing: string | null;
}> {
  try {
    return { listener: listenOnSocket(), connect: connectSocket, missing: null };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_TSYNCIO_NO_ADDON') throw error;
    return { listener: yield* listenOnNode(), connect: connectNode, missing: (error as Error).message };
  }
}
