import { describe, expect, test } from 'vitest';
import {
  BlockingIOError,
  BrokenPipeError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileNotFoundError,
  NotImplementedError,
  OSError,
  TimeoutError,
  ValueError,
} from '../../src/base/errors.js';
import { addon } from '../../src/platform/addon.js';
import * as s from '../../src/socket/index.js';
import { closeAfterEach, closing, hasIpv6Loopback } from './support.js';

closeAfterEach();

function pair(type: number = s.SOCK_STREAM): [s.socket, s.socket] {
  const [a, b] = s.socketpair(s.AF_UNIX, type);
  return [closing(a), closing(b)];
}

function tcpPair(): [client: s.socket, server: s.socket] {
  const listener = closing(s.createServer(['127.0.0.1', 0]));
  const client = closing(new s.socket());
  client.connect(listener.getsockname());
  const [server] = listener.accept();
  return [client, closing(server)];
}

describe('a new socket', () => {
  test('is a TCP socket over IPv4 that blocks', () => {
    using sock = new s.socket();
    expect([sock.family, sock.type, sock.proto]).toEqual([s.AF_INET, s.SOCK_STREAM, 0]);
    expect(sock.fileno()).toBeGreaterThan(2);
    expect(sock.gettimeout()).toBeNull();
    expect(sock.timeout).toBeNull();
    expect(sock.getblocking()).toBe(true);
    expect(addon().getNonblocking(sock.fileno())).toBe(0);
  });

  test.each([
    ['by position', () => new s.socket(s.AF_UNIX, s.SOCK_DGRAM, 0)],
    ['by name', () => new s.socket({ family: s.AF_UNIX, type: s.SOCK_DGRAM, proto: 0 })],
    ['by both', () => new s.socket(s.AF_UNIX, { type: s.SOCK_DGRAM })],
    ["with Python's defaults", () => new s.socket(s.AF_UNIX, s.SOCK_DGRAM, -1, null)],
  ])('takes its arguments %s', (_how, make) => {
    using sock = make();
    expect([sock.family, sock.type, sock.proto]).toEqual([s.AF_UNIX, s.SOCK_DGRAM, 0]);
  });

  test('takes the flags of a type', () => {
    using sock = new s.socket(s.AF_INET, s.SOCK_STREAM | s.SOCK_NONBLOCK | s.SOCK_CLOEXEC);
    expect(sock.type).toBe(s.SOCK_STREAM);
    expect(sock.gettimeout()).toBe(0);
    expect(addon().getNonblocking(sock.fileno())).toBe(1);
  });

  test('finds out what is behind a descriptor', () => {
    const [a] = pair(s.SOCK_SEQPACKET);
    const copy = closing(new s.socket({ fileno: addon().dup(a.fileno()) }));
    expect([copy.family, copy.type, copy.proto]).toEqual([s.AF_UNIX, s.SOCK_SEQPACKET, 0]);
    using udp = new s.socket(s.AF_INET, s.SOCK_DGRAM);
    const again = closing(new s.socket({ fileno: addon().dup(udp.fileno()) }));
    expect(again.proto).toBe(s.IPPROTO_UDP);
  });

  test('refuses what is no socket', () => {
    expect(() => new s.socket({ fileno: -5 })).toThrow(new ValueError('negative file descriptor'));
    expect(() => new s.socket({ fileno: 1_000_000 })).toThrow('getsockopt EBADF');
    expect(() => new s.socket(9999)).toThrow('socket EAFNOSUPPORT');
    expect(() => new s.socket(s.AF_INET, 77)).toThrow(OSError);
    expect(() => new s.socket({ famly: 1 } as s.SocketOptions)).toThrow(TypeError);
  });

  test('has the default timeout', () => {
    expect(s.getdefaulttimeout()).toBeNull();
    try {
      s.setdefaulttimeout(1.5);
      expect(s.getdefaulttimeout()).toBe(1.5);
      const [client, server] = tcpPair();
      expect([client.gettimeout(), server.gettimeout()]).toEqual([1.5, 1.5]);
      expect(addon().getNonblocking(server.fileno())).toBe(1);
      using dup = new s.socket({ fileno: addon().dup(client.fileno()) });
      expect(dup.timeout).toBe(1.5);
      expect(pair()[0].timeout).toBe(1.5);
    } finally {
      s.setdefaulttimeout(null);
    }
    expect(() => s.setdefaulttimeout(-1)).toThrow(new ValueError('Timeout value out of range'));
  });

  test('shows itself as in Python', () => {
    const sock = closing(new s.socket());
    sock.bind(['127.0.0.1', 0]);
    const [, port] = sock.getsockname();
    const fd = String(sock.fileno());
    expect(String(sock)).toBe(
      `<socket.socket fd=${fd}, family=2, type=1, proto=0, laddr=('127.0.0.1', ${String(port)})>`,
    );
    sock.close();
    expect(String(sock)).toBe('<socket.socket [closed] fd=-1, family=2, type=1, proto=0>');
    const [client] = tcpPair();
    expect(String(client)).toMatch(/laddr=\('127\.0\.0\.1', \d+\), raddr=\('127\.0\.0\.1', \d+\)>$/);
    const [unix] = pair();
    expect(String(unix)).toMatch(/proto=0>$/);
  });
});

describe('the end of a socket', () => {
  test('comes by close, twice too, and by using', () => {
    const [a, b] = s.socketpair();
    const fd = a.fileno();
    a.close();
    a.close();
    expect(a.fileno()).toBe(-1);
    expect(addon().getNonblocking(fd)).toBe(-9);
    expect(b.recv(10)).toHaveLength(0);
    {
      using c = b;
      expect(c.fileno()).toBeGreaterThan(-1);
    }
    expect(b.fileno()).toBe(-1);
  });

  test('makes every call an EBADF', () => {
    const sock = new s.socket();
    sock.close();
    for (const call of [
      () => sock.recv(1),
      () => sock.send('x'),
      () => sock.accept(),
      () => sock.connect(['127.0.0.1', 1]),
      () => sock.getsockname(),
      () => sock.getpeername(),
      () => sock.listen(),
      () => sock.dup(),
      () => sock.shutdown(s.SHUT_RD),
      () => sock.settimeout(1),
      () => sock.getsockopt(s.SOL_SOCKET, s.SO_ERROR),
      () => sock.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1),
    ]) {
      expect(call).toThrow(/EBADF/);
    }
  });

  test('says so when the descriptor is gone already', () => {
    const sock = new s.socket();
    s.close(sock.fileno());
    expect(() => sock.close()).toThrow('close EBADF');
    expect(sock.fileno()).toBe(-1);
    expect(() => s.close(1_000_000)).toThrow('close EBADF');
  });

  test('is not the end of the descriptor after detach', () => {
    const [a, b] = pair();
    const fd = a.detach();
    expect(a.fileno()).toBe(-1);
    const again = closing(new s.socket({ fileno: fd }));
    again.send('still there');
    expect(b.recv(100).toString()).toBe('still there');
  });

  test('is not the end of a duplicate', () => {
    const [a, b] = pair();
    a.settimeout(3);
    const copy = closing(a.dup());
    const third = closing(s.fromfd(a.fileno(), a.family, a.type));
    expect(copy.gettimeout()).toBe(3);
    expect(third.fileno()).not.toBe(a.fileno());
    a.close();
    copy.send('1');
    third.send('2');
    expect(b.recv(10).toString()).toBe('12');
    expect(() => s.fromfd(1_000_000, s.AF_UNIX, s.SOCK_STREAM)).toThrow('dup EBADF');
  });

  test('fromfd takes the protocol by position or by name', () => {
    const [, b] = pair();
    expect(closing(s.fromfd(b.fileno(), b.family, b.type, 5)).proto).toBe(5);
    expect(closing(s.fromfd(b.fileno(), b.family, b.type, { proto: 5 })).proto).toBe(5);
    expect(() => s.fromfd(b.fileno(), b.family, b.type, { protocol: 5 } as never)).toThrow(
      "fromfd() got an unexpected keyword argument 'protocol'; it takes proto",
    );
  });
});

describe('timeouts', () => {
  test('are set, seen and checked', () => {
    using sock = new s.socket();
    sock.settimeout(2.5);
    expect([sock.gettimeout(), sock.timeout, sock.getblocking()]).toEqual([2.5, 2.5, true]);
    expect(addon().getNonblocking(sock.fileno())).toBe(1);
    sock.setblocking(false);
    expect([sock.gettimeout(), sock.getblocking()]).toEqual([0, false]);
    sock.setblocking(true);
    expect([sock.gettimeout(), sock.getblocking()]).toEqual([null, true]);
    expect(addon().getNonblocking(sock.fileno())).toBe(0);
    expect(() => sock.settimeout(-1)).toThrow(new ValueError('Timeout value out of range'));
    expect(() => sock.settimeout(Number.NaN)).toThrow(ValueError);
    expect(() => sock.settimeout('1' as unknown as number)).toThrow(TypeError);
  });

  test('end a call that waits too long', () => {
    const [a] = pair();
    const listener = closing(s.createServer(['127.0.0.1', 0]));
    a.settimeout(0.02);
    listener.settimeout(0.02);
    const buffer = new Uint8Array(10);
    for (const call of [
      () => a.recv(1),
      () => a.recvInto(buffer),
      () => a.recvfrom(1),
      () => a.recvfromInto(buffer),
      () => listener.accept(),
    ]) {
      const start = performance.now();
      expect(call).toThrow(new TimeoutError('timed out'));
      expect(performance.now() - start).toBeGreaterThanOrEqual(20);
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });

  test('end a send that waits too long, as a whole', () => {
    const [a] = pair();
    a.settimeout(0.03);
    const start = performance.now();
    expect(() => a.sendall(Buffer.alloc(16_000_000))).toThrow(s.timeout);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(() => a.send('x')).toThrow('timed out');
    expect(() => a.sendmsg(['x'])).toThrow('timed out');
  });

  test('leave alone what need not wait', () => {
    const [a, b] = pair();
    a.settimeout(5);
    b.send('x');
    expect(a.recv(10).toString()).toBe('x');
  });

  test('of zero make a call that would wait throw', () => {
    const [a] = pair();
    a.setblocking(false);
    expect(() => a.recv(1)).toThrow(BlockingIOError);
    expect(() => a.recv(1)).toThrow('recv EAGAIN');
    expect(() => {
      for (;;) a.send(Buffer.alloc(65_536));
    }).toThrow('send EAGAIN');
    const listener = closing(s.createServer(['127.0.0.1', 0]));
    listener.setblocking(false);
    expect(() => listener.accept()).toThrow(BlockingIOError);
  });
});

describe('bytes through a socket', () => {
  test('are sent and received', () => {
    const [a, b] = pair();
    expect(a.send('grüße')).toBe(7);
    expect(b.recv(100).toString()).toBe('grüße');
    a.send(Uint8Array.of(1, 2, 3));
    a.send(new Uint16Array([0x0404]));
    a.send(Uint8Array.of(5).buffer);
    const got = b.recv(100);
    expect(Buffer.isBuffer(got)).toBe(true);
    expect([...got]).toEqual([1, 2, 3, 4, 4, 5]);
    expect(() => a.send(5 as unknown as string)).toThrow(
      new TypeError("a bytes-like object is required, not 'int'"),
    );
    expect(() => a.send(null as unknown as string)).toThrow("not 'NoneType'");
    expect(() => a.send([1] as unknown as string)).toThrow("not 'tuple'");
    expect(() => a.send(new Date() as unknown as string)).toThrow("not 'Date'");
    expect(() => a.send((() => 1) as unknown as string)).toThrow("not 'function'");
  });

  test('end with an empty buffer', () => {
    const [a, b] = pair();
    a.send('last');
    a.shutdown(s.SHUT_WR);
    expect(b.recv(10).toString()).toBe('last');
    expect(b.recv(10)).toHaveLength(0);
    b.send('back');
    expect(a.recv(10).toString()).toBe('back');
  });

  test('come in the pieces asked for, each with memory of its own', () => {
    const [a, b] = pair();
    a.send('abcdef');
    const first = b.recv(4);
    const second = b.recv(4);
    expect([first.toString(), second.toString()]).toEqual(['abcd', 'ef']);
    expect(b.getblocking() && a.send('')).toBe(0);
  });

  test('can be looked at, waited for as a whole, and more than the room kept ready', () => {
    const [a, b] = pair();
    a.send('abc');
    expect(b.recv(2, s.MSG_PEEK).toString()).toBe('ab');
    expect(b.recv(3, s.MSG_WAITALL).toString()).toBe('abc');
    const [c, d] = pair(s.SOCK_DGRAM);
    c.send('datagram');
    expect(d.recv(400_000).toString()).toBe('datagram');
    c.send('datagram');
    expect(d.recv(3, s.MSG_TRUNC).toString()).toBe('dat');
    expect(() => d.recv(1, s.MSG_DONTWAIT)).toThrow(BlockingIOError);
  });

  test('go into a buffer', () => {
    const [a, b] = pair();
    const buffer = Buffer.alloc(8, '.');
    a.send('abcdef');
    expect(b.recvInto(buffer.subarray(1), 2)).toBe(2);
    expect(b.recvInto(new DataView(buffer.buffer, buffer.byteOffset + 4, 4))).toBe(4);
    expect(buffer.toString()).toBe('.ab.cdef');
    expect(() => b.recvInto(buffer, 9)).toThrow(new ValueError('buffer too small for requested bytes'));
    expect(() => b.recvInto(buffer, -1)).toThrow(new ValueError('negative buffersize in recv_into'));
    expect(() => b.recv(-1)).toThrow(new ValueError('negative buffersize in recv'));
    expect(() => b.recv(1.5)).toThrow(TypeError);
    expect(() => b.recvfrom(-1)).toThrow(new ValueError('negative buffersize in recvfrom'));
    expect(() => b.recvfromInto(buffer, -1)).toThrow(new ValueError('negative buffersize in recvfrom_into'));
  });

  test('are sent to the last one, whatever the system takes at once', () => {
    const [a, b] = pair();
    a.settimeout(5);
    b.setblocking(false);
    const data = Buffer.alloc(3_000_000, 'abcdefg');
    let received = 0;
    // Nobody else can read while sendall blocks, so it is given what fits first.
    for (let offset = 0; offset < data.length; offset += 50_000) {
      a.sendall(data.subarray(offset, offset + 50_000));
      for (let got = b.recv(65_536); ; got = b.recv(65_536)) {
        expect(got.equals(data.subarray(received, received + got.length))).toBe(true);
        received += got.length;
        if (received === Math.min(offset + 50_000, data.length)) break;
      }
    }
    expect(received).toBe(data.length);
    expect(a.sendall('')).toBeUndefined();
  });

  test('are gathered from several buffers', () => {
    const [a, b] = pair();
    expect(a.sendmsg(['ab', Uint8Array.of(99), Buffer.from('de')])).toBe(5);
    expect(b.recv(10).toString()).toBe('abcde');
    expect(a.sendmsg([])).toBe(0);
    expect(() => a.sendmsg(['x'], ['anc'])).toThrow(NotImplementedError);
    expect(() => a.sendmsg(new Array<string>(1025).fill('x'))).toThrow('sendmsg EMSGSIZE');
    const [c] = pair(s.SOCK_DGRAM);
    c.setblocking(false);
    expect(() => c.sendmsg(['x'], [], 0, '/nonexistent/socket')).toThrow(FileNotFoundError);
  });

  test('do not end the process when nobody reads them', () => {
    const [a, b] = pair();
    b.close();
    expect(() => a.send('x')).toThrow(BrokenPipeError);
    const [client, server] = tcpPair();
    server.setsockopt(s.SOL_SOCKET, s.SO_LINGER, Buffer.from(Int32Array.of(1, 0).buffer));
    server.close();
    expect(() => client.recv(1)).toThrow(ConnectionResetError);
  });
});

describe('connections over TCP', () => {
  test('are made, accepted and known at both ends', () => {
    const [client, server] = tcpPair();
    expect(client.getpeername()).toEqual(server.getsockname());
    expect(server.getpeername()).toEqual(client.getsockname());
    expect(server.getblocking()).toBe(true);
    client.sendall('hello');
    expect(server.recv(10).toString()).toBe('hello');
  });

  test('are refused where nobody listens', () => {
    using probe = new s.socket();
    probe.bind(['127.0.0.1', 0]);
    const [host, port] = probe.getsockname();
    const sock = closing(new s.socket());
    expect(() => sock.connect([host, port])).toThrow(ConnectionRefusedError);
    try {
      sock.connect([host, port]);
    } catch (error) {
      expect(error).toMatchObject({
        message: `connect ECONNREFUSED 127.0.0.1:${String(port)}`,
        errno: 111,
        strerror: 'Connection refused',
        address: '127.0.0.1',
        port,
      });
    }
    expect(closing(new s.socket()).connectEx([host, port])).toBe(111);
    const withTimeout = closing(new s.socket());
    withTimeout.settimeout(5);
    expect(() => withTimeout.connect([host, port])).toThrow('ECONNREFUSED');
    expect(() => sock.getpeername()).toThrow('getpeername ENOTCONN');
  });

  test('are made while time allows', () => {
    const listener = closing(s.createServer(['127.0.0.1', 0]));
    const sock = closing(new s.socket());
    sock.settimeout(5);
    expect(sock.connectEx(listener.getsockname())).toBe(0);
    expect(sock.getpeername()).toEqual(listener.getsockname());
  });

  test('take their time where the other side does not answer', () => {
    // A full backlog: the system drops what would be one connection too many.
    const listener = closing(new s.socket());
    listener.bind(['127.0.0.1', 0]);
    listener.listen(0);
    const address = listener.getsockname();
    const waiting: s.socket[] = [];
    let last = 0;
    while (waiting.length < 10 && last === 0) {
      const sock = closing(new s.socket());
      sock.settimeout(0.05);
      waiting.push(sock);
      last = sock.connectEx(address);
    }
    expect(last).toBe(11);
    const more = closing(new s.socket());
    more.settimeout(0.02);
    expect(() => more.connect(address)).toThrow(new TimeoutError('timed out'));
    const nonblocking = closing(new s.socket());
    nonblocking.setblocking(false);
    expect(() => nonblocking.connect(address)).toThrow('connect EINPROGRESS');
    expect(nonblocking.connectEx(address)).toBe(114);
  });

  test('look up the host, and say when there is none', () => {
    const listener = closing(s.createServer(['', 0]));
    const [any, port] = listener.getsockname();
    expect(any).toBe('0.0.0.0');
    const sock = closing(new s.socket());
    sock.connect(['localhost', port]);
    expect(sock.getpeername()).toEqual(['127.0.0.1', port]);
    expect(() => sock.connect(['no.such.host.invalid', port])).toThrow(s.gaierror);
  });

  test('refuse addresses that are none', () => {
    const sock = closing(new s.socket());
    const connect = (address: unknown) => () => sock.connect(address as s.Address);
    expect(connect('x')).toThrow(new TypeError('connect(): AF_INET address must be tuple, not str'));
    expect(connect(null)).toThrow(new TypeError('connect(): AF_INET address must be tuple, not NoneType'));
    expect(connect(['127.0.0.1'])).toThrow(new TypeError('AF_INET address must be a pair (host, port)'));
    expect(connect(['127.0.0.1', 1, 0, 0])).toThrow(TypeError);
    expect(connect(['127.0.0.1', 'http'])).toThrow(TypeError);
    expect(connect(['127.0.0.1', 70_000])).toThrow(new ValueError('connect(): port must be 0-65535.'));
    expect(connect([5, 1])).toThrow(new TypeError('str, bytes or bytearray expected, not int'));
    expect(() => sock.bind('x')).toThrow('bind(): AF_INET address must be tuple, not str');
    expect(connect([Buffer.from('127.0.0.1'), 1])).toThrow('ECONNREFUSED');
    expect(connect(['bad\0name', 1])).toThrow(ValueError);
    expect(connect([`${'x'.repeat(2000)}.invalid`, 1])).toThrow(OSError);
  });

  test('cannot be made twice from the same address', () => {
    const listener = closing(s.createServer(['127.0.0.1', 0]));
    const address = listener.getsockname();
    const second = closing(new s.socket());
    expect(() => second.bind(address)).toThrow(`bind EADDRINUSE 127.0.0.1:${String(address[1])}`);
  });
});

describe('datagrams', () => {
  test('come with the address of their sender', () => {
    const a = closing(new s.socket(s.AF_INET, s.SOCK_DGRAM));
    const b = closing(new s.socket(s.AF_INET, s.SOCK_DGRAM));
    a.bind(['127.0.0.1', 0]);
    b.bind(['127.0.0.1', 0]);
    expect(a.sendto('one', b.getsockname())).toBe(3);
    expect(a.sendto('two', 0, b.getsockname())).toBe(3);
    expect(a.sendmsg(['th', 'ree'], [], 0, b.getsockname())).toBe(5);
    a.sendto('', b.getsockname());
    expect(b.recvfrom(100)).toEqual([Buffer.from('one'), a.getsockname()]);
    const buffer = new Uint8Array(10);
    expect(b.recvfromInto(buffer)).toEqual([3, a.getsockname()]);
    expect(b.recvfrom(100)).toEqual([Buffer.from('three'), a.getsockname()]);
    expect(b.recvfrom(100)).toEqual([Buffer.alloc(0), a.getsockname()]);
    expect(() => a.sendto('x', 0, undefined as unknown as s.Address)).toThrow(TypeError);
    expect(() => a.sendto(Buffer.alloc(70_000), b.getsockname())).toThrow('sendto EMSGSIZE');
    expect(() => a.sendto('x', ['<broadcast>', 9])).toThrow(OSError);
  });

  test('have no sender on a stream', () => {
    const [client, server] = tcpPair();
    client.send('x');
    expect(server.recvfrom<null>(10)).toEqual([Buffer.from('x'), null]);
  });
});

describe('Unix sockets', () => {
  test('have paths', () => {
    const path = `/tmp/tsyncio-test-${String(process.pid)}.sock`;
    const listener = closing(s.createServer(path, { family: s.AF_UNIX }));
    expect(listener.getsockname<string>()).toBe(path);
    const client = closing(new s.socket(s.AF_UNIX));
    client.connect(path);
    const [conn, peer] = listener.accept<string>();
    closing(conn);
    expect(peer).toBe('');
    expect(client.getpeername<string>()).toBe(path);
    expect(String(listener)).toContain(`laddr=${path}>`);
    process.getBuiltinModule('node:fs').unlinkSync(path);
    expect(() => closing(new s.socket(s.AF_UNIX)).connect(path)).toThrow(`connect ENOENT ${path}`);
  });

  test('have abstract names', () => {
    const name = `\0tsyncio-${String(process.pid)}`;
    const listener = closing(s.createServer(name, { family: s.AF_UNIX }));
    expect(listener.getsockname<string>()).toBe(name);
    const client = closing(new s.socket(s.AF_UNIX));
    client.connect(Buffer.from(name));
    expect(client.getpeername<string>()).toBe(name);
    expect(String(listener)).toContain('laddr=\\x00tsyncio-');
    expect(() => closing(new s.socket(s.AF_UNIX)).bind(name)).toThrow(`bind EADDRINUSE @${name.slice(1)}`);
  });

  test('have names that are no text, too', () => {
    const name = Buffer.from([0, 0xff, 0xfe, 0x00, process.pid & 0xff]);
    const listener = closing(new s.socket(s.AF_UNIX));
    listener.bind(name);
    expect(listener.getsockname<Uint8Array>()).toEqual(name);
    expect(String(listener)).toContain('laddr=<Buffer 00fffe00');
    expect(() => closing(new s.socket(s.AF_UNIX)).bind(name)).toThrow('bind EADDRINUSE');
  });

  test('are named by the system where no name is given', () => {
    const sock = closing(new s.socket(s.AF_UNIX));
    sock.bind('');
    expect(sock.getsockname<string>()).toMatch(/^\0[0-9a-f]{5}$/);
  });

  test('refuse names that are too long, or none', () => {
    const sock = closing(new s.socket(s.AF_UNIX));
    expect(() => sock.bind('x'.repeat(108))).toThrow(new OSError('AF_UNIX path too long'));
    expect(() => sock.bind(`\0${'x'.repeat(108)}`)).toThrow(new OSError('AF_UNIX path too long'));
    expect(() => sock.bind(['127.0.0.1', 1])).toThrow(
      new TypeError('bind(): AF_UNIX address must be str or bytes, not tuple'),
    );
    sock.bind(`\0${'x'.repeat(107)}`);
    expect(sock.getsockname<string>()).toHaveLength(108);
  });
});

describe.runIf(hasIpv6Loopback)('IPv6', () => {
  test('has addresses of four parts', () => {
    const listener = closing(s.createServer(['::1', 0], { family: s.AF_INET6 }));
    const address = listener.getsockname();
    expect(address).toEqual(['::1', address[1], 0, 0]);
    const client = closing(new s.socket(s.AF_INET6));
    client.connect(['::1', address[1]]);
    const [conn, peer] = listener.accept();
    closing(conn);
    expect(peer).toEqual(client.getsockname());
    expect(client.getpeername()).toEqual(address);
  });

  test('takes flow information and a scope', () => {
    const sock = closing(new s.socket(s.AF_INET6, s.SOCK_DGRAM));
    sock.bind(['', 0, 0, 0]);
    expect(sock.getsockname().slice(0, 1)).toEqual(['::']);
    const other = closing(new s.socket(s.AF_INET6, s.SOCK_DGRAM));
    other.connect(['::1', sock.getsockname()[1], 0x12345, 0]);
    expect(other.getpeername()[3]).toBe(0);
    const bind = (address: s.Address) => () => closing(new s.socket(s.AF_INET6)).bind(address);
    expect(bind(['::1', 0, -1])).toThrow(new ValueError('bind(): flowinfo must be 0-1048575.'));
    expect(bind(['::1', 0, 0, 2 ** 33])).toThrow(ValueError);
    expect(bind(['<broadcast>', 0])).toThrow(new OSError('address family mismatched'));
    expect(bind(['::1'] as unknown as s.Address)).toThrow(
      new TypeError('AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])'),
    );
    expect(() => other.connect(['::ffff:127.0.0.1', 70_000])).toThrow(ValueError);
  });

  test('resolves a host with a scope', () => {
    const sock = closing(new s.socket(s.AF_INET6, s.SOCK_DGRAM));
    expect(() => sock.connect(['fe80::1%nosuchif', 9])).toThrow(s.gaierror);
    expect([0, 101, 99]).toContain(sock.connectEx(['fe80::1%lo', 9]));
  });
});

describe('options', () => {
  test('are numbers or structures', () => {
    const sock = closing(new s.socket());
    expect(sock.getsockopt(s.SOL_SOCKET, s.SO_REUSEADDR)).toBe(0);
    sock.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, true);
    expect(sock.getsockopt(s.SOL_SOCKET, s.SO_REUSEADDR)).not.toBe(0);
    sock.setsockopt(s.IPPROTO_TCP, s.TCP_NODELAY, 1);
    expect(sock.getsockopt(s.IPPROTO_TCP, s.TCP_NODELAY)).toBe(1);
    sock.setsockopt(s.SOL_SOCKET, s.SO_LINGER, Buffer.from(Int32Array.of(1, 7).buffer));
    const linger = sock.getsockopt(s.SOL_SOCKET, s.SO_LINGER, 64);
    expect([...linger]).toEqual([1, 0, 0, 0, 7, 0, 0, 0]);
    expect(() => sock.getsockopt(s.SOL_SOCKET, s.SO_TYPE, 2000)).toThrow('getsockopt buflen out of range');
    expect(() => sock.getsockopt(s.SOL_SOCKET, 9999)).toThrow('getsockopt ENOPROTOOPT');
    expect(() => sock.setsockopt(s.SOL_SOCKET, 9999, 1)).toThrow('setsockopt ENOPROTOOPT');
  });

  test('with negative values come back as they are', () => {
    const [a] = pair();
    const SO_PEEK_OFF = 42;
    expect(a.getsockopt(s.SOL_SOCKET, SO_PEEK_OFF)).toBe(-1);
  });
});

describe('sendfile', () => {
  const fs = process.getBuiltinModule('node:fs');
  const path = `/tmp/tsyncio-sendfile-${String(process.pid)}`;

  function withFile<T>(content: string, use: (fd: number) => T): T {
    fs.writeFileSync(path, content);
    const fd = fs.openSync(path, 'r');
    try {
      return use(fd);
    } finally {
      fs.closeSync(fd);
      fs.unlinkSync(path);
    }
  }

  test('sends a file, or a part of it', () => {
    const [a, b] = pair();
    withFile('0123456789', (fd) => {
      expect(a.sendfile(fd)).toBe(10);
      expect(b.recv(100).toString()).toBe('0123456789');
      expect(a.sendfile({ fd }, 7)).toBe(3);
      expect(a.sendfile({ fileno: () => fd }, 2, 3)).toBe(3);
      expect(a.sendfile(fd, 8, 100)).toBe(2);
      expect(b.recv(100).toString()).toBe('78923489');
      expect(a.sendfile(fd, 100)).toBe(0);
    });
  });

  test('takes the part by position or by name', () => {
    const [a, b] = pair();
    withFile('0123456789', (fd) => {
      a.sendfile(fd, { offset: 7 });
      a.sendfile(fd, { count: 2 });
      a.sendfile(fd, { offset: 2, count: 1 });
      a.sendfile(fd, 3, { count: 1 });
      a.sendfile({ fd }, { offset: 9, count: null });
      expect(b.recv(100).toString()).toBe('78901239');
      expect(() => a.sendfile(fd, { from: 1 } as never)).toThrow(
        "sendfile() got an unexpected keyword argument 'from'; it takes offset, count",
      );
    });
  });

  test('has a timeout', () => {
    const [a] = pair();
    a.settimeout(0.02);
    withFile('x'.repeat(3_000_000), (fd) => {
      expect(() => a.sendfile(fd)).toThrow('timed out');
    });
  });

  test('refuses what cannot be', () => {
    const [a] = pair();
    const [dgram] = pair(s.SOCK_DGRAM);
    expect(() => a.sendfile(1_000_000)).toThrow('sendfile EBADF');
    expect(() => a.sendfile(0, 0, 0)).toThrow(new ValueError('count must be a positive integer (got 0)'));
    expect(() => dgram.sendfile(0)).toThrow(new ValueError('only SOCK_STREAM type sockets are supported'));
    a.setblocking(false);
    expect(() => a.sendfile(0)).toThrow(new ValueError('non-blocking sockets are not supported'));
  });
});
