/*
 * Streams of Node's and of the Web's as StreamReader and StreamWriter. Transports over pipes do the work.
 */
import type { Coroutine } from '../base/awaitable.js';
import { getRunningLoop } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import type { Readable, Writable } from '../platform/streams.js';
import type { ReadTransport } from '../protocols/index.js';
import { StreamReader, StreamReaderProtocol, StreamWriter } from '../streams/index.js';

/** What {@link connectReader} takes by name, beside the stream. */
export interface ConnectReaderOptions {
  /** Bytes that a line may have; twice as many may be buffered. 64 KiB if left out. */
  limit?: number | undefined;
}

/**
 * Read a stream of bytes, Node's or the Web's, by a {@link StreamReader}: by lines, by numbers of bytes, up to a separator.
 *
 * The stream is held back when more than twice the limit is buffered. Closing the transport destroys, or cancels, it: do
 * so when you leave before its end. What the stream fails with, the reader throws. (To take chunks as they come,
 * `asyncFor(stream, ...)` is enough.)
 *
 * Not in Python; there one would write it with `loop.connect_read_pipe`.
 *
 * @param stream - a Readable or ReadableStream of bytes (or of text, which is read as UTF-8)
 * @param options - `limit`
 * @returns the reader, and the transport beneath.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { connectReader, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const [reader] = yield* connectReader(Readable.from([Buffer.from('first\nsec'), Buffer.from('ond\n')]));
 *   console.log(String(yield* reader.readline()).trim());
 *   console.log(String(yield* reader.readline()).trim());
 * }
 *
 * await run(main());
 * // first
 * // second
 * ```
 */
export function* connectReader(
  stream: Readable | ReadableStream,
  options: ConnectReaderOptions = {},
): Coroutine<[reader: StreamReader, transport: ReadTransport]> {
  const loop = getRunningLoop();
  const reader = new StreamReader(options.limit, { loop });
  const protocol = new StreamReaderProtocol(reader, null, { loop });
  const source = 'getReader' in stream ? builtin('node:stream').Readable.fromWeb(stream) : stream;
  const [transport] = yield* loop.connectReadPipe(() => protocol, source);
  return [reader, transport];
}

/**
 * Write to a stream of bytes, Node's or the Web's, by a {@link StreamWriter}: `write`, `drain`, `close`, `waitClosed`.
 *
 * `drain()` waits for the stream. Closing the writer ends the stream, when all is written.
 *
 * Not in Python; there one would write it with `loop.connect_write_pipe`.
 *
 * @param stream - a Writable or WritableStream of bytes
 *
 * @returns the writer.
 * @throws TypeError for what is no stream; RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { connectWriter, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const sink = new PassThrough();
 *   const writer = yield* connectWriter(sink);
 *   writer.write('hello');
 *   yield* writer.drain();
 *   console.log(String(sink.read()));
 *   writer.close();
 *   yield* writer.waitClosed();
 *   console.log(sink.writableFinished);
 * }
 *
 * await run(main());
 * // hello
 * // true
 * ```
 */
export function* connectWriter(stream: Writable | WritableStream): Coroutine<StreamWriter> {
  const loop = getRunningLoop();
  const reader = new StreamReader(undefined, { loop });
  const protocol = new StreamReaderProtocol(reader, null, { loop });
  const sink = 'getWriter' in stream ? builtin('node:stream').Writable.fromWeb(stream) : stream;
  const [transport] = yield* loop.connectWritePipe(() => protocol, sink);
  return new StreamWriter(transport, protocol, reader, loop);
}
