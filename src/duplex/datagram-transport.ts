/*
 * Datagrams on a socket of Node's. As with streams, Node's events queue handles, and the loop calls the protocol. Errors of
 * single datagrams are told to the protocol, and end nothing.
 */
import { LOG_THRESHOLD_FOR_CONNLOST_WRITES } from '../base/constants.js';
import { KeyboardInterrupt, SystemExit, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { osErrorFromNode } from '../base/oserror.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { SelectorEventLoop } from '../loop/index.js';
import { noteTransportClosed, noteTransportOpened } from '../loop/loop-events.js';
import { warn } from '../platform/host.js';
import { scopeName } from '../platform/interfaces.js';
import type { DgramSocket } from '../platform/streams.js';
import { FlowControlTransport } from '../protocols/flow-control.js';
import type { BaseProtocol, DatagramProtocol, DatagramTransport, ExtraInfo } from '../protocols/index.js';
import { type Address, isSameAddress, reprAddress } from '../socket/address.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';
import type { InetAddress } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import { requireHosted } from './hosted-only.js';
import { addressOf, familyOf } from './socket-info.js';

/** What a waiting datagram counts beyond its bytes, so that empty ones cannot pile up unnoticed. CPython has the same. */
const HEADER_SIZE = 8;

interface Datagram {
  readonly data: Buffer;
  readonly addr: Address | null;
}

/** Where a datagram came from, as Node says it. */
interface Sender {
  address: string;
  family: string;
  port: number;
}

/** What a {@link NodeDatagramTransport} is made with. */
export interface NodeDatagramOptions {
  /** The only address to send to; `null` for any. */
  readonly remote: Address | null;
  /** Whether Node's socket is connected to it. */
  readonly connected: boolean;
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** What `getExtraInfo` knows. */
  readonly extra: ExtraInfo;
  /** Is settled when connectionMade was called. */
  readonly waiter: Future<void> | null;
}

/** A datagram transport over a dgram.Socket that is bound. Only in a hosted loop. */
export class NodeDatagramTransport extends FlowControlTransport implements DatagramTransport {
  declare readonly _loop: SelectorEventLoop;
  /** @internal */
  _protocol: DatagramProtocol | null;
  /** @internal */
  _closing: boolean = false;
  /** @internal */
  _connLost: number = 0;
  private _socket: DgramSocket | null;
  private readonly _options: NodeDatagramOptions;
  private readonly _context: Context = copyContext();
  private readonly _incoming: RingBuffer<Datagram> = new RingBuffer<Datagram>();
  private readonly _readHandle: Handle;
  private _readQueued: boolean = false;
  /** connectionMade was called. */
  private _started: boolean = false;
  private readonly _onMessage = (data: Buffer, from: Sender): void => {
    this._incoming.push({ data, addr: addressOf(familyOf(from.family), from.address, from.port) });
    this._queueRead();
  };
  private readonly _onError = (error: Error): void => {
    if (this._connLost > 0) return;
    this._loop._enqueue(new Handle(tellError, [this, error], this._loop, this._context));
  };
  private readonly _onSent = (error: Error | null): void => {
    if (this._connLost > 0) return;
    if (error !== null) this._onError(error);
    if (this._protocolPaused || this._closing) this._loop._enqueue(this._handle(sent));
  };

  /** The socket is the transport's from now on. */
  constructor(
    loop: SelectorEventLoop,
    socket: DgramSocket,
    protocol: DatagramProtocol,
    options: NodeDatagramOptions,
  ) {
    requireHosted(loop, "a datagram socket of Node's");
    super(loop, options.extra);
    this._socket = socket;
    this._protocol = protocol;
    this._options = options;
    this._readHandle = this._handle(deliver);
    socket.on('message', this._onMessage).on('error', this._onError);
    loop._listening.add(this);
    loop._enqueue(this._handle(connectionMade));
    loop._enqueue(this._handle(start));
    if (options.waiter !== null) {
      loop._enqueue(new Handle(settle, [options.waiter], loop, this._context));
    }
  }

  private _handle(callback: (transport: NodeDatagramTransport) => void): Handle {
    return new Handle(callback, [this], this._loop, this._context);
  }

  // -- receiving -----------------------------------------------------------------------------------------------

  private _queueRead(): void {
    if (this._readQueued || this._connLost > 0 || !this._started) return;
    this._readQueued = true;
    this._loop._enqueue(this._readHandle);
  }

  /** @internal */
  _start(): void {
    this._started = true;
    if (this._incoming.length > 0) this._queueRead();
  }

  /** As a descriptor would be read: one datagram a round. @internal */
  _deliver(): void {
    this._readQueued = false;
    if (this._closing) return;
    const { data, addr } = this._incoming.shift()!;
    if (this._incoming.length > 0) this._queueRead();
    this._protocol?.datagramReceived(data, addr);
  }

  /** @internal */
  _tellError(error: Error): void {
    if (this._connLost === 0) this._protocol?.errorReceived(osErrorFromNode(error));
  }

  // -- sending -------------------------------------------------------------------------------------------------

  /** Send a datagram, or keep it until it can be sent. */
  sendto(data: Bytes, addr?: Address | null): void {
    // Node keeps what it cannot send at once, and the caller's buffer is its own again when this returns.
    const bytes = Uint8Array.from(bytesOf(data));
    const target = this._targetOf(addr);
    if (this._connLost > 0 && this._options.remote !== null) {
      this._dropWrite();
      return;
    }
    try {
      this._send(bytes, target);
    } catch (error) {
      this._sendFailed(error);
      return;
    }
    this._maybePauseProtocol();
  }

  private _targetOf(addr: Address | null | undefined): Address | null {
    const { remote } = this._options;
    if (remote === null) return addr ?? null;
    if (addr != null && !isSameAddress(addr, remote)) {
      throw new ValueError(`Invalid address: must be None or ${reprAddress(remote)}`);
    }
    return remote;
  }

  private _send(data: Uint8Array, addr: Address | null): void {
    const socket = this._socket;
    if (socket === null) return;
    if (this._options.connected) {
      socket.send(data, this._onSent);
      return;
    }
    // The same complaints as where the system is given the address.
    sockaddrOf('sendto', this._options.family, addr!);
    const [host, port, , scopeid = 0] = addr as InetAddress;
    socket.send(data, port, scopeid === 0 ? host : `${host}%${scopeName(scopeid)}`, this._onSent);
  }

  private _sendFailed(error: unknown): void {
    if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
    if (error instanceof Error && 'code' in error) {
      this._protocol?.errorReceived(osErrorFromNode(error));
      return;
    }
    const message = 'Fatal write error on datagram transport';
    this._loop.callExceptionHandler({ message, exception: error, transport: this, protocol: this._protocol });
    this._forceClose(error);
  }

  private _dropWrite(): void {
    if (this._connLost >= LOG_THRESHOLD_FOR_CONNLOST_WRITES) {
      logger.warning('socket.send() raised exception.');
    }
    this._connLost++;
  }

  override getWriteBufferSize(): number {
    const socket = this._socket;
    if (socket === null || this._connLost > 0) return 0;
    return socket.getSendQueueSize() + HEADER_SIZE * socket.getSendQueueCount();
  }

  /** @internal */
  _sent(): void {
    if (this._connLost > 0) return;
    this._maybeResumeProtocol();
    if (this._connLost > 0 || !this._closing || this._isWaiting()) return;
    this._connLost++;
    this._callConnectionLost(null);
  }

  private _isWaiting(): boolean {
    return this._socket !== null && this._socket.getSendQueueCount() > 0;
  }

  // -- protocol ------------------------------------------------------------------------------------------------

  override setProtocol(protocol: BaseProtocol): void {
    this._protocol = protocol as DatagramProtocol;
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
    if (!this._isWaiting()) this._loseConnection(null);
  }

  override abort(): void {
    this._forceClose(null);
  }

  private _forceClose(exc: unknown): void {
    if (this._connLost > 0) return;
    this._closing = true;
    this._loseConnection(exc);
  }

  private _loseConnection(exc: unknown): void {
    this._connLost++;
    this._loop._enqueue(new Handle(connectionLost, [this, exc], this._loop, this._context));
  }

  /** @internal */
  _callConnectionLost(exc: unknown): void {
    try {
      this._protocol?.connectionLost(exc as Error | null);
    } finally {
      this._release();
      this._protocol = null;
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

  private _release(): void {
    this._loop._listening.delete(this);
    this._incoming.clear();
    const socket = this._socket;
    this._socket = null;
    socket?.off('message', this._onMessage).off('error', this._onError).on('error', ignore).close();
  }

  /** `<NodeDatagramTransport read=polling write=<idle, bufsize=0>>`. */
  override toString(): string {
    const parts = [this.constructor.name];
    if (this._socket === null) parts.push('closed');
    else if (this._closing) parts.push('closing');
    const size = this.getWriteBufferSize();
    parts.push(`read=${this._closing ? 'idle' : 'polling'}`);
    parts.push(`write=<${size > 0 ? 'polling' : 'idle'}, bufsize=${size}>`);
    return `<${parts.join(' ')}>`;
  }
}

function ignore(): void {
  // The transport is gone: nobody is there to be told.
}

function connectionMade(transport: NodeDatagramTransport): void {
  noteTransportOpened(transport._loop, transport);
  transport._protocol?.connectionMade(transport);
}

function start(transport: NodeDatagramTransport): void {
  transport._start();
}

function deliver(transport: NodeDatagramTransport): void {
  transport._deliver();
}

function tellError(transport: NodeDatagramTransport, error: Error): void {
  transport._tellError(error);
}

function sent(transport: NodeDatagramTransport): void {
  transport._sent();
}

function connectionLost(transport: NodeDatagramTransport, exc: unknown): void {
  transport._callConnectionLost(exc);
}

function settle(waiter: Future<void>): void {
  if (!waiter.done()) waiter.setResult();
}
