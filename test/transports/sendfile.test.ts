import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import {
  ConnectionError,
  type Coroutine,
  OSError,
  Protocol,
  RuntimeError,
  SendfileNotAvailableError,
  type SelectorEventLoop,
  sleep,
  Transport,
  ValueError,
  wait,
  wrapFuture,
} from '../../src/index.js';
import { AF_UNIX, SOCK_DGRAM, socketpair } from '../../src/socket/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { noAddon } from '../helpers/addon.js';
import { transportOn } from './peer.js';
import {
  narrowSockets,
  onLoop,
  readAll,
  Recorder,
  sockets,
  transports,
  until,
  withCalls,
} from './support.js';

const DATA = Buffer.from(Array.from({ length: 400_000 }, (_, i) => `${i};`).join(''));
let directory: string;
let fd: number;
let empty: number;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsyncio-'));
  writeFileSync(join(directory, 'data'), DATA);
  writeFileSync(join(directory, 'empty'), '');
  fd = openSync(join(directory, 'data'), 'r');
  empty = openSync(join(directory, 'empty'), 'r');
});

afterAll(() => {
  closeSync(fd);
  closeSync(empty);
  rmSync(directory, { recursive: true, force: true });
});

/** A file that has no descriptor: only reading can send it. */
const readable = {
  async read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }> {
    const part = DATA.subarray(position, position + length);
    buffer.set(part, offset);
    return { bytesRead: part.length };
  },
};

describe.skipIf(noAddon)('on a socket', () => {
  describe.each([
    ['by the system', () => fd, { fallback: false }],
    ['by reading', () => readable, {}],
  ])('sockSendfile %s', (_name, file, options) => {
    test.each([
      ['all', {}, 0, DATA.length],
      ['from an offset on', { offset: 5000 }, 5000, DATA.length],
      ['a part', { offset: 5000, count: 100_000 }, 5000, 105_000],
      ['no more than there is', { offset: DATA.length - 10, count: 1000 }, DATA.length - 10, DATA.length],
      ['nothing behind the end', { offset: DATA.length + 10 }, DATA.length, DATA.length],
    ])('sends %s', async (_what, range, from, to) => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = narrowSockets();
        const reading = loop.createTask(readAll(loop, b));
        expect(yield* loop.sockSendfile(a, file(), { ...options, ...range })).toBe(to - from);
        a.close();
        expect((yield* reading).equals(DATA.subarray(from, to))).toBe(true);
      });
    });

    test('goes between what is sent before and after', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const reading = loop.createTask(readAll(loop, b));
        yield* loop.sockSendall(a, 'before');
        yield* loop.sockSendfile(a, file(), options);
        yield* loop.sockSendall(a, 'after');
        a.close();
        expect(
          (yield* reading).equals(Buffer.concat([Buffer.from('before'), DATA, Buffer.from('after')])),
        ).toBe(true);
      });
    });

    test('that is cancelled leaves the socket usable', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = narrowSockets();
        const task = loop.createTask(loop.sockSendfile(a, file(), options));
        yield* wait([task], { timeout: 0.01 });
        expect(task.done()).toBe(false);
        task.cancel();
        yield* wait([task]);
        expect(task.cancelled()).toBe(true);
        expect(loop._handleOf(a.fileno(), 2)).toBeNull();
        const reading = loop.createTask(readAll(loop, b));
        yield* loop.sockSendall(a, 'end');
        a.close();
        expect((yield* reading).subarray(-3).toString()).toBe('end');
      });
    });
  });

  describe('sockSendfile', () => {
    test('of an empty file sends nothing', async () => {
      await onLoop(function* (loop): Coroutine {
        expect(yield* loop.sockSendfile(sockets()[0], empty, 0, null, { fallback: false })).toBe(0);
      });
    });

    test('takes a descriptor, what has one, and a FileHandle', async () => {
      const handle = await open(join(directory, 'data'));
      await onLoop(function* (loop): Coroutine {
        for (const file of [fd, { fd }, { fileno: () => fd }, handle]) {
          const [a, b] = sockets();
          yield* loop.sockSendfile(a, file, 10, 20, { fallback: false });
          expect(b.recv(100).equals(DATA.subarray(10, 30))).toBe(true);
        }
      });
      await handle.close();
    });

    test('tries again after EAGAIN and EINTR', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const real = a._addon.sendfile;
        const results = [-11, -4];
        withCalls(a, { sendfile: (...args: Parameters<typeof real>) => results.shift() ?? real(...args) });
        expect(yield* loop.sockSendfile(a, fd, 0, 100, { fallback: false })).toBe(100);
        expect(b.recv(200).equals(DATA.subarray(0, 100))).toBe(true);
      });
    });

    test('a failure of the first call means: not available; one of a later call is what it is', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a] = sockets();
        const results = [-22, 100, -5, 100, -107];
        withCalls(a, { sendfile: () => results.shift()! });
        const first = yield* thrownBy(loop.sockSendfile(a, fd, 0, null, { fallback: false }));
        expect(first).toBeInstanceOf(SendfileNotAvailableError);
        expect((first as Error).message).toBe('os.sendfile call failed');
        expect(yield* thrownBy(loop.sockSendfile(a, fd))).toMatchObject({ code: 'EIO', syscall: 'sendfile' });
        const lost = yield* thrownBy(loop.sockSendfile(a, fd));
        expect(lost).toBeInstanceOf(ConnectionError);
        expect((lost as Error).message).toBe('socket is not connected');
      });
    });

    test('of what is no regular file is not available; without fallback it says so', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        for (const file of [readable, 987654]) {
          const error = yield* thrownBy(loop.sockSendfile(a, file, { fallback: false }));
          expect(error).toBeInstanceOf(SendfileNotAvailableError);
          expect((error as Error).message).toBe('not a regular file');
        }
        expect(yield* loop.sockSendfile(a, readable, 0, 10)).toBe(10);
        expect(b.recv(100)).toHaveLength(10);
        expect(yield* thrownBy(loop.sockSendfile(a, 987654))).toMatchObject({ code: 'EBADF' });
      });
    });

    test('reads by itself in the blocking driver, too', async () => {
      await onLoop(
        function* (loop): Coroutine {
          const [a, b] = sockets();
          withCalls(a, { sendfile: () => -22 });
          expect(yield* loop.sockSendfile(a, fd, 0, 100)).toBe(100);
          expect(b.recv(200).equals(DATA.subarray(0, 100))).toBe(true);
        },
        { blocking: true },
      );
    });

    test.each([
      ['a count that is no integer', { count: 1.5 }, TypeError, 'count must be a positive integer (got 1.5)'],
      ['a count of zero', { count: 0 }, ValueError, 'count must be a positive integer (got 0)'],
      ['a negative count', { count: -1 }, ValueError, 'count must be a positive integer (got -1)'],
      [
        'an offset that is no integer',
        { offset: '1' },
        TypeError,
        "offset must be a non-negative integer (got '1')",
      ],
      ['a negative offset', { offset: -1 }, ValueError, 'offset must be a non-negative integer (got -1)'],
    ])('refuses %s', async (_name, options, cls, text) => {
      await onLoop(function* (loop): Coroutine {
        const error = yield* thrownBy(loop.sockSendfile(sockets()[0], fd, options as object));
        expect(error).toBeInstanceOf(cls);
        expect((error as Error).message).toBe(text);
      });
    });

    test('refuses datagrams, and in debug mode sockets that block', async () => {
      await onLoop(
        function* (loop): Coroutine {
          const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
          a.setblocking(false);
          expect(yield* thrownBy(loop.sockSendfile(a, fd))).toMatchObject({
            message: 'only SOCK_STREAM type sockets are supported',
          });
          a.close();
          b.close();
          const [c] = sockets();
          c.setblocking(true);
          const error = yield* thrownBy(loop.sockSendfile(c, fd));
          expect(error).toBeInstanceOf(ValueError);
          expect((error as Error).message).toBe('the socket must be non-blocking');
        },
        { debug: true },
      );
    });
  });
});

/** A transport that can only send files by reading them. */
function byReading(transport: Transport): void {
  Object.defineProperty(transport, '_sendfileCompatible', { value: 'fallback' });
}

describe.each(transports)('over $name', ({ name, onLoop }) => {
  describe.each([
    ['by the system', false],
    ['by reading', true],
  ])('sendfile %s', (_name, fallback) => {
    function* start(loop: SelectorEventLoop): ReturnType<typeof transportOn<Recorder>> {
      const made = yield* transportOn(loop, new Recorder());
      if (fallback) byReading(made.transport);
      return made;
    }

    test.each([
      ['all', {}, 0, DATA.length],
      ['a part', { offset: 1000, count: 100_000 }, 1000, 101_000],
    ])('sends %s', async (_what, range, from, to) => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* start(loop);
        const reading = loop.createTask(peer.readAll());
        expect(yield* loop.sendfile(transport, fd, range)).toBe(to - from);
        expect(transport.getProtocol()).toBe(protocol);
        expect(transport.isReading()).toBe(true);
        transport.close();
        expect((yield* reading).equals(DATA.subarray(from, to))).toBe(true);
        yield* until(() => protocol.isLost);
      });
    });

    test('keeps the order with writes before and after, and reads on when it is done', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* start(loop);
        const before = Buffer.alloc(1_000_000, 'x');
        const reading = loop.createTask(peer.readExactly(before.length + DATA.length + 5));
        transport.write(before);
        const sending = loop.createTask(loop.sendfile(transport, fd));
        yield* sleep(0);
        expect(transport.isReading()).toBe(false);
        peer.send('question');
        yield* sending;
        transport.write('after');
        expect((yield* reading).equals(Buffer.concat([before, DATA, Buffer.from('after')]))).toBe(true);
        yield* until(() => String(protocol.data) === 'question');
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('succeeds if the other side closes when it has all', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* start(loop);
        const sending = loop.createTask(loop.sendfile(transport, fd));
        yield* peer.readExactly(DATA.length);
        peer.close();
        expect(yield* sending).toBe(DATA.length);
        yield* until(() => protocol.isLost);
      });
    });

    test('fails if the other side closes in the middle', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* start(loop);
        const sending = loop.createTask(loop.sendfile(transport, fd));
        yield* peer.readExactly(10_000);
        peer.close();
        const error = yield* thrownBy(sending);
        expect(error).toBeInstanceOf(ConnectionError);
        yield* until(() => protocol.isLost);
        expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
        expect(transport.isClosing()).toBe(true);
      });
    });

    test('fails if the transport is aborted in the middle', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol } = yield* start(loop);
        const sending = loop.createTask(loop.sendfile(transport, fd));
        yield* sleep(0.01);
        transport.abort();
        expect(yield* thrownBy(sending)).toBeInstanceOf(OSError);
        yield* until(() => protocol.isLost);
      });
    });
  });

  describe('sendfile', () => {
    test('forbids to write while the system sends', async ({ skip }) => {
      skip(name === 'node', "what is read can be mixed with what is written: Node's sockets send no files");
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* transportOn(loop, new Recorder());
        const sending = loop.createTask(loop.sendfile(transport, fd));
        yield* sleep(0.005);
        expect(() => transport.write('x')).toThrow(RuntimeError);
        expect(() => transport.write('x')).toThrow('unable to write; sendfile is in progress');
        expect(() => transport.writelines(['x'])).toThrow('unable to writelines; sendfile is in progress');
        yield* peer.readExactly(DATA.length);
        yield* sending;
        transport.write('x');
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('uses the fallback where the system cannot send the file, unless told not to', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* transportOn(loop, new Recorder());
        expect(yield* loop.sendfile(transport, readable, 0, 100)).toBe(100);
        expect(yield* peer.readExactly(100)).toHaveLength(100);
        expect(
          yield* thrownBy(loop.sendfile(transport, readable, 0, 100, { fallback: false })),
        ).toBeInstanceOf(name === 'selector' ? SendfileNotAvailableError : RuntimeError);
        byReading(transport);
        const error = yield* thrownBy(loop.sendfile(transport, fd, { fallback: false }));
        expect(error).toBeInstanceOf(RuntimeError);
        expect((error as Error).message).toContain(
          'fallback is disabled and native sendfile is not supported for transport <',
        );
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('refuses transports that cannot do it, and those that are closing', async () => {
      await onLoop(function* (loop): Coroutine {
        class Other extends Transport {
          override isClosing(): boolean {
            return false;
          }
        }
        expect(yield* thrownBy(loop.sendfile(new Other(), fd))).toMatchObject({
          message: expect.stringContaining('sendfile is not supported for transport'),
        });
        const { transport, protocol } = yield* transportOn(loop, new Recorder());
        transport.close();
        expect(yield* thrownBy(loop.sendfile(transport, fd))).toMatchObject({
          message: 'Transport is closing',
        });
        yield* until(() => protocol.isLost);
      });
    });

    test('leaves a protocol that was told to pause so, and tells it when to go on', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer, protocol } = yield* transportOn(loop, new Recorder());
        byReading(transport);
        const before = Buffer.alloc(1_000_000);
        transport.write(before);
        expect(protocol.events).toEqual(['made', 'pause']);
        const reading = loop.createTask(peer.readExactly(before.length + DATA.length));
        yield* loop.sendfile(transport, fd);
        yield* reading;
        yield* until(() => protocol.events.includes('resume'));
        expect(protocol.events).toEqual(['made', 'pause', 'resume']);
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('is for promises, too: the loop goes on meanwhile', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer } = yield* transportOn(loop, new Protocol());
        const sending = wrapFuture(Promise.resolve(loop.createTask(loop.sendfile(transport, fd, 0, 1000))));
        yield* peer.readExactly(1000);
        expect(yield* sending).toBe(1000);
        transport.close();
        yield* sleep(0);
      });
    });
  });
});
