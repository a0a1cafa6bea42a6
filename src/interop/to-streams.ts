/*
 * What coroutines produce and consume, as streams of Node's and of the Web's. The streams' own backpressure asks for the
 * next item, or waits for drain().
 */
import type { Coroutine } from '../base/awaitable.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { builtin } from '../platform/builtin.js';
import type { Readable, ReadableOptions, Writable, WritableOptions } from '../platform/streams.js';
import { StreamReader, type StreamWriter } from '../streams/index.js';
import { asyncGenerator, type AsyncIterableLike } from '../tasks/index.js';
import { toAsyncIterable } from './to-async-iterable.js';

/** How much of a StreamReader makes one chunk at most, as with Node's own streams. */
const CHUNK = 65_536;

/** The option of {@link toReadable}, {@link toWritable} and their like. */
export interface LoopOption {
  /** Where the source, or the writer, lives; by default the running loop. */
  loop?: Loop | null | undefined;
}

function chunksOf(
  source: AsyncIterableLike<unknown>,
  loop: Loop | null | undefined,
): AsyncIterableIterator<unknown> {
  const items = source instanceof StreamReader ? piecesOf(source) : source;
  return toAsyncIterable(items, { loop });
}

/** By what came, and not by lines. */
function piecesOf(reader: StreamReader): AsyncIterableLike<Buffer> {
  return asyncGenerator<Buffer>(function* (emit) {
    for (;;) {
      const piece = yield* reader.read(CHUNK);
      if (piece.length === 0) return;
      yield* emit(piece);
    }
  });
}

/**
 * An asynchronous iterable of ours as a Readable of Node's: to be piped, or given to what wants a stream. A
 * StreamReader becomes a stream of bytes; anything else one of objects, as with `Readable.from`.
 *
 * Items are asked for as the stream is read. Destroying the stream cancels the wait for the next item, and closes a
 * generator.
 *
 * Not in Python.
 *
 * @param source - an `asyncGenerator`, a StreamReader, a Queue ...
 * @param options - `loop`, and what Node's Readable takes: `highWaterMark` ...
 * @throws RuntimeError if no loop is running, or where there is no Node.
 *
 * @example
 * ```ts
 * import { text } from 'node:stream/consumers';
 * import { asyncGenerator, run, sleep, toReadable, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const report = asyncGenerator<string>(function* (emit) {
 *     for (const line of ['one\n', 'two\n']) {
 *       yield* sleep(0.001);
 *       yield* emit(line);
 *     }
 *   });
 *   console.log((yield* wrapFuture(text(toReadable(report)))).split('\n'));
 * }
 *
 * await run(main());
 * // [ 'one', 'two', '' ]
 * ```
 */
export function toReadable(
  source: AsyncIterableLike<unknown>,
  options: ReadableOptions & LoopOption = {},
): Readable {
  const { loop, ...given } = options;
  const readable = source instanceof StreamReader ? { objectMode: false, ...given } : given;
  return builtin('node:stream').Readable.from(chunksOf(source, loop), readable);
}

/**
 * As {@link toReadable}, a ReadableStream of the Web's: the body of a `Response`, say. Cancelling the stream cancels the wait
 * for the next item, and closes a generator.
 *
 * Not in Python.
 *
 * @param source - an `asyncGenerator`, a StreamReader, a Queue ...
 * @param options - `loop`
 * @throws (when it is read) what the source throws; RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { asyncGenerator, run, sleep, toReadableStream, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const body = asyncGenerator<Uint8Array>(function* (emit) {
 *     for (const word of ['hello', ' ', 'world']) {
 *       yield* sleep(0.001);
 *       yield* emit(Buffer.from(word));
 *     }
 *   });
 *   const response = new Response(toReadableStream(body));
 *   console.log(yield* wrapFuture(response.text()));
 * }
 *
 * await run(main());
 * // hello world
 * ```
 */
export function toReadableStream<T>(
  source: AsyncIterableLike<T>,
  options: LoopOption = {},
): ReadableStream<T> {
  const chunks = chunksOf(source, options.loop);
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const step = await chunks.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value as T);
      },
      async cancel() {
        await chunks.return!();
      },
    },
    // Nothing is asked for before the stream is read.
    { highWaterMark: 0 },
  );
}

/** Wait for what was written, and end the stream. The connection stays open for reading, if it can. */
function* finish(writer: StreamWriter): Coroutine {
  yield* writer.drain();
  if (writer.canWriteEof()) writer.writeEof();
  else writer.close();
}

/**
 * A StreamWriter as a Writable of Node's: `pipeline(file, toWritable(writer))`.
 *
 * Each chunk is written and drained. The end of the stream is the end of what is sent (`writeEof`; where the connection cannot
 * do that, it is closed); closing the connection is left to its owner. Destroying the stream with an error aborts it,
 * without one closes it.
 *
 * Not in Python.
 *
 * @param writer - what to write to
 * @param options - `loop`, and what Node's Writable takes: `highWaterMark` ...
 *
 * @throws RuntimeError if no loop is running, or where there is no Node.
 *
 * @example
 * ```ts
 * import { PassThrough, Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { connectWriter, run, toWritable, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const sink = new PassThrough(); // instead of a connection
 *   const writer = yield* connectWriter(sink);
 *   const source = Readable.from([Buffer.from('one '), Buffer.from('two')]);
 *   yield* wrapFuture(pipeline(source, toWritable(writer)));
 *   console.log(String(sink.read()));
 * }
 *
 * await run(main());
 * // one two
 * ```
 */
export function toWritable(writer: StreamWriter, options: WritableOptions & LoopOption = {}): Writable {
  const { loop: given, ...others } = options;
  const loop = given ?? requireRunningLoop();
  const when = (coro: Coroutine, callback: (error?: Error | null) => void): void => {
    loop.createTask(coro).then(() => {
      callback();
    }, callback);
  };
  return new (builtin('node:stream').Writable)({
    autoDestroy: false,
    ...others,
    write(chunk: Buffer, _encoding, callback) {
      writer.write(chunk);
      when(writer.drain(), callback);
    },
    final(callback) {
      when(finish(writer), callback);
    },
    destroy(error, callback) {
      if (error === null) writer.close();
      else writer.transport.abort();
      callback(error);
    },
  });
}

/**
 * As {@link toWritable}, a WritableStream of the Web's: `response.body.pipeTo(toWritableStream(writer))`. Aborting the stream
 * aborts the connection.
 *
 * Not in Python.
 *
 * @param writer - what to write to
 * @param options - `loop`
 * @throws RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { connectWriter, run, toWritableStream, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const sink = new PassThrough(); // instead of a connection
 *   const writer = yield* connectWriter(sink);
 *   const { body } = new Response('from the Web');
 *   yield* wrapFuture(body!.pipeTo(toWritableStream(writer)));
 *   console.log(String(sink.read()));
 * }
 *
 * await run(main());
 * // from the Web
 * ```
 */
export function toWritableStream(
  writer: StreamWriter,
  options: LoopOption = {},
): WritableStream<Uint8Array | string> {
  const loop = options.loop ?? requireRunningLoop();
  return new WritableStream<Uint8Array | string>({
    async write(chunk) {
      writer.write(chunk);
      await loop.createTask(writer.drain());
    },
    async close() {
      await loop.createTask(finish(writer));
    },
    abort() {
      writer.transport.abort();
    },
  });
}
