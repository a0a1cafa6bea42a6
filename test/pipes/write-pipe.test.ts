import { closeSync, constants, openSync, readSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Coroutine, createTask, getRunningLoop, logger, sleep, ValueError } from '../../src/index.js';
import { socketpair } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, eventually, running } from '../subprocess/support.js';
import { backends, fifo, pipe, useBackend, Writer } from './support.js';

/** What there is to be read now. */
function readFrom(fd: number, size = 1 << 20): string {
  const room = Buffer.alloc(size);
  try {
    return String(room.subarray(0, readSync(fd, room)));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' });
    return '';
  }
}

/** Read until there are `size` bytes. */
function* readAll(fd: number, size: number): Coroutine<number> {
  let total = 0;
  while (total < size) {
    total += readFrom(fd).length;
    yield* sleep(0.001);
  }
  return total;
}

describe.each(backends)('Writing to a pipe (%s)', (backend) => {
  describe.skipIf(backend === 'selector' && noAddon)('on a descriptor', () => {
    beforeEach(() => {
      useBackend(backend);
    });

    test('sends at once what there is room for, and ends when it is closed', async () => {
      const before = descriptors();
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        expect(protocol.transport).toBe(transport);
        expect(transport.canWriteEof()).toBe(true);
        transport.write('1');
        transport.write('');
        yield* eventually(() => transport.getWriteBufferSize() === 0);
        expect(readFrom(reader)).toBe('1');
        transport.writelines(['23', Buffer.from('45')]);
        yield* eventually(() => transport.getWriteBufferSize() === 0);
        expect(readFrom(reader)).toBe('2345');
        transport.close();
        transport.close();
        expect(transport.isClosing()).toBe(true);
        yield* eventually(() => protocol.lost);
        expect(protocol.events).toEqual(['made', 'lost']);
        expect(readFrom(reader)).toBe('');
        closeSync(reader);
      });
      expect(descriptors()).toBeLessThanOrEqual(before);
    });

    test('keeps the rest, tells the protocol to pause and to resume, and loses no byte', async () => {
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        const size = 1 << 20;
        transport.write(Buffer.alloc(size - 10, 'x'));
        expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
        expect(protocol.events).toEqual(['made', 'pause']);
        transport.write(Buffer.alloc(10, 'y'));
        transport.close();
        yield* sleep(0.01);
        expect(protocol.lost).toBe(false);
        expect(yield* readAll(reader, size)).toBe(size);
        yield* eventually(() => protocol.lost);
        expect(protocol.events).toEqual(['made', 'pause', 'resume', 'lost']);
        closeSync(reader);
      });
    });

    test('ends by writeEof() as by close()', async () => {
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        transport.write('last');
        transport.writeEof();
        transport.writeEof();
        yield* eventually(() => protocol.lost);
        expect(readFrom(reader)).toBe('last');
        expect(protocol.events).toEqual(['made', 'lost']);
        closeSync(reader);
      });
    });

    test('drops what is left by abort()', async () => {
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        transport.write(Buffer.alloc(1 << 20));
        transport.abort();
        transport.abort();
        expect(transport.getWriteBufferSize()).toBe(0);
        yield* eventually(() => protocol.lost);
        expect(protocol.events).toEqual(['made', 'pause', 'lost']);
        closeSync(reader);
      });
    });

    test('fails for a pipe that nobody reads, and drops what is written then', async () => {
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        closeSync(reader);
        transport.write('nobody');
        yield* eventually(() => protocol.lost);
        expect(protocol.events[1]).toMatch(/^lost/);
        for (let i = 0; i < 4; i++) transport.write('dropped');
        expect(transport.getWriteBufferSize()).toBe(0);
      });
    });

    test('refuses a regular file', async () => {
      await running(function* (): Coroutine {
        const fd = openSync(process.execPath, 'r');
        const error = yield* thrownBy(getRunningLoop().connectWritePipe(Writer, fd));
        expect(error).toBeInstanceOf(ValueError);
        expect((error as Error).message).toBe(
          'Pipe transport is only for pipes, sockets and character devices',
        );
        closeSync(fd);
      });
    });

    test('that is cancelled before it stands closes the descriptor', async () => {
      const before = descriptors();
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const task = createTask(getRunningLoop().connectWritePipe(Writer, fd));
        yield* sleep(0);
        task.cancel();
        yield* thrownBy(task);
        yield* sleep(0.02);
        closeSync(reader);
      });
      expect(descriptors()).toBeLessThanOrEqual(before);
    });
  });
});

describe.skipIf(noAddon)('Writing to a pipe, on the selector', () => {
  beforeEach(() => {
    useBackend('selector');
  });

  test('ends as soon as the reader is gone: without an error, or with one if something was left to write', async () => {
    await running(function* (): Coroutine {
      const [reader, fd] = pipe();
      const [, idle] = yield* getRunningLoop().connectWritePipe(Writer, fd);
      closeSync(reader);
      yield* eventually(() => idle.lost);
      expect(idle.events).toEqual(['made', 'lost']);

      const [second, full] = pipe();
      const [transport, busy] = yield* getRunningLoop().connectWritePipe(Writer, full);
      transport.write(Buffer.alloc(1 << 20));
      closeSync(second);
      yield* eventually(() => busy.lost);
      expect(busy.events).toEqual(['made', 'pause', 'lost: BrokenPipeError']);
    });
  });

  test('ends as soon as the other end of a socket is gone', async () => {
    await running(function* (): Coroutine {
      const [ours, theirs] = socketpair();
      const [, protocol] = yield* getRunningLoop().connectWritePipe(Writer, ours);
      theirs.close();
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost']);
    });
  });

  test('does not take a FIFO that holds unread data for one that was closed', async () => {
    await running(function* (): Coroutine {
      const fd = openSync(fifo(), constants.O_RDWR | constants.O_NONBLOCK);
      const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
      transport.write('unread');
      yield* sleep(0.02);
      expect(protocol.events).toEqual(['made']);
      expect(readFrom(fd)).toBe('unread');
      transport.close();
      yield* eventually(() => protocol.lost);
    });
  });

  test('warns when much is written after the end', async () => {
    const warnings: string[] = [];
    const before = logger.handler;
    logger.handler = (record) => warnings.push(record.message);
    try {
      await running(function* (): Coroutine {
        const [reader, fd] = pipe();
        const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
        closeSync(reader);
        for (let i = 0; i < 6; i++) transport.write('x');
        yield* eventually(() => protocol.lost);
      });
    } finally {
      logger.handler = before;
    }
    expect(warnings).toEqual(['pipe closed by peer or os.write(pipe, data) raised exception.']);
  });

  test('tells of itself', async () => {
    await running(function* (): Coroutine {
      const [reader, fd] = pipe();
      const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
      expect(String(transport)).toBe(`<UnixWritePipeTransport fd=${fd} idle bufsize=0>`);
      transport.write(Buffer.alloc(1 << 20));
      expect(String(transport)).toMatch(/ polling bufsize=\d+>$/);
      transport.abort();
      expect(String(transport)).toBe(`<UnixWritePipeTransport closing fd=${fd} idle bufsize=0>`);
      yield* eventually(() => protocol.lost);
      expect(String(transport)).toBe(`<UnixWritePipeTransport closed fd=${fd} closed>`);
      closeSync(reader);
    });
  });

  test('writes to a device', async () => {
    await running(function* (): Coroutine {
      const fd = openSync('/dev/null', 'w');
      const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, fd);
      transport.write('gone');
      transport.close();
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost']);
    });
  });
});

describe("Writing to a stream of Node's", () => {
  test('goes through, with its backpressure, and leaves its other direction alone', async () => {
    await running(function* (): Coroutine {
      const both = new PassThrough({ highWaterMark: 1000 });
      const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, both);
      transport.write(Buffer.alloc(200_000, 'x'));
      yield* eventually(() => protocol.events.includes('pause'));
      let size = 0;
      both.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      yield* eventually(() => size === 200_000 && protocol.events.includes('resume'));
      transport.close();
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'pause', 'resume', 'lost']);
    });
  });

  test('gets its error', async () => {
    await running(function* (): Coroutine {
      const stream = new Writable({
        write: (_chunk, _encoding, done) => {
          done(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC', errno: -28, syscall: 'write' }));
        },
      });
      const [transport, protocol] = yield* getRunningLoop().connectWritePipe(Writer, stream);
      transport.write('x');
      yield* eventually(() => protocol.lost);
      expect(protocol.events).toEqual(['made', 'lost: OSError']);
    });
  });
});
