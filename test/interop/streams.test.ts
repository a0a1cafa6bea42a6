import { once } from 'node:events';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as hostTurn, setTimeout as pause } from 'node:timers/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  aiter,
  anext,
  asyncFor,
  asyncGenerator,
  type AsyncGeneratorObject,
  asyncWith,
  BREAK,
  CancelledError,
  connectReader,
  connectWriter,
  type Coroutine,
  createTask,
  gather,
  openConnection,
  Queue,
  run,
  RuntimeError,
  sleep,
  startServer,
  type StreamReader,
  type StreamWriter,
  toAsyncIterable,
  toReadable,
  toReadableStream,
  toWritable,
  toWritableStream,
  waitFor,
  waitForEvent,
  wrapFuture,
} from '../../src/index.js';
import { thrown, thrownBy, turns } from '../helpers/virtual.js';

/** Run an async function while a loop is under way. */
function hosted<T>(main: () => Promise<T>): Promise<T> {
  return run(
    (function* (): Coroutine<T> {
      return yield* wrapFuture(hostTurn().then(main));
    })(),
  );
}

/** 1, 2, 3 ... up to `count`; what becomes of it is told to `trace`. */
function numbers(count: number, trace: string[] = [], wait = 0): AsyncGeneratorObject<number> {
  return asyncGenerator<number>(function* (emit) {
    try {
      for (let n = 1; n <= count; n++) {
        yield* sleep(wait);
        trace.push(`made ${n}`);
        yield* emit(n);
      }
    } finally {
      trace.push('closed');
    }
  });
}

describe('asyncFor over streams', () => {
  it('destroys a stream of Node’s when it is cancelled while it waits for a chunk', async () => {
    await run(
      (function* (): Coroutine {
        const stream = new PassThrough();
        const task = createTask(asyncFor(stream, () => sleep(0)));
        yield* turns(3);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(stream.destroyed).toBe(true);
        yield* sleep(0.01);
      })(),
    );
  });

  it('cancels a stream of the Web’s when it is left, by BREAK or while it waits for a chunk', async () => {
    for (const how of ['break', 'cancel']) {
      let cancelled = 0;
      const stream = new ReadableStream<string>({
        start: (controller) => {
          controller.enqueue('chunk');
        },
        cancel: () => {
          cancelled++;
        },
      });
      await run(
        (function* (): Coroutine {
          const chunks: string[] = [];
          const task = createTask(
            asyncFor(stream, function* (chunk) {
              chunks.push(chunk);
              return how === 'break' ? BREAK : undefined;
            }),
          );
          while (chunks.length === 0) yield* sleep(0.001);
          yield* sleep(0.001);
          task.cancel();
          yield* gather(task, { returnExceptions: true });
          expect([how, chunks, cancelled, stream.locked]).toEqual([how, ['chunk'], 1, false]);
        })(),
      );
    }
  });

  it('reads a stream of the Web’s to its end, and passes its error on', async () => {
    await run(
      (function* (): Coroutine {
        const chunks: number[] = [];
        const stream = ReadableStream.from<number>([1, 2, 3]);
        yield* asyncFor(stream, function* (chunk) {
          chunks.push(chunk);
        });
        expect([chunks, stream.locked]).toEqual([[1, 2, 3], false]);
        const error = new Error('broken');
        const broken = new ReadableStream({
          pull: (controller) => {
            controller.error(error);
          },
        });
        expect(yield* thrownBy(asyncFor(broken, () => sleep(0)))).toBe(error);
        expect(broken.locked).toBe(false);
      })(),
    );
  });

  it('stops an async generator that is waiting, and does not wait for it', async () => {
    const trace: string[] = [];
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    async function* slow(): AsyncGenerator<number> {
      try {
        await gate;
        yield 1;
      } finally {
        trace.push('closed');
      }
    }
    await run(
      (function* (): Coroutine {
        const task = createTask(asyncFor(slow(), () => sleep(0)));
        yield* turns(3);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(trace).toEqual([]);
        go();
        yield* sleep(0.01);
        expect(trace).toEqual(['closed']);
      })(),
    );
  });

  it('has no trouble with an iterator without return()', async () => {
    await run(
      (function* (): Coroutine {
        const endless = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
        const task = createTask(asyncFor(endless, () => sleep(0)));
        yield* turns(3);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      })(),
    );
  });

  it('loses no item when anext is cancelled: the next one gets it', async () => {
    async function* slow(): AsyncGenerator<number> {
      await pause(20);
      yield 1;
      yield 2;
    }
    await run(
      (function* (): Coroutine {
        const iterator = aiter(slow());
        yield* thrownBy(waitFor(anext(iterator), 0.001));
        expect(yield* anext(iterator)).toBe(1);
        expect(yield* anext(iterator)).toBe(2);
        expect(yield* anext(iterator, 'end')).toBe('end');
        expect(yield* anext(iterator, 'end')).toBe('end');
      })(),
    );
  });
});

describe('toAsyncIterable', () => {
  it('gives what the generator gives, and only when it is asked', async () => {
    await hosted(async () => {
      const trace: string[] = [];
      const iterable = toAsyncIterable(numbers(2, trace));
      await hostTurn();
      expect(trace).toEqual([]);
      const items: number[] = [];
      for await (const n of iterable) items.push(n);
      expect(items).toEqual([1, 2]);
      expect(await iterable.next()).toEqual({ done: true, value: undefined });
      expect(trace).toEqual(['made 1', 'made 2', 'closed']);
    });
  });

  it('answers calls of next() in their order', async () => {
    await hosted(async () => {
      const iterable = toAsyncIterable(numbers(2));
      const steps = await Promise.all([iterable.next(), iterable.next(), iterable.next()]);
      expect(steps.map(({ value }) => value)).toEqual([1, 2, undefined]);
    });
  });

  it('closes the generator when the consumer leaves, also while it waits', async () => {
    await hosted(async () => {
      const trace: string[] = [];
      for await (const n of toAsyncIterable(numbers(5, trace))) if (n === 1) break;
      expect(trace).toEqual(['made 1', 'closed']);
      trace.length = 0;
      const waiting = toAsyncIterable(numbers(5, trace, 60));
      const next = waiting.next();
      await pause(5);
      await waiting.return!();
      expect(await next).toEqual({ done: true, value: undefined });
      expect(trace).toEqual(['closed']);
    });
  });

  it('passes errors on, in both directions', async () => {
    await hosted(async () => {
      const error = new Error('no');
      const fails = asyncGenerator<number>(function* (emit) {
        yield* emit(1);
        throw error;
      });
      const iterable = toAsyncIterable(fails);
      await iterable.next();
      await expect(iterable.next()).rejects.toBe(error);

      const told: unknown[] = [];
      const listens = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } catch (e) {
          told.push(e);
          return;
        }
      });
      const one = toAsyncIterable(listens);
      await one.next();
      expect(await one.throw!(error)).toEqual({ done: true, value: undefined });
      expect(told).toEqual([error]);

      const trace: string[] = [];
      const two = toAsyncIterable(numbers(3, trace));
      await two.next();
      await expect(two.throw!(error)).rejects.toBe(error);
      const three = toAsyncIterable(numbers(3, trace, 60));
      void three.next();
      await pause(5);
      await expect(three.throw!(error)).rejects.toBe(error);
      expect(trace).toEqual(['made 1', 'closed', 'closed']);

      const stubborn = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } catch {
          // Given an error, it goes on: so it is closed.
          yield* emit(2);
        }
      });
      const four = toAsyncIterable(stubborn);
      await four.next();
      await expect(four.throw!(error)).rejects.toBe(error);
    });
  });

  it('takes what has no aclose(), and wants a loop', async () => {
    await hosted(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      for await (const item of toAsyncIterable(queue)) {
        expect(item).toBe(1);
        break;
      }
      await expect(toAsyncIterable(queue).throw!(new Error('no'))).rejects.toThrow('no');
    });
    expect(thrown(() => toAsyncIterable(numbers(1)))).toBeInstanceOf(RuntimeError);
  });
});

describe('toReadable and toReadableStream', () => {
  it('give what the generator gives', async () => {
    await hosted(async () => {
      expect(await toReadable(numbers(3)).toArray()).toEqual([1, 2, 3]);
      const chunks: number[] = [];
      for await (const chunk of toReadableStream(numbers(3))) chunks.push(chunk);
      expect(chunks).toEqual([1, 2, 3]);
    });
  });

  it('hold the generator back while nobody reads', async () => {
    await hosted(async () => {
      const [node, web]: string[][] = [[], []];
      const readable = toReadable(numbers(100, node), { highWaterMark: 2 });
      const reader = toReadableStream(numbers(100, web)).getReader();
      await once(readable, 'readable');
      await pause(10);
      expect(node!.length).toBeLessThanOrEqual(3);
      expect(web).toEqual([]);
      expect(await reader.read()).toEqual({ done: false, value: 1 });
      await pause(10);
      expect(web).toEqual(['made 1']);
      readable.destroy();
      await reader.cancel();
      await pause(10);
      expect([node!.at(-1), web!.at(-1)]).toEqual(['closed', 'closed']);
    });
  });

  it('close a generator that waits when they are destroyed or cancelled', async () => {
    await hosted(async () => {
      const trace: string[] = [];
      const readable = toReadable(numbers(3, trace, 60));
      readable.resume();
      const reader = toReadableStream(numbers(3, trace, 60)).getReader();
      const read = reader.read();
      await pause(5);
      readable.destroy();
      await reader.cancel();
      expect((await read).done).toBe(true);
      await pause(10);
      expect(trace).toEqual(['closed', 'closed']);
    });
  });

  it('fail with the error of the generator', async () => {
    await hosted(async () => {
      const fails = (): AsyncGeneratorObject<number> =>
        asyncGenerator<number>(function* () {
          throw new Error('no');
        });
      await expect(toReadable(fails()).toArray()).rejects.toThrow('no');
      await expect(toReadableStream(fails()).getReader().read()).rejects.toThrow('no');
    });
  });

  it('make the body of a Response', async () => {
    await hosted(async () => {
      const body = asyncGenerator<Uint8Array>(function* (emit) {
        yield* emit(Buffer.from('hello '));
        yield* emit(Buffer.from('world'));
      });
      expect(await new Response(toReadableStream(body)).text()).toBe('hello world');
    });
  });
});

/** A connection to a server that reads all and then writes back how much it was, and what it began with. */
function* connected(body: (reader: StreamReader, writer: StreamWriter) => Coroutine): Coroutine {
  const server = yield* startServer(
    function* (reader, writer) {
      const data = yield* reader.read();
      writer.write(`${data.length} ${data.subarray(0, 5).toString()}`);
      yield* writer.drain();
      writer.close();
    },
    '127.0.0.1',
    0,
  );
  yield* asyncWith(server, function* () {
    const [host, port] = server.sockets[0]!.getsockname();
    const [reader, writer] = yield* openConnection(host, port);
    yield* asyncWith(writer, () => body(reader, writer));
  });
}

describe('StreamReader and StreamWriter as streams', () => {
  const megabyte = Buffer.alloc(1_000_000, 'x');

  it('carry bytes from a stream of Node’s, and to one', async () => {
    await run(
      connected(function* (reader, writer) {
        const chunks = Array.from({ length: 10 }, () => megabyte);
        yield* wrapFuture(pipeline(Readable.from(chunks, { objectMode: false }), toWritable(writer)));
        // The connection is still open for reading.
        expect(yield* wrapFuture(text(toReadable(reader)))).toBe('10000000 xxxxx');
      }),
    );
  });

  it('carry bytes from a stream of the Web’s, and to one', async () => {
    await run(
      connected(function* (reader, writer) {
        const source = new Blob([megabyte, megabyte]).stream();
        yield* wrapFuture(source.pipeTo(toWritableStream(writer)));
        expect(yield* wrapFuture(new Response(toReadableStream(reader)).text())).toBe('2000000 xxxxx');
      }),
    );
  });

  it('abort the connection when the stream fails, and close it when it is destroyed', async () => {
    await run(
      connected(function* (_reader, writer) {
        const failing = Readable.from(
          (function* () {
            yield Buffer.from('begun');
            throw new Error('no more');
          })(),
        );
        const error = yield* thrownBy(wrapFuture(pipeline(failing, toWritable(writer))));
        expect((error as Error).message).toBe('no more');
        expect(writer.isClosing()).toBe(true);
      }),
    );
    await run(
      connected(function* (_reader, writer) {
        toWritable(writer).destroy();
        expect(writer.isClosing()).toBe(true);
      }),
    );
    await run(
      connected(function* (_reader, writer) {
        yield* wrapFuture(toWritableStream(writer).abort());
        expect(writer.isClosing()).toBe(true);
      }),
    );
  });

  it('close a connection that cannot end one direction', async () => {
    await run(
      connected(function* (_reader, writer) {
        writer.canWriteEof = () => false;
        const stream = toWritable(writer);
        stream.end('all');
        yield* waitForEvent(stream, 'finish');
        expect(writer.isClosing()).toBe(true);
      }),
    );
  });
});

describe('connectReader and connectWriter', () => {
  it('read a stream by lines, and write to one', async () => {
    await run(
      (function* (): Coroutine {
        const pipe = new PassThrough();
        const [reader] = yield* connectReader(pipe);
        const writer = yield* connectWriter(pipe);
        writer.write('one\ntwo\n');
        yield* writer.drain();
        writer.close();
        const lines: string[] = [];
        yield* asyncFor(reader, function* (line) {
          lines.push(String(line).trim());
        });
        expect(lines).toEqual(['one', 'two']);
        yield* writer.waitClosed();
      })(),
    );
  });

  it('take streams of the Web’s', async () => {
    await run(
      (function* (): Coroutine {
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const [reader] = yield* connectReader(readable);
        const writer = yield* connectWriter(writable);
        writer.write('through\n');
        expect(String(yield* reader.readline())).toBe('through\n');
        writer.close();
        expect(yield* reader.read()).toHaveLength(0);
        yield* writer.waitClosed();
      })(),
    );
  });

  it('hold a stream back that nobody reads, and destroy it with the transport', async () => {
    await run(
      (function* (): Coroutine {
        let made = 0;
        const endless = new Readable({
          read() {
            setImmediate(() => {
              made += 1000;
              this.push(Buffer.alloc(1000));
            });
          },
        });
        const [reader, transport] = yield* connectReader(endless, { limit: 1000 });
        while (made < 3000) yield* sleep(0.001);
        yield* sleep(0.05);
        expect(made).toBeLessThan(500_000);
        expect(yield* reader.readexactly(5000)).toHaveLength(5000);
        transport.close();
        yield* sleep(0.01);
        expect(endless.destroyed).toBe(true);
      })(),
    );
  });

  it('make drain() wait for the stream', async () => {
    await run(
      (function* (): Coroutine {
        const taken: (() => void)[] = [];
        const chunks: Buffer[] = [];
        const slow = new Writable({
          highWaterMark: 1,
          write(chunk: Buffer, _encoding, callback) {
            chunks.push(chunk);
            taken.push(callback);
          },
        });
        const writer = yield* connectWriter(slow);
        writer.write(Buffer.alloc(200_000));
        const drained = createTask(writer.drain());
        yield* sleep(0.02);
        expect(drained.done()).toBe(false);
        while (!drained.done()) {
          taken.shift()?.();
          yield* sleep(0.001);
        }
        expect(Buffer.concat(chunks)).toHaveLength(200_000);
        expect(yield* wrapFuture(buffer(Readable.from(chunks)))).toHaveLength(200_000);
        writer.close();
      })(),
    );
  });

  it('leave the other direction of a stream that has two alone: a gzip gives all that was written to it', async () => {
    function* main(): Coroutine<Buffer> {
      const gzip = createGzip();
      const packed = wrapFuture(buffer(gzip));
      const writer = yield* connectWriter(gzip);
      writer.write(Buffer.alloc(1_000_000, 'x'));
      writer.close();
      yield* writer.waitClosed();
      return gunzipSync(yield* packed);
    }
    expect(await run(main())).toHaveLength(1_000_000);
  });

  it('read a stream that goes on being written to when its reading end is over', async () => {
    await run(
      (function* (): Coroutine {
        const written: string[] = [];
        const both = new Duplex({
          read() {
            this.push('all');
            this.push(null);
          },
          write(chunk: Buffer, _encoding, callback) {
            written.push(String(chunk));
            callback();
          },
        });
        const [reader] = yield* connectReader(both);
        expect(String(yield* reader.read())).toBe('all');
        yield* sleep(0.001);
        both.end('answer');
        yield* waitForEvent(both, 'close');
        expect(written).toEqual(['answer']);
      })(),
    );
  });

  it('destroy a stream that has two directions when they are left before the end', async () => {
    await run(
      (function* (): Coroutine {
        const [read, write] = [new PassThrough(), new PassThrough()];
        for (const stream of [read, write]) stream.on('error', () => {});
        const [, transport] = yield* connectReader(read);
        const writer = yield* connectWriter(write);
        transport.close();
        writer.transport.abort();
        yield* sleep(0.001);
        expect([read.destroyed, write.destroyed]).toEqual([true, true]);
      })(),
    );
  });
});
