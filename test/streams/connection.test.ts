import { describe, expect, it } from 'vitest';
import {
  asyncFor,
  asyncWith,
  ConnectionRefusedError,
  ConnectionResetError,
  type Coroutine,
  createTask,
  FileNotFoundError,
  getRunningLoop,
  openConnection,
  openUnixConnection,
  OSError,
  type Server,
  startUnixServer,
  type StreamPair,
  StreamReader,
  StreamReaderProtocol,
  StreamWriter,
  type Transport,
  ValueError,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { transports, until } from '../transports/support.js';
import { echo, serve, unixPath, unusedPort } from './support.js';

type Opening = (
  handler: Parameters<typeof serve>[0],
  talk: (pair: StreamPair) => Coroutine<unknown>,
) => Coroutine;

/** One connection to a server, over TCP or a Unix socket; the server is closed and waited for afterwards. */
const families: Record<string, Opening> = {
  *TCP(handler, talk) {
    const { server, address } = yield* serve(handler);
    yield* asyncWith(server, function* () {
      yield* talk(yield* openConnection(...address));
    });
  },
  *Unix(handler, talk) {
    const path = unixPath();
    const server = yield* startUnixServer(handler, path);
    yield* asyncWith(server, function* () {
      yield* talk(yield* openUnixConnection(path));
    });
  },
};

function* answerOnce(reader: StreamReader, writer: StreamWriter): Coroutine {
  yield* reader.readuntil('\r\n\r\n');
  writer.write('HTTP/1.0 200 OK\r\n\r\nTest message');
  writer.close();
}

describe.each(transports)('a connection over $name', ({ onLoop }) => {
  describe.each(Object.entries(families))('of %s', (_family, connect) => {
    it('is a reader and a writer', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(answerOnce, function* ([reader, writer]): Coroutine {
          expect(reader).toBeInstanceOf(StreamReader);
          expect(writer).toBeInstanceOf(StreamWriter);
          writer.write('GET / HTTP/1.0\r\n\r\n');
          expect(String(yield* reader.readline())).toBe('HTTP/1.0 200 OK\r\n');
          expect(String(yield* reader.read())).toBe('\r\nTest message');
          expect(writer.isClosing()).toBe(false);
          writer.close();
          expect(writer.isClosing()).toBe(true);
          yield* writer.waitClosed();
        });
      });
    });

    it('can be closed with data that nobody has read', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(answerOnce, function* ([reader, writer]): Coroutine {
          writer.write('GET / HTTP/1.0\r\n\r\n');
          yield* reader.readline();
          writer.close();
          yield* writer.waitClosed();
        });
      });
    });

    it('that is closed comes to its end for who reads, also for who waits', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          const reading = createTask(reader.readline());
          writer.close();
          yield* writer.waitClosed();
          expect(yield* reading).toHaveLength(0);
          expect(reader.atEof()).toBe(true);
          expect(yield* reader.read()).toHaveLength(0);
          yield* writer.waitClosed();
        });
      });
    });

    it('that fails gives its error to who reads, drains and waits for its end', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          const error = new ValueError('failed');
          const closing = createTask(thrownBy(writer.waitClosed()));
          yield* until(() => true);
          (writer.transport as Transport).getProtocol().connectionLost(error);
          expect(yield* closing).toBe(error);
          expect(yield* thrownBy(reader.read())).toBe(error);
          expect(yield* thrownBy(writer.drain())).toBe(error);
          expect(yield* thrownBy(writer.waitClosed())).toBe(error);
          writer.close();
        });
      });
    });

    it('sends several pieces, and more than the system takes at once', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          writer.writelines(['one ', Buffer.from('two '), Uint8Array.of(51)]);
          expect(String(yield* reader.readexactly(9))).toBe('one two 3');
          const big = Buffer.alloc(3 << 20, 'abcdefg');
          const reading = createTask(reader.readexactly(big.length));
          writer.write(big);
          yield* writer.drain();
          expect((yield* reading).equals(big)).toBe(true);
          writer.close();
        });
      });
    });

    it('can be ended on one side, and on the other later', async () => {
      await onLoop(function* (): Coroutine {
        const seen: string[] = [];
        const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
          seen.push(String(yield* reader.read()));
          expect(reader.atEof()).toBe(true);
          writer.write('answer after the end');
          yield* writer.drain();
          writer.writeEof();
          writer.close();
        };
        yield* connect(handler, function* ([reader, writer]): Coroutine {
          expect(writer.canWriteEof()).toBe(true);
          writer.write('question');
          writer.writeEof();
          expect(yield* thrownBy(late(writer))).toMatchObject({
            name: 'RuntimeError',
            message: 'Cannot call write() after write_eof()',
          });
          expect(String(yield* reader.read())).toBe('answer after the end');
          writer.close();
          yield* writer.waitClosed();
        });
        expect(seen).toEqual(['question']);
      });

      function* late(writer: StreamWriter): Coroutine {
        writer.write('more');
      }
    });

    it('whose other side has ended can still be written to', async () => {
      await onLoop(function* (): Coroutine {
        const got: Buffer[] = [];
        const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
          writer.write('first');
          writer.writeEof();
          got.push(yield* reader.read());
          writer.close();
        };
        yield* connect(handler, function* ([reader, writer]): Coroutine {
          expect(String(yield* reader.read())).toBe('first');
          expect(reader.atEof()).toBe(true);
          writer.write('then this');
          yield* writer.drain();
          writer.close();
          yield* writer.waitClosed();
        });
        expect(String(Buffer.concat(got))).toBe('then this');
      });
    });

    it('gives line by line', async () => {
      await onLoop(function* (): Coroutine {
        const handler = function* (_reader: StreamReader, writer: StreamWriter): Coroutine {
          writer.write('one\ntwo\nthree');
          writer.close();
        };
        yield* connect(handler, function* ([reader, writer]): Coroutine {
          const lines: string[] = [];
          yield* asyncFor(reader, function* (line): Coroutine {
            lines.push(String(line));
          });
          expect(lines).toEqual(['one\n', 'two\n', 'three']);
          writer.close();
        });
      });
    });

    it('is closed, and waited for, by asyncWith', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          const line = yield* asyncWith(writer, function* (entered) {
            expect(entered).toBe(writer);
            writer.write('hello\n');
            return yield* reader.readline();
          });
          expect(String(line)).toBe('hello\n');
          expect(writer.isClosing()).toBe(true);
          expect(reader.atEof()).toBe(true);
        });
      });
    });

    it('left by an error gives that error, whatever becomes of the connection', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          writer.write('hello\n');
          yield* reader.readline();
          const mine = new ValueError('mine');
          const body = function* (): Coroutine {
            (writer.transport as Transport).getProtocol().connectionLost(new OSError('lost'));
            throw mine;
          };
          expect(yield* thrownBy(asyncWith(writer, body))).toBe(mine);
          expect(writer.isClosing()).toBe(true);
        });
      });
    });

    it('that failed gives its error at the end of asyncWith', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          writer.write('hello\n');
          yield* reader.readline();
          const lost = new OSError('lost');
          const body = function* (): Coroutine {
            (writer.transport as Transport).getProtocol().connectionLost(lost);
          };
          expect(yield* thrownBy(asyncWith(writer, body))).toBe(lost);
        });
      });
    });

    it('is closed by `await using` in an async function', async () => {
      await onLoop(function* (loop): Coroutine {
        yield* connect(echo, function* ([reader, writer]): Coroutine {
          const promise = (async () => {
            await using mine = writer;
            mine.write('hello\n');
            return String(await loop.createTask(reader.readline()));
          })();
          expect(yield* loop.createTask(promise)).toBe('hello\n');
          expect(reader.atEof()).toBe(true);
        });
      });
    });

    it('tells after it is closed that it is lost, when it is drained', async () => {
      await onLoop(function* (): Coroutine {
        yield* connect(answerOnce, function* ([reader, writer]): Coroutine {
          writer.write('GET / HTTP/1.0\r\n\r\n');
          yield* reader.read();
          writer.close();
          writer.write('data');
          expect(yield* thrownBy(writer.drain())).toEqual(new ConnectionResetError('Connection lost'));
        });
      });
    });
  });

  it('tells its addresses, and shows its state', async () => {
    await onLoop(function* (): Coroutine {
      const { server, address } = yield* serve(echo);
      const [reader, writer] = yield* openConnection(...address);
      expect(writer.getExtraInfo('peername')).toEqual(address);
      expect(writer.getExtraInfo('sockname')).toEqual(writer.transport.getExtraInfo('sockname'));
      expect(writer.getExtraInfo('nothing')).toBe(null);
      expect(writer.getExtraInfo('nothing', 'else')).toBe('else');
      expect(writer.getExtraInfo('sslcontext')).toBe(null);
      const transport = String(writer.transport);
      expect(String(writer)).toBe(
        `<StreamWriter transport=${transport} reader=<StreamReader transport=${transport}>>`,
      );
      const bare = new StreamWriter(
        writer.transport,
        new StreamReaderProtocol(new StreamReader()),
        null,
        getRunningLoop(),
      );
      expect(String(bare)).toBe(`<StreamWriter transport=${transport}>`);
      yield* bare.drain();
      expect(reader.atEof()).toBe(false);
      writer.close();
      yield* closed(server);
    });
  });

  it('takes its limit by name, wherever options may stand', async () => {
    await onLoop(function* (): Coroutine {
      const limits: number[] = [];
      const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
        limits.push(reader._limit);
        writer.close();
      };
      const { server, address } = yield* serve(handler, { limit: 7 });
      const [host, port] = address;
      for (const opening of [
        openConnection(host, port, { limit: 5 }),
        openConnection({ host, port, limit: 5 }),
        openConnection(host, { port, limit: 5 }),
      ]) {
        const [reader, writer] = yield* opening;
        expect(reader._limit).toBe(5);
        expect(yield* reader.read()).toHaveLength(0);
        writer.close();
      }
      expect(limits).toEqual([7, 7, 7]);
      yield* closed(server);

      const path = unixPath();
      const unix = yield* startUnixServer(handler, { path, limit: 8 });
      const [reader, writer] = yield* openUnixConnection({ path, limit: 6 });
      expect(reader._limit).toBe(6);
      expect(yield* reader.read()).toHaveLength(0);
      expect(limits.at(-1)).toBe(8);
      writer.close();
      yield* closed(unix);
    });
  });

  it('refuses a limit that is none, and options that it does not have', async () => {
    await onLoop(function* (): Coroutine {
      for (const opening of [
        openConnection('127.0.0.1', 9, { limit: 0 }),
        openUnixConnection('/nowhere', { limit: -1 }),
        startUnixServer(echo, '/nowhere', { limit: 0 }),
        serve(echo, { limit: 0 }),
      ]) {
        expect(yield* thrownBy(opening)).toEqual(new ValueError('Limit cannot be <= 0'));
      }
      expect(yield* thrownBy(openConnection('127.0.0.1', 9, { limits: 5 } as object))).toMatchObject({
        message: expect.stringMatching(/got an unexpected keyword argument 'limits'; it takes host, port/),
      });
      expect(
        yield* thrownBy(openConnection('127.0.0.1', 9, { waitForHandlers: true } as object)),
      ).toMatchObject({ message: expect.stringMatching(/unexpected keyword argument 'waitForHandlers'/) });
    });
  });

  it('that is refused says by whom', async () => {
    await onLoop(function* (): Coroutine {
      const host = '127.0.0.1';
      const port = yield* unusedPort();
      const refused = (yield* thrownBy(openConnection(host, port))) as OSError;
      expect(refused).toBeInstanceOf(ConnectionRefusedError);
      expect(refused.message).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
      expect([refused.code, refused.address, refused.port]).toEqual(['ECONNREFUSED', host, port]);

      const path = unixPath();
      const missing = (yield* thrownBy(openUnixConnection(path))) as OSError;
      expect(missing).toBeInstanceOf(FileNotFoundError);
      expect(missing.message).toBe(`connect ENOENT ${path}`);
    });
  });

  it('can be of a protocol that is given a reader by hand', async () => {
    await onLoop(function* (loop): Coroutine {
      const { server, address } = yield* serve(echo);
      const reader = new StreamReader({ loop });
      const [transport, protocol] = yield* loop.createConnection(
        () => new StreamReaderProtocol(reader, null, { loop }),
        ...address,
      );
      const writer = new StreamWriter(transport, protocol, reader, loop);
      writer.write('by hand\n');
      expect(String(yield* reader.readline())).toBe('by hand\n');
      writer.close();
      yield* closed(server);
    });
  });
});

function* closed(server: Server): Coroutine {
  server.close();
  yield* server.waitClosed();
}
