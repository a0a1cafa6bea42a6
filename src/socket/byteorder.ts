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

/** A 16-bit number from this machine's order to the network's. Python: `socket.htons`. */
export function htons(value: number): number {
  return swap('htons', value, 16);
}

/** A 32-bit number from this machine's order to the network's. Python: `socket.htonl`. */
export function htonl(value: number): number {
  return swap('htonl', value, 32);
}

/** A 16-bit number from the network's order to this machine's. Python: `socket.ntohs`. */
export function ntohs(value: number): number {
  return swap('ntohs', value, 16);
}

/** A 32-bit number from the network's order to this machine's. Python: `socket.ntohl`. */
export function ntohl(value: number): number {
  return swap('ntohl', value, 32);
}
