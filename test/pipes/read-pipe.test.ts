import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Coroutine,
  createTask,
  getRunningLoop,
  OSError,
  sleep,
  StreamReader,
  StreamReaderProtocol,
  ValueError,
} from '../../src/index.js';
import { socketpair } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, eventually, running } from '../subprocess/support.js';
import { backends, fifo, pipe, Reader, useBackend } from './support.js';

describe.each(backends)('Reading from a pipe (%s)', (backend) => {
  describe.skipIf(backend === 'selector' && noAddon)('on a descriptor', () => {
    beforeEach(() => {
      useBackend(backend);
    });

    test('gives what is written, then the end, whatever the protocol answers, then that it is over', async () => {
      const before = descriptors();
      await running(function* (): Coroutine {
        const [fd, writer] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, fd);
        expect(protocol.transport).toBe(transport);
        writeSync(writer, '1');
        yield* eventually(() => protocol.data === '1');
        writeSync(writer, '2345');
        yield* eventually(() => protocol.data === '12345');
        expect(protocol.events).toEqual(['made', 'data']);
        closeSync(writer);
        yield* eventually(() => protocol.lost);
        expect(protocol.events).toEqual(['made', 'data', 'eof', 'lost']);
        expect(transport.isClosing()).toBe(true);
        expect(transport.getExtraInfo('pipe')).toBe(fd);
      });
      expect(descriptors()).toBeLessThanOrEqual(before);
    });

    test('pauses, resumes, and does so but once', async () => {
      await running(function* (): Coroutine {
        const [fd, writer] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, fd);
        expect(transport.isReading()).toBe(true);
        transport.resumeReading();
        transport.pauseReading();
        transport.pauseReading();
        expect(transport.isReading()).toBe(false);
        writeSync(writer, 'later');
        yield* sleep(0.03);
        expect(protocol.data).toBe('');
        transport.resumeReading();
        yield* eventually(() => protocol.data === 'later');
        transport.close();
        yield* eventually(() => protocol.lost);
        transport.pauseReading();
        transport.resumeReading();
        expect(transport.isReading()).toBe(false);
        closeSync(writer);
      });
    });

    test('ends by close(), once, and nothing comes after it', async () => {
      await running(function* (): Coroutine {
        const [fd, writer] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, fd);
        transport.close();
        transport.close();
        expect(protocol.events).toEqual(['made']);
        yield* eventually(() => protocol.lost);
        yield* sleep(0.01);
        expect(protocol.events).toEqual(['made', 'lost']);
        expect(String(transport)).toContain('closed');
        expect(() => writeSync(writer, 'x')).toThrow('EPIPE');
        closeSync(writer);
      });
    });

    test('reads lines from a FIFO', async () => {
      await running(function* (): Coroutine {
        const path = fifo();
        const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        const writer = openSync(path, constants.O_WRONLY);
        const reader = new StreamReader();
        yield* getRunningLoop().connectReadPipe(() => new StreamReaderProtocol(reader), fd);
        writeSync(writer, 'one\ntwo\n');
        closeSync(writer);
        expect(String(yield* reader.readline())).toBe('one\n');
        expect(String(yield* reader.readline())).toBe('two\n');
        expect(String(yield* reader.readline())).toBe('');
      });
    });

    test('takes over an object that has a descriptor, and closes it', async () => {
      await running(function* (): Coroutine {
        const [fd, writer] = pipe();
        let closed = 0;
        const owner = {
          fd,
          close: () => {
            closed++;
            closeSync(fd);
          },
        };
        const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, owner);
        writeSync(writer, 'x');
        yield* eventually(() => protocol.data === 'x');
        transport.close();
        yield* eventually(() => protocol.lost);
        expect(() => writeSync(writer, 'x')).toThrow('EPIPE');
        expect(closed).toBe(backend === 'selector' ? 1 : 0);
        closeSync(writer);
      });
    });

    test('refuses a regular file, a descriptor that is not open, and what has none', async () => {
      await running(function* (): Coroutine {
        const loop = getRunningLoop();
        const fd = openSync(process.execPath, 'r');
        const file = yield* thrownBy(loop.connectReadPipe(Reader, fd));
        expect(file).toBeInstanceOf(ValueError);
        expect((file as Error).message).toBe('Pipe transport is for pipes/sockets only.');
        closeSync(fd);
        const closed = yield* thrownBy(loop.connectReadPipe(Reader, fd + 1000));
        expect(closed).toBeInstanceOf(OSError);
        expect(closed).toMatchObject({ code: 'EBADF' });
        const nothing = yield* thrownBy(loop.connectReadPipe(Reader, 'stdin' as never));
        expect(nothing).toMatchObject({
          name: 'TypeError',
          message:
            "pipe must be a descriptor, an object with fileno() or fd, or one of Node's streams, not 'stdin'",
        });
      });
    });

    test('that is cancelled before it stands closes the descriptor', async () => {
      const before = descriptors();
      await running(function* (): Coroutine {
        const [fd, writer] = pipe();
        const task = createTask(getRunningLoop().connectReadPipe(Reader, fd));
        yield* sleep(0);
        task.cancel();
        yield* thrownBy(task);
        yield* sleep(0.02);
        closeSync(writer);
      });
      expect(descriptors()).toBeLessThanOrEqual(before);
    });

    test.skipIf(noAddon)('takes one of our sockets', async () => {
      await running(function* (): Coroutine {
        const [ours, theirs] = socketpair();
        const [, protocol] = yield* getRunningLoop().connectReadPipe(Reader, ours);
        theirs.send('hello');
        theirs.close();
        yield* eventually(() => protocol.lost);
        expect(protocol.data).toBe('hello');
        expect(ours.fileno()).toBe(-1);
      });
    });
  });
});

describe('Reading from a pipe', () => {
  test.skipIf(noAddon)('works in a loop that blocks', async () => {
    useBackend('selector');
    const { EventLoop } = await import('../../src/index.js');
    const loop = new EventLoop();
    const [fd, writer] = pipe();
    writeSync(writer, 'there');
    closeSync(writer);
    const main = function* (): Coroutine<string> {
      const reader = new StreamReader();
      yield* loop.connectReadPipe(() => new StreamReaderProtocol(reader), fd);
      return String(yield* reader.read());
    };
    expect(loop.runUntilCompleteSync(main())).toBe('there');
    loop.close();
  });

  test.skipIf(noAddon)('whose protocol fails is reported, and ends with the error', async () => {
    useBackend('selector');
    const reports: unknown[] = [];
    await running(function* (): Coroutine {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context.message));
      class Failing extends Reader {
        override dataReceived(): void {
          throw new RangeError('no');
        }
      }
      const [fd, writer] = pipe();
      const [, protocol] = yield* getRunningLoop().connectReadPipe(Failing, fd);
      writeSync(writer, 'x');
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost: RangeError']);
      closeSync(writer);
    });
    expect(reports).toEqual(['Fatal error: protocol.data_received() call failed.']);
  });

  test.skipIf(noAddon)('that the system fails is reported, and ends with the error', async () => {
    useBackend('selector');
    const reports: unknown[] = [];
    await running(function* (): Coroutine {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context.message));
      // Open for writing only: it cannot be read.
      const [reader, fd] = pipe();
      const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, fd);
      expect(String(transport)).toMatch(/^<UnixReadPipeTransport fd=\d+ (polling|idle)>$/);
      closeSync(reader);
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost: OSError']);
    });
    expect(reports).toEqual(['Fatal read error on pipe transport']);
  });

  test("takes a stream of Node's, strings too, and leaves its other direction alone", async () => {
    await running(function* (): Coroutine {
      const loop = getRunningLoop();
      const [, protocol] = yield* loop.connectReadPipe(Reader, Readable.from(['one ', Buffer.from('two')]));
      yield* eventually(() => protocol.lost);
      expect([protocol.data, protocol.events]).toEqual(['one two', ['made', 'data', 'eof', 'lost']]);
      const both = new PassThrough();
      const [transport, second] = yield* loop.connectReadPipe(Reader, both);
      both.write('through');
      yield* eventually(() => second.data === 'through');
      transport.close();
      yield* eventually(() => both.destroyed);
    });
  });

  test("gets the error of a stream of Node's", async () => {
    await running(function* (): Coroutine {
      const stream = new Readable({ read: () => undefined });
      const [, protocol] = yield* getRunningLoop().connectReadPipe(Reader, stream);
      stream.destroy(Object.assign(new Error('read EIO'), { code: 'EIO', errno: -5, syscall: 'read' }));
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost: OSError']);
    });
  });

  test.skipIf(noAddon)('keeps its descriptor from others', async () => {
    useBackend('selector');
    await running(function* (): Coroutine {
      const [fd, writer] = pipe();
      const [transport, protocol] = yield* getRunningLoop().connectReadPipe(Reader, fd);
      expect(() => getRunningLoop().addReader(fd, () => undefined)).toThrow(
        /is used by transport <UnixReadPipe/,
      );
      const again = yield* thrownBy(getRunningLoop().connectReadPipe(Reader, fd));
      expect((again as Error).message).toContain('is used by transport');
      transport.close();
      yield* eventually(() => protocol.lost);
      closeSync(writer);
    });
  });
});
