/*
 * A listening socket of ours: each connection it accepts becomes a transport, in a copy of the context that the server
 * was made in.
 */
import { ACCEPT_RETRY_DELAY } from '../base/constants.js';
import { errnoOf } from '../base/errno.js';
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { TimerHandleLike } from '../base/loop.js';
import { osError } from '../base/oserror.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { Listener, SelectorEventLoop, Server } from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import { warn } from '../platform/host.js';
import {
  type BaseProtocol,
  type ProtocolFactory,
  type Transport,
  TransportSocket,
} from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import { EVENT_READ } from '../selectors/index.js';
import { AddressBlock } from '../socket/address.js';
import { socket } from '../socket/index.js';
import type { TlsChoice } from './connection.js';
import { wouldBlock } from './errnos.js';
import { SelectorSocketTransport } from './socket-transport.js';
import { contextOf, isGiven } from './tls-options.js';

const ECONNABORTED: number = -errnoOf('ECONNABORTED');
/** The system has run out of something: the connection still waits, and can be accepted later. */
const OUT_OF_RESOURCES: ReadonlySet<number> = new Set(
  ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].map((code) => -errnoOf(code)),
);

const peer = new AddressBlock();

/** What each connection of a server gets. */
export interface AcceptOptions extends TlsChoice {
  readonly backlog: number;
}

/** One listening socket of a server. */
export class SocketListener implements Listener {
  /** What the server shows of the socket. */
  readonly socket: TransportSocket;
  private readonly _loop: SelectorEventLoop;
  private readonly _sock: socket;
  private readonly _factory: ProtocolFactory<BaseProtocol>;
  private readonly _options: AcceptOptions;
  private readonly _context: Context = copyContext();
  private readonly _onStop: (() => void) | null;
  private _server: Server | null = null;
  private _retry: TimerHandleLike | null = null;

  constructor(
    loop: SelectorEventLoop,
    sock: socket,
    factory: ProtocolFactory<BaseProtocol>,
    options: AcceptOptions,
    onStop: (() => void) | null = null,
  ) {
    this._loop = loop;
    this._sock = sock;
    this._factory = factory;
    this._options = options;
    this._onStop = onStop;
    this.socket = new TransportSocket(sock);
    loop._listening.add(this);
  }

  start(server: Server): void {
    this._server = server;
    this._sock.listen(this._options.backlog);
    this._watch();
  }

  private _watch(): void {
    this._retry = null;
    this._loop._add(
      this._sock.fileno(),
      EVENT_READ,
      new Handle(acceptReady, [this], this._loop, this._context),
    );
  }

  stop(): void {
    this._retry?.cancel();
    this._loop._remove(this._sock.fileno(), EVENT_READ);
    this._loop._listening.delete(this);
    this._sock.close();
    this._onStop?.();
  }

  isClosing(): boolean {
    return this._sock.fileno() < 0;
  }

  /** @internal */
  _abandoned(): void {
    if (this._loop.getDebug()) warn(`unclosed ${this.socket.toString()}`, 'ResourceWarning');
    this._sock.close();
  }

  /** Accept what is there, but let others have a turn after as many as may wait at once. @internal */
  _accept(): void {
    for (let i = 0; i <= this._options.backlog && !this.isClosing(); i++) {
      const fd = this._sock._addon.accept(this._sock._fd, true, peer.ints);
      if (fd >= 0) this._accepted(fd);
      else if (wouldBlock(fd)) return;
      else if (fd !== ECONNABORTED) {
        this._failed(fd);
        return;
      }
    }
  }

  private _accepted(fd: number): void {
    const { family, type, proto } = this._sock;
    const conn = new socket(family, type, proto, fd)._markNonblocking();
    const peername = peer.decode();
    if (this._loop.getDebug()) {
      logger.debug(
        `${String(this._server)} got a new connection from ${String(peername)}: ${conn.toString()}`,
      );
    }
    const context = this._context.copy();
    this._loop._enqueue(
      new Handle(beginConnection, [this, conn, { peername }, context], this._loop, context),
    );
  }

  private _failed(result: number): void {
    const exception = osError({ errno: result, syscall: 'accept' });
    if (!OUT_OF_RESOURCES.has(result)) throw exception;
    // The socket stays ready: without a pause the loop would spin.
    const message = 'socket.accept() out of system resource';
    this._loop.callExceptionHandler({ message, exception, socket: this.socket });
    this._loop._remove(this._sock.fileno(), EVENT_READ);
    this._retry = this._loop.callLater(ACCEPT_RETRY_DELAY, () => {
      this._watch();
    });
  }

  /** @internal */
  _begin(conn: socket, extra: { peername: unknown }, context: Context): void {
    let protocol: BaseProtocol | null = null;
    let transport: Transport | null = null;
    try {
      protocol = makeProtocol(this._factory);
      transport = this._transportOf(conn, protocol, extra, context);
    } catch (error) {
      conn.close();
      if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
      this._report(error, protocol, transport);
    }
  }

  private _transportOf(
    conn: socket,
    protocol: BaseProtocol,
    extra: { peername: unknown },
    context: Context,
  ): Transport {
    const server = this._server;
    const { ssl, ...options } = this._options;
    if (!isGiven(ssl))
      return new SelectorSocketTransport(this._loop, conn, protocol, { extra, server, context });
    const waiter = this._loop.createFuture<void>();
    const transport = tls().makeTransport(this._loop, conn, protocol, contextOf(ssl), waiter, {
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

function acceptReady(listener: SocketListener): void {
  listener._accept();
}

function beginConnection(
  listener: SocketListener,
  conn: socket,
  extra: { peername: unknown },
  context: Context,
): void {
  listener._begin(conn, extra, context);
}
