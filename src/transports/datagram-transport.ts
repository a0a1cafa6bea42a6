/*
 * Datagrams on a socket of ours. Errors of single datagrams are told to the protocol, and end nothing.
 */
import { OSError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { RingBuffer } from '../base/ring-buffer.js';
import type { SelectorEventLoop } from '../loop/index.js';
import type { DatagramProtocol, DatagramTransport } from '../protocols/index.js';
import { type Address, AddressBlock, isSameAddress, reprAddress } from '../socket/address.js';
import { type Bytes, bytesOf, scratchBytes } from '../socket/bytes.js';
import type { socket } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import { wouldBlock } from './errnos.js';
import type { TransportOptions } from './backend.js';
import { SelectorTransport } from './selector-transport.js';

/** What a waiting datagram counts beyond its bytes, so that empty ones cannot pile up unnoticed. CPython has the same. */
const HEADER_SIZE = 8;

const sender = new AddressBlock();

interface Datagram {
  readonly data: Uint8Array;
  readonly addr: Address | null;
}

/** The datagram transport of selector loops. Python: `asyncio.selector_events._SelectorDatagramTransport`. */
export class SelectorDatagramTransport extends SelectorTransport implements DatagramTransport {
  declare _protocol: DatagramProtocol | null;
  private readonly _address: Address | null;
  private readonly _connected: boolean;
  private readonly _waiting: RingBuffer<Datagram> = new RingBuffer<Datagram>();

  constructor(
    loop: SelectorEventLoop,
    sock: socket,
    protocol: DatagramProtocol,
    address: Address | null = null,
    options: TransportOptions = {},
  ) {
    super(loop, sock, options);
    this._address = address;
    this._connected = isPresent(this._extra.peername);
    this._begin(protocol, options.waiter);
  }

  /** @internal */
  override _readReady(): void {
    if (this._connLost > 0) return;
    const scratch = scratchBytes();
    const nbytes = this._addon.recvfrom(this._fd, scratch, 0, scratch.length, 0, sender.ints);
    if (nbytes >= 0) this._protocol?.datagramReceived(copyOf(scratch, nbytes), sender.decode());
    else if (!wouldBlock(nbytes))
      this._protocol?.errorReceived(osError({ errno: nbytes, syscall: 'recvmsg' }));
  }

  /** Send a datagram, or keep it until it can be sent. */
  sendto(data: Bytes, addr?: Address | null): void {
    const bytes = bytesOf(data);
    const target = this._targetOf(addr);
    if (this._connLost > 0 && this._address !== null) {
      this._dropWrite();
      return;
    }
    if (this._waiting.length === 0) {
      if (this._trySend(bytes, target) !== 'later') return;
      this._startWriting();
    }
    // Datagrams may wait long, and the caller's buffer is its own again when this returns.
    this._waiting.push({ data: Uint8Array.from(bytes), addr: target });
    this._bufferSize += bytes.length + HEADER_SIZE;
    this._maybePauseProtocol();
  }

  private _targetOf(addr: Address | null | undefined): Address | null {
    if (this._address === null) return addr ?? null;
    if (addr != null && !isSameAddress(addr, this._address)) {
      throw new ValueError(`Invalid address: must be None or ${reprAddress(this._address)}`);
    }
    return this._address;
  }

  private _trySend(data: Uint8Array, addr: Address | null): 'sent' | 'later' | 'failed' {
    let result: number;
    try {
      result = this._send(data, addr);
    } catch (error) {
      if (error instanceof OSError) this._protocol?.errorReceived(error);
      else this._fatalError(error, 'Fatal write error on datagram transport');
      return 'failed';
    }
    if (result >= 0) return 'sent';
    if (wouldBlock(result)) return 'later';
    this._protocol?.errorReceived(osError({ errno: result, syscall: 'send' }));
    return 'failed';
  }

  private _send(data: Uint8Array, addr: Address | null): number {
    const sock = this._sock;
    if (sock === null) return -9;
    if (this._connected) return this._addon.send(this._fd, data, 0, data.length, 0);
    const sockaddr = sockaddrOf('sendto', sock.family, addr as Address);
    return this._addon.sendto(this._fd, data, 0, data.length, 0, sockaddr);
  }

  /** @internal */
  override _writeReady(): void {
    while (this._waiting.length > 0) {
      const { data, addr } = this._waiting.peek()!;
      // While it is being sent it stays in the queue: what the protocol sends meanwhile comes after it.
      if (this._trySend(data, addr) === 'later') break;
      if (this._connLost > 0) return;
      this._waiting.shift();
      this._bufferSize -= data.length + HEADER_SIZE;
    }
    this._maybeResumeProtocol();
    if (this._connLost > 0 || this._waiting.length > 0) return;
    this._stopWriting();
    if (this._closing) this._flushed();
  }

  /** @internal */
  protected override _isEmpty(): boolean {
    return this._waiting.length === 0;
  }

  /** @internal */
  protected override _clearBuffer(): void {
    this._waiting.clear();
    this._bufferSize = 0;
  }
}

function copyOf(scratch: Uint8Array, nbytes: number): Buffer {
  const data = Buffer.allocUnsafe(nbytes);
  data.set(scratch.subarray(0, nbytes));
  return data;
}

function isPresent(address: unknown): boolean {
  return address !== null && address !== '';
}
