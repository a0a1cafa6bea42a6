/*
 * Transports: the connection as a protocol sees it. A program calls them, and does not make them: the loop does.
 *
 * These are the interfaces; each method throws a NotImplementedError. Transports of one's own override them.
 */
import { NotImplementedError } from '../base/errors.js';
import type { Address, Bytes, InetAddress } from '../socket/index.js';

/** What every protocol has, as transports see it: see {@link BaseProtocol}. */
export interface AnyProtocol {
  /** The connection is there. */
  connectionMade(transport: BaseTransport): void;
  /** The connection is gone, with an error or without. */
  connectionLost(error: Error | null): void;
  /** The transport's buffer is over its high-water mark. */
  pauseWriting(): void;
  /** The transport's buffer is at its low-water mark again. */
  resumeWriting(): void;
}

/** What a transport knows beside its bytes. */
export type ExtraInfo = Record<string, unknown>;

/** Marks of the flow control, in bytes. */
export interface WriteBufferLimits {
  /** Above it the protocol is told to write no more. */
  high?: number | null | undefined;
  /** At it, or below, the protocol may write again. */
  low?: number | null | undefined;
}

/**
 * What all transports have in common.
 *
 * Python: `asyncio.BaseTransport`.
 */
export class BaseTransport {
  /** @internal */
  _extra: ExtraInfo;

  constructor(extra: ExtraInfo | null = null) {
    this._extra = extra ?? {};
  }

  /** The address of the other end (`'peername'`) or of this one (`'sockname'`); `null` where there is none. */
  getExtraInfo<A extends Address = InetAddress>(name: 'peername' | 'sockname'): A;
  /**
   * What is known of the connection: `'peername'`, `'sockname'`, `'socket'`; with TLS also `'sslcontext'`,
   * `'peercert'`, `'cipher'`, `'compression'`, `'ssl_object'`.
   *
   * Python: `BaseTransport.get_extra_info`.
   *
   * @param defaultValue - what to return where nothing is known by that name; `null` if left out
   */
  getExtraInfo<T = unknown>(name: string, defaultValue?: T): T | null;
  getExtraInfo(name: string, defaultValue: unknown = null): unknown {
    return Object.hasOwn(this._extra, name) ? this._extra[name] : defaultValue;
  }

  /** Whether it is closed, or being closed. Python: `BaseTransport.is_closing`. */
  isClosing(): boolean {
    throw new NotImplementedError();
  }

  /**
   * Close, when all that was written is sent. Nothing more is received from now on; `connectionLost(null)` is called in
   * the end.
   *
   * Python: `BaseTransport.close`.
   */
  close(): void {
    throw new NotImplementedError();
  }

  /** Have another protocol called from now on. Python: `BaseTransport.set_protocol`. */
  setProtocol(_protocol: AnyProtocol): void {
    throw new NotImplementedError();
  }

  /** The protocol. Python: `BaseTransport.get_protocol`. */
  getProtocol(): AnyProtocol {
    throw new NotImplementedError();
  }
}

/** Python has classes that inherit from two; here the second is known by a method. */
function isOrHas(cls: { prototype: object }, value: unknown, method: string | null): boolean {
  if (!(value instanceof BaseTransport)) return false;
  return Object.prototype.isPrototypeOf.call(cls.prototype, value) || (method !== null && method in value);
}

/**
 * A transport that can be read from. Whatever has these methods is an instance of it, a {@link Transport} too.
 *
 * Python: `asyncio.ReadTransport`.
 */
export class ReadTransport extends BaseTransport {
  /** Whatever has the methods is an instance. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOrHas(this, value, this === ReadTransport ? 'pauseReading' : null);
  }

  /** Whether it receives. Python: `ReadTransport.is_reading`. */
  isReading(): boolean {
    throw new NotImplementedError();
  }

  /** Receive no more, until {@link ReadTransport.resumeReading}. Twice is once. Python: `ReadTransport.pause_reading`. */
  pauseReading(): void {
    throw new NotImplementedError();
  }

  /** Receive again. Twice is once. Python: `ReadTransport.resume_reading`. */
  resumeReading(): void {
    throw new NotImplementedError();
  }
}

/**
 * A transport that can be written to.
 *
 * Python: `asyncio.WriteTransport`.
 */
export class WriteTransport extends BaseTransport {
  /**
   * Set the marks of the flow control. With `high` alone, `low` is a quarter of it; with `low` alone, `high` is four
   * times that; with neither, `high` is 64 KiB.
   *
   * Python: `WriteTransport.set_write_buffer_limits`.
   *
   * @param _high - bytes; both may be given by name, as one object
   * @param _low - bytes
   * @throws ValueError unless high \>= low \>= 0.
   */
  setWriteBufferLimits(_high?: number | null | WriteBufferLimits, _low?: number | null): void {
    throw new NotImplementedError();
  }

  /** How many bytes wait to be sent. Python: `WriteTransport.get_write_buffer_size`. */
  getWriteBufferSize(): number {
    throw new NotImplementedError();
  }

  /** The marks of the flow control, in bytes. Python: `WriteTransport.get_write_buffer_limits`. */
  getWriteBufferLimits(): [low: number, high: number] {
    throw new NotImplementedError();
  }

  /**
   * Send bytes: what the system takes at once is sent at once, the rest waits in memory. It never waits itself. What it
   * was given must not be changed until it is sent; the bytes are not copied.
   *
   * Python: `WriteTransport.write`.
   *
   * @param _data - bytes, or a string, which is sent as UTF-8
   * @throws RuntimeError after `writeEof`; TypeError for anything else.
   */
  write(_data: Bytes): void {
    throw new NotImplementedError();
  }

  /** Send several pieces of bytes, one after the other. Python: `WriteTransport.writelines`. */
  writelines(listOfData: Iterable<Bytes>): void {
    const pieces = Array.from(listOfData, (data) => toBuffer(data));
    this.write(Buffer.concat(pieces));
  }

  /**
   * Send no more: the other side reads the end of the stream when all that was written is sent.
   *
   * Python: `WriteTransport.write_eof`.
   */
  writeEof(): void {
    throw new NotImplementedError();
  }

  /** Whether it can do {@link WriteTransport.writeEof}: TLS cannot. Python: `WriteTransport.can_write_eof`. */
  canWriteEof(): boolean {
    throw new NotImplementedError();
  }

  /**
   * Close at once: what waits to be sent is dropped. `connectionLost(null)` is called in the end.
   *
   * Python: `WriteTransport.abort`.
   */
  abort(): void {
    throw new NotImplementedError();
  }
}

function toBuffer(data: Bytes): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}

/**
 * A transport for a stream of bytes in both directions: a TCP connection for instance.
 *
 * Python: `asyncio.Transport`.
 */
export class Transport extends WriteTransport implements ReadTransport {
  /** Whether it receives. Python: `ReadTransport.is_reading`. */
  isReading(): boolean {
    throw new NotImplementedError();
  }

  /** Receive no more, until {@link Transport.resumeReading}. Twice is once. Python: `ReadTransport.pause_reading`. */
  pauseReading(): void {
    throw new NotImplementedError();
  }

  /** Receive again. Twice is once. Python: `ReadTransport.resume_reading`. */
  resumeReading(): void {
    throw new NotImplementedError();
  }
}

/**
 * A transport for datagrams. Whatever transport has its methods is an instance of it.
 *
 * Python: `asyncio.DatagramTransport`.
 */
export class DatagramTransport extends BaseTransport {
  /** Whatever has the methods is an instance. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOrHas(this, value, this === DatagramTransport ? 'sendto' : null);
  }

  /**
   * Send a datagram; it waits in memory if the system does not take it at once. It may be empty.
   *
   * Python: `DatagramTransport.sendto`.
   *
   * @param _addr - to whom; left out, or the very address, where the endpoint has a remote one
   * @throws ValueError for another address than the remote one.
   */
  sendto(_data: Bytes, _addr?: Address | null): void {
    throw new NotImplementedError();
  }

  /** Close at once: what waits to be sent is dropped. Python: `DatagramTransport.abort`. */
  abort(): void {
    throw new NotImplementedError();
  }
}

/**
 * A child process as its protocol sees it.
 *
 * Python: `asyncio.SubprocessTransport`.
 */
export class SubprocessTransport extends BaseTransport {
  /** The number of the process. Python: `SubprocessTransport.get_pid`. */
  getPid(): number {
    throw new NotImplementedError();
  }

  /** Its exit status, or minus the number of the signal that ended it; `null` while it runs. Python: `get_returncode`. */
  getReturncode(): number | null {
    throw new NotImplementedError();
  }

  /** The transport of a pipe: 0, 1 or 2; `null` where there is none. Python: `get_pipe_transport`. */
  getPipeTransport(_fd: number): BaseTransport | null {
    throw new NotImplementedError();
  }

  /** Send it a signal. Python: `SubprocessTransport.send_signal`. */
  sendSignal(_signal: number | string): void {
    throw new NotImplementedError();
  }

  /** Ask it to end (SIGTERM). Python: `SubprocessTransport.terminate`. */
  terminate(): void {
    throw new NotImplementedError();
  }

  /** End it (SIGKILL). Python: `SubprocessTransport.kill`. */
  kill(): void {
    throw new NotImplementedError();
  }
}
