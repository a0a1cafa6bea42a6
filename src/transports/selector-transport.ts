/*
 * What transports on a socket of ours have in common.
 *
 *   state      _closing  _connLost  left by
 *   open       false     0          close(), an error, the other side's end
 *   flushing   true      0          the buffer is sent, an error, abort()
 *   lost       true      > 0        connectionLost is on its way, or was called; then _sock is null
 *
 * `_connLost` goes from 0 to 1 in one place for each way to the end, always together with scheduling (or calling)
 * connectionLost: that is why it comes exactly once. Above 1 it counts writes that were dropped.
 */
import { LOG_THRESHOLD_FOR_CONNLOST_WRITES } from '../base/constants.js';
import { KeyboardInterrupt, OSError, RuntimeError, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop, Server } from '../loop/index.js';
import { Handle } from '../loop/handles.js';
import { noteTransportClosed, noteTransportOpened } from '../loop/loop-events.js';
import type { Addon } from '../platform/addon.js';
import { warn } from '../platform/host.js';
import { FlowControlTransport } from '../protocols/flow-control.js';
import { type BaseProtocol, TransportSocket } from '../protocols/index.js';
import { EVENT_READ, EVENT_WRITE } from '../selectors/index.js';
import type { Address, socket } from '../socket/index.js';
import type { TransportOptions } from './backend.js';

export type { TransportOptions } from './backend.js';

/** A stream or a datagram transport. */
export abstract class SelectorTransport extends FlowControlTransport {
  declare readonly _loop: SelectorEventLoop;
  /** null when all is over. @internal */
  _sock: socket | null;
  /** @internal */
  readonly _fd: number;
  /** @internal */
  readonly _addon: Addon;
  /** @internal */
  _protocol: BaseProtocol | null = null;
  /** @internal */
  _closing: boolean = false;
  /** @internal */
  _paused: boolean = false;
  /** @internal */
  _connLost: number = 0;
  /** How many bytes wait to be sent. @internal */
  _bufferSize: number = 0;
  private _protocolConnected: boolean = false;
  private _server: Server | null;
  private readonly _context: Context;

  constructor(loop: SelectorEventLoop, sock: socket, options: TransportOptions) {
    loop._ensureFdNoTransport(sock);
    super(loop, options.extra ?? null);
    this._extra.socket = new TransportSocket(sock);
    this._extra.sockname = nameOf(() => sock.getsockname<Address>());
    if (!('peername' in this._extra)) this._extra.peername = nameOf(() => sock.getpeername<Address>());
    this._sock = sock;
    this._fd = sock.fileno();
    this._addon = sock._addon;
    this._context = options.context ?? copyContext();
    this._server = options.server ?? null;
    this._server?._attach(this);
    loop._transports.set(this._fd, this);
  }

  /** connectionMade, then the first read, then the waiter: in this order, and each in a turn of its own. @internal */
  protected _begin(protocol: BaseProtocol, waiter: Future<void> | null | undefined): void {
    this.setProtocol(protocol);
    this._soon(connectionMade);
    this._soon(startReading);
    if (waiter == null) return;
    this._loop._enqueue(new Handle(settle, [waiter], this._loop, this._context));
  }

  private _soon(callback: (transport: this) => void): void {
    this._loop._enqueue(new Handle(callback, [this], this._loop, this._context));
  }

  // -- the selector --------------------------------------------------------------------------------------------

  /** There is something to read. @internal */
  abstract _readReady(): void;
  /** There is room to write. @internal */
  abstract _writeReady(): void;
  /** Forget what waits to be sent. @internal */
  protected abstract _clearBuffer(): void;

  /** @internal */
  _startReading(): void {
    if (!this.isReading()) return;
    this._loop._add(this._fd, EVENT_READ, new Handle(readReady, [this], this._loop, this._context));
  }

  /** @internal */
  protected _stopReading(): void {
    this._loop._remove(this._fd, EVENT_READ);
  }

  /** @internal */
  protected _startWriting(): void {
    this._loop._add(this._fd, EVENT_WRITE, new Handle(writeReady, [this], this._loop, this._context));
  }

  /** @internal */
  protected _stopWriting(): void {
    this._loop._remove(this._fd, EVENT_WRITE);
  }

  // -- what users call -----------------------------------------------------------------------------------------

  override getWriteBufferSize(): number {
    return this._bufferSize;
  }

  override setProtocol(protocol: BaseProtocol): void {
    this._protocol = protocol;
    this._protocolConnected = true;
  }

  override getProtocol(): BaseProtocol {
    return this._protocol as BaseProtocol;
  }

  /** @internal */
  protected override _flowProtocol(): BaseProtocol | null {
    return this._protocol;
  }

  override isClosing(): boolean {
    return this._closing;
  }

  override isReading(): boolean {
    return !this._closing && !this._paused;
  }

  override pauseReading(): void {
    if (!this.isReading()) return;
    this._paused = true;
    this._stopReading();
    this._debug('pauses reading');
  }

  override resumeReading(): void {
    if (this._closing || !this._paused) return;
    this._paused = false;
    this._startReading();
    this._debug('resumes reading');
  }

  override close(): void {
    if (this._closing) return;
    this._closing = true;
    this._stopReading();
    if (!this._isEmpty()) return;
    this._connLost++;
    this._stopWriting();
    this._loseConnection(null);
  }

  override abort(): void {
    this._forceClose(null);
  }

  // -- the end -------------------------------------------------------------------------------------------------

  /** Whether nothing waits to be sent. @internal */
  protected abstract _isEmpty(): boolean;

  /** Something failed that ends the connection; only what the outside did is not reported. @internal */
  _fatalError(exc: unknown, message: string): void {
    if (exc instanceof KeyboardInterrupt || exc instanceof SystemExit) throw exc;
    if (exc instanceof OSError) this._debug(`${message}: ${exc.message}`);
    else
      this._loop.callExceptionHandler({ message, exception: exc, transport: this, protocol: this._protocol });
    this._forceClose(exc);
  }

  /** @internal */
  _forceClose(exc: unknown): void {
    if (this._connLost > 0) return;
    if (!this._isEmpty()) {
      this._clearBuffer();
      this._stopWriting();
    }
    if (!this._closing) {
      this._closing = true;
      this._stopReading();
    }
    this._connLost++;
    this._loseConnection(exc);
  }

  private _loseConnection(exc: unknown): void {
    this._loop._enqueue(new Handle(connectionLost, [this, exc], this._loop, this._context));
  }

  /** The buffer of a transport that is being closed is sent. @internal */
  protected _flushed(): void {
    this._connLost++;
    this._callConnectionLost(null);
  }

  /** @internal */
  _callConnectionLost(exc: unknown): void {
    try {
      if (this._protocolConnected) this._protocol?.connectionLost(exc as Error | null);
    } finally {
      this._release();
      this._server?._detach(this);
      this._server = null;
      noteTransportClosed(this._loop, this, exc);
    }
  }

  /** The loop is closed under it. @internal */
  _abandoned(): void {
    if (!this._closing && this._loop.getDebug())
      warn(`unclosed transport ${this.toString()}`, 'ResourceWarning');
    this._closing = true;
    this._connLost++;
    this._release();
  }

  /**
   * Give the socket away. The protocol is called no more, not even at the end; the server counts the connection until the
   * end of this round.
   *
   * @internal
   */
  protected _detach(): { sock: socket; server: Server | null; context: Context } {
    const sock = this._sock;
    if (sock === null || this._closing) throw new RuntimeError('Transport is closing');
    const server = this._server;
    this._closing = true;
    this._connLost++;
    this._stopReading();
    this._stopWriting();
    this._loop._transports.delete(this._fd);
    this._sock = this._protocol = this._server = null;
    if (server !== null) this._loop._enqueue(new Handle(leave, [this, server], this._loop, this._context));
    noteTransportClosed(this._loop, this, null);
    return { sock, server, context: this._context };
  }

  private _release(): void {
    if (this._loop._transports.get(this._fd) === this) this._loop._transports.delete(this._fd);
    this._sock?.close();
    this._sock = null;
    this._protocol = null;
  }

  /** A write after the connection was lost: dropped, and in the end warned of. @internal */
  protected _dropWrite(): void {
    if (this._connLost >= LOG_THRESHOLD_FOR_CONNLOST_WRITES) {
      logger.warning('socket.send() raised exception.');
    }
    this._connLost++;
  }

  /** @internal */
  protected _debug(what: string): void {
    if (this._loop.getDebug()) logger.debug(`${this.toString()} ${what}`);
  }

  /** `<SelectorSocketTransport fd=7 read=polling write=<idle, bufsize=0>>`. */
  override toString(): string {
    const parts = [this.constructor.name];
    if (this._sock === null) parts.push('closed');
    else if (this._closing) parts.push('closing');
    parts.push(`fd=${this._fd}`);
    if (!this._loop.isClosed()) {
      parts.push(`read=${this._isPolling(EVENT_READ)}`);
      parts.push(`write=<${this._isPolling(EVENT_WRITE)}, bufsize=${this.getWriteBufferSize()}>`);
    }
    return `<${parts.join(' ')}>`;
  }

  private _isPolling(event: number): string {
    return this._sock !== null && this._loop._handleOf(this._fd, event) !== null ? 'polling' : 'idle';
  }
}

// What handles call: one function for all transports, so that none needs closures of its own.

function connectionMade(transport: SelectorTransport): void {
  noteTransportOpened(transport._loop, transport);
  transport._protocol?.connectionMade(transport);
}

function startReading(transport: SelectorTransport): void {
  transport._startReading();
}

function readReady(transport: SelectorTransport): void {
  transport._readReady();
}

function writeReady(transport: SelectorTransport): void {
  transport._writeReady();
}

function connectionLost(transport: SelectorTransport, exc: unknown): void {
  transport._callConnectionLost(exc);
}

function leave(transport: SelectorTransport, server: Server): void {
  server._detach(transport);
}

function settle(waiter: Future<void>): void {
  if (!waiter.done()) waiter.setResult();
}

function nameOf(ask: () => Address | null): Address | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OSError) return null;
    throw error;
  }
}
