/*
 * Protocols: what a program writes, and a transport calls. Every method does nothing by default.
 *
 *   stream     connectionMade (dataReceived | getBuffer bufferUpdated)* eofReceived? connectionLost
 *   datagrams  connectionMade (datagramReceived | errorReceived)* connectionLost
 *
 * connectionMade and connectionLost are called exactly once each.
 */
import type { Address } from '../socket/index.js';
import type { BaseTransport } from './transports.js';

/**
 * What all protocols have in common. A program inherits from {@link Protocol}, {@link BufferedProtocol},
 * {@link DatagramProtocol} or {@link SubprocessProtocol}; from this class only for what does not read.
 *
 * The loop calls its methods. An error that one of them throws is reported to the exception handler; one that is thrown where bytes
 * are received also closes the connection.
 *
 * Python: `asyncio.BaseProtocol`.
 *
 * @example
 * ```ts
 * import { BaseProtocol, getRunningLoop, run, type BaseTransport, type Coroutine } from 'tsyncio';
 * import { PassThrough } from 'node:stream';
 *
 * class Lifetime extends BaseProtocol {
 *   readonly over = getRunningLoop().createFuture<string>();
 *
 *   override connectionMade(transport: BaseTransport): void {
 *     console.log('made:', transport.getProtocol() === this);
 *   }
 *
 *   override connectionLost(error: Error | null): void {
 *     this.over.setResult(`lost: ${error}`);
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Lifetime, new PassThrough());
 *   transport.close();
 *   console.log(yield* protocol.over);
 * }
 *
 * await run(main());
 * // made: true
 * // lost: null
 * ```
 */
export class BaseProtocol {
  /**
   * The connection stands. Called exactly once, before anything else.
   *
   * Python: `BaseProtocol.connection_made`.
   *
   * @param _transport - the connection; keep it, to write with
   */
  connectionMade(_transport: BaseTransport): void {}

  /**
   * The connection is gone: nothing more is called. Called exactly once, if `connectionMade` was.
   *
   * Python: `BaseProtocol.connection_lost`.
   *
   * @param _exc - why; `null` after a regular end, by the other side or by `close` or `abort` of this one
   */
  connectionLost(_exc: Error | null): void {}

  /**
   * What waits to be sent has grown beyond the high-water mark: write no more, until {@link BaseProtocol.resumeWriting}.
   * Called once each time the mark is passed.
   *
   * Python: `BaseProtocol.pause_writing`.
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, type Coroutine, type Transport } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   *
   * class Careful extends Protocol {
   *   override pauseWriting(): void {
   *     console.log('hold on');
   *   }
   *
   *   override resumeWriting(): void {
   *     console.log('go on');
   *   }
   * }
   *
   * class Sink extends Protocol {
   *   readonly full = getRunningLoop().createFuture<void>();
   *   private bytes = 0;
   *
   *   override dataReceived(data: Buffer): void {
   *     this.bytes += data.length;
   *     if (this.bytes === 5_000_000) this.full.setResult();
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [a, b] = socketpair();
   *   const [transport]: [Transport, Careful] = yield* loop.createConnection(Careful, { sock: a });
   *   transport.write(Buffer.alloc(5_000_000)); // more than the system takes at once
   *   const [reading, sink] = yield* loop.createConnection(Sink, { sock: b });
   *   yield* sink.full;
   *   transport.close();
   *   reading.close();
   * }
   *
   * await run(main());
   * // hold on
   * // go on
   * ```
   */
  pauseWriting(): void {}

  /**
   * What waits to be sent has shrunk to the low-water mark: write again. Called once for each {@link BaseProtocol.pauseWriting}.
   *
   * Python: `BaseProtocol.resume_writing`.
   */
  resumeWriting(): void {}
}

/**
 * A protocol for a stream of bytes.
 *
 * Python: `asyncio.Protocol`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, Protocol, run, type Coroutine, type Transport } from 'tsyncio';
 *
 * class Echo extends Protocol {
 *   private transport!: Transport;
 *
 *   override connectionMade(transport: Transport): void {
 *     this.transport = transport;
 *   }
 *
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 *
 * class Client extends Protocol {
 *   readonly answered = getRunningLoop().createFuture<string>();
 *
 *   override connectionMade(transport: Transport): void {
 *     transport.write('hello');
 *   }
 *
 *   override dataReceived(data: Buffer): void {
 *     if (!this.answered.done()) this.answered.setResult(data.toString());
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const server = yield* loop.createServer(Echo, '127.0.0.1', 0);
 *   const [host, port] = server.sockets[0]!.getsockname();
 *   const [transport, client] = yield* loop.createConnection(Client, host, port);
 *   console.log(yield* client.answered);
 *   transport.close();
 *   server.close();
 *   yield* server.waitClosed();
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export class Protocol extends BaseProtocol {
  /**
   * Some bytes have arrived: as many as there were, not as the other side wrote them.
   *
   * Python: `Protocol.data_received`.
   *
   * @param _data - at least one byte; it is the protocol's own from now on
   */
  dataReceived(_data: Buffer): void {}

  /**
   * The other side will send no more.
   *
   * Python: `Protocol.eof_received`.
   *
   * @returns `true` to keep the connection for writing; else the transport closes itself.
   */
  eofReceived(): unknown {
    return null;
  }
}

/**
 * A protocol for a stream of bytes that says where the bytes are to be put, so that none has to be copied.
 *
 * Python: `asyncio.BufferedProtocol`.
 *
 * @example
 * ```ts
 * import { BufferedProtocol, getRunningLoop, run, type Coroutine } from 'tsyncio';
 * import { socketpair } from 'tsyncio/socket';
 *
 * class Record extends BufferedProtocol {
 *   readonly complete = getRunningLoop().createFuture<string>();
 *   private readonly room = Buffer.alloc(8);
 *   private filled = 0;
 *
 *   override getBuffer(): Uint8Array {
 *     return this.room.subarray(this.filled);
 *   }
 *
 *   override bufferUpdated(nbytes: number): void {
 *     this.filled += nbytes;
 *     if (this.filled < this.room.length) return;
 *     this.filled = 0;
 *     this.complete.setResult(this.room.toString());
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const [a, b] = socketpair();
 *   const [transport, record] = yield* getRunningLoop().createConnection(Record, { sock: b });
 *   a.send('eight by');
 *   console.log(yield* record.complete);
 *   transport.close();
 *   a.close();
 * }
 *
 * await run(main());
 * // eight by
 * ```
 */
export class BufferedProtocol extends BaseProtocol {
  /**
   * Where to put what comes next. Called before each read.
   *
   * Python: `BufferedProtocol.get_buffer`.
   *
   * @param _sizehint - how many bytes would be good, or -1; a buffer of another size is fine, an empty one is an error
   */
  getBuffer(_sizehint: number): Uint8Array {
    return new Uint8Array(0);
  }

  /**
   * Bytes have arrived.
   *
   * Python: `BufferedProtocol.buffer_updated`.
   *
   * @param _nbytes - how many, at the beginning of the buffer
   */
  bufferUpdated(_nbytes: number): void {}

  /**
   * The other side will send no more.
   *
   * Python: `BufferedProtocol.eof_received`.
   *
   * @returns `true` to keep the connection for writing; else the transport closes itself.
   */
  eofReceived(): unknown {
    return null;
  }
}

/**
 * A protocol for datagrams.
 *
 * Python: `asyncio.DatagramProtocol`.
 *
 * @example
 * ```ts
 * import { DatagramProtocol, getRunningLoop, run, type Coroutine } from 'tsyncio';
 *
 * class Inbox extends DatagramProtocol {
 *   readonly first = getRunningLoop().createFuture<string>();
 *
 *   override datagramReceived(data: Buffer): void {
 *     if (!this.first.done()) this.first.setResult(data.toString());
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const [receiver, inbox] = yield* loop.createDatagramEndpoint(Inbox, ['127.0.0.1', 0]);
 *   const [sender] = yield* loop.createDatagramEndpoint(DatagramProtocol, ['127.0.0.1', 0]);
 *   sender.sendto('hello', receiver.getExtraInfo('sockname'));
 *   console.log(yield* inbox.first);
 *   sender.close();
 *   receiver.close();
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export class DatagramProtocol extends BaseProtocol {
  /**
   * A datagram has arrived.
   *
   * Python: `DatagramProtocol.datagram_received`.
   *
   * @param _data - all of it; it may be empty
   * @param _addr - from whom; `null` where the sender has no address
   */
  datagramReceived(_data: Buffer, _addr: Address | null): void {}

  /**
   * Sending or receiving failed, an earlier datagram was refused for instance. The endpoint goes on.
   *
   * Python: `DatagramProtocol.error_received`.
   *
   * @param _exc - an OSError
   */
  errorReceived(_exc: Error): void {}
}

/**
 * A protocol for a child process, which {@link SelectorEventLoop.subprocessExec} and
 * {@link SelectorEventLoop.subprocessShell} start. Its transport is a {@link SubprocessTransport}. `connectionLost` comes
 * last, after the child's end and that of its pipes.
 *
 * Python: `asyncio.SubprocessProtocol`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, SubprocessProtocol, type Coroutine } from 'tsyncio';
 *
 * class Watch extends SubprocessProtocol {
 *   readonly over = getRunningLoop().createFuture<string[]>();
 *   private readonly text = ['', '', ''];
 *
 *   override pipeDataReceived(fd: number, data: Buffer): void {
 *     this.text[fd] += data.toString();
 *   }
 *
 *   override connectionLost(): void {
 *     this.over.setResult(this.text);
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const [, child] = yield* getRunningLoop().subprocessShell(Watch, 'echo out; echo err >&2');
 *   const [, stdout, stderr] = yield* child.over;
 *   console.log(JSON.stringify(stdout), JSON.stringify(stderr));
 * }
 *
 * await run(main());
 * // "out\n" "err\n"
 * ```
 */
export class SubprocessProtocol extends BaseProtocol {
  /**
   * The child has written.
   *
   * Python: `SubprocessProtocol.pipe_data_received`.
   *
   * @param _fd - the child's descriptor, 1 for standard output, 2 for standard error
   * @param _data - at least one byte
   */
  pipeDataReceived(_fd: number, _data: Buffer): void {}

  /**
   * A pipe to or from the child is closed.
   *
   * Python: `SubprocessProtocol.pipe_connection_lost`.
   *
   * @param _fd - the child's descriptor: 0, 1 or 2
   * @param _exc - why; `null` for a regular end
   */
  pipeConnectionLost(_fd: number, _exc: Error | null): void {}

  /** The child has ended; its pipes may still have something in them. Python: `SubprocessProtocol.process_exited`. */
  processExited(): void {}
}

/**
 * What makes the protocol of a connection: a function without arguments, or a class whose constructor takes none. See
 * {@link SelectorEventLoop.createConnection} and its like. Python: `protocol_factory`.
 */
export type ProtocolFactory<P> = (() => P) | (new () => P);

/** A new protocol. */
export function makeProtocol<P>(factory: ProtocolFactory<P>): P {
  // The prototype of a class cannot be assigned to, that of any other function can.
  if (Object.getOwnPropertyDescriptor(factory, 'prototype')?.writable === false) {
    return new (factory as new () => P)();
  }
  return (factory as () => P)();
}
