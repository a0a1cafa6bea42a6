/*
 * Server: the listening sockets of one service, and the connections they accepted.
 *
 *   not serving --startServing--> serving --close--> closed --the last connection is gone--> waitClosed returns
 *
 * close() may come at any time. `_listeners` is null once closed.
 */
import type { Coroutine } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import type { Future } from '../futures/index.js';
import type { BaseTransport, TransportSocket } from '../protocols/index.js';
import { sleep } from '../tasks/index.js';
import type { BaseEventLoop } from './base-loop.js';

/**
 * One listening socket, in the way of the transports that it makes: what a {@link Server} is made of. For authors of transports.
 */
export interface Listener {
  /** The socket, to ask for its address. */
  readonly socket: TransportSocket;
  /** Begin to accept. */
  start(server: Server): void;
  /** Accept no more, and close the socket. */
  stop(): void;
}

/** A connection that a server has accepted. */
interface Client extends BaseTransport {
  abort(): void;
}

/**
 * A server: listening sockets, and the connections that they accepted. {@link SelectorEventLoop.createServer},
 * {@link startServer} and their like make it.
 *
 * With `asyncWith(server, ...)` it is closed at the end of the body, and waited for.
 *
 * Python: `asyncio.Server`.
 *
 * @example
 * ```ts
 * import { asyncWith, createTask, run, sleep, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(() => undefined, { host: '127.0.0.1', port: 0, startServing: false });
 *   yield* asyncWith(server, function* () {
 *     console.log(server.sockets[0]!.getsockname()[0], server.isServing());
 *     const forever = createTask(server.serveForever());
 *     yield* sleep(0);
 *     console.log(server.isServing());
 *     forever.cancel(); // as Ctrl-C would
 *   });
 *   console.log(server.sockets.length);
 * }
 *
 * await run(main());
 * // 127.0.0.1 false
 * // true
 * // 0
 * ```
 */
export class Server {
  private readonly _loop: BaseEventLoop;
  private _listeners: readonly Listener[] | null;
  private readonly _clients: Set<Client> = new Set();
  private readonly _waiters: Future<void>[] = [];
  /** Closed, and the last connection gone. */
  private _isOver: boolean = false;
  private _serving: boolean = false;
  private _servingForever: Future<never> | null = null;

  /** @internal */
  constructor(loop: BaseEventLoop, listeners: readonly Listener[]) {
    this._loop = loop;
    this._listeners = listeners;
  }

  /** A connection begins. @internal */
  _attach(transport: Client): void {
    this._clients.add(transport);
  }

  /** A connection is gone. @internal */
  _detach(transport: Client): void {
    this._clients.delete(transport);
    if (this._clients.size === 0 && this._listeners === null) this._wakeup();
  }

  private _wakeup(): void {
    this._isOver = true;
    for (const waiter of this._waiters) if (!waiter.done()) waiter.setResult();
    this._waiters.length = 0;
  }

  /** @internal */
  _startServing(): void {
    if (this._serving) return;
    if (this._listeners === null) throw new RuntimeError(`server ${this.toString()} is closed`);
    this._serving = true;
    for (const listener of this._listeners) listener.start(this);
  }

  /** The loop that it runs on. Python: `Server.get_loop`. */
  getLoop(): BaseEventLoop {
    return this._loop;
  }

  /** Whether it accepts connections. Python: `Server.is_serving`. */
  isServing(): boolean {
    return this._serving;
  }

  /** Its listening sockets; none once it is closed. Python: `Server.sockets`. */
  get sockets(): readonly TransportSocket[] {
    return this._listeners?.map(({ socket }) => socket) ?? [];
  }

  /**
   * Accept no more connections. Those that there are go on. Twice is once.
   *
   * Python: `Server.close`.
   */
  close(): void {
    const listeners = this._listeners;
    if (listeners === null) return;
    this._listeners = null;
    for (const listener of listeners) listener.stop();
    this._serving = false;
    this._servingForever?.cancel();
    this._servingForever = null;
    if (this._clients.size === 0) this._wakeup();
  }

  /**
   * Close all connections, each when what it still has to send is sent. The server goes on accepting others, if it was not closed.
   *
   * Python: `Server.close_clients`.
   *
   * @example
   * ```ts
   * import { asyncWith, openConnection, run, sleep, startServer, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const server = yield* startServer((_reader, writer) => writer.write('welcome'), '127.0.0.1', 0);
   *   yield* asyncWith(server, function* () {
   *     const [host, port] = server.sockets[0]!.getsockname();
   *     const [reader, writer] = yield* openConnection(host, port);
   *     console.log(String(yield* reader.readexactly(7)));
   *     server.close(); // nobody else comes in
   *     server.closeClients(); // and who is in leaves
   *     console.log((yield* reader.read()).length);
   *     writer.close();
   *     yield* sleep(0);
   *   });
   * }
   *
   * await run(main());
   * // welcome
   * // 0
   * ```
   */
  closeClients(): void {
    for (const client of [...this._clients]) client.close();
  }

  /**
   * Close all connections at once; what waits to be sent is dropped.
   *
   * Python: `Server.abort_clients`.
   */
  abortClients(): void {
    for (const client of [...this._clients]) client.abort();
  }

  /**
   * Begin to accept connections, if it does not do so already.
   *
   * Python: `Server.start_serving`.
   *
   * @throws RuntimeError if it is closed.
   */
  *startServing(): Coroutine {
    this._startServing();
    yield* sleep(0);
  }

  /**
   * Accept connections until the task is cancelled, or the server closed. Then the server and its connections are
   * closed and waited for, and the CancelledError goes on.
   *
   * Python: `Server.serve_forever`.
   *
   * @throws RuntimeError if it is closed, or another task does this already; CancelledError in the end, always.
   *
   * @example
   * ```ts
   * import { createTask, run, sleep, startServer, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const server = yield* startServer(() => undefined, '127.0.0.1', 0);
   *   const serving = createTask(server.serveForever());
   *   yield* sleep(0);
   *   serving.cancel(); // what Ctrl-C does to the main task
   *   try {
   *     yield* serving;
   *   } finally {
   *     console.log('closed:', server.sockets.length === 0);
   *     return;
   *   }
   * }
   *
   * await run(main());
   * // closed: true
   * ```
   */
  *serveForever(): Coroutine<never> {
    if (this._servingForever !== null) {
      throw new RuntimeError(`server ${this.toString()} is already being awaited on serve_forever()`);
    }
    if (this._listeners === null) throw new RuntimeError(`server ${this.toString()} is closed`);
    this._startServing();
    const forever = this._loop.createFuture<never>();
    this._servingForever = forever;
    try {
      return yield* forever;
    } catch (error) {
      yield* this._shutDown();
      throw error;
    } finally {
      this._servingForever = null;
    }
  }

  private *_shutDown(): Coroutine {
    try {
      this.close();
      this.closeClients();
      yield* this.waitClosed();
      // eslint-disable-next-line no-restricted-syntax -- cancelled once more: it is the first cancellation that goes on
    } catch {
      return;
    }
  }

  /**
   * Wait until the server is closed and all of its connections are gone. It does not close them: `closeClients` and
   * `abortClients` do.
   *
   * Python: `Server.wait_closed`.
   */
  *waitClosed(): Coroutine {
    if (this._isOver) return;
    const waiter = this._loop.createFuture<void>();
    this._waiters.push(waiter);
    yield* waiter;
  }

  /** Enter: nothing happens. Python: `Server.__aenter__`. */
  *aenter(): Coroutine<this> {
    return this;
  }

  /** Close, and wait. Python: `Server.__aexit__`. */
  *aexit(_error?: unknown): Coroutine {
    this.close();
    yield* this.waitClosed();
  }

  /** `await using server = ...` in an async function closes it at the end, and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this._loop.createTask(this.waitClosed());
  }

  /** `<Server sockets=(<asyncio.TransportSocket fd=3, ...>,)>`. */
  toString(): string {
    const { sockets } = this;
    return `<${this.constructor.name} sockets=(${sockets.map(String).join(', ')}${sockets.length === 1 ? ',' : ''})>`;
  }
}
