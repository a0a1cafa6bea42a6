import { describe, expect, test } from 'vitest';
import {
  ADDRESS_INTS,
  type Addon,
  type Watch,
  addon,
  addonAvailable,
  addonError,
} from '../../src/platform/addon.js';
import { owned, pair } from './support.js';

const a: Addon & Required<Pick<Addon, 'epollCreate' | 'epollCtl' | 'epollWait'>> = addon() as never;
const EBADF = -9;
const EAGAIN = -11;
const EINVAL = -22;
const EMSGSIZE = -90;
const { EPOLLIN, EPOLLOUT, EPOLL_CTL_ADD, EPOLL_CTL_DEL } = a.constants as Record<string, number>;

/** ES2024, which Node 20 has and our compiler's library does not know. */
function resizable(length: number, maxByteLength: number): ArrayBuffer & { resize(length: number): void } {
  const Constructor = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
  return new Constructor(length, { maxByteLength }) as ArrayBuffer & { resize(length: number): void };
}

describe('epoll', () => {
  test('fills an array with pairs of descriptor and events', () => {
    const epfd = owned(a.epollCreate());
    const [x, y] = pair();
    expect(a.epollCtl(epfd, EPOLL_CTL_ADD as number, x, EPOLLIN as number)).toBe(0);
    expect(a.epollCtl(epfd, EPOLL_CTL_ADD as number, y, EPOLLOUT as number)).toBe(0);
    a.write(y, Buffer.from('x'), 0, 1);
    const out = new Int32Array(64);
    expect(a.epollWait(epfd, out, 0)).toBe(2);
    const pairs = new Map([
      [out[0], out[1]],
      [out[2], out[3]],
    ]);
    expect(pairs).toEqual(
      new Map([
        [x, EPOLLIN],
        [y, EPOLLOUT],
      ]),
    );
    expect(a.epollCtl(epfd, EPOLL_CTL_DEL as number, x, 0)).toBe(0);
    expect(a.epollWait(epfd, out, -1)).toBe(1);
  });

  test('gives no more than there is room for', () => {
    const epfd = owned(a.epollCreate());
    const pairs = Array.from({ length: 50 }, () => pair());
    for (const [x] of pairs) a.epollCtl(epfd, EPOLL_CTL_ADD as number, x, EPOLLOUT as number);
    const memory = new Int32Array(64).fill(-77);
    const room = memory.subarray(8, 24);
    const count = a.epollWait(epfd, room, 0);
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(5);
    expect(memory.subarray(0, 8).every((value) => value === -77)).toBe(true);
    expect(memory.subarray(24).every((value) => value === -77)).toBe(true);
    expect(a.epollWait(epfd, new Int32Array(200), 0)).toBe(50);
  });

  test.each([0.0004, 0.0015, 0.003])('waits %d seconds, not less', (seconds) => {
    const epfd = owned(a.epollCreate());
    const start = process.hrtime.bigint();
    expect(a.epollWait(epfd, new Int32Array(4), seconds)).toBe(0);
    expect(a.poll(new Int32Array(0), 0, seconds)).toBe(0);
    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeGreaterThanOrEqual(2 * seconds);
  });

  test('answers what is wrong', () => {
    const epfd = owned(a.epollCreate());
    const [x] = pair();
    expect(a.epollCtl(epfd, EPOLL_CTL_ADD as number, 1_000_000, 1)).toBe(EBADF);
    expect(a.epollCtl(epfd, 99, x, 1)).toBe(EINVAL);
    expect(a.epollCtl(x, EPOLL_CTL_ADD as number, x, 1)).toBe(EINVAL);
    expect(a.epollWait(x, new Int32Array(4), 0)).toBe(EINVAL);
    expect(a.epollWait(epfd, new Int32Array(3), 0)).toBe(EINVAL);
    expect(a.epollWait(epfd, new Int32Array(4), Number.NaN)).toBe(EINVAL);
    expect(a.epollWait(-1, new Int32Array(4), 0)).toBe(EBADF);
  });
});

describe('poll', () => {
  test('fills in what is ready', () => {
    const [x, y] = pair();
    a.write(y, Buffer.from('x'), 0, 1);
    const ints = new Int32Array(4);
    const halves = new Int16Array(ints.buffer);
    ints[0] = x;
    halves[2] = 1;
    ints[2] = y;
    halves[6] = 1;
    expect(a.poll(ints, 2, 0)).toBe(1);
    expect([halves[3], halves[7]]).toEqual([1, 0]);
    expect(a.poll(ints, 3, 0)).toBe(EINVAL);
    expect(a.poll(ints, 0.5, 0)).toBe(EINVAL);
    expect(a.poll(ints, -1, 0)).toBe(EINVAL);
  });
});

describe('buffers', () => {
  test('are read and written within the part that is named, and nowhere else', () => {
    const [x, y] = pair();
    const data = Buffer.from('0123456789');
    expect(a.send(x, data, 2, 5, 0)).toBe(5);
    const room = Buffer.alloc(12, '.');
    expect(a.recv(y, room.subarray(1, 11), 2, 3, 0)).toBe(3);
    expect(room.toString()).toBe('...234......');
    expect(a.read(y, room, 10, 2)).toBe(2);
    expect(room.toString()).toBe('...234....56');
    expect(a.recv(y, room, 0, 1, 0)).toBe(EAGAIN);
  });

  test.each([
    [-1, 1],
    [0, -1],
    [0, 11],
    [10, 1],
    [11, 0],
    [2 ** 31, 1],
    [2 ** 32, 1],
    [0, 2 ** 32 + 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [1e308, 1],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [0.5, 1],
  ])('have no part at %d of length %d', (offset, length) => {
    const [x, y] = pair();
    const data = Buffer.alloc(10);
    const out = new Int32Array(ADDRESS_INTS);
    const to = new Uint8Array(16);
    expect(a.recv(x, data, offset, length, 0)).toBe(EINVAL);
    expect(a.recvfrom(x, data, offset, length, 0, out)).toBe(EINVAL);
    expect(a.send(x, data, offset, length, 0)).toBe(EINVAL);
    expect(a.sendto(x, data, offset, length, 0, to)).toBe(EINVAL);
    expect(a.read(x, data, offset, length)).toBe(EINVAL);
    expect(a.write(x, data, offset, length)).toBe(EINVAL);
    expect(a.recv(y, Buffer.alloc(1), 0, 1, 0)).toBe(EAGAIN);
  });

  test('that are detached are empty', () => {
    const [x] = pair();
    const data = new Uint8Array(10);
    const ints = new Int32Array(200);
    structuredClone([data, ints], { transfer: [data.buffer, ints.buffer] });
    expect(data.length).toBe(0);
    expect(a.send(x, data, 0, 1, 0)).toBe(EINVAL);
    expect(a.recv(x, data, 0, 1, 0)).toBe(EINVAL);
    expect(a.send(x, data, 0, 0, 0)).toBe(0);
    expect(a.poll(ints, 1, 0)).toBe(EINVAL);
    expect(a.getsockname(x, ints)).toBe(EINVAL);
    expect(a.sendmsg(x, [data, data], 0, 0)).toBe(0);
    expect(a.bind(x, data)).toBe(EINVAL);
  });

  test('that change their size are measured when they are used', () => {
    const [x, y] = pair();
    const memory = resizable(16, 64);
    const tracking = new Uint8Array(memory, 8);
    memory.resize(32);
    expect(a.send(x, tracking, 0, 24, 0)).toBe(24);
    memory.resize(8);
    expect(a.send(x, tracking, 0, 1, 0)).toBe(EINVAL);
    memory.resize(4);
    expect(a.send(x, tracking, 0, 1, 0)).toBe(EINVAL);
    expect(a.recv(y, Buffer.alloc(100), 0, 100, 0)).toBe(24);
  });

  test('are meant as a whole, or from an offset on, where nothing else is said', () => {
    const [x, y] = pair();
    expect(a.send(x, Buffer.from('abcdef'))).toBe(6);
    expect(a.write(x, Buffer.from('abcghi'), 3)).toBe(3);
    const room = Buffer.alloc(8, '.');
    expect(a.recv(y, room, 6)).toBe(2);
    expect(a.read(y, room.subarray(0, 6))).toBe(6);
    expect(String(room)).toBe('cdefghab');
    expect(a.recv(y, room, 8)).toBe(0);
    expect(a.recv(y, room, 9)).toBe(EINVAL);
    expect(a.recv(y, room, 7)).toBe(1);
    expect(String(room)).toBe('cdefghai');
    expect(a.recv(y, room)).toBe(EAGAIN);
  });

  test('may be shared', () => {
    const [x, y] = pair();
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    expect(a.send(x, shared, 0, 4, 0)).toBe(4);
    expect(a.recv(y, shared, 1, 3, 0)).toBe(3);
    expect([...shared]).toEqual([1, 1, 2, 3]);
  });
});

describe('gathered sends', () => {
  test('leave out the beginning of the first buffer', () => {
    const [x, y] = pair();
    const room = Buffer.alloc(100);
    expect(a.sendmsg(x, [Buffer.from('abc'), Buffer.from('de')], 2, 0)).toBe(3);
    expect(a.writev(x, [Buffer.from('abc'), Buffer.from('de')], 3)).toBe(2);
    expect(a.recv(y, room, 0, 100, 0)).toBe(5);
    expect(room.toString('latin1', 0, 5)).toBe('cdede');
    expect(a.sendmsg(x, [Buffer.from('abc')], 4, 0)).toBe(EINVAL);
    expect(a.writev(x, [Buffer.from('abc')], -1)).toBe(EINVAL);
  });

  test('take no more buffers than the system does', () => {
    const [x, y] = pair();
    const many = new Array<Uint8Array>(2000).fill(Buffer.from('x'));
    expect(a.sendmsg(x, many, 0, 0)).toBe(EMSGSIZE);
    expect(a.sendmsg(x, many.slice(0, 1024), 0, 0)).toBe(1024);
    expect(a.writev(x, many, 0)).toBe(1024);
    expect(a.recv(y, Buffer.alloc(4096), 0, 4096, 0)).toBe(2048);
  });

  test('are not fooled by a getter that takes a buffer away', () => {
    const [x, y] = pair();
    const victim = new Uint8Array(4096).fill(65);
    const list: Uint8Array[] = [victim, victim, victim];
    Object.defineProperty(list, 1, {
      get: () => {
        structuredClone(null, { transfer: [victim.buffer] });
        return Buffer.from('later');
      },
    });
    expect(a.sendmsg(x, list, 0, 0)).toBe(5);
    const room = Buffer.alloc(100);
    expect(a.recv(y, room, 0, 100, 0)).toBe(5);
    expect(room.toString('latin1', 0, 5)).toBe('later');
  });

  test('let an error of a getter through', () => {
    const [x] = pair();
    const list = [Buffer.from('x')];
    Object.defineProperty(list, 0, {
      get: () => {
        throw new RangeError('mine');
      },
    });
    expect(() => a.sendmsg(x, list, 0, 0)).toThrow(new RangeError('mine'));
    expect(() => a.writev(x, list, 0)).toThrow(new RangeError('mine'));
  });

  test('take nothing but bytes', () => {
    const [x] = pair();
    for (const list of [
      ['x'],
      [null],
      [new Int32Array(1)],
      [new DataView(new ArrayBuffer(1))],
      new Array(1),
    ]) {
      expect(() => a.sendmsg(x, list as never, 0, 0)).toThrow(TypeError);
    }
    for (const list of [null, 'x', {}, new Proxy([Buffer.from('x')], {})]) {
      expect(() => a.sendmsg(x, list as never, 0, 0)).toThrow(
        'sendmsg: buffers must be an array of Uint8Array',
      );
    }
  });
});

describe('descriptors', () => {
  test.each([-1, -2147483648, 2 ** 31, 2 ** 32 + 5, Number.NaN, Number.POSITIVE_INFINITY, 0.5, 1_000_000])(
    'are none: %d',
    (fd) => {
      expect(a.close(fd)).toBe(EBADF);
      expect(a.dup(fd)).toBe(EBADF);
      expect(a.recv(fd, Buffer.alloc(1), 0, 1, 0)).toBe(EBADF);
      expect(a.setNonblocking(fd, true)).toBe(EBADF);
      expect(a.getNonblocking(fd)).toBe(EBADF);
      expect(a.watch(fd, () => undefined)).toBe(EBADF);
    },
  );

  test('are closed on exec', () => {
    const fds = new Int32Array(2);
    a.pipe(fds, false);
    const [x, y] = pair();
    const all = [
      owned(fds[0] as number),
      owned(fds[1] as number),
      x,
      y,
      owned(a.dup(x)),
      owned(a.epollCreate()),
    ];
    const fs = process.getBuiltinModule('node:fs');
    for (const fd of all) {
      const flags = /flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${String(fd)}`, 'utf8'))?.[1];
      expect(Number.parseInt(flags ?? '', 8) & 0o2000000).not.toBe(0);
    }
  });

  test('of a pipe pass bytes one way', () => {
    const fds = new Int32Array(2);
    expect(a.pipe(fds, true)).toBe(0);
    const [from, to] = [owned(fds[0] as number), owned(fds[1] as number)];
    expect(a.getNonblocking(from)).toBe(1);
    expect(a.setNonblocking(from, false)).toBe(0);
    expect(a.getNonblocking(from)).toBe(0);
    expect(a.writev(to, [Buffer.from('ab'), Buffer.from('c')], 0)).toBe(3);
    expect(a.read(from, Buffer.alloc(10), 0, 10)).toBe(3);
    expect(a.write(from, Buffer.from('x'), 0, 1)).toBe(EBADF);
  });

  test('whose reader is gone answer EPIPE, without a signal', () => {
    const fds = new Int32Array(2);
    a.pipe(fds, true);
    a.close(fds[0] as number);
    const to = owned(fds[1] as number);
    expect(a.write(to, Buffer.from('x'), 0, 1)).toBe(-32);
    expect(a.writev(to, [Buffer.from('x')], 0)).toBe(-32);
  });
});

describe('what is no number, no buffer, no function', () => {
  const u = Buffer.alloc(1);
  test.each<[keyof Addon, unknown[], string]>([
    ['recv', ['3', u, 0, 1, 0], 'fd must be a number'],
    ['recv', [3, 'x', 0, 1, 0], 'buffer must be a Uint8Array'],
    ['recv', [3, new Int32Array(1), 0, 1, 0], 'buffer must be a Uint8Array'],
    ['recv', [3, u, 0, 1, undefined], 'flags must be a number'],
    ['recv', [3, u, 0n, 1, 0], 'offset must be a number'],
    ['epollWait', [3, new Uint8Array(64), 0], 'out must be an Int32Array'],
    ['accept', [3, 1, new Int32Array(64)], 'flag must be a boolean'],
    ['watch', [3], 'callback must be a function'],
    ['getaddrinfo', [5, null, 0, 0, 0, 0], 'host must be a string or null'],
    ['setsockopt', [3, 1, 2, 'x'], 'value must be a Uint8Array'],
    ['ifNametoindex', [null], 'name must be a string'],
  ])('is a TypeError of %s that names the argument', (name, args, text) => {
    const call = a[name] as (...args: unknown[]) => unknown;
    expect(() => call(...args)).toThrow(TypeError);
    expect(() => call(...args)).toThrow(`${name}: ${text}`);
    expect(() => call(...args)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  });

  test('is refused where it could be cut short', () => {
    expect(a.getaddrinfo('a\0b', null, 0, 0, 0, 0)).toBe(EINVAL);
    expect(a.getaddrinfo('x'.repeat(5000), null, 0, 0, 0, 0)).toBe(EINVAL);
    expect(a.getnameinfo(new Uint8Array(1), 0)).toBe(EINVAL);
    expect(a.getnameinfo(new Uint8Array(1000), 0)).toBe(EINVAL);
    expect(a.setsockopt(0, 1, 2, new Uint8Array(70_000))).toBe(EINVAL);
  });
});

describe('the addon', () => {
  test('is loaded once, and is there', () => {
    expect(addonAvailable()).toBe(true);
    expect(addonError()).toBeNull();
    expect(addon()).toBe(a);
  });

  test('watches for writing too, where it is told to', async () => {
    const [x] = pair();
    const seen = await new Promise((resolve) => {
      const watch = a.watch(
        x,
        (events) => {
          (watch as Watch).close();
          resolve(events);
        },
        3,
      );
      (watch as Watch).start();
    });
    expect(seen).toBe(2);
    expect(a.watch(x, () => undefined, 0)).toBe(EINVAL);
    expect(a.watch(x, () => undefined, 4)).toBe(EINVAL);
  });
});
