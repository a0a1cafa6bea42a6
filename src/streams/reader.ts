/*
 * Reading a stream: the protocol feeds, coroutines read.
 *
 * One coroutine at most waits, on `_waiter`; whatever is fed wakes it, and it looks again. Reading that finds what it
 * wants does not give up its turn.
 *
 * The transport is paused when more than twice the limit is buffered, and resumed when the limit is not exceeded any
 * more, or as soon as somebody waits: with what is wanted not there, more is needed, whatever the limit says.
 */
import { checkKeywords, firstOrOptions, isKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { DEFAULT_STREAM_LIMIT } from '../base/constants.js';
import { NotImplementedError, RuntimeError, StopAsyncIteration, ValueError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import { requireLoop } from '../base/running.js';
import type { Future } from '../futures/index.js';
import type { BaseTransport, ReadTransport } from '../protocols/index.js';
import type { Bytes } from '../socket/bytes.js';
import { asBuffer, ByteQueue } from './byte-queue.js';
import { coroutineOf } from './operation.js';
import { ReadAll, ReadExactly, ReadInto, ReadLine, ReadSome, ReadUntil } from './readings.js';
import type { Separator } from './separators.js';

/** What the constructor of {@link StreamReader} takes by name. */
export interface StreamReaderOptions {
  /**
   * Bytes that a line may have; twice as many may be buffered before the transport is paused. 64 KiB if left out. Python: `limit`.
   */
  limit?: number | undefined;
  /** The loop of the transport; by default the one that {@link getEventLoop} gives. Python: `loop`. */
  loop?: Loop | null | undefined;
}

/** Who holds a reader weakly, and strongly while somebody waits in it. */
export interface ReaderHolder {
  /** @internal */
  _strongReader: StreamReader | null;
}

/**
 * Reads from a connection. {@link openConnection} makes one, and {@link startServer} one for each client.
 *
 * One task at a time may wait in it.
 *
 * Python: `asyncio.StreamReader`.
 *
 * @example
 * ```ts
 * import { asyncFor, run, StreamReader, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const reader = new StreamReader();
 *   reader.feedData('one\ntwo\nhead: body');
 *   reader.feedEof();
 *   console.log(String(yield* reader.readline()).trim());
 *   console.log(String(yield* reader.readexactly(4)).trim());
 *   console.log(String(yield* reader.readuntil(': ')));
 *   console.log(String(yield* reader.read()));
 * }
 *
 * await run(main());
 * // one
 * // two
 * // head:
 * // body
 * ```
 */
export class StreamReader {
  /** @internal */
  readonly _loop: Loop;
  /** @internal */
  readonly _limit: number;
  /** @internal */
  readonly _buffer: ByteQueue = new ByteQueue();
  /** Nothing more will come. @internal */
  _eof: boolean = false;
  /** Who waits for data. @internal */
  _waiter: Future<void> | null = null;
  /** @internal */
  _exception: Error | null = null;
  /** @internal */
  _transport: ReadTransport | null = null;
  /** Whether this has paused the transport. @internal */
  _paused: boolean = false;
  /** Keeps the writer, which closes the connection when nobody has either of them any more. @internal */
  _writer: object | null = null;
  /** @internal */
  _holder: ReaderHolder | null = null;

  /**
   * @param limit - see {@link StreamReaderOptions}; both options may be given by name, as one object
   * @throws ValueError unless the limit is positive.
   */
  constructor(limit?: number | StreamReaderOptions, loop?: Loop | null | StreamReaderOptions) {
    const rest = firstOrOptions<StreamReaderOptions>('loop', loop, {});
    const given = firstOrOptions('limit', limit, rest);
    checkKeywords('StreamReader', given, ['limit', 'loop']);
    this._limit = given.limit ?? DEFAULT_STREAM_LIMIT;
    checkLimit(this._limit);
    this._loop = given.loop ?? requireLoop();
  }

  // -- feeding: for protocols ----------------------------------------------------------------------------------

  /**
   * The transport, which is paused when too much is buffered. Python: `StreamReader.set_transport`. @throws RuntimeError if
   * it has one.
   */
  setTransport(transport: BaseTransport): void {
    if (this._transport !== null) throw new RuntimeError('Transport already set');
    this._transport = transport as ReadTransport;
  }

  /**
   * Bytes have come. They are not copied: do not change them afterwards.
   *
   * Python: `StreamReader.feed_data`.
   *
   * @throws RuntimeError after {@link StreamReader.feedEof}.
   */
  feedData(data: Bytes): void {
    if (this._eof) throw new RuntimeError('feed_data after feed_eof');
    const chunk = asBuffer(data);
    if (chunk.length === 0) return;
    this._buffer.push(chunk);
    this._wakeupWaiter();
    if (this._buffer.length > 2 * this._limit) this._pauseTransport();
  }

  private _pauseTransport(): void {
    if (this._transport === null || this._paused) return;
    try {
      this._transport.pauseReading();
      this._paused = true;
    } catch (error) {
      if (!(error instanceof NotImplementedError)) throw error;
      // It cannot be paused: all that comes has to be kept.
      this._transport = null;
    }
  }

  /** @internal */
  _maybeResumeTransport(): void {
    if (!this._paused || this._buffer.length > this._limit) return;
    this._paused = false;
    this._transport!.resumeReading();
  }

  /** Nothing more will come. Python: `StreamReader.feed_eof`. */
  feedEof(): void {
    this._eof = true;
    this._wakeupWaiter();
  }

  /** Whether all is read, and nothing more will come. Python: `StreamReader.at_eof`. */
  atEof(): boolean {
    return this._eof && this._buffer.length === 0;
  }

  /** What the connection failed with, or `null`. Python: `StreamReader.exception`. */
  exception(): Error | null {
    return this._exception;
  }

  /** The connection failed: whoever reads gets this error, now and from now on. Python: `StreamReader.set_exception`. */
  setException(exc: Error): void {
    this._exception = exc;
    const waiter = this._waiter;
    if (waiter === null) return;
    this._waiter = null;
    if (!waiter.done()) waiter.setException(exc);
  }

  private _wakeupWaiter(): void {
    const waiter = this._waiter;
    if (waiter === null) return;
    this._waiter = null;
    if (!waiter.done()) waiter.setResult();
  }

  /** All that is buffered, which is not read here then: TLS begins with it. @internal */
  _takeBuffered(): Buffer[] {
    const chunks: Buffer[] = [];
    this._buffer.takeChunks(chunks);
    return chunks;
  }

  /** From now on the bytes come over another transport. @internal */
  _replaceTransport(transport: BaseTransport): void {
    this._transport = transport as ReadTransport;
    this._paused = false;
  }

  // -- waiting -------------------------------------------------------------------------------------------------

  /** More is needed. To be waited for, and {@link StreamReader._endWait} to be called afterwards in any case. @internal */
  _beginWait(func: string): Future<void> {
    if (this._waiter !== null) {
      throw new RuntimeError(`${func}() called while another coroutine is already waiting for incoming data`);
    }
    if (this._paused) {
      this._paused = false;
      this._transport!.resumeReading();
    }
    if (this._holder !== null) this._holder._strongReader = this;
    return (this._waiter = this._loop.createFuture<void>() as Future<void>);
  }

  /** @internal */
  _endWait(waiter: Future<void>): void {
    if (this._waiter === waiter) this._waiter = null;
    if (this._holder !== null) this._holder._strongReader = null;
  }

  // -- reading -------------------------------------------------------------------------------------------------

  /**
   * Read what there is, at most `n` bytes; wait only if there is nothing. Without `n`, read all up to the end.
   *
   * Python: `StreamReader.read`.
   *
   * @param n - a number of bytes; -1 for all up to the end
   * @returns at least one byte; none at the end of the stream.
   * @throws what the connection failed with; RuntimeError if another task waits in this reader.
   *
   * @example
   * ```ts
   * import { run, StreamReader, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   reader.feedData('abcdef');
   *   console.log(String(yield* reader.read(4)), String(yield* reader.read(100)));
   *   reader.feedData('the rest, ');
   *   reader.feedData('to the end');
   *   reader.feedEof();
   *   console.log(String(yield* reader.read()));
   *   console.log((yield* reader.read(100)).length, reader.atEof());
   * }
   *
   * await run(main());
   * // abcd ef
   * // the rest, to the end
   * // 0 true
   * ```
   */
  read(n: number | { n?: number } = -1): Coroutine<Buffer> {
    const size = typeof n === 'number' ? n : sizeOf('read', n, -1);
    return coroutineOf<Buffer>(size < 0 ? new ReadAll(this) : new ReadSome(this, size));
  }

  /**
   * Read what there is into `room`, as much as fits; wait only if there is nothing.
   *
   * Not in Python.
   *
   * @param room - what is written to, from its beginning on
   * @returns how many bytes; 0 at the end of the stream, or if `room` is empty.
   * @throws what the connection failed with; RuntimeError if another task waits in this reader.
   *
   * @example
   * ```ts
   * import { run, StreamReader, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   reader.feedData('abcdef');
   *   const room = Buffer.alloc(4);
   *   const count = yield* reader.readinto(room);
   *   console.log(count, String(room.subarray(0, count)));
   * }
   *
   * await run(main());
   * // 4 abcd
   * ```
   */
  readinto(room: Uint8Array): Coroutine<number> {
    return coroutineOf(new ReadInto(this, room));
  }

  /**
   * Read exactly `n` bytes. The limit does not matter here.
   *
   * Python: `StreamReader.readexactly`.
   *
   * @param n - a number of bytes
   * @throws IncompleteReadError if the stream ends before; what came of it is its `partial`. ValueError if `n` is
   * negative; what the connection failed with; RuntimeError if another task waits in this reader.
   *
   * @example
   * ```ts
   * import { run, StreamReader, type Coroutine } from 'tsyncio';
   *
   * function* message(reader: StreamReader): Coroutine<string> {
   *   const length = (yield* reader.readexactly(2)).readUInt16BE();
   *   return String(yield* reader.readexactly(length));
   * }
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   reader.feedData(Buffer.from([0, 5]));
   *   reader.feedData('hello, more');
   *   console.log(yield* message(reader));
   * }
   *
   * await run(main());
   * // hello
   * ```
   */
  readexactly(n: number | { n: number }): Coroutine<Buffer> {
    return coroutineOf(new ReadExactly(this, typeof n === 'number' ? n : sizeOf('readexactly', n)));
  }

  /**
   * Read a line, with the `\n` at its end. If the stream ends without one, what there is; nothing at the end of the
   * stream.
   *
   * Python: `StreamReader.readline`.
   *
   * @throws ValueError if the line is longer than the limit; it is dropped then, or all that is buffered, if it has not
   * come to its end. What the connection failed with; RuntimeError if another task waits in this reader.
   *
   * @example
   * ```ts
   * import { run, StreamReader, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   reader.feedData('one\ntwo');
   *   reader.feedEof();
   *   for (;;) {
   *     const line = yield* reader.readline();
   *     if (line.length === 0) break;
   *     console.log(JSON.stringify(String(line)));
   *   }
   * }
   *
   * await run(main());
   * // "one\n"
   * // "two"
   * ```
   */
  readline(): Coroutine<Buffer> {
    return coroutineOf(new ReadLine(this));
  }

  /**
   * Read up to and with a separator. Of several, the one whose match ends first counts.
   *
   * Python: `StreamReader.readuntil`.
   *
   * @param separator - bytes, or a string; or an array of them
   * @returns the bytes, with the separator at their end.
   * @throws LimitOverrunError if there are more bytes than the limit before the separator; they stay in the reader.
   * IncompleteReadError if the stream ends before; what came of it is its `partial`. ValueError for an empty separator;
   * what the connection failed with; RuntimeError if another task waits in this reader.
   *
   * @example
   * ```ts
   * import { run, StreamReader, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   reader.feedData('GET / HTTP/1.1\r\nhost: here\r\n\r\nbody');
   *   console.log(JSON.stringify(String(yield* reader.readuntil('\r\n'))));
   *   console.log(JSON.stringify(String(yield* reader.readuntil(['\n\n', '\r\n\r\n']))));
   * }
   *
   * await run(main());
   * // "GET / HTTP/1.1\r\n"
   * // "host: here\r\n\r\n"
   * ```
   */
  readuntil(separator: Separator | { separator?: Separator } = '\n'): Coroutine<Buffer> {
    return coroutineOf(new ReadUntil(this, separatorOf(separator)));
  }

  // -- iterating -----------------------------------------------------------------------------------------------

  /** Iterate by lines: `asyncFor(reader, ...)`. Python: `StreamReader.__aiter__`. */
  aiter(): this {
    return this;
  }

  /** The next line. Python: `StreamReader.__anext__`. @throws StopAsyncIteration at the end of the stream. */
  *anext(): Coroutine<Buffer> {
    const line = yield* this.readline();
    if (line.length === 0) throw new StopAsyncIteration();
    return line;
  }

  /** `<StreamReader 4 bytes eof limit=100 ...>`. */
  toString(): string {
    const parts = ['StreamReader'];
    if (this._buffer.length > 0) parts.push(`${this._buffer.length} bytes`);
    if (this._eof) parts.push('eof');
    if (this._limit !== DEFAULT_STREAM_LIMIT) parts.push(`limit=${this._limit}`);
    if (this._waiter !== null) parts.push(`waiter=${String(this._waiter)}`);
    if (this._exception !== null) parts.push(`exception=${reprValue(this._exception)}`);
    if (this._transport !== null) parts.push(`transport=${String(this._transport)}`);
    if (this._paused) parts.push('paused');
    return `<${parts.join(' ')}>`;
  }
}

/** @throws ValueError unless the limit is positive. */
export function checkLimit(limit: number): void {
  if (!(limit > 0)) throw new ValueError('Limit cannot be <= 0');
}

/** A size that was given by name. */
function sizeOf(func: string, n: unknown, otherwise?: number): number {
  if (isKeywords(n)) {
    checkKeywords(func, n, ['n']);
    const size = n.n ?? otherwise;
    if (typeof size === 'number') return size;
  }
  throw new TypeError(`${func}(): n must be a number of bytes, got ${reprValue(n)}`);
}

function separatorOf(separator: Separator | { separator?: Separator }): Separator {
  if (!isKeywords(separator)) return separator;
  checkKeywords('readuntil', separator, ['separator']);
  return separator.separator ?? '\n';
}
