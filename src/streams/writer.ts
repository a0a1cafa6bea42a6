import type { Coroutine } from '../base/awaitable.js';
import type { Loop } from '../base/loop.js';
import type { SelectorEventLoop, SSLContextLike, StartTlsOptions } from '../loop/index.js';
import type { Transport, WriteTransport } from '../protocols/index.js';
import type { Address, Bytes, InetAddress } from '../socket/index.js';
import { sleep } from '../tasks/index.js';
import type { StreamProtocol } from './flow-control.js';
import type { StreamReader } from './reader.js';
import { closeWhenCollected, type Connection } from './unclosed.js';

/** What {@link StreamWriter.startTls} takes beside the context. Python: its keywords. */
export type StreamTlsOptions = Omit<StartTlsOptions, 'serverSide'>;

/**
 * Writes to a connection. {@link openConnection} makes one, and {@link startServer} one for each client.
 *
 * Writing never waits: what the system does not take is kept in memory. So wait for {@link StreamWriter.drain} now and
 * then. With `asyncWith(writer, ...)` the connection is closed at the end of the body, and waited for.
 *
 * Python: `asyncio.StreamWriter`.
 *
 * @example
 * ```ts
 * import { asyncWith, openConnection, run, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(
 *     function* (reader, writer) {
 *       console.log('received', (yield* reader.read()).length, 'bytes');
 *       writer.write('thanks');
 *       writer.close();
 *     },
 *     '127.0.0.1',
 *     0,
 *   );
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     const [reader, writer] = yield* openConnection(host, port);
 *     for (let i = 0; i < 10; i++) {
 *       writer.write(Buffer.alloc(100_000));
 *       yield* writer.drain();
 *     }
 *     writer.writeEof();
 *     console.log(String(yield* reader.read()));
 *     writer.close();
 *     yield* writer.waitClosed();
 *   });
 * }
 *
 * await run(main());
 * // received 1000000 bytes
 * // thanks
 * ```
 */
export class StreamWriter {
  /** @internal */
  readonly _protocol: StreamProtocol;
  /** @internal */
  readonly _reader: StreamReader | null;
  /** @internal */
  readonly _loop: Loop;
  private readonly _connection: Connection;

  constructor(transport: WriteTransport, protocol: StreamProtocol, reader: StreamReader | null, loop: Loop) {
    this._connection = { transport, loop };
    this._protocol = protocol;
    this._reader = reader;
    this._loop = loop;
    if (reader !== null) reader._writer = this;
    closeWhenCollected(this, this._connection);
  }

  /** The transport. Python: `StreamWriter.transport`. */
  get transport(): WriteTransport {
    return this._connection.transport;
  }

  /**
   * Send bytes, as soon as the system takes them. They are not copied: do not change them afterwards.
   *
   * Python: `StreamWriter.write`.
   *
   * @param data - bytes, or a string, which is sent as UTF-8
   * @throws RuntimeError after {@link StreamWriter.writeEof}.
   */
  write(data: Bytes): void {
    this._connection.transport.write(data);
  }

  /**
   * Send several pieces of bytes, one after the other. Python: `StreamWriter.writelines`. @throws as
   * {@link StreamWriter.write} does.
   */
  writelines(data: Iterable<Bytes>): void {
    this._connection.transport.writelines(data);
  }

  /** Send no more: the other side reads the end of the stream after what was written. Python: `StreamWriter.write_eof`. */
  writeEof(): void {
    this._connection.transport.writeEof();
  }

  /** Whether it can do {@link StreamWriter.writeEof}: TLS cannot. Python: `StreamWriter.can_write_eof`. */
  canWriteEof(): boolean {
    return this._connection.transport.canWriteEof();
  }

  /**
   * Close the connection, when all that was written is sent; the reader comes to its end. It does not wait: `waitClosed()` does.
   *
   * Python: `StreamWriter.close`.
   */
  close(): void {
    this._connection.transport.close();
  }

  /** Whether the connection is closed, or being closed. Python: `StreamWriter.is_closing`. */
  isClosing(): boolean {
    return this._connection.transport.isClosing();
  }

  /**
   * Wait until the connection is gone.
   *
   * Python: `StreamWriter.wait_closed`.
   *
   * @throws what the connection failed with.
   */
  *waitClosed(): Coroutine {
    yield* this._protocol._waitClosed();
  }

  /** The address of the other end (`'peername'`) or of this one (`'sockname'`); `null` where there is none. */
  getExtraInfo<A extends Address = InetAddress>(name: 'peername' | 'sockname'): A;
  /**
   * What is known of the connection: see `BaseTransport.getExtraInfo`.
   *
   * Python: `StreamWriter.get_extra_info`.
   *
   * @param defaultValue - what to return where nothing is known by that name; `null` if left out
   */
  getExtraInfo<T = unknown>(name: string, defaultValue?: T): T | null;
  getExtraInfo(name: string, defaultValue: unknown = null): unknown {
    return this._connection.transport.getExtraInfo(name, defaultValue);
  }

  /**
   * Wait until not too much is left to be sent: at once, if there is no more than the high-water mark. Write, then
   * drain; several tasks may do so at once.
   *
   * Python: `StreamWriter.drain`.
   *
   * @throws what the connection failed with; ConnectionResetError if it is gone.
   *
   * @example
   * ```ts
   * import { FlowControlMixin, getRunningLoop, run, StreamWriter, type Coroutine } from 'tsyncio';
   * import { PassThrough } from 'node:stream';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const slow = new PassThrough();
   *   const [transport, protocol] = yield* loop.connectWritePipe(() => new FlowControlMixin(), slow);
   *   const writer = new StreamWriter(transport, protocol, null, loop);
   *   writer.write(Buffer.alloc(200_000));
   *   loop.callLater(0.01, () => {
   *     console.log('somebody reads');
   *     slow.resume();
   *   });
   *   yield* writer.drain();
   *   console.log('drained');
   *   writer.close();
   * }
   *
   * await run(main());
   * // somebody reads
   * // drained
   * ```
   */
  *drain(): Coroutine {
    const failed = this._reader?._exception ?? null;
    if (failed !== null) throw failed;
    // Give connectionLost its turn: else whoever writes and drains in a circle would never see it.
    if (this._connection.transport.isClosing()) yield* sleep(0);
    if (this._protocol._paused !== false || this._protocol._connectionLost !== false) {
      yield* this._protocol._drainHelper();
    }
  }

  /**
   * Make the connection a TLS connection, after what was written is sent. What the other side has sent already, and
   * nobody has read, is taken for TLS on the server's side. Reader and writer stay the same.
   *
   * Python: `StreamWriter.start_tls`.
   *
   * @param sslcontext - an `SSLContext` of `tsyncio/ssl`
   * @param options - `serverHostname`, the name that the certificate must have, and timeouts in seconds
   * @throws what {@link SelectorEventLoop.startTls} throws, and {@link StreamWriter.drain}.
   *
   * @example
   * ```ts no-run: it needs a server with a certificate
   * import { openConnection, run, type Coroutine } from 'tsyncio';
   * import { createDefaultContext } from 'tsyncio/ssl';
   *
   * function* main(): Coroutine {
   *   const [reader, writer] = yield* openConnection('mail.example.org', 25);
   *   writer.write('STARTTLS\r\n');
   *   console.log(String(yield* reader.readline()));
   *   yield* writer.startTls(createDefaultContext(), { serverHostname: 'mail.example.org' });
   *   writer.write('EHLO here\r\n'); // in secret from now on
   *   writer.close();
   *   yield* writer.waitClosed();
   * }
   *
   * await run(main());
   * ```
   */
  *startTls(sslcontext: SSLContextLike, options: StreamTlsOptions = {}): Coroutine {
    const protocol = this._protocol;
    yield* this.drain();
    const transport = yield* (this._loop as SelectorEventLoop).startTls(
      this._connection.transport as Transport,
      protocol as never,
      sslcontext,
      { ...options, serverSide: protocol._isServerSide === true },
    );
    this._connection.transport = transport;
    protocol._replaceTransport?.(transport);
  }

  /** For `asyncWith(writer, ...)`. Python's writer is no context manager. */
  *aenter(): Coroutine<this> {
    return this;
  }

  /**
   * Close, and wait. An error of the body hides what the connection fails with meanwhile. Python's writer is no context manager.
   */
  *aexit(error: unknown): Coroutine {
    this.close();
    try {
      yield* this.waitClosed();
    } catch (failed) {
      if (error === null || !(failed instanceof Error) || failed !== this._reader?._exception) throw failed;
    }
  }

  /** `await using writer = ...` in an async function closes the connection at the end, and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this._loop.createTask(this.waitClosed());
  }

  /** `<StreamWriter transport=<...> reader=<...>>`. */
  toString(): string {
    const reader = this._reader === null ? '' : ` reader=${this._reader.toString()}`;
    return `<${this.constructor.name} transport=${String(this.transport)}${reader}>`;
  }
}
