import { describe, expect, it } from 'vitest';
import {
  aiter,
  anext,
  asyncFor,
  BaseTransport,
  CancelledError,
  type Coroutine,
  createTask,
  IncompleteReadError,
  iscoroutine,
  LimitOverrunError,
  RuntimeError,
  setEventLoop,
  StreamReader,
  Transport,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

const DATA = 'line1\nline2\nline3\n';

/** A reader that was fed with these. */
function fed(chunks: readonly string[], limit?: number): StreamReader {
  const reader = new StreamReader(limit);
  for (const chunk of chunks) reader.feedData(chunk);
  return reader;
}

/** What is buffered; it is read. */
function* rest(reader: StreamReader): Coroutine<string> {
  return String(yield* reader.read(reader._buffer.length));
}

/** Notes what it is asked for. */
class FakeTransport extends Transport {
  readonly calls: string[] = [];
  override pauseReading(): void {
    this.calls.push('pause');
  }
  override resumeReading(): void {
    this.calls.push('resume');
  }
}

describe('StreamReader', () => {
  it('wants a positive limit, 64 KiB by default, and knows no other options', () => {
    virtually(function* (loop): Coroutine {
      for (const limit of [0, -1, NaN]) {
        expect(thrown(() => new StreamReader(limit))).toEqual(new ValueError('Limit cannot be <= 0'));
        expect(thrown(() => new StreamReader({ limit }))).toEqual(new ValueError('Limit cannot be <= 0'));
      }
      expect(new StreamReader()._limit).toBe(65536);
      expect(new StreamReader(5)._limit).toBe(5);
      expect(new StreamReader(5, { loop })._limit).toBe(5);
      expect(new StreamReader({ limit: 5 })._limit).toBe(5);
      expect(thrown(() => new StreamReader({ size: 5 } as object))).toEqual(
        new TypeError("StreamReader() got an unexpected keyword argument 'size'; it takes limit, loop"),
      );
    });
  });

  it('belongs to the running loop, to the one that was set, or to none, which is an error', () => {
    const loop = new VirtualEventLoop();
    expect(loop.runUntilCompleteSync(made())._loop).toBe(loop);
    expect(thrown(() => new StreamReader())).toEqual(
      new RuntimeError("There is no current event loop in thread 'MainThread'."),
    );
    setEventLoop(loop);
    try {
      expect(new StreamReader()._loop).toBe(loop);
    } finally {
      setEventLoop(null);
    }
    loop.close();

    function* made(): Coroutine<StreamReader> {
      return new StreamReader();
    }
  });

  it('takes bytes and text, and nothing else', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      reader.feedData('äb');
      reader.feedData(Uint8Array.of(99));
      reader.feedData(new DataView(Uint8Array.of(100, 101).buffer, 1));
      expect(yield* rest(reader)).toBe('äbce');
      expect(thrown(() => reader.feedData(5 as never))).toEqual(
        new TypeError("a bytes-like object is required, not 'int'"),
      );
    });
  });

  it('hands out a chunk as it came, where one is enough', () => {
    virtually(function* (): Coroutine {
      const chunk = Buffer.from('one\ntwo');
      const reader = new StreamReader();
      reader.feedData(chunk);
      expect(yield* reader.read(100)).toBe(chunk);
      reader.feedData(chunk);
      const line = yield* reader.readline();
      expect([line.buffer, line.byteOffset]).toEqual([chunk.buffer, chunk.byteOffset]);
      reader.feedData('');
      expect(yield* reader.readexactly(3)).toEqual(Buffer.from('two'));
    });
  });

  it('takes no more after the end', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      reader.feedEof();
      expect(thrown(() => reader.feedData('x'))).toEqual(new RuntimeError('feed_data after feed_eof'));
    });
  });

  it('is at its end when nothing is left to read', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some data\n']);
      expect(reader.atEof()).toBe(false);
      yield* reader.readline();
      expect(reader.atEof()).toBe(false);
      reader.feedData('some data\n');
      reader.feedEof();
      expect(reader.atEof()).toBe(false);
      yield* reader.readline();
      expect(reader.atEof()).toBe(true);
    });
  });

  it('shows its state', () => {
    virtually(function* (loop): Coroutine {
      expect(String(new StreamReader())).toBe('<StreamReader>');
      expect(String(new StreamReader(123))).toBe('<StreamReader limit=123>');
      const reader = fed(['data']);
      expect(String(reader)).toBe('<StreamReader 4 bytes>');
      reader.feedEof();
      expect(String(reader)).toBe('<StreamReader 4 bytes eof>');
      const failed = new StreamReader();
      failed.setException(new RuntimeError());
      expect(String(failed)).toBe('<StreamReader exception=RuntimeError()>');
      const waiting = new StreamReader(1);
      const transport = new FakeTransport();
      transport.toString = () => '<Transport>';
      waiting.setTransport(transport);
      const task = loop.createTask(waiting.read(1));
      yield* turns();
      expect(String(waiting)).toMatch(
        /^<StreamReader limit=1 waiter=<Future pending[^>]*> transport=<Transport>>$/,
      );
      waiting.feedData('abc');
      yield* task;
      expect(String(waiting)).toBe('<StreamReader 2 bytes limit=1 transport=<Transport> paused>');
    });
  });
});

describe('read', () => {
  it('gives what there is, at most n bytes, without giving up its turn', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed(['line1', 'line2']);
      let turn = 0;
      loop.callSoon(() => turn++);
      expect(String(yield* reader.read(5))).toBe('line1');
      expect(String(yield* reader.read(3))).toBe('lin');
      expect(String(yield* reader.read({ n: 9 }))).toBe('e2');
      expect(turn).toBe(0);
    });
  });

  it('gives the bytes of several chunks as one piece', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['one', 'two', 'three']);
      expect(String(yield* reader.read(8))).toBe('onetwoth');
      expect(String(yield* reader.read(100))).toBe('ree');
    });
  });

  it('waits only while there is nothing', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      const task = loop.createTask(reader.read(30));
      loop.callSoon(() => reader.feedData(DATA));
      expect(String(yield* task)).toBe(DATA);
      expect(yield* rest(reader)).toBe('');
    });
  });

  it('of no bytes gives none, and takes none', () => {
    virtually(function* (): Coroutine {
      const reader = fed([DATA]);
      expect(yield* reader.read(0)).toHaveLength(0);
      expect(yield* new StreamReader().read(0)).toHaveLength(0);
      expect(yield* rest(reader)).toBe(DATA);
    });
  });

  it('gives no bytes at the end, again and again', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      const task = loop.createTask(reader.read(1024));
      loop.callSoon(() => reader.feedEof());
      expect(yield* task).toHaveLength(0);
      expect(yield* reader.read(1)).toHaveLength(0);
      expect(yield* reader.read()).toHaveLength(0);
    });
  });

  it('without n gives all up to the end', () => {
    virtually(function* (loop): Coroutine {
      for (const read of [(r: StreamReader) => r.read(), (r: StreamReader) => r.read(-1)]) {
        const reader = fed(['chunk0\n'], 3);
        const task = loop.createTask(read(reader));
        loop.callSoon(() => reader.feedData('chunk1\n'));
        loop.callSoon(() => {
          reader.feedData('chunk2');
          reader.feedEof();
        });
        expect(String(yield* task)).toBe('chunk0\nchunk1\nchunk2');
        expect(reader.atEof()).toBe(true);
      }
    });
  });

  it('without n, of one chunk, does not copy it', () => {
    virtually(function* (): Coroutine {
      const chunk = Buffer.from('all there is');
      const reader = new StreamReader();
      reader.feedData(chunk);
      reader.feedEof();
      expect(yield* reader.read()).toBe(chunk);
    });
  });

  it('does not mind the limit', () => {
    virtually(function* (): Coroutine {
      expect(String(yield* fed(['chunk'], 3).read(5))).toBe('chunk');
    });
  });

  it('throws what the connection failed with, although there is data', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed(['line\n']);
      expect(String(yield* reader.read(2))).toBe('li');
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(reader.read(2))).toBe(error);
      expect(yield* thrownBy(reader.read())).toBe(error);
      const other = fed(['line']);
      const task = loop.createTask(other.read());
      yield* turns();
      other.setException(error);
      expect(yield* thrownBy(task)).toBe(error);
    });
  });

  it('says which number it wants', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['data']);
      expect(thrown(() => reader.read('4' as never))).toEqual(
        new TypeError("read(): n must be a number of bytes, got '4'"),
      );
      expect(thrown(() => reader.read({ size: 4 } as never))).toEqual(
        new TypeError("read() got an unexpected keyword argument 'size'; it takes n"),
      );
      expect(thrown(() => reader.readexactly({} as never))).toEqual(
        new TypeError('readexactly(): n must be a number of bytes, got <Object object>'),
      );
      reader.feedEof();
      expect(String(yield* reader.read({}))).toBe('data');
    });
  });
});

describe('readinto', () => {
  it('puts what there is into memory of yours, as much as fits', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['one', 'two', 'three']);
      const room = new Uint8Array(5);
      expect([yield* reader.readinto(room), Buffer.from(room).toString()]).toEqual([5, 'onetw']);
      expect([yield* reader.readinto(room), Buffer.from(room).toString()]).toEqual([5, 'othre']);
      expect([yield* reader.readinto(room), Buffer.from(room).toString()]).toEqual([1, 'ethre']);
    });
  });

  it('waits only while there is nothing, and gives 0 at the end', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      const room = new Uint8Array(5);
      const task = loop.createTask(reader.readinto(room));
      loop.callSoon(() => reader.feedData('ab'));
      expect(yield* task).toBe(2);
      expect(yield* reader.readinto(new Uint8Array(0))).toBe(0);
      reader.feedEof();
      expect(yield* reader.readinto(room)).toBe(0);
    });
  });

  it('throws what the connection failed with', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['data']);
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(reader.readinto(new Uint8Array(2)))).toBe(error);
    });
  });
});

describe('readexactly', () => {
  it('puts so many bytes together, whatever they came in', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      const n = 2 * DATA.length;
      const task = loop.createTask(reader.readexactly(n));
      loop.callSoon(() => {
        for (let i = 0; i < 3; i++) reader.feedData(DATA);
      });
      expect(String(yield* task)).toBe(DATA + DATA);
      expect(String(yield* reader.readexactly({ n: DATA.length }))).toBe(DATA);
    });
  });

  it('of no bytes gives none; of fewer than none is an error', () => {
    virtually(function* (): Coroutine {
      const reader = fed([DATA]);
      expect(yield* reader.readexactly(0)).toHaveLength(0);
      expect(yield* thrownBy(reader.readexactly(-1))).toEqual(
        new ValueError('readexactly size can not be less than zero'),
      );
      expect(yield* rest(reader)).toBe(DATA);
    });
  });

  it('does not mind the limit', () => {
    virtually(function* (): Coroutine {
      expect(String(yield* fed(['chunk'], 3).readexactly(5))).toBe('chunk');
    });
  });

  it('throws IncompleteReadError, with what came, if the stream ends before', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      const task = loop.createTask(reader.readexactly(36));
      loop.callSoon(() => {
        reader.feedData(DATA);
        reader.feedEof();
      });
      const error = yield* thrownBy(task);
      expect(error).toBeInstanceOf(IncompleteReadError);
      const { partial, expected, message } = error as IncompleteReadError;
      expect([String(partial), expected]).toEqual([DATA, 36]);
      expect(message).toBe('18 bytes read on a total of 36 expected bytes');
      expect(reader.atEof()).toBe(true);
    });
  });

  it('throws what the connection failed with', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['line\n']);
      expect(String(yield* reader.readexactly(2))).toBe('li');
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(reader.readexactly(2))).toBe(error);
    });
  });
});

describe('readline', () => {
  it('puts a line together, and waits for its end', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed(['chunk1 ']);
      const task = loop.createTask(reader.readline());
      loop.callSoon(() => {
        for (const chunk of ['chunk2 ', 'chunk3 ', '\n chunk4']) reader.feedData(chunk);
      });
      expect(String(yield* task)).toBe('chunk1 chunk2 chunk3 \n');
      expect(yield* rest(reader)).toBe(' chunk4');
    });
  });

  it('gives a line that is there without giving up its turn', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed([DATA.slice(0, 3), DATA.slice(3)]);
      let turn = 0;
      loop.callSoon(() => turn++);
      expect(String(yield* reader.readline())).toBe('line1\n');
      expect(String(yield* reader.read(7))).toBe('line2\nl');
      expect(String(yield* reader.readline())).toBe('ine3\n');
      expect(turn).toBe(0);
    });
  });

  it('gives what there is at the end of the stream, then nothing', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some data']);
      reader.feedEof();
      expect(String(yield* reader.readline())).toBe('some data');
      expect(yield* reader.readline()).toHaveLength(0);
    });
  });

  it('throws what the connection failed with', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['line\n']);
      expect(String(yield* reader.readline())).toBe('line\n');
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(reader.readline())).toBe(error);
    });
  });

  it('drops a line that is longer than the limit, and goes on behind it', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['li', 'ne1\nline2\n'], 3);
      const error = yield* thrownBy(reader.readline());
      expect(error).toBeInstanceOf(ValueError);
      expect((error as Error).message).toBe(
        'Separator is found, but chunk is longer than limit ' +
          '(3 bytes; the option `limit` of openConnection, startServer and the like sets another)',
      );
      expect(yield* rest(reader)).toBe('line2\n');
    });
  });

  it('drops all there is when no line ends in it, and it is longer than the limit', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed(['li', 'ne1', 'li'], 3);
      expect(((yield* thrownBy(reader.readline())) as Error).message).toMatch(
        /^Separator is not found, and chunk exceed the limit \(3 bytes; /,
      );
      expect(yield* rest(reader)).toBe('');

      const later = new StreamReader(7);
      const task = loop.createTask(later.readline());
      yield* turns();
      later.feedData('chunk1');
      yield* turns();
      later.feedData('chunk2');
      expect(yield* thrownBy(task)).toBeInstanceOf(ValueError);
      later.feedData('chunk3\n');
      expect(yield* rest(later)).toBe('chunk3\n');
    });
  });

  it('does not count the end of the line', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['1234567\n'], 7);
      expect(String(yield* reader.readline())).toBe('1234567\n');
      for (const line of ['12345678\n', '12345678']) {
        reader.feedData(line);
        expect(yield* thrownBy(reader.readline())).toBeInstanceOf(ValueError);
        expect(yield* rest(reader)).toBe('');
      }
    });
  });
});

describe('readuntil', () => {
  it('wants a separator that is not empty', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      for (const separator of ['', [''], [';', '']]) {
        expect(yield* thrownBy(reader.readuntil(separator))).toEqual(
          new ValueError('Separator should be at least one-byte string'),
        );
      }
      expect(yield* thrownBy(reader.readuntil([]))).toEqual(
        new ValueError('Separator should contain at least one element'),
      );
      expect(thrown(() => reader.readuntil({ until: 'x' } as never))).toEqual(
        new TypeError("readuntil() got an unexpected keyword argument 'until'; it takes separator"),
      );
    });
  });

  it('takes any bytes for a separator, and that of lines by default', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['a\r\nb\r\nc;d\r\ne\nf\n']);
      expect(String(yield* reader.readuntil(Buffer.from('\r\n')))).toBe('a\r\n');
      expect(String(yield* reader.readuntil(Uint8Array.of(13, 10)))).toBe('b\r\n');
      expect(String(yield* reader.readuntil(';'))).toBe('c;');
      expect(String(yield* reader.readuntil({ separator: '\r\n' }))).toBe('d\r\n');
      expect(String(yield* reader.readuntil())).toBe('e\n');
      expect(String(yield* reader.readuntil({}))).toBe('f\n');
    });
  });

  it.each([
    [['lineAAA'], 'lineAAA', ''],
    [['lineAAAxxx'], 'lineAAA', 'xxx'],
    [['lineA', 'AAxxx'], 'lineAAA', 'xxx'],
    [['AAA'], 'AAA', ''],
    [['lineAABAA', 'XAA', 'A'], 'lineAABAAXAAA', ''],
    [['lineAA', 'XA', 'AA'], 'lineAAXAAA', ''],
    [['XXX', 'A', 'A', 'A'], 'XXXAAA', ''],
    [['XXX', 'A', 'A', 'A', 'A', 'AA'], 'XXXAAA', 'AAA'],
  ])('finds one that is spread over chunks: %j', (chunks, found, left) => {
    virtually(function* (loop): Coroutine {
      const reader = fed(chunks);
      expect(String(yield* reader.readuntil('AAA'))).toBe(found);
      expect(yield* rest(reader)).toBe(left);
      // And when it has to wait for each of them.
      const task = loop.createTask(reader.readuntil('AAA'));
      for (const chunk of chunks) {
        yield* turns();
        reader.feedData(chunk);
      }
      expect(String(yield* task)).toBe(found);
      expect(yield* rest(reader)).toBe(left);
    });
  });

  it('throws IncompleteReadError, with what came, if the stream ends before', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some dataAA']);
      reader.feedEof();
      const error = (yield* thrownBy(reader.readuntil('AAA'))) as IncompleteReadError;
      expect(error).toBeInstanceOf(IncompleteReadError);
      expect(error.message).toBe('11 bytes read on a total of undefined expected bytes');
      expect([String(error.partial), error.expected]).toEqual(['some dataAA', null]);
      expect(reader.atEof()).toBe(true);
    });
  });

  it('throws LimitOverrunError, and leaves what there is', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some dataAA'], 3);
      const missing = (yield* thrownBy(reader.readuntil('AAA'))) as LimitOverrunError;
      expect(missing).toBeInstanceOf(LimitOverrunError);
      expect(missing.message).toMatch(
        /^Separator is not found, and chunk exceed the limit \(3 bytes; .*`limit`/,
      );
      expect(missing.consumed).toBe(9);
      reader.feedData('A');
      const far = (yield* thrownBy(reader.readuntil('AAA'))) as LimitOverrunError;
      expect(far).toBeInstanceOf(LimitOverrunError);
      expect(far.message).toMatch(/^Separator is found, but chunk is longer than limit \(3 bytes; .*`limit`/);
      expect(far.consumed).toBe(9);
      // So much can be read without skipping the separator.
      expect(String(yield* reader.readexactly(far.consumed))).toBe('some data');
      expect(String(yield* reader.readuntil('AAA'))).toBe('AAA');
    });
  });

  it('ends at the separator that ends first, of several', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['line 1\nline 2\r']);
      expect(String(yield* reader.readuntil(['\r', '\n']))).toBe('line 1\n');
      expect(String(yield* reader.readuntil(['\r', '\n']))).toBe('line 2\r');
      // A longer one, if it ends first.
      reader.feedData('ABCDEFG');
      expect(String(yield* reader.readuntil(['DEF', 'BCDE']))).toBe('ABCDE');
      expect(yield* rest(reader)).toBe('FG');
    });
  });

  it('counts the bytes before the shortest one of those that end there', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some dataA'], 3);
      const error = (yield* thrownBy(reader.readuntil(['A', 'ome dataA']))) as LimitOverrunError;
      expect(error.message).toMatch(/^Separator is found/);
      expect(error.consumed).toBe(9);
      expect(yield* rest(reader)).toBe('some dataA');
    });
  });

  it('finds a short one although a long one would not fit in', () => {
    virtually(function* (loop): Coroutine {
      const reader = fed(['data']);
      const task = loop.createTask(reader.readuntil(['A', 'long sep']));
      loop.callSoon(() => reader.feedData('Z'));
      loop.callSoon(() => reader.feedData('Aaaa'));
      expect(String(yield* task)).toBe('dataZA');
      expect(yield* rest(reader)).toBe('aaa');
    });
  });

  it('throws what the connection failed with', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['a;b;']);
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(reader.readuntil(';'))).toBe(error);
    });
  });

  it('over a line of 64 KiB that comes byte by byte takes time in proportion to it', () => {
    virtually(function* (loop): Coroutine {
      const time = function* (length: number): Coroutine<number> {
        const reader = new StreamReader({ limit: length });
        const task = loop.createTask(reader.readuntil('\r\n'));
        const byte = Buffer.from('x');
        const start = performance.now();
        for (let i = 0; i < length; i++) {
          yield* turns();
          reader.feedData(byte);
        }
        reader.feedData('\r\n');
        expect(yield* task).toHaveLength(length + 2);
        return performance.now() - start;
      };
      yield* time(1 << 10);
      const short = yield* time(1 << 12);
      // Sixteen times as long would be 256 times as much if it were quadratic.
      expect(yield* time(1 << 16)).toBeLessThan(100 * Math.max(short, 2));
    });
  });
});

describe('iterating over a reader', () => {
  it('gives line by line, the last one without its end too', () => {
    virtually(function* (loop): Coroutine {
      const reader = new StreamReader();
      loop.callSoon(() => reader.feedData('one\ntw'));
      loop.callSoon(() => {
        reader.feedData('o\n\nthree');
        reader.feedEof();
      });
      const lines: string[] = [];
      yield* asyncFor(reader, function* (line): Coroutine {
        lines.push(String(line));
      });
      expect(lines).toEqual(['one\n', 'two\n', '\n', 'three']);
      const it = aiter(reader);
      expect(it).toBe(reader);
      expect(yield* anext(it, null)).toBe(null);
    });
  });
});

describe('waiting in a reader', () => {
  it.each([
    ['read', (reader: StreamReader) => reader.read(1)],
    ['read', (reader: StreamReader) => reader.read()],
    ['readinto', (reader: StreamReader) => reader.readinto(new Uint8Array(1))],
    ['readexactly', (reader: StreamReader) => reader.readexactly(1)],
    ['readuntil', (reader: StreamReader) => reader.readline()],
    ['readuntil', (reader: StreamReader) => reader.readuntil(';')],
  ])('is for one task at a time: %s', (name, read) => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      const first = createTask(reader.read(10));
      yield* turns();
      expect(yield* thrownBy(read(reader))).toEqual(
        new RuntimeError(`${name}() called while another coroutine is already waiting for incoming data`),
      );
      reader.feedData('for the first');
      expect(String(yield* first)).toBe('for the fi');
    });
  });

  it.each([
    ['read', (reader: StreamReader) => reader.read(1)],
    ['read to the end', (reader: StreamReader) => reader.read()],
    ['readinto', (reader: StreamReader) => reader.readinto(new Uint8Array(1))],
    ['readexactly', (reader: StreamReader) => reader.readexactly(9)],
    ['readline', (reader: StreamReader) => reader.readline()],
  ])('can be cancelled, and nothing is lost: %s', (_name, read) => {
    virtually(function* (): Coroutine {
      const reader = fed(['']);
      const task = createTask(read(reader) as Coroutine<unknown>);
      yield* turns();
      // The data is there when the task is cancelled, and the task was woken already.
      reader.feedData('da');
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      reader.feedData('ta');
      expect(String(yield* reader.read(10))).toBe('data');
    });
  });

  it('ends with what the connection fails with', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      expect(reader.exception()).toBe(null);
      const task = createTask(reader.readline());
      yield* turns();
      const error = new ValueError('failed');
      reader.setException(error);
      expect(reader.exception()).toBe(error);
      expect(yield* thrownBy(task)).toBe(error);
    });
  });

  it('shows in the stack of the task, with the coroutines above', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      function* inner(): Coroutine<Buffer> {
        return yield* reader.readexactly(3);
      }
      function* outer(): Coroutine<string> {
        return String(yield* inner());
      }
      const task = createTask(outer());
      yield* turns();
      const names = task.getStack().map(({ name }) => name);
      expect(names.slice(0, 2)).toEqual(['outer', 'inner']);
      reader.feedData('abc');
      expect(yield* task).toBe('abc');
    });
  });

  it('is a coroutine like any other', () => {
    virtually(function* (): Coroutine {
      const reader = fed(['some', 'more']);
      const coro = reader.read(4);
      expect(iscoroutine(coro)).toBe(true);
      expect(coro.next()).toEqual({ done: true, value: Buffer.from('some') });
      expect(coro.next()).toEqual({ done: true, value: undefined });
      const closed = reader.read(4);
      expect(closed.return(Buffer.from('x'))).toEqual({ done: true, value: Buffer.from('x') });
      expect(closed.next()).toEqual({ done: true, value: undefined });
      const failed = reader.read(4);
      const error = new ValueError('thrown in');
      expect(thrown(() => failed.throw(error))).toBe(error);
      expect(failed.next().done).toBe(true);
      expect(String(yield* reader.read(9))).toBe('more');
      // Stepped by somebody else than its task.
      const waiting = reader.read(1);
      expect(waiting.next().done).toBe(false);
      expect(thrown(() => waiting.next())).toEqual(new RuntimeError("await wasn't used with future"));
      waiting.return(Buffer.alloc(0));
      expect(reader._waiter).toBe(null);
    });
  });

  it('that was cancelled is not minded by what comes afterwards', () => {
    virtually(function* (): Coroutine {
      for (const later of [
        (reader: StreamReader) => reader.setException(new RuntimeError('message')),
        (reader: StreamReader) => reader.feedData('data'),
        (reader: StreamReader) => reader.feedEof(),
      ]) {
        const reader = new StreamReader();
        const task = createTask(reader.readline());
        yield* turns();
        task.cancel();
        later(reader);
        yield* turns();
        expect(task.cancelled()).toBe(true);
        expect(reader._waiter).toBe(null);
      }
    });
  });

  it('of one who was woken is not taken away by who waits next', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      const first = createTask(reader.read(1));
      yield* turns();
      reader.feedData('a');
      // It gets in between, and wants more than there is.
      const second = createTask(reader.readexactly(2));
      yield* turns(2);
      expect(String(yield* first)).toBe('a');
      reader.feedData('bc');
      expect(String(yield* second)).toBe('bc');
    });
  });
});

describe('the transport of a reader', () => {
  it('is set once', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader();
      reader.setTransport(new FakeTransport());
      expect(thrown(() => reader.setTransport(new FakeTransport()))).toEqual(
        new RuntimeError('Transport already set'),
      );
    });
  });

  it('is paused above twice the limit, and resumed when no more than the limit is left', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader(4);
      const transport = new FakeTransport();
      reader.setTransport(transport);
      reader.feedData('12345678');
      expect(transport.calls).toEqual([]);
      reader.feedData('9');
      reader.feedData('10');
      expect(transport.calls).toEqual(['pause']);
      yield* reader.read(6);
      expect(transport.calls).toEqual(['pause']);
      yield* reader.read(1);
      expect(transport.calls).toEqual(['pause', 'resume']);
    });
  });

  it.each([
    ['readexactly', (reader: StreamReader) => reader.readexactly(5)],
    ['readinto', (reader: StreamReader) => reader.readinto(new Uint8Array(5))],
    ['readline', (reader: StreamReader) => reader.readline()],
    ['readline over the limit', (reader: StreamReader) => thrownBy(reader.readline()), '123456\n8901'],
    [
      'readline over the limit without an end',
      (reader: StreamReader) => thrownBy(reader.readline()),
      '12345678901',
    ],
  ])('is resumed by %s too', (_name, read, data = '1234\n678901') => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader(5);
      const transport = new FakeTransport();
      reader.setTransport(transport);
      reader.feedData(data);
      expect(transport.calls).toEqual(['pause']);
      yield* read(reader);
      if (reader._buffer.length > 5) yield* reader.read(1);
      expect(transport.calls).toEqual(['pause', 'resume']);
    });
  });

  it('is resumed by who wants more than there is, whatever the limit says', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader(2);
      const transport = new FakeTransport();
      reader.setTransport(transport);
      const task = createTask(reader.readexactly(12));
      const all = createTask(thrownBy(reader.readuntil(';')));
      yield* turns();
      for (const chunk of ['12345', '67890']) {
        reader.feedData(chunk);
        expect(transport.calls.at(-1)).toBe('pause');
        yield* turns();
        expect(transport.calls.at(-1)).toBe('resume');
      }
      reader.feedData('abc');
      expect(String(yield* task)).toBe('1234567890ab');
      expect(yield* all).toBeInstanceOf(RuntimeError);
    });
  });

  it('that cannot be paused is not asked again', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader(1);
      reader.setTransport(new Transport());
      reader.feedData('123');
      expect(String(reader)).toBe('<StreamReader 3 bytes limit=1>');
      reader.feedData('456');
      expect(String(yield* reader.read(10))).toBe('123456');
    });
  });

  it('that fails to pause says so', () => {
    virtually(function* (): Coroutine {
      const reader = new StreamReader(1);
      reader.setTransport(new BaseTransport());
      expect(thrown(() => reader.feedData('123'))).toBeInstanceOf(TypeError);
    });
  });
});
