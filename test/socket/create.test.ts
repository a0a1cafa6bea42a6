import { describe, expect, test } from 'vitest';
import { ConnectionRefusedError, OSError, TimeoutError, ValueError } from '../../src/base/errors.js';
import { ExceptionGroup } from '../../src/base/exception-group.js';
import * as s from '../../src/socket/index.js';
import { closeAfterEach, closing, hasIpv6Loopback } from './support.js';

closeAfterEach();

function freePort(): number {
  using sock = new s.socket();
  sock.bind(['127.0.0.1', 0]);
  return sock.getsockname()[1];
}

describe('socketpair', () => {
  test('gives two ends of one connection', () => {
    const [a, b] = s.socketpair();
    closing(a).send('x');
    expect(closing(b).recv(10).toString()).toBe('x');
    expect([a.family, a.type]).toEqual([s.AF_UNIX, s.SOCK_STREAM]);
    const [c, d] = s.socketpair(null, s.SOCK_DGRAM);
    expect(closing(c).type).toBe(closing(d).type);
  });

  test('says what the system does not have', () => {
    expect(() => s.socketpair(s.AF_INET)).toThrow('socketpair EOPNOTSUPP');
  });
});

describe('createServer', () => {
  test('binds and listens', () => {
    const server = closing(s.createServer(['127.0.0.1', 0], { backlog: 5, reusePort: true }));
    expect(server.getsockopt(s.SOL_SOCKET, s.SO_ACCEPTCONN)).toBe(1);
    expect(server.getsockopt(s.SOL_SOCKET, s.SO_REUSEADDR)).toBe(1);
    expect(server.getsockopt(s.SOL_SOCKET, s.SO_REUSEPORT)).toBe(1);
    const second = closing(s.createServer(server.getsockname(), { reusePort: true }));
    expect(second.getsockname()).toEqual(server.getsockname());
  });

  test('closes the socket when it fails', () => {
    const server = closing(s.createServer(['127.0.0.1', 0]));
    const before = closing(new s.socket()).fileno();
    expect(() => s.createServer(server.getsockname())).toThrow('bind EADDRINUSE');
    expect(closing(new s.socket()).fileno()).toBe(before + 1);
  });

  test('checks its options', () => {
    expect(() => s.createServer(['', 0], { dualstackIpv6: true })).toThrow(
      new ValueError('dualstack_ipv6 requires AF_INET6 family'),
    );
    expect(() => s.createServer(['', 0], { backlock: 1 } as s.CreateServerOptions)).toThrow(TypeError);
  });

  test.runIf(hasIpv6Loopback)('takes IPv4 too where it is asked to', () => {
    expect(s.hasDualstackIpv6()).toBe(true);
    const only6 = closing(s.createServer(['::', 0], { family: s.AF_INET6 }));
    expect(only6.getsockopt(s.IPPROTO_IPV6, s.IPV6_V6ONLY)).toBe(1);
    const both = closing(s.createServer(['::', 0], { family: s.AF_INET6, dualstackIpv6: true }));
    const client = closing(s.createConnection(['127.0.0.1', both.getsockname()[1]]));
    const [conn, peer] = both.accept();
    closing(conn);
    expect(peer[0]).toBe('::ffff:127.0.0.1');
    expect(client.getpeername()[0]).toBe('127.0.0.1');
  });
});

describe('createConnection', () => {
  test('connects to a name', () => {
    const server = closing(s.createServer(['127.0.0.1', 0]));
    const client = closing(s.createConnection(['localhost', server.getsockname()[1]], 5));
    expect(client.gettimeout()).toBe(5);
    expect(client.getpeername()).toEqual(server.getsockname());
  });

  test('takes timeout and source address by name', () => {
    const server = closing(s.createServer(['127.0.0.1', 0]));
    const source: s.InetAddress = ['127.0.0.1', freePort()];
    const client = closing(
      s.createConnection(server.getsockname<[string, number]>(), { sourceAddress: source, timeout: 3 }),
    );
    expect(client.getsockname()).toEqual(source);
    expect(client.gettimeout()).toBe(3);
    const plain = closing(s.createConnection(server.getsockname<[string, number]>(), null, ['127.0.0.1', 0]));
    expect(plain.gettimeout()).toBeNull();
  });

  test('throws the last error, or all of them', () => {
    const port = freePort();
    expect(() => s.createConnection(['127.0.0.1', port])).toThrow(ConnectionRefusedError);
    try {
      s.createConnection(['127.0.0.1', port], { allErrors: true });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect((error as Error).message).toBe('create_connection failed');
      expect((error as ExceptionGroup).exceptions[0]).toBeInstanceOf(ConnectionRefusedError);
    }
    expect(() => s.createConnection(['no.such.host.invalid', port])).toThrow(s.gaierror);
    expect(() => s.createConnection(['127.0.0.1', port], { timeout: -1 })).toThrow(ValueError);
    expect(() => s.createConnection(['127.0.0.1', port], { tmeout: 1 } as s.CreateConnectionOptions)).toThrow(
      TypeError,
    );
  });
});

test('error and timeout are the names that Python had for these', () => {
  expect(s.error).toBe(OSError);
  expect(s.timeout).toBe(TimeoutError);
  expect(new s.herror('x')).toBeInstanceOf(OSError);
});
