/*
 * What listening sockets have in common, of whichever kind: each connection becomes a transport, in a copy of the context
 * that the server was made in.
 */
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { Listener, SelectorEventLoop, Server } from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import type {
  BaseProtocol,
  ExtraInfo,
  ProtocolFactory,
  Transport,
  TransportSocket,
} from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import type { AcceptOptions, Backend, ListenerOptions, RawConnection } from './backend.js';
import { contextOf, isGiven } from './tls-options.js';

/** One listening socket of a server. */
export abstract class BaseListener implements Listener {
  /** What the server shows of the socket. */
  abstract readonly socket: TransportSocket;
  /** @internal */
  protected readonly _loop: SelectorEventLoop;
  /** @internal */
  protected readonly _options: AcceptOptions;
  /** @internal */
  protected readonly _context: Context = copyContext();
  /** @internal */
  protected readonly _onStop: (() => void) | null;
  /** @internal */
  protected _server: Server | null = null;
  private readonly _factory: ProtocolFactory<BaseProtocol>;
  private readonly _backend: Backend;

  constructor(backend: Backend, { loop, factory, accept, onStop = null }: ListenerOptions) {
    this._backend = backend;
    this._loop = loop;
    this._factory = factory;
    this._options = accept;
    this._onStop = onStop;
    loop._listening.add(this);
  }

  abstract start(server: Server): void;
  abstract stop(): void;
  /** Whether it was stopped. */
  abstract isClosing(): boolean;
  /** The loop is closed under it. @internal */
  abstract _abandoned(): void;

  /** A connection has come: what there is to do is done in the loop's next round. @internal */
  protected _accepted(connection: RawConnection, extra: ExtraInfo): void {
    if (this._loop.getDebug()) {
      const from = `${String(this._server)} got a new connection from ${String(extra.peername)}`;
      logger.debug(`${from}: ${this._backend.describe(connection)}`);
    }
    const context = this._context.copy();
    this._loop._enqueue(new Handle(beginConnection, [this, connection, extra, context], this._loop, context));
  }

  /** @internal */
  _begin(connection: RawConnection, extra: ExtraInfo, context: Context): void {
    let protocol: BaseProtocol | null = null;
    let transport: Transport | null = null;
    try {
      protocol = makeProtocol(this._factory);
      transport = this._transportOf(connection, protocol, extra, context);
    } catch (error) {
      this._backend.discard(connection);
      if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
      this._report(error, protocol, transport);
    }
  }

  private _transportOf(
    connection: RawConnection,
    protocol: BaseProtocol,
    extra: ExtraInfo,
    context: Context,
  ): Transport {
    const server = this._server;
    const { ssl, ...options } = this._options;
    if (!isGiven(ssl)) {
      return this._backend.transport(this._loop, connection, protocol, { extra, server, context });
    }
    const waiter = this._loop.createFuture<void>();
    const transport = tls().makeTransport(this._loop, connection, protocol, contextOf(ssl), waiter, {
      ...options,
      serverSide: true,
      extra,
      server,
      context,
    });
    waiter.addDoneCallback((future: Future<void>) => {
      if (future.cancelled() || future.exception() === null) return;
      // Anybody may connect and speak no TLS: it is told in debug mode alone.
      if (this._loop.getDebug()) this._report(future.exception(), protocol, transport);
    });
    return transport;
  }

  /** CPython tells of it in debug mode alone; a factory that fails would fail in silence. */
  private _report(exception: unknown, protocol: BaseProtocol | null, transport: Transport | null): void {
    const message = 'Error on transport creation for incoming connection';
    this._loop.callExceptionHandler({
      message,
      exception,
      ...(protocol === null ? {} : { protocol }),
      ...(transport === null ? {} : { transport }),
    });
  }
}

function beginConnection(
  listener: BaseListener,
  connection: RawConnection,
  extra: ExtraInfo,
  context: Context,
): void {
  listener._begin(connection, extra, context);
}
