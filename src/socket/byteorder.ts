/*
 * Between the order of bytes of this machine and that of the network.
 */

import { ValueError } from '../base/errors.js';

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function swap(func: string, value: number, bits: 16 | 32): number {
  if (!Number.isInteger(value))
    throw new TypeError(`${func}(): an integer is required, got ${String(value)}`);
  if (value < 0 || value >= 2 ** bits) {
    throw new ValueError(`${func}: ${String(value)} does not fit a C ${String(bits)}-bit unsigned integer`);
  }
  if (!IS_LITTLE_ENDIAN) return value;
  if (bits === 16) return ((value & 0xff) << 8) | (value >> 8);
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/**
 * A 16-bit number from this machine's order of bytes to the network's, the highest first.
 *
 * Python: `socket.htons`.
 *
 * @param value - a whole number from 0 to 65535
 * @throws ValueError for one that does not fit; TypeError for what is no whole number.
 *
 * @example
 * ```ts
 * import { htons } from 'tsyncio/socket';
 *
 * // 80 as it stands in a header, whatever the machine's own order is.
 * console.log(Buffer.from(Uint16Array.of(htons(80)).buffer));
 * // <Buffer 00 50>
 * ```
 */
export function htons(value: number): number {
  return swap('htons', value, 16);
}

/**
 * A 32-bit number from this machine's order of bytes to the network's, the highest first.
 *
 * Python: `socket.htonl`.
 *
 * @param value - a whole number from 0 to 4294967295
 * @throws ValueError for one that does not fit; TypeError for what is no whole number.
 *
 * @example
 * ```ts
 * import { htonl, INADDR_LOOPBACK } from 'tsyncio/socket';
 *
 * console.log(Buffer.from(Uint32Array.of(htonl(INADDR_LOOPBACK)).buffer));
 * // <Buffer 7f 00 00 01>
 * ```
 */
export function htonl(value: number): number {
  return swap('htonl', value, 32);
}

/**
 * A 16-bit number from the network's order of bytes, the highest first, to this machine's.
 *
 * Python: `socket.ntohs`.
 *
 * @param value - a whole number from 0 to 65535
 * @throws ValueError for one that does not fit; TypeError for what is no whole number.
 *
 * @example
 * ```ts
 * import { ntohs } from 'tsyncio/socket';
 *
 * const header = Uint8Array.of(0x1f, 0x90); // as it came
 * console.log(ntohs(new Uint16Array(header.buffer)[0]!));
 * // 8080
 * ```
 */
export function ntohs(value: number): number {
  return swap('ntohs', value, 16);
}

/**
 * A 32-bit number from the network's order of bytes, the highest first, to this machine's.
 *
 * Python: `socket.ntohl`.
 *
 * @param value - a whole number from 0 to 4294967295
 * @throws ValueError for one that does not fit; TypeError for what is no whole number.
 *
 * @example
 * ```ts
 * import { inetAton, INADDR_LOOPBACK, ntohl } from 'tsyncio/socket';
 *
 * const address = Uint8Array.from(inetAton('127.0.0.1'));
 * console.log(ntohl(new Uint32Array(address.buffer)[0]!) === INADDR_LOOPBACK);
 * // true
 * ```
 */
export function ntohl(value: number): number {
  return swap('ntohl', value, 32);
}
