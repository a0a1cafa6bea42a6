import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OSError, ValueError } from '../../src/base/errors.js';
import * as socket from '../../src/socket/index.js';

const { AF_INET, AF_INET6, AF_UNIX, inetAton, inetNtoa, inetNtop, inetPton } = socket;

describe('IPv4 addresses', () => {
  test('go from text to bytes and back', () => {
    expect([...inetPton(AF_INET, '127.0.0.1')]).toEqual([127, 0, 0, 1]);
    expect(inetNtop(AF_INET, Uint8Array.of(255, 254, 0, 9))).toBe('255.254.0.9');
    expect(inetNtoa(Uint8Array.of(1, 2, 3, 4))).toBe('1.2.3.4');
  });

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.04',
    ' 1.2.3.4',
    '1.2.3.4 ',
    'a.b.c.d',
    '1..2.3',
  ])('are refused by inetPton: %j', (text) => {
    expect(() => inetPton(AF_INET, text)).toThrow(
      new OSError('illegal IP address string passed to inet_pton'),
    );
  });

  test.each([
    ['1.2.3.4', [1, 2, 3, 4]],
    ['127.1', [127, 0, 0, 1]],
    ['1.2.515', [1, 2, 2, 3]],
    ['0x7f000001', [127, 0, 0, 1]],
    ['0177.0.0.01', [127, 0, 0, 1]],
    ['4294967295', [255, 255, 255, 255]],
    ['0', [0, 0, 0, 0]],
  ])('are read by inetAton in the old ways: %s', (text, bytes) => {
    expect([...inetAton(text)]).toEqual(bytes);
  });

  test.each(['', '1.2.3.256', '256.1', '1.2.3.4.5', '4294967296', '08', '1.', 'x'])(
    'are refused by inetAton: %j',
    (text) => {
      expect(() => inetAton(text)).toThrow(new OSError('illegal IP address string passed to inet_aton'));
    },
  );

  test('have four bytes', () => {
    expect(() => inetNtoa(new Uint8Array(3))).toThrow(new OSError('packed IP wrong length'));
    expect(() => inetNtop(AF_INET, new Uint8Array(16))).toThrow(
      new ValueError('invalid length of packed IP address string'),
    );
  });
});

describe('IPv6 addresses', () => {
  test.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1', 'fe80::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::1.2.3.4', '::1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('go from %s by way of bytes to %s', (text, shortest) => {
    expect(inetNtop(AF_INET6, inetPton(AF_INET6, text))).toBe(shortest);
  });

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
    '1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.256',
    '::1%lo',
    '1:2:3:4:5:6:7:8::',
    ' ::1',
  ])('are refused: %j', (text) => {
    expect(() => inetPton(AF_INET6, text)).toThrow(OSError);
  });

  test('are written as the C library writes them, and read back', () => {
    const zeroOften = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(zeroOften, { minLength: 8, maxLength: 8 }), (groups) => {
        const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
        const text = inetNtop(AF_INET6, bytes);
        const plain = groups.map((group) => group.toString(16)).join(':');
        // A link-local address would get its interface as well.
        if ((bytes[0] ?? 0) < 0xfe) {
          expect(socket.getnameinfo([plain, 0, 0, 0], socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]).toBe(
            text,
          );
        }
        expect([...inetPton(AF_INET6, text)]).toEqual([...bytes]);
      }),
      { numRuns: 200 },
    );
  });
});

test('other families have no text', () => {
  expect(() => inetPton(AF_UNIX, 'x')).toThrow('inet_pton EAFNOSUPPORT');
  expect(() => inetNtop(AF_UNIX, new Uint8Array(4))).toThrow(new ValueError('unknown address family 1'));
});

describe('numbers in the order of the network', () => {
  test('go there and back', () => {
    expect([...new Uint8Array(Uint16Array.of(socket.htons(0x0102)).buffer)]).toEqual([1, 2]);
    expect([...new Uint8Array(Uint32Array.of(socket.htonl(0x01020304)).buffer)]).toEqual([1, 2, 3, 4]);
    expect(socket.ntohs(socket.htons(65_535))).toBe(65_535);
    expect(socket.ntohl(socket.htonl(socket.INADDR_LOOPBACK))).toBe(0x7f000001);
    expect(socket.ntohl(socket.htonl(0xfffffffe))).toBe(0xfffffffe);
  });

  test.each([-1, 65_536])('have sixteen bits at most: %d', (value) => {
    expect(() => socket.htons(value)).toThrow(ValueError);
    expect(() => socket.ntohs(value)).toThrow(ValueError);
  });

  test('have thirty-two bits at most, and are whole', () => {
    expect(() => socket.htonl(2 ** 32)).toThrow(ValueError);
    expect(() => socket.ntohl(1.5)).toThrow(TypeError);
  });
});
