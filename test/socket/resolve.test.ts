import { describe, expect, test } from 'vitest';
import { OSError } from '../../src/base/errors.js';
import { gaiError, gaiErrorFromNode } from '../../src/socket/errors.js';
import * as s from '../../src/socket/index.js';

describe('getaddrinfo', () => {
  test('resolves an address', () => {
    expect(s.getaddrinfo('127.0.0.1', 80, s.AF_INET, s.SOCK_STREAM)).toEqual([
      [s.AF_INET, s.SOCK_STREAM, s.IPPROTO_TCP, '', ['127.0.0.1', 80]],
    ]);
    expect(s.getaddrinfo('::1', 80, { type: s.SOCK_DGRAM })).toEqual([
      [s.AF_INET6, s.SOCK_DGRAM, s.IPPROTO_UDP, '', ['::1', 80, 0, 0]],
    ]);
  });

  test('takes names of hosts and services, nothing, and bytes', () => {
    const stream = { type: s.SOCK_STREAM, family: s.AF_INET };
    expect(s.getaddrinfo('localhost', null, stream)[0][4]).toEqual(['127.0.0.1', 0]);
    expect(s.getaddrinfo(null, '80', stream)[0][4]).toEqual(['127.0.0.1', 80]);
    expect(s.getaddrinfo(null, 80, { ...stream, flags: s.AI_PASSIVE })[0][4]).toEqual(['0.0.0.0', 80]);
    expect(s.getaddrinfo(Buffer.from('127.0.0.1'), Buffer.from('80'), stream)[0][4]).toEqual([
      '127.0.0.1',
      80,
    ]);
    expect(s.getaddrinfo('127.0.0.1', 80, { ...stream, flags: s.AI_CANONNAME })[0][3]).toBe('127.0.0.1');
    expect(s.getaddrinfo('127.0.0.1', 80).length).toBeGreaterThan(1);
  });

  test('says why there is no address', () => {
    try {
      s.getaddrinfo('no.such.host.invalid', 80, { flags: s.AI_NUMERICHOST });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(s.gaierror);
      expect(error).toMatchObject({
        message: 'getaddrinfo ENOTFOUND no.such.host.invalid',
        errno: s.EAI_NONAME,
        strerror: 'Name or service not known',
        code: 'ENOTFOUND',
        syscall: 'getaddrinfo',
        hostname: 'no.such.host.invalid',
      });
    }
    expect(() => s.getaddrinfo('127.0.0.1', 'no-such-service')).toThrow('getaddrinfo EAI_SERVICE 127.0.0.1');
    expect(() => s.getaddrinfo(null, null)).toThrow(s.gaierror);
    expect(() => s.getaddrinfo(null, null)).toThrow('getaddrinfo ENOTFOUND');
    expect(() => s.getaddrinfo('127.0.0.1', 80, 1234)).toThrow('EAI_FAMILY');
  });

  test('refuses what is no host and no port', () => {
    expect(() => s.getaddrinfo(5 as unknown as string, 80)).toThrow(
      new TypeError('getaddrinfo() argument 1 must be string or None'),
    );
    expect(() => s.getaddrinfo('127.0.0.1', 1.5)).toThrow(new OSError('Int or String expected'));
    expect(() => s.getaddrinfo('127.0.0.1', 80, { famly: 2 } as s.AddrInfoOptions)).toThrow(TypeError);
    expect(() => s.getaddrinfo('a\0b', 80)).toThrow('"a\\u0000b" is not a host name');
  });

  test('writes names that are not ASCII as the resolver knows them', () => {
    expect(() => s.getaddrinfo('bücher.invalid', 80, { flags: s.AI_NUMERICHOST })).toThrow(
      'getaddrinfo ENOTFOUND bücher.invalid',
    );
  });
});

describe('getnameinfo', () => {
  const NUMERIC = s.NI_NUMERICHOST | s.NI_NUMERICSERV;

  test('gives host and service', () => {
    expect(s.getnameinfo(['127.0.0.1', 80], NUMERIC)).toEqual(['127.0.0.1', '80']);
    expect(s.getnameinfo(['::1', 80], NUMERIC)).toEqual(['::1', '80']);
    expect(s.getnameinfo(['::1', 80, 0, 0], NUMERIC)).toEqual(['::1', '80']);
    expect(s.getnameinfo(['127.0.0.1', 0], s.NI_NUMERICSERV)[0]).not.toBe('');
  });

  test('refuses what is no address', () => {
    expect(() => s.getnameinfo('x' as unknown as s.InetAddress, 0)).toThrow(
      new TypeError('getnameinfo() argument 1 must be a tuple'),
    );
    expect(() => s.getnameinfo(['localhost', 80], NUMERIC)).toThrow(s.gaierror);
    expect(() => s.getnameinfo(['127.0.0.1', 80, 0, 0], NUMERIC)).toThrow(
      new OSError('IPv4 sockaddr must be 2 tuple'),
    );
    expect(() => s.getnameinfo(['127.0.0.1', 80], 0xffff)).toThrow('getnameinfo EAI_BADFLAGS 127.0.0.1');
  });
});

describe('names of this machine', () => {
  test('are there', () => {
    expect(s.gethostname()).toBe(process.getBuiltinModule('node:os').hostname());
    expect(s.gethostbyname('localhost')).toBe('127.0.0.1');
    expect(s.gethostbyname('')).toBe('0.0.0.0');
    expect(() => s.gethostbyname('no.such.host.invalid')).toThrow(s.gaierror);
    expect(() => s.gethostbyname(5 as unknown as string)).toThrow(TypeError);
  });

  test('include its interfaces', () => {
    const index = s.ifNametoindex('lo');
    expect(index).toBeGreaterThan(0);
    expect(s.ifIndextoname(index)).toBe('lo');
    expect(() => s.ifNametoindex('nosuchif')).toThrow('if_nametoindex ENODEV');
    expect(() => s.ifNametoindex('a-name-longer-than-any-interface-has')).toThrow('if_nametoindex ENODEV');
    expect(() => s.ifIndextoname(1_000_000)).toThrow('if_indextoname ENXIO');
  });
});

describe('errors of look-ups', () => {
  test('of the system are OSErrors', () => {
    const error = gaiError(s.EAI_SYSTEM, 24, { syscall: 'getaddrinfo', hostname: 'x' });
    expect(error).not.toBeInstanceOf(s.gaierror);
    expect(error.message).toBe('getaddrinfo EMFILE x');
  });

  test('have a text for a code that nobody knows', () => {
    expect(gaiError(-12_345, 0, { syscall: 'getaddrinfo' }).message).toBe('getaddrinfo EAI_UNKNOWN');
  });

  test("are made of Node's too", () => {
    const node = Object.assign(new Error('getaddrinfo ENOTFOUND x'), {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
      hostname: 'x',
    });
    const error = gaiErrorFromNode(node);
    expect(error).toBeInstanceOf(s.gaierror);
    expect(error).toMatchObject({ message: node.message, errno: s.EAI_NONAME, cause: node });
    expect(gaiErrorFromNode(new Error('what?')).errno).toBe(s.EAI_FAIL);
  });
});
