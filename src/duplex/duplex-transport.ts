/*
 * The transport over a Duplex of Node's: a net.Socket, a TLSSocket, a pipe to a child.
 *
 * Node's events never call the protocol. They queue handles, and the loop calls it in rounds of its own, in the
 * transport's context: order, contexts and the running loop are those of any other transport.
 *
 *   state      _closing  _connLost  left by
 *   open       false     0          close(), an error, the other side's end
 *   flushing   true      0          the buffer is sent, an error, abort()
 *   lost       true      > 0        connectionLost is on its way, or was called; then _duplex is null
 *
 * `_connLost` goes from 0 to 1 together with scheduling (or calling) connectionLost, which therefore comes exactly once.
 * What Node tells after that is ignored. How much waits to be sent is Node's own count, `writableLength`.
 */
import { LOG_THRESHOLD_FOR_CONNLOST_WRITES } from '../base/constants.js';
import {
  ConnectionError,
  ConnectionResetError,
  KeyboardInterrupt,
  OSError,
  RuntimeError,
  SystemExit,
} from '../base/errors.js';
import { logger } from '../base/log.js';
import { osErrorFromNode } from '../base/oserror.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { SelectorEventLoop, Server } from '../loop/index.js';
import { noteTransportClosed, noteTransportOpened } from '../loop/loop-events.js';
import { warn } from '../platform/host.js';
import type { Duplex } from '../platform/streams.js';
import { FlowControlTransport } from '../protocols/flow-control.js';
import {
  type BaseProtocol,
  BufferedProtocol,
  type ExtraInfo,
  type Protocol,
  TransportSocket,
} from '../protocols/index.js';
import type { ShownSocket } from '../protocols/transport-socket.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';
import { requireHosted } from './hosted-only.js';
import { Incoming } from './incoming.js';
import { isPlainSocket, socketInfo } from './socket-info.js';
import { listen, type StreamOwner, unlisten } from './stream-events.js';

/** What a {@link DuplexTransport} may be made with. */
export interface DuplexTransportOptions {
  /** Is settled when connectionMade was called. */
  waiter?: Future<void> | null | undefined;
  /** What `getExtraInfo` knows, beside what the stream tells itself. */
  extra?: ExtraInfo | null | undefined;
  /** The server that accepted the connection. */
  server?: Server | null | undefined;
  /** What the protocol is called in; a copy of the present one, if left out. */
  context?: Context | undefined;
  /** There is a handshake first: nothing is read, and the protocol not called, until `_begin()`. */
  deferred?: boolean | undefined;
}

/** What {@link DuplexTransport._detachDuplex} gives away. */
export interface DetachedDuplex {
  /** The stream: paused, with all bytes in it that no protocol was given. */
  readonly duplex: Duplex;
  /** The server that counts the connection, for the next transport of it. */
  readonly server: Server | null;
  /** What the protocol was called in. */
  readonly context: Context;
}

/** A transport over a stream of Node's. Only in a hosted loop: Node's own must go on. */
export class DuplexTransport extends FlowControlTransport implements StreamOwner {
  declare readonly _loop: SelectorEventLoop;
  /** @internal */
  readonly _startTlsCompatible: boolean = true;
  /** @internal */
  readonly _sendfileCompatible: string = 'fallback';
  /** null when all is over. @internal */
  _duplex: Duplex | null;
  /** @internal */
  _protocol: BaseProtocol | null = null;
  /** @internal */
  _closing: boolean = false;
  /** @internal */
  _paused: boolean = false;
  /** @internal */
  _connLost: number = 0;
  /** No more is written. @internal */
  protected _eof: boolean = false;
  private readonly _context: Context;
  private readonly _fd: number;
  private _server: Server | null;
  /** To be told that the connection is there, or that it came to nothing. */
  private _waiter: Future<void> | null;
  /** The protocol knows, or will know, of the connection: of its end too, then. @internal */
  protected _begun: boolean = false;
  /** The loop's events know of it. */
  private _noted: boolean = false;
  private _isBuffered: boolean = false;
  /** Nothing is below but the system: closing needs no farewell. */
  private readonly _isPlain: boolean;

  // Reading. Chunks wait here between Node's event and the loop's round, and as long as reading is paused.
  private readonly _incoming: Incoming = new Incoming();
  /** The stream has ended, after what is in `_incoming`. */
  private _ended: boolean = false;
  /** The protocol knows that it has. */
  private _readEof: boolean = false;
  private readonly _readHandle: Handle;
  private _readQueued: boolean = false;

  // Writing.
  private readonly _wroteHandle: Handle;
  private _wroteQueued: boolean = false;
  private readonly _onWritten: () => void;
  /** Settled when all is sent; while it is there, nobody may write. */
  private _emptyWaiter: Future<void> | null = null;

  /**
   * The stream is the transport's from now on.
   *
   * @param duplex - connected; the transport sets its `allowHalfOpen`, and ends and destroys it
   * @throws RuntimeError in a loop that blocks, or if another transport has the stream; nothing has happened to it then.
   */
  constructor(
    loop: SelectorEventLoop,
    duplex: Duplex,
    protocol: BaseProtocol,
    options: DuplexTransportOptions = {},
  ) {
    requireHosted(loop, "a connection over one of Node's streams");
    super(loop, { ...socketInfo(duplex), ...options.extra });
    this._context = options.context ?? copyContext();
    this._duplex = duplex;
    this._isPlain = isPlainSocket(duplex);
    this._fd = this._shown()?.fileno() ?? -1;
    this._readHandle = this._handle(deliver);
    this._wroteHandle = this._handle(wrote);
    this._onWritten = () => {
      this._streamWrote();
    };
    listen(duplex, this);
    // Whether the end of one direction is the end of all is for the protocol to say.
    duplex.allowHalfOpen = true;
    this._server = options.server ?? null;
    this._server?._attach(this);
    this._register();
    this.setProtocol(protocol);
    this._waiter = options.waiter ?? null;
    if (options.deferred !== true) this._begin();
    // It may have ended before there was anybody to listen.
    if (duplex.errored !== null) this._streamFailed(duplex.errored);
    else if (duplex.closed) this._streamClosed();
  }

  /** connectionMade, then the first read, then the waiter: in this order, and each in a turn of its own. @internal */
  _begin(): void {
    this._begun = true;
    this._loop._enqueue(this._handle(connectionMade));
    this._loop._enqueue(this._handle(startReading));
    if (this._waiter === null) return;
    this._loop._enqueue(new Handle(settle, [this._waiter], this._loop, this._context));
    this._waiter = null;
  }

  /** @internal */
  _noteOpened(): void {
    this._noted = true;
    noteTransportOpened(this._loop, this);
  }

  private _noteClosed(error: unknown): void {
    if (!this._noted) return;
    this._noted = false;
    noteTransportClosed(this._loop, this, error);
  }

  /** @internal */
  _callConnectionMade(): void {
    this._protocol?.connectionMade(this);
  }

  private _handle(callback: (transport: DuplexTransport) => void): Handle {
    return new Handle(callback, [this], this._loop, this._context);
  }

  /** The socket that `getExtraInfo` shows, if it is the stream's own. */
  private _shown(): ShownSocket | null {
    const { socket } = this._extra;
    return this._isPlain && socket instanceof TransportSocket ? socket._sock : null;
  }

  /** The loop knows its transports: by descriptor where there is one, so that nobody else watches it. */
  private _register(): void {
    if (this._fd >= 0) this._loop._transports.set(this._fd, this);
    else this._loop._listening.add(this);
  }

  private _unregister(): void {
    if (this._loop._transports.get(this._fd) === this) this._loop._transports.delete(this._fd);
    this._loop._listening.delete(this);
    this._shown()?.detach();
  }

  /** The number of the descriptor may be another's from now on; the loop knows the transport to its end. */
  private _loseDescriptor(): void {
    if (this._loop._transports.get(this._fd) === this) {
      this._loop._transports.delete(this._fd);
      this._loop._listening.add(this);
    }
    this._shown()?.detach();
  }

  // -- what Node tells; nothing here calls the protocol --------------------------------------------------------------

  /** @internal */
  _streamData(chunk: Buffer): void {
    this._incoming.push(chunk);
    this._queueRead();
  }

  /** @internal */
  _streamEnded(): void {
    this._ended = true;
    this._queueRead();
  }

  private _queueRead(): void {
    if (this._readQueued || this._connLost > 0 || !this._begun) return;
    this._readQueued = true;
    this._loop._enqueue(this._readHandle);
  }

  private _streamWrote(): void {
    if (this._wroteQueued || this._connLost > 0) return;
    if (!this._protocolPaused && !this._closing && this._emptyWaiter === null) return;
    this._wroteQueued = true;
    this._loop._enqueue(this._wroteHandle);
  }

  /** @internal */
  _streamFinished(): void {
    if (this._closing && this._connLost === 0) this._loop._enqueue(this._handle(finished));
  }

  /** @internal */
  _streamFailed(error: Error): void {
    this._loseDescriptor();
    if (this._connLost > 0) return;
    this._loop._enqueue(new Handle(failed, [this, error], this._loop, this._context));
  }

  /** @internal */
  _streamClosed(): void {
    this._loseDescriptor();
    // After the end of both directions Node closes by itself; the transport stays open until somebody closes it.
    if (this._connLost > 0 || (this._ended && this._eof && !this._closing)) return;
    this._loop._enqueue(this._handle(closed));
  }

  // -- reading -------------------------------------------------------------------------------------------------

  /** @internal */
  _startReading(): void {
    const duplex = this._duplex;
    if (duplex === null || this._connLost > 0) return;
    if (duplex.readableEnded) this._streamEnded();
    if (this.isReading()) duplex.resume();
  }

  /** Give the protocol what has come. @internal */
  _deliver(): void {
    this._readQueued = false;
    const incoming = this._incoming;
    while (!incoming.isEmpty && this.isReading()) {
      if (this._isBuffered) this._giveInto(incoming.shift());
      else this._give(incoming.shift());
    }
    if (this._ended && !this._readEof && incoming.isEmpty && this.isReading()) this._readEnd();
  }

  private _give(chunk: Buffer): void {
    try {
      (this._protocol as Protocol).dataReceived(chunk);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.data_received() call failed.');
    }
  }

  /** Give as much as the protocol's buffer takes; the rest goes back to its place. */
  private _giveInto(chunk: Buffer): void {
    const protocol = this._protocol as BufferedProtocol;
    let nbytes: number;
    try {
      const buffer = bytesOf(protocol.getBuffer(-1));
      if (buffer.length === 0) throw new RuntimeError('get_buffer() returned an empty buffer');
      nbytes = Math.min(buffer.length, chunk.length);
      buffer.set(nbytes === chunk.length ? chunk : chunk.subarray(0, nbytes));
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.get_buffer() call failed.');
      return;
    }
    if (nbytes < chunk.length) this._incoming.unshift(chunk.subarray(nbytes));
    try {
      protocol.bufferUpdated(nbytes);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.buffer_updated() call failed.');
    }
  }

  private _readEnd(): void {
    this._debug('received EOF');
    this._readEof = true;
    let keepOpen: unknown;
    try {
      keepOpen = (this._protocol as Protocol).eofReceived();
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.eof_received() call failed.');
      return;
    }
    if (!this._staysOpen(keepOpen)) this.close();
  }

  /** Whether the end of what is read leaves the connection open for writing. @internal */
  protected _staysOpen(keepOpen: unknown): boolean {
    return Boolean(keepOpen);
  }

  override isReading(): boolean {
    return !this._closing && !this._paused;
  }

  override pauseReading(): void {
    if (!this.isReading()) return;
    this._paused = true;
    this._duplex?.pause();
    this._debug('pauses reading');
  }

  override resumeReading(): void {
    if (this._closing || !this._paused) return;
    this._paused = false;
    if (!this._incoming.isEmpty || this._ended) this._queueRead();
    this._duplex?.resume();
    this._debug('resumes reading');
  }

  // -- writing -------------------------------------------------------------------------------------------------

  override write(data: Bytes): void {
    const bytes = bytesOf(data);
    if (!this._mayWrite('write', bytes.length === 0)) return;
    const duplex = this._duplex!;
    duplex.write(bytes, this._onWritten);
    this._written(duplex);
  }

  override writelines(listOfData: Iterable<Bytes>): void {
    const pieces = Array.from(listOfData, bytesOf).filter(({ length }) => length > 0);
    if (!this._mayWrite('writelines', pieces.length === 0)) return;
    const duplex = this._duplex!;
    duplex.cork();
    for (const piece of pieces) duplex.write(piece, this._onWritten);
    duplex.uncork();
    this._written(duplex);
  }

  /** Node tells of an error in a later turn, though it may know it by now. */
  private _written(duplex: Duplex): void {
    if (duplex.errored !== null) this._failed(duplex.errored);
    else this._maybePauseProtocol();
  }

  private _mayWrite(method: string, isNothing: boolean): boolean {
    if (this._eof) throw new RuntimeError(`Cannot call ${method}() after write_eof()`);
    if (this._emptyWaiter !== null) throw new RuntimeError(`unable to ${method}; sendfile is in progress`);
    if (isNothing) return false;
    if (this._connLost === 0 && this._duplex!.writable) return true;
    if (this._connLost >= LOG_THRESHOLD_FOR_CONNLOST_WRITES)
      logger.warning('socket.send() raised exception.');
    if (this._connLost > 0) this._connLost++;
    return false;
  }

  override getWriteBufferSize(): number {
    return this._connLost > 0 ? 0 : (this._duplex?.writableLength ?? 0);
  }

  /** Some of what was written is on its way. @internal */
  _wrote(): void {
    this._wroteQueued = false;
    if (this._connLost > 0) return;
    this._maybeResumeProtocol();
    // The protocol may have written more, closed or aborted.
    if (this._connLost > 0 || this.getWriteBufferSize() > 0) return;
    if (this._emptyWaiter?.done() === false) this._emptyWaiter.setResult();
    if (this._closing && this._isPlain) this._flushed();
  }

  override writeEof(): void {
    if (this._closing || this._eof) return;
    this._eof = true;
    this._duplex?.end();
  }

  override canWriteEof(): boolean {
    return true;
  }

  /** A future that is done when all is sent; from now on nobody may write. @internal */
  _makeEmptyWaiter(): Future<void> {
    if (this._emptyWaiter !== null) throw new RuntimeError('Empty waiter is already set');
    this._emptyWaiter = this._loop.createFuture<void>();
    if (this.getWriteBufferSize() === 0) this._emptyWaiter.setResult();
    return this._emptyWaiter;
  }

  /** @internal */
  _resetEmptyWaiter(): void {
    this._emptyWaiter = null;
  }

  // -- protocol ------------------------------------------------------------------------------------------------

  override setProtocol(protocol: BaseProtocol): void {
    this._isBuffered = protocol instanceof BufferedProtocol || isLikeBuffered(protocol);
    this._protocol = protocol;
  }

  override getProtocol(): BaseProtocol {
    return this._protocol as BaseProtocol;
  }

  /** @internal */
  protected override _flowProtocol(): BaseProtocol | null {
    return this._protocol;
  }

  // -- the end -------------------------------------------------------------------------------------------------

  override isClosing(): boolean {
    return this._closing;
  }

  override close(): void {
    if (this._closing) return;
    this._closing = true;
    const duplex = this._duplex!;
    duplex.pause();
    if (duplex.closed) this._loseConnection(null);
    else if (!this._isPlain) this._endStream(duplex);
    else if (duplex.writableLength === 0) this._loseConnection(null);
  }

  /** Take leave of the other side; the connection is over when the stream has finished. @internal */
  protected _endStream(duplex: Duplex): void {
    if (duplex.writableFinished || !duplex.writable) this._streamFinished();
    duplex.end();
  }

  override abort(): void {
    this._forceClose(null);
  }

  /** Something failed that ends the connection; only what the outside did is not reported. @internal */
  _fatalError(exc: unknown, message: string): void {
    if (exc instanceof KeyboardInterrupt || exc instanceof SystemExit) throw exc;
    if (exc instanceof OSError) this._debug(`${message}: ${exc.message}`);
    else
      this._loop.callExceptionHandler({ message, exception: exc, transport: this, protocol: this._protocol });
    this._forceClose(exc);
  }

  /** The error that the protocol gets for one of Node's. @internal */
  protected _errorOf(error: Error): Error {
    return 'code' in error ? osErrorFromNode(error) : error;
  }

  /** The stream has failed. @internal */
  _failed(error: Error): void {
    if (this._connLost === 0)
      this._fatalError(this._errorOf(error), 'Fatal error on the stream of a transport');
  }

  /** All was sent, and the stream ended. @internal */
  _finished(): void {
    if (this._connLost === 0) this._flushed();
  }

  /** Somebody else closed the stream. @internal */
  _closedByOthers(): void {
    if (this._connLost > 0) return;
    // What came before the end is the protocol's all the same.
    this._ended = true;
    if (this._begun) this._deliver();
    this._forceClose(null);
  }

  /** @internal */
  _forceClose(exc: unknown): void {
    if (this._connLost > 0) return;
    this._closing = true;
    this._duplex?.pause();
    this._loseConnection(exc);
  }

  private _loseConnection(exc: unknown): void {
    this._connLost++;
    this._loop._enqueue(new Handle(connectionLost, [this, exc], this._loop, this._context));
  }

  private _flushed(): void {
    this._connLost++;
    this._callConnectionLost(null);
  }

  /** @internal */
  _callConnectionLost(exc: unknown): void {
    try {
      if (this._begun) this._protocol?.connectionLost(exc as Error | null);
    } finally {
      this._release();
      this._protocol = null;
      this._server?._detach(this);
      this._server = null;
      if (this._emptyWaiter?.done() === false) {
        this._emptyWaiter.setException(new ConnectionError('Connection is closed by peer'));
      }
      if (this._waiter?.done() === false) this._waiter.setException(exc ?? new ConnectionResetError());
      this._noteClosed(exc);
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

  private _release(): void {
    this._unregister();
    this._incoming.clear();
    const duplex = this._duplex;
    this._duplex = null;
    if (duplex === null) return;
    unlisten(duplex);
    duplex.destroy();
  }

  /**
   * Give the stream away: to TLS, which goes on with it. The protocol is called no more, not even at the end; bytes that
   * came, and that it was not given, are in the stream again. What was written must have been sent: see `_makeEmptyWaiter`.
   * The server counts the connection until the end of this round.
   *
   * @throws RuntimeError if the transport is closing.
   * @internal
   */
  _detachDuplex(): DetachedDuplex {
    const duplex = this._duplex;
    if (duplex === null || this._closing) throw new RuntimeError('Transport is closing');
    const server = this._server;
    this._closing = true;
    this._connLost++;
    this._unregister();
    unlisten(duplex);
    duplex.pause();
    this._giveBack(duplex);
    this._duplex = this._protocol = this._server = null;
    if (server !== null) this._loop._enqueue(new Handle(leave, [this, server], this._loop, this._context));
    this._noteClosed(null);
    return { duplex, server, context: this._context };
  }

  /** Last come, first put back. */
  private _giveBack(duplex: Duplex): void {
    const chunks: Buffer[] = [];
    while (!this._incoming.isEmpty) chunks.push(this._incoming.shift());
    // A stream that has ended takes nothing back, and nobody can go on with it.
    if (duplex.readableEnded || duplex.destroyed) return;
    for (const chunk of chunks.reverse()) duplex.unshift(chunk);
  }

  private _debug(what: string): void {
    if (this._loop.getDebug()) logger.debug(`${this.toString()} ${what}`);
  }

  /** `<DuplexTransport fd=7 read=polling write=<idle, bufsize=0>>`. */
  override toString(): string {
    const parts = [this.constructor.name];
    if (this._duplex === null) parts.push('closed');
    else if (this._closing) parts.push('closing');
    if (this._fd >= 0) parts.push(`fd=${this._fd}`);
    const read = this.isReading() && !this._ended ? 'polling' : 'idle';
    const size = this.getWriteBufferSize();
    parts.push(`read=${read}`, `write=<${size > 0 ? 'polling' : 'idle'}, bufsize=${size}>`);
    return `<${parts.join(' ')}>`;
  }
}

/** A protocol that inherits from nobody. */
function isLikeBuffered(protocol: BaseProtocol): boolean {
  return 'getBuffer' in protocol && !('dataReceived' in protocol);
}

// What handles call: one function for all transports, so that none needs closures of its own.

function connectionMade(transport: DuplexTransport): void {
  transport._noteOpened();
  transport._callConnectionMade();
}

function startReading(transport: DuplexTransport): void {
  transport._startReading();
}

function deliver(transport: DuplexTransport): void {
  transport._deliver();
}

function wrote(transport: DuplexTransport): void {
  transport._wrote();
}

function finished(transport: DuplexTransport): void {
  transport._finished();
}

function failed(transport: DuplexTransport, error: Error): void {
  transport._failed(error);
}

function closed(transport: DuplexTransport): void {
  transport._closedByOthers();
}

function connectionLost(transport: DuplexTransport, exc: unknown): void {
  transport._callConnectionLost(exc);
}

function leave(transport: DuplexTransport, server: Server): void {
  server._detach(transport);
}

function settle(waiter: Future<void>): void {
  if (!waiter.done()) waiter.setResult();
}
