/*
 * Internet addresses between text and bytes. Nothing here asks the system, so it works without the addon.
 */

import { errnoOf } from '../base/errno.js';
import { OSError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { AF_INET, AF_INET6 } from './constants.js';

/** The four bytes of `1.2.3.4`; `null` for anything else, leading zeros included: some read those as octal. */
export function parseIpv4(text: string): Uint8Array | null {
  if (!/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || /(?:^|\.)0\d/.test(text)) return null;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : null;
}

/** The 16-bit groups of a piece of an IPv6 address, which may end in an IPv4 one; `null` for what is none. */
function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const pieces = text.split(':');
  for (const [i, piece] of pieces.entries()) {
    const ipv4 = i === pieces.length - 1 && piece.includes('.') ? parseIpv4(piece) : null;
    if (ipv4 !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(piece)) groups.push(Number.parseInt(piece, 16));
    else return null;
  }
  return groups;
}

function groupsOf(text: string): number[] | null {
  const halves = text.split('::');
  const head = parseGroups(halves[0] ?? '');
  if (halves.length === 1) return head?.length === 8 ? head : null;
  const tail = parseGroups(halves[1] ?? '');
  // An IPv4 ending can only be at the very end.
  if (halves.length > 2 || head === null || tail === null || (halves[0] ?? '').includes('.')) return null;
  const gap = 8 - head.length - tail.length;
  return gap >= 1 ? [...head, ...new Array<number>(gap).fill(0), ...tail] : null;
}

/** The sixteen bytes of an IPv6 address without a scope; `null` for what is none. */
export function parseIpv6(text: string): Uint8Array | null {
  const groups = groupsOf(text);
  return groups === null ? null : Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** `1.2.3.4`, of the four bytes at `offset`. */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  const [a, b, c, d] = [bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]];
  return `${String(a)}.${String(b)}.${String(c)}.${String(d)}`;
}

/** The first of the longest runs of two zeros or more; a length of 0 for none. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start >= 2 && end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end);
  }
  return best;
}

/** As inet_ntop writes it, of the sixteen bytes at `offset`: `::1`, `::ffff:1.2.3.4`. */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) {
    groups.push(((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0));
  }
  const { start, length } = longestZeros(groups);
  // ::1.2.3.4 and ::ffff:1.2.3.4 are written so; ::1 and the like are not.
  const isMapped = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (isMapped) return `::${length === 5 ? 'ffff:' : ''}${formatIpv4(bytes, offset + 12)}`;
  if (length === 0) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/**
 * The bytes of an address in text: four for AF_INET, sixteen for AF_INET6.
 *
 * Python: `socket.inet_pton`.
 *
 * @throws OSError for a text that is no address of the family (a name, a scope), and for another family.
 *
 * @example
 * ```ts
 * import { AF_INET6, inetPton } from 'tsyncio/socket';
 *
 * console.log(inetPton(AF_INET6, '2001:db8::1').toString('hex'));
 * // 20010db8000000000000000000000001
 * ```
 */
export function inetPton(addressFamily: number, ipString: string): Buffer {
  if (addressFamily !== AF_INET && addressFamily !== AF_INET6) {
    throw osError({ errno: errnoOf('EAFNOSUPPORT'), syscall: 'inet_pton' });
  }
  const bytes = addressFamily === AF_INET ? parseIpv4(ipString) : parseIpv6(ipString);
  if (bytes === null) throw new OSError('illegal IP address string passed to inet_pton');
  return Buffer.from(bytes);
}

/**
 * The text of an address in bytes, four for AF_INET, sixteen for AF_INET6: in the shortest way of writing it.
 *
 * Python: `socket.inet_ntop`.
 *
 * @throws ValueError for a wrong number of bytes, and for another family.
 *
 * @example
 * ```ts
 * import { AF_INET, AF_INET6, inetNtop } from 'tsyncio/socket';
 *
 * console.log(inetNtop(AF_INET, Uint8Array.of(192, 0, 2, 1)));
 * console.log(inetNtop(AF_INET6, new Uint8Array(16).fill(1, 15)));
 * // 192.0.2.1
 * // ::1
 * ```
 */
export function inetNtop(addressFamily: number, packedIp: Uint8Array): string {
  if (addressFamily !== AF_INET && addressFamily !== AF_INET6) {
    throw new ValueError(`unknown address family ${String(addressFamily)}`);
  }
  const isIpv4 = addressFamily === AF_INET;
  if (packedIp.length !== (isIpv4 ? 4 : 16))
    throw new ValueError('invalid length of packed IP address string');
  return isIpv4 ? formatIpv4(packedIp) : formatIpv6(packedIp);
}

function parseNumber(text: string): number | null {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

/**
 * The four bytes of an IPv4 address in any of the old ways of writing it: `127.1`, `0x7f000001`.
 *
 * Python: `socket.inet_aton`.
 *
 * @throws OSError for what is none.
 *
 * @example
 * ```ts
 * import { inetAton } from 'tsyncio/socket';
 *
 * console.log(inetAton('127.1'), inetAton('0x7f000001'));
 * // <Buffer 7f 00 00 01> <Buffer 7f 00 00 01>
 * ```
 */
export function inetAton(ipString: string): Buffer {
  const parts = ipString.split('.').map(parseNumber);
  const last = parts.pop();
  const room = 4 - parts.length;
  const isFine =
    last !== null &&
    last !== undefined &&
    room >= 1 &&
    last < 256 ** room &&
    parts.every((part): part is number => part !== null && part <= 255);
  if (!isFine) throw new OSError('illegal IP address string passed to inet_aton');
  const bytes = Buffer.alloc(4);
  bytes.set(parts);
  bytes.writeUIntBE(last, parts.length, room);
  return bytes;
}

/**
 * The text of four bytes, which are an IPv4 address: `127.0.0.1`.
 *
 * Python: `socket.inet_ntoa`.
 *
 * @throws OSError for another number of bytes.
 *
 * @example
 * ```ts
 * import { inetNtoa } from 'tsyncio/socket';
 *
 * console.log(inetNtoa(Uint8Array.of(127, 0, 0, 1)));
 * // 127.0.0.1
 * ```
 */
export function inetNtoa(packedIp: Uint8Array): string {
  if (packedIp.length !== 4) throw new OSError('packed IP wrong length');
  return formatIpv4(packedIp);
}
