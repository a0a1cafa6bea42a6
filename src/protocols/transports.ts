/*
 * Transports: the connection as a protocol sees it. A program calls them, and does not make them: the loop does.
 *
 * These are the interfaces; each method throws a NotImplementedError. Transports of one's own override them.
 */
import { NotImplementedError } from '../base/errors.js';
import type { Address, Bytes, InetAddress } from '../socket/index.js';

/** What every protocol has, as {@link BaseTransport.getProtocol} gives it: see {@link BaseProtocol}. */
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

/** What a transport knows beside its bytes, by name: what {@link BaseTransport.getExtraInfo} looks it up in. */
export type ExtraInfo = Record<string, unknown>;

/** Marks of the flow control, in bytes: what {@link WriteTransport.setWriteBufferLimits} takes by name. */
export interface WriteBufferLimits {
  /** Above so many bytes the protocol is told to write no more. If left out: four times `low`, or 64 KiB. Python: `high`. */
  high?: number | null | undefined;
  /** At so many bytes, or below, the protocol may write again. If left out: a quarter of `high`. Python: `low`. */
  low?: number | null | undefined;
}

/**
 * What all transports have in common. The loop makes them; these classes are for types, and for transports of one's own,
 * whose methods throw a NotImplementedError until they are overridden.
 *
 * Python: `asyncio.BaseTransport`.
 *
 * @example
 * ```ts
 * import { asyncWith, openConnection, run, startServer, type BaseTransport, type Coroutine } from 'tsyncio';
 *
 * function describe(transport: BaseTransport): string {
 *   const [host] = transport.getExtraInfo('peername');
 *   const secure = transport.getExtraInfo('sslcontext') !== null;
 *   return `${host}, ${secure ? 'TLS' : 'in the clear'}, closing: ${transport.isClosing()}`;
 * }
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer((_reader, writer) => writer.close(), '127.0.0.1', 0);
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     const [, writer] = yield* openConnection(host, port);
 *     console.log(describe(writer.transport));
 *     writer.close();
 *   });
 * }
 *
 * await run(main());
 * // 127.0.0.1, in the clear, closing: false
 * ```
 */
export class BaseTransport {
  /** @internal */
  _extra: ExtraInfo;

  /** @param extra - what {@link BaseTransport.getExtraInfo} shall know */
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
   * the end. Twice is once.
   *
   * Python: `BaseTransport.close`.
   */
  close(): void {
    throw new NotImplementedError();
  }

  /**
   * Have another protocol called from now on. Its `connectionMade` is not called: that is for whoever changes the protocol.
   *
   * Python: `BaseTransport.set_protocol`.
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, type Coroutine } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   *
   * class Body extends Protocol {
   *   readonly received = getRunningLoop().createFuture<string>();
   *
   *   override dataReceived(data: Buffer): void {
   *     this.received.setResult(data.toString());
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const [a, b] = socketpair();
   *   const [transport] = yield* getRunningLoop().createConnection(Protocol, { sock: b });
   *   const body = new Body();
   *   transport.setProtocol(body);
   *   a.send('hello');
   *   console.log(yield* body.received, transport.getProtocol() === body);
   *   transport.close();
   *   a.close();
   * }
   *
   * await run(main());
   * // hello true
   * ```
   */
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
 * A transport that can be read from, such as that of {@link SelectorEventLoop.connectReadPipe}. Whatever has these methods
 * is an instance of it, a {@link Transport} too.
 *
 * Python: `asyncio.ReadTransport`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, Protocol, ReadTransport, run, sleep, type Coroutine } from 'tsyncio';
 * import { PassThrough } from 'node:stream';
 *
 * class Printer extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     console.log(String(data));
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const source = new PassThrough();
 *   const [transport] = yield* getRunningLoop().connectReadPipe(Printer, source);
 *   console.log(transport instanceof ReadTransport, transport.isReading());
 *   transport.pauseReading();
 *   source.write('later');
 *   yield* sleep(0.01);
 *   console.log('nothing yet');
 *   transport.resumeReading();
 *   yield* sleep(0.01);
 *   transport.close();
 * }
 *
 * await run(main());
 * // true true
 * // nothing yet
 * // later
 * ```
 */
export class ReadTransport extends BaseTransport {
  /** Whatever has the methods is an instance. Python's classes inherit from several. */
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
 * A transport that can be written to, such as that of {@link SelectorEventLoop.connectWritePipe}.
 *
 * Python: `asyncio.WriteTransport`.
 *
 * @example
 * ```ts
 * import { BaseProtocol, getRunningLoop, run, WriteTransport, type Coroutine } from 'tsyncio';
 * import { PassThrough } from 'node:stream';
 *
 * function* main(): Coroutine {
 *   const sink = new PassThrough();
 *   const [transport] = yield* getRunningLoop().connectWritePipe(BaseProtocol, sink);
 *   console.log(transport instanceof WriteTransport, transport.getWriteBufferLimits());
 *   transport.setWriteBufferLimits({ high: 1000 });
 *   console.log(transport.getWriteBufferLimits());
 *   transport.writelines(['one ', 'two']);
 *   console.log(String(sink.read()));
 *   transport.abort();
 * }
 *
 * await run(main());
 * // true [ 16384, 65536 ]
 * // [ 250, 1000 ]
 * // one two
 * ```
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

  /**
   * How many bytes wait to be sent: what was written, and the system has not taken. Python: `WriteTransport.get_write_buffer_size`.
   */
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

  /**
   * Send several pieces of bytes, one after the other. Python: `WriteTransport.writelines`.
   *
   * @throws as {@link WriteTransport.write} does.
   */
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
 * {@link SelectorEventLoop.createConnection} gives one, and the protocols of {@link SelectorEventLoop.createServer} get one
 * each.
 *
 * Python: `asyncio.Transport`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, Protocol, run, type Coroutine, type Transport } from 'tsyncio';
 *
 * class Answer extends Protocol {
 *   override connectionMade(transport: Transport): void {
 *     transport.write('what you want to know');
 *     transport.writeEof(); // and still reads
 *   }
 * }
 *
 * class Ask extends Protocol {
 *   readonly text = getRunningLoop().createFuture<string>();
 *   private received = '';
 *
 *   override dataReceived(data: Buffer): void {
 *     this.received += data.toString();
 *   }
 *
 *   override eofReceived(): boolean {
 *     this.text.setResult(this.received);
 *     return true; // the connection stays open for writing
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const server = yield* loop.createServer(Answer, '127.0.0.1', 0);
 *   const [host, port] = server.sockets[0]!.getsockname();
 *   const [transport, ask] = yield* loop.createConnection(Ask, host, port);
 *   console.log(yield* ask.text, transport.isClosing());
 *   transport.close();
 *   server.close();
 * }
 *
 * await run(main());
 * // what you want to know false
 * ```
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
 * A transport for datagrams: {@link SelectorEventLoop.createDatagramEndpoint} gives one. Whatever transport has its methods
 * is an instance of it.
 *
 * Python: `asyncio.DatagramTransport`.
 *
 * @example
 * ```ts
 * import { DatagramProtocol, getRunningLoop, run, sleep, ValueError, type Coroutine } from 'tsyncio';
 *
 * class Printer extends DatagramProtocol {
 *   override datagramReceived(data: Buffer): void {
 *     console.log(`received '${data.toString()}'`);
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const [receiver] = yield* loop.createDatagramEndpoint(Printer, ['127.0.0.1', 0]);
 *   const remoteAddr = receiver.getExtraInfo('sockname');
 *   const [sender] = yield* loop.createDatagramEndpoint(DatagramProtocol, { remoteAddr });
 *   sender.sendto('hello'); // to its remote address
 *   try {
 *     sender.sendto('hello', ['127.0.0.1', 9]);
 *   } catch (e) {
 *     console.log(e instanceof ValueError);
 *   }
 *   yield* sleep(0.02);
 *   sender.close();
 *   receiver.abort();
 * }
 *
 * await run(main());
 * // true
 * // received 'hello'
 * ```
 */
export class DatagramTransport extends BaseTransport {
  /** Whatever has the methods is an instance. Python's classes inherit from several. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOrHas(this, value, this === DatagramTransport ? 'sendto' : null);
  }

  /**
   * Send a datagram; it waits in memory if the system does not take it at once. It may be empty. What goes wrong afterwards
   * is told to the protocol's `errorReceived`.
   *
   * Python: `DatagramTransport.sendto`.
   *
   * @param _data - bytes, or a string, which is sent as UTF-8
   * @param _addr - to whom; left out, or the very address, where the endpoint has a remote one
   * @throws ValueError for another address than the remote one; TypeError for what are no bytes.
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
 * A child process as its protocol sees it: {@link SelectorEventLoop.subprocessExec} gives one. Closing it kills a child
 * that still runs, and closes the pipes.
 *
 * Python: `asyncio.SubprocessTransport`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, SubprocessProtocol, type Coroutine, type SubprocessTransport } from 'tsyncio';
 *
 * class Watch extends SubprocessProtocol {
 *   readonly over = getRunningLoop().createFuture<number | null>();
 *   private transport!: SubprocessTransport;
 *
 *   override connectionMade(transport: SubprocessTransport): void {
 *     this.transport = transport;
 *   }
 *
 *   override connectionLost(): void {
 *     this.over.setResult(this.transport.getReturncode());
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const [transport, child] = yield* getRunningLoop().subprocessExec(Watch, 'sleep', '60');
 *   console.log(transport.getPid() > 0, transport.getReturncode(), transport.getPipeTransport(0) !== null);
 *   transport.terminate();
 *   console.log(yield* child.over); // minus SIGTERM
 * }
 *
 * await run(main());
 * // true null true
 * // -15
 * ```
 */
export class SubprocessTransport extends BaseTransport {
  /** The number of the process. Python: `SubprocessTransport.get_pid`. */
  getPid(): number {
    throw new NotImplementedError();
  }

  /**
   * Its exit status, or minus the number of the signal that ended it; `null` while it runs. Python:
   * `SubprocessTransport.get_returncode`.
   */
  getReturncode(): number | null {
    throw new NotImplementedError();
  }

  /**
   * The transport of a pipe to or from the child: 0 to write to, 1 and 2 to read from; `null` where there is none. Python:
   * `SubprocessTransport.get_pipe_transport`.
   */
  getPipeTransport(_fd: number): BaseTransport | null {
    throw new NotImplementedError();
  }

  /**
   * Send it a signal: a number, or Node's name for it. Python: `SubprocessTransport.send_signal`.
   *
   * @throws ProcessLookupError when it has ended and its pipes are closed; ValueError for no signal.
   */
  sendSignal(_signal: number | string): void {
    throw new NotImplementedError();
  }

  /** Ask it to end (SIGTERM). Python: `SubprocessTransport.terminate`. @throws as {@link SubprocessTransport.sendSignal} does. */
  terminate(): void {
    throw new NotImplementedError();
  }

  /** End it (SIGKILL). Python: `SubprocessTransport.kill`. @throws as {@link SubprocessTransport.sendSignal} does. */
  kill(): void {
    throw new NotImplementedError();
  }
}
