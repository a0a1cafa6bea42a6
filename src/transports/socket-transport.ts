/*
 * A stream on a socket of ours.
 *
 * Reading: one registration with the selector, for as long as it reads. Bytes are not copied: they come into memory of
 * which the protocol gets a part (see slab.ts), or into the buffer of a BufferedProtocol.
 * Writing: what the system takes at once is sent at once. The rest waits in `_buffers`, uncopied; of the first, `_skip`
 * bytes are sent already. The selector watches for room exactly while `_buffers` is not empty.
 */
import { ConnectionError, RuntimeError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop } from '../loop/index.js';
import { type BaseProtocol, BufferedProtocol, type Protocol } from '../protocols/index.js';
import { adopt } from '../duplex/adopt.js';
import type { DetachedDuplex } from '../duplex/duplex-transport.js';
import { requireHosted } from '../duplex/hosted-only.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  SHUT_WR,
  type socket,
  SOCK_STREAM,
  TCP_NODELAY,
} from '../socket/index.js';
import { wouldBlock } from './errnos.js';
import { SelectorTransport, type TransportOptions } from './selector-transport.js';
import { LARGE_SLAB_BYTES, slabFor, takeFrom } from './slab.js';

/** The stream transport of selector loops. Python: `asyncio.selector_events._SelectorSocketTransport`. */
export class SelectorSocketTransport extends SelectorTransport {
  /** @internal */
  readonly _startTlsCompatible: boolean = true;
  /** @internal */
  readonly _sendfileCompatible: string = 'try_native';
  private _buffers: Uint8Array[] = [];
  private _skip: number = 0;
  private _eof: boolean = false;
  /** The other side has ended: there is nothing more to read. */
  private _readEof: boolean = false;
  private _isBuffered: boolean = false;
  /** How many bytes are likely to come: as many as last time. */
  private _expected: number = 0;
  /** Settled when all is sent; while it is there, nobody may write. */
  private _emptyWaiter: Future<void> | null = null;
  /** What sendfile waits for; it fails when the connection is lost. @internal */
  _sendfileWaiter: Future<void> | null = null;

  constructor(loop: SelectorEventLoop, sock: socket, protocol: BaseProtocol, options: TransportOptions = {}) {
    super(loop, sock, options);
    setNodelay(sock);
    this._begin(protocol, options.waiter);
  }

  override setProtocol(protocol: BaseProtocol): void {
    this._isBuffered = protocol instanceof BufferedProtocol || isLikeBuffered(protocol);
    super.setProtocol(protocol);
  }

  // -- reading -------------------------------------------------------------------------------------------------

  /** @internal */
  override _startReading(): void {
    if (!this._readEof) super._startReading();
  }

  /** @internal */
  override _readReady(): void {
    if (this._connLost > 0) return;
    if (this._isBuffered) this._readIntoBuffer();
    else this._readData();
  }

  private _readData(): void {
    const slab = slabFor(this._expected);
    const room = slab.bytes.length - slab.used;
    const nbytes = this._addon.recv(this._fd, slab.bytes, slab.used);
    if (nbytes <= 0) {
      this._readNothing(nbytes);
      return;
    }
    // All of the room was filled: there is more to come.
    this._expected = nbytes < room ? nbytes : Math.min(2 * nbytes, LARGE_SLAB_BYTES);
    const data = takeFrom(slab, nbytes);
    try {
      (this._protocol as Protocol).dataReceived(data);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.data_received() call failed.');
    }
  }

  private _readIntoBuffer(): void {
    const protocol = this._protocol as BufferedProtocol;
    let buffer: Uint8Array;
    try {
      buffer = bytesOf(protocol.getBuffer(-1));
      if (buffer.length === 0) throw new RuntimeError('get_buffer() returned an empty buffer');
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.get_buffer() call failed.');
      return;
    }
    const nbytes = this._addon.recv(this._fd, buffer);
    if (nbytes <= 0) {
      this._readNothing(nbytes);
      return;
    }
    try {
      protocol.bufferUpdated(nbytes);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.buffer_updated() call failed.');
    }
  }

  private _readNothing(result: number): void {
    if (result === 0) this._readEnd();
    else if (!wouldBlock(result)) {
      this._fatalError(osError({ errno: result, syscall: 'read' }), 'Fatal read error on socket transport');
    }
  }

  private _readEnd(): void {
    this._debug('received EOF');
    let keepOpen: unknown;
    try {
      keepOpen = (this._protocol as Protocol).eofReceived();
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.eof_received() call failed.');
      return;
    }
    if (Boolean(keepOpen) && !this._closing) {
      this._readEof = true;
      this._stopReading();
    } else this.close();
  }

  // -- writing -------------------------------------------------------------------------------------------------

  override write(data: Bytes): void {
    const bytes = data instanceof Uint8Array ? data : bytesOf(data);
    if (this._eof) throw new RuntimeError('Cannot call write() after write_eof()');
    if (this._emptyWaiter !== null) throw new RuntimeError('unable to write; sendfile is in progress');
    if (bytes.length === 0) return;
    if (this._connLost > 0) {
      this._dropWrite();
      return;
    }
    let sent = 0;
    if (this._buffers.length === 0) {
      sent = this._addon.send(this._fd, bytes);
      if (sent === bytes.length) return;
      if (sent < 0) {
        if (!wouldBlock(sent)) {
          this._writeFailed(sent);
          return;
        }
        sent = 0;
      }
      this._startWriting();
      this._skip = sent;
    }
    this._buffers.push(bytes);
    this._bufferSize += bytes.length - sent;
    this._maybePauseProtocol();
  }

  override writelines(listOfData: Iterable<Bytes>): void {
    const pieces = Array.from(listOfData, bytesOf).filter(({ length }) => length > 0);
    if (this._eof) throw new RuntimeError('Cannot call writelines() after write_eof()');
    if (this._emptyWaiter !== null) throw new RuntimeError('unable to writelines; sendfile is in progress');
    if (pieces.length === 0) return;
    if (this._connLost > 0) {
      this._dropWrite();
      return;
    }
    const wasEmpty = this._buffers.length === 0;
    for (const piece of pieces) {
      this._buffers.push(piece);
      this._bufferSize += piece.length;
    }
    if (wasEmpty) {
      const sent = this._sendBuffers();
      if (sent < 0 && !wouldBlock(sent)) {
        this._clearBuffer();
        this._writeFailed(sent);
        return;
      }
      if (sent > 0) this._drop(sent);
      if (this._buffers.length === 0) return;
      this._startWriting();
    }
    this._maybePauseProtocol();
  }

  private _sendBuffers(): number {
    const buffers = this._buffers;
    const first = buffers[0]!;
    if (buffers.length === 1)
      return this._addon.send(this._fd, first, this._skip, first.length - this._skip, 0);
    return this._addon.writev(this._fd, buffers, this._skip);
  }

  /** The first `sent` bytes that waited wait no longer. */
  private _drop(sent: number): void {
    this._bufferSize -= sent;
    if (this._bufferSize === 0) {
      this._clearBuffer();
      return;
    }
    let rest = sent + this._skip;
    let count = 0;
    while (rest >= this._buffers[count]!.length) {
      rest -= this._buffers[count]!.length;
      count++;
    }
    if (count > 0) this._buffers.splice(0, count);
    this._skip = rest;
  }

  private _writeFailed(result: number): void {
    const error = osError({ errno: result, syscall: 'write' });
    this._fatalError(error, 'Fatal write error on socket transport');
    if (this._emptyWaiter?.done() === false) this._emptyWaiter.setException(error);
  }

  /** @internal */
  override _writeReady(): void {
    if (this._connLost > 0 || this._buffers.length === 0) return;
    const sent = this._sendBuffers();
    if (sent < 0) {
      if (wouldBlock(sent)) return;
      this._stopWriting();
      this._clearBuffer();
      this._writeFailed(sent);
      return;
    }
    this._drop(sent);
    this._maybeResumeProtocol();
    // The protocol may have written more, closed or aborted.
    if (this._connLost > 0 || this._buffers.length > 0) return;
    this._allSent();
  }

  private _allSent(): void {
    this._stopWriting();
    if (this._emptyWaiter?.done() === false) this._emptyWaiter.setResult();
    if (this._closing) this._flushed();
    else if (this._eof) this._sock?.shutdown(SHUT_WR);
  }

  override writeEof(): void {
    if (this._closing || this._eof) return;
    this._eof = true;
    if (this._buffers.length === 0) this._sock?.shutdown(SHUT_WR);
  }

  override canWriteEof(): boolean {
    return true;
  }

  /** @internal */
  protected override _isEmpty(): boolean {
    return this._buffers.length === 0;
  }

  /** @internal */
  protected override _clearBuffer(): void {
    this._buffers = [];
    this._skip = 0;
    this._bufferSize = 0;
  }

  /**
   * Give the connection away, as a stream of Node's: to TLS, which goes on with it. What was written must have been sent:
   * see `_makeEmptyWaiter`.
   *
   * @throws RuntimeError if the transport is closing, or the loop blocks: the transport goes on then.
   * @internal
   */
  _detachDuplex(): DetachedDuplex {
    requireHosted(this._loop, "a connection over one of Node's streams");
    const { sock, server, context } = this._detach();
    return { duplex: adopt(sock), server, context };
  }

  // -- sendfile ------------------------------------------------------------------------------------------------

  /** A future that is done when all is sent; from now on nobody may write. @internal */
  _makeEmptyWaiter(): Future<void> {
    if (this._emptyWaiter !== null) throw new RuntimeError('Empty waiter is already set');
    this._emptyWaiter = this._loop.createFuture<void>();
    if (this._buffers.length === 0) this._emptyWaiter.setResult();
    return this._emptyWaiter;
  }

  /** @internal */
  _resetEmptyWaiter(): void {
    this._emptyWaiter = null;
  }

  /** @internal */
  override _callConnectionLost(exc: unknown): void {
    super._callConnectionLost(exc);
    for (const waiter of [this._emptyWaiter, this._sendfileWaiter]) {
      if (waiter?.done() === false) waiter.setException(new ConnectionError('Connection is closed by peer'));
    }
  }
}

/** A protocol that inherits from nobody. */
function isLikeBuffered(protocol: BaseProtocol): boolean {
  return 'getBuffer' in protocol && !('dataReceived' in protocol);
}

/** Send small pieces at once, without waiting for an acknowledgement of those before. */
function setNodelay(sock: socket): void {
  const isInet = sock.family === AF_INET || sock.family === AF_INET6;
  if (!isInet || sock.type !== SOCK_STREAM || (sock.proto !== IPPROTO_TCP && sock.proto !== 0)) return;
  sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
}
