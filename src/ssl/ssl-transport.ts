/*
 * The transport of a TLS connection: one over Node's TLSSocket, with a handshake before its time and a farewell after it.
 *
 *   state        left by
 *   handshaking  both ends agree: open; an error, the end of the connection, time is up, close(), abort(): lost
 *   open         close(), the other side's end: leaving; an error, abort(): lost
 *   leaving      close_notify was sent after all else, and the other side's has come: lost; time is up, an error: lost
 *
 * The protocol hears of nothing before the connection is open. Nobody waits for the farewell of a peer that goes on sending.
 */
import { SSL_HANDSHAKE_TIMEOUT, SSL_HIGH_WATER, SSL_SHUTDOWN_TIMEOUT } from '../base/constants.js';
import {
  ConnectionAbortedError,
  NotImplementedError,
  OSError,
  TimeoutError,
  ValueError,
} from '../base/errors.js';
import { logger } from '../base/log.js';
import type { TimerHandleLike } from '../base/loop.js';
import { DuplexTransport, type DuplexTransportOptions } from '../duplex/duplex-transport.js';
import { requireHosted } from '../duplex/hosted-only.js';
import { socketInfo } from '../duplex/socket-info.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop, TlsTimeouts } from '../loop/index.js';
import { type Duplex, peerVerifyError, type TLSSocket } from '../platform/tls.js';
import { type BaseProtocol, TransportSocket } from '../protocols/index.js';
import { CERT_NONE, CERT_REQUIRED } from './constants.js';
import { type Place, placeText, resetError, tlsError } from './errors.js';
import { beginHandshake } from './handshake.js';
import type { SSLObject } from './ssl-object.js';

/** What an {@link SSLTransport} may be made with. */
export interface SSLTransportOptions extends DuplexTransportOptions, TlsTimeouts {
  /** The protocol knows of the connection already: it was a plain one before. */
  upgrade?: boolean | undefined;
}

/** A time limit in seconds. @throws ValueError unless it is positive. */
export function timeLimit(name: string, value: number | null | undefined, usual: number): number {
  if (value === null || value === undefined) return usual;
  if (value > 0) return value;
  throw new ValueError(`${name} should be a positive number, got ${String(value)}`);
}

/** Python: `asyncio.sslproto._SSLProtocolTransport`. */
export class SSLTransport extends DuplexTransport {
  private readonly _sslobj: SSLObject;
  private readonly _handshakeTimeout: number;
  private readonly _shutdownTimeout: number;
  private readonly _upgrade: boolean;
  /** Who waits for the end of the handshake. */
  private readonly _handshakeWaiter: Future<void> | null;
  private readonly _began: number;
  private _handshaking: boolean = true;
  /** The other side has sent its farewell, or is gone. */
  private _peerEnded: boolean = false;
  /** The limit of the handshake, or of the farewell. */
  private _limit: TimerHandleLike | null = null;

  /** @param raw - connected, used by nobody else; the transport's from now on, if this does not throw */
  constructor(
    loop: SelectorEventLoop,
    raw: Duplex,
    protocol: BaseProtocol,
    sslobj: SSLObject,
    options: SSLTransportOptions,
  ) {
    requireHosted(loop, 'TLS');
    const handshake = timeLimit('ssl_handshake_timeout', options.sslHandshakeTimeout, SSL_HANDSHAKE_TIMEOUT);
    const shutdown = timeLimit('ssl_shutdown_timeout', options.sslShutdownTimeout, SSL_SHUTDOWN_TIMEOUT);
    const extra = { ...options.extra, ...socketInfo(raw), sslcontext: sslobj.context };
    const socket = beginHandshake(raw, sslobj, (message, exception) => {
      loop.callExceptionHandler({ message, exception, protocol });
    });
    super(loop, socket, protocol, { ...options, extra, deferred: true });
    this._sslobj = sslobj;
    this._handshakeTimeout = handshake;
    this._shutdownTimeout = shutdown;
    this._upgrade = options.upgrade === true;
    this._begun = this._upgrade;
    this._handshakeWaiter = options.waiter ?? null;
    this._began = loop.time();
    this._setWriteBufferLimits();
    if (loop.getDebug()) logger.debug(`${this.toString()} starts SSL handshake`);
    this._limit = loop.callLater(handshake, () => {
      this._handshakeTimedOut();
    });
    socket.once(sslobj.serverSide ? 'secure' : 'secureConnect', () => {
      this._secured(socket);
    });
  }

  /** Who is spoken to, for errors. */
  private get _place(): Place {
    const { peername } = this._extra;
    const host = this._sslobj.serverHostname ?? undefined;
    if (typeof peername === 'string' && peername !== '') return { host, address: peername };
    if (!Array.isArray(peername)) return { host };
    const [address, port] = peername as [string, number];
    return { host, address, port };
  }

  // -- the handshake; what Node tells does not call the protocol ------------------------------------------------------

  private _secured(socket: TLSSocket): void {
    if (!this._handshaking || this._connLost > 0) return;
    const error = this._sslobj.serverSide ? this._clientError(socket) : null;
    if (error !== null) {
      super._streamFailed(error);
      return;
    }
    this._handshaking = false;
    this._stopLimit();
    const sslobj = this._sslobj;
    sslobj._establish(socket);
    Object.assign(this._extra, {
      peercert: sslobj.getpeercert(),
      cipher: sslobj.cipher(),
      compression: sslobj.compression(),
      ssl_object: sslobj,
    });
    if (this._loop.getDebug()) {
      const took = (this._loop.time() - this._began) * 1000;
      logger.debug(`${this.toString()}: SSL handshake took ${took.toFixed(1)} ms`);
    }
    this._begin();
  }

  /** What is wrong with the certificate of a client. Node's server looks at it only if it is one of `tls.Server`'s. */
  private _clientError(socket: TLSSocket): Error | null {
    const { verifyMode } = this._sslobj.context;
    if (verifyMode === CERT_NONE) return null;
    if (verifyMode !== CERT_REQUIRED && socket.getPeerX509Certificate() === undefined) return null;
    return peerVerifyError(socket);
  }

  /** @internal */
  override _callConnectionMade(): void {
    if (!this._upgrade) super._callConnectionMade();
  }

  private _handshakeTimedOut(): void {
    const { address, port } = this._place;
    const text = `SSL handshake is taking longer than ${this._handshakeTimeout} seconds: aborting the connection`;
    const error = new ConnectionAbortedError(text + placeText(this._place), { address, port });
    this._fatalError(error, 'SSL handshake failed');
  }

  private _stopLimit(): void {
    this._limit?.cancel();
    this._limit = null;
  }

  /** @internal */
  protected override _errorOf(error: Error): Error {
    if (this._handshaking && 'code' in error && error.code === 'ECONNRESET' && !(error instanceof OSError)) {
      return resetError(this._place, error);
    }
    return tlsError(error, this._place, this._sslobj.serverHostname);
  }

  // -- the stream --------------------------------------------------------------------------------------------------

  /** @internal */
  override _streamData(chunk: Buffer): void {
    if (!this._closing) super._streamData(chunk);
    // All is sent, and nobody listens any more: as with a plain connection, what comes now is lost.
    else if (this._duplex?.writableFinished === true) super._streamFinished();
  }

  /** @internal */
  override _streamEnded(): void {
    this._peerEnded = true;
    if (this._handshaking) super._streamFailed(resetError(this._place));
    else if (!this._closing) super._streamEnded();
    else if (this._duplex?.writableFinished === true) super._streamFinished();
  }

  /** @internal */
  override _streamFinished(): void {
    if (this._peerEnded) super._streamFinished();
  }

  /** @internal */
  override _streamClosed(): void {
    this._hideSocket();
    if (this._handshaking) super._streamFailed(resetError(this._place));
    else super._streamClosed();
  }

  /** From now on the number of the descriptor may be another's. */
  private _hideSocket(): void {
    const { socket } = this._extra;
    if (socket instanceof TransportSocket) socket._sock.detach();
  }

  /** @internal */
  protected override _staysOpen(keepOpen: unknown): boolean {
    if (keepOpen) logger.warning('returning true from eof_received() has no effect when using ssl');
    return false;
  }

  // -- writing -----------------------------------------------------------------------------------------------------

  override writeEof(): void {
    throw new NotImplementedError();
  }

  override canWriteEof(): boolean {
    return false;
  }

  /** @internal */
  override _setWriteBufferLimits(high: number | null = null, low: number | null = null): void {
    super._setWriteBufferLimits(high === null && low === null ? SSL_HIGH_WATER : high, low);
  }

  // -- the end -----------------------------------------------------------------------------------------------------

  override close(): void {
    if (this._closing) return;
    if (this._handshaking) {
      this.abort();
      return;
    }
    this._limit = this._loop.callLater(this._shutdownTimeout, () => {
      this._forceClose(new TimeoutError('SSL shutdown timed out'));
    });
    super.close();
    // The other side's farewell comes after all that it has sent.
    if (this._connLost === 0) this._duplex?.resume();
  }

  override abort(): void {
    if (this._handshaking && this._handshakeWaiter?.done() === false) {
      const { address, port } = this._place;
      const text = `the connection was closed during the TLS handshake${placeText(this._place)}`;
      this._handshakeWaiter.setException(new ConnectionAbortedError(text, { address, port }));
    }
    super.abort();
  }

  /** The stream has failed. After both farewells there is nothing left that could. @internal */
  override _failed(error: Error): void {
    if (this._closing && this._peerEnded && this.getWriteBufferSize() === 0) this._forceClose(null);
    else super._failed(error);
  }

  /** @internal */
  override _callConnectionLost(exc: unknown): void {
    this._handshaking = false;
    this._stopLimit();
    this._hideSocket();
    // As in CPython, where a TLS connection that is gone has none.
    delete this._extra.socket;
    super._callConnectionLost(exc);
  }

  /** @internal */
  override _abandoned(): void {
    this._handshaking = false;
    this._stopLimit();
    this._hideSocket();
    super._abandoned();
  }
}
