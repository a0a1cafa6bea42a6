/*
 * Names and addresses. All of these block, as Python's do; a loop has its own getaddrinfo and getnameinfo.
 */

import { checkKeywords, isKeywords } from '../base/arguments.js';
import { OSError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { addon } from '../platform/addon.js';
import { type Address, type InetAddress, ipv6Sockaddr } from './address.js';
import { AF_INET, AF_INET6, AF_UNSPEC, SOCK_DGRAM } from './constants.js';
import { gaiError } from './errors.js';
import { AI_NUMERICHOST, AI_NUMERICSERV } from './flags.js';
import { type Wanted, lookUp } from './lookup.js';
import { addressOf } from './sockaddr.js';
import { typeName } from './type-name.js';

/**
 * One entry of what {@link getaddrinfo} gives: what to make a {@link socket} of (family, type, protocol), the full name of the host (empty
 * if not asked for by AI_CANONNAME), and the address to connect it to.
 */
export type AddrInfo = [
  family: number,
  type: number,
  proto: number,
  canonname: string,
  sockaddr: InetAddress,
];

/** What {@link getaddrinfo} looks for. */
export interface AddrInfoOptions {
  /** AF_INET or AF_INET6; 0, for both, by default. */
  family?: number;
  /** SOCK_STREAM ...; 0, for all, by default. */
  type?: number;
  /** 0, for all, by default. */
  proto?: number;
  /** AI_*, or-ed; none by default. */
  flags?: number;
}

const ADDR_INFO_NAMES = ['family', 'type', 'proto', 'flags'] as const;

function wantedOf(args: readonly (number | AddrInfoOptions | undefined)[]): Wanted {
  const wanted: Record<string, number> = {};
  for (const [i, arg] of args.entries()) {
    const name = ADDR_INFO_NAMES[i];
    if (isKeywords(arg)) {
      checkKeywords('getaddrinfo', arg, ADDR_INFO_NAMES);
      Object.assign(wanted, arg);
    } else if (typeof arg === 'number' && name !== undefined) wanted[name] = arg;
  }
  return wanted;
}

function hostOf(host: unknown): string | null {
  if (host === null || host === undefined) return null;
  if (typeof host === 'string') return host;
  if (host instanceof Uint8Array) return Buffer.from(host).toString();
  throw new TypeError('getaddrinfo() argument 1 must be string or None');
}

function serviceOf(port: unknown): string | null {
  if (port === null || port === undefined) return null;
  if (typeof port === 'string' || (typeof port === 'number' && Number.isInteger(port))) return String(port);
  if (port instanceof Uint8Array) return Buffer.from(port).toString();
  throw new OSError('Int or String expected');
}

/**
 * The addresses of a host and a service. It blocks, and asks name servers if need be.
 *
 * Python: `socket.getaddrinfo`.
 *
 * @param host - a name, an address, or `null` for this machine.
 * @param port - a number, the name of a service (`'http'`), or `null`.
 * @param family - family, type, proto and flags may also be given by name, as one object.
 * @returns one array for each address.
 * @throws gaierror when there is none.
 *
 * @example
 * ```ts
 * import { SOCK_STREAM, getaddrinfo } from 'tsyncio/socket';
 *
 * const [[, , , , address]] = getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM });
 * console.log(address);
 * // [ '127.0.0.1', 80 ]
 * ```
 */
export function getaddrinfo(
  host: string | Uint8Array | null,
  port: string | number | Uint8Array | null,
  family?: number | AddrInfoOptions,
  type?: number | AddrInfoOptions,
  proto?: number | AddrInfoOptions,
  flags?: number | AddrInfoOptions,
): [AddrInfo, ...AddrInfo[]] {
  const found = lookUp(hostOf(host), serviceOf(port), wantedOf([family, type, proto, flags]));
  return found.map((entry) => [
    entry.family,
    entry.type,
    entry.proto,
    entry.canonname,
    addressOf(entry.sockaddr) as InetAddress,
  ]) as [AddrInfo, ...AddrInfo[]];
}

/**
 * The names of an address. It blocks, and asks name servers unless `flags` say not to; `loop.getnameinfo` does not block.
 *
 * Python: `socket.getnameinfo`.
 *
 * @param sockaddr - `[host, port]` or `[host, port, flowinfo, scopeid]`; the host must be an address.
 * @param flags - NI_*, or-ed.
 * @returns host and service; a host without a name as its address, if there is no NI_NAMEREQD.
 * @throws gaierror when there is none; OSError and TypeError for what is no such address.
 *
 * @example
 * ```ts
 * import { getnameinfo, NI_NUMERICHOST, NI_NUMERICSERV } from 'tsyncio/socket';
 *
 * console.log(getnameinfo(['127.0.0.1', 8080], NI_NUMERICHOST | NI_NUMERICSERV));
 * // [ '127.0.0.1', '8080' ]
 * ```
 */
export function getnameinfo(sockaddr: Readonly<InetAddress>, flags: number): [host: string, service: string] {
  if (!Array.isArray(sockaddr)) throw new TypeError('getnameinfo() argument 1 must be a tuple');
  const [host, port, flowinfo = 0, scopeid = 0] = sockaddr as Readonly<InetAddress>;
  const found = lookUp(host, String(port), {
    family: AF_UNSPEC,
    type: SOCK_DGRAM,
    flags: AI_NUMERICHOST | AI_NUMERICSERV,
  });
  const first = found[0];
  if (first === undefined || found.length > 1) throw new OSError('sockaddr resolved to multiple addresses');
  if (first.family === AF_INET && sockaddr.length !== 2) throw new OSError('IPv4 sockaddr must be 2 tuple');
  const address =
    first.family === AF_INET6 && sockaddr.length > 2
      ? ipv6Sockaddr(first.sockaddr.subarray(8, 24), port, flowinfo, scopeid)
      : first.sockaddr;
  const result = addon().getnameinfo(address, flags);
  if (typeof result === 'number') throw osError({ errno: result, syscall: 'getnameinfo' });
  const [code, errno, name, service] = result as [number, number, string, string];
  if (code !== 0) throw gaiError(code, errno, { syscall: 'getnameinfo', hostname: host });
  return [name, service];
}

/**
 * The first IPv4 address of a host. It blocks, and asks name servers if need be; `loop.getaddrinfo` does not block, and knows IPv6.
 *
 * Python: `socket.gethostbyname`.
 *
 * @param hostname - a name or an address; the empty string for `0.0.0.0`.
 * @throws gaierror when it has none.
 *
 * @example
 * ```ts
 * import { gethostbyname } from 'tsyncio/socket';
 *
 * console.log(gethostbyname('localhost'));
 * // 127.0.0.1
 * ```
 */
export function gethostbyname(hostname: string): string {
  if (typeof hostname !== 'string') {
    throw new TypeError(
      `gethostbyname() argument 1 must be str, bytes or bytearray, not ${typeName(hostname)}`,
    );
  }
  if (hostname === '') return '0.0.0.0';
  const first = lookUp(hostname, null, { family: AF_INET })[0];
  const address: Address | null = first === undefined ? null : addressOf(first.sockaddr);
  return (address as InetAddress)[0];
}

function checked<T>(result: T | number, syscall: string): Exclude<T, number> {
  if (typeof result === 'number') throw osError({ errno: result, syscall });
  return result as Exclude<T, number>;
}

/**
 * The name of this machine, as it is set: not always one that can be looked up.
 *
 * Python: `socket.gethostname`.
 *
 * @example
 * ```ts
 * import { hostname } from 'node:os';
 * import { gethostname } from 'tsyncio/socket';
 *
 * console.log(gethostname() === hostname());
 * // true
 * ```
 */
export function gethostname(): string {
  return checked(addon().gethostname(), 'gethostname');
}

/**
 * The index of a network interface, which is the scope of link-local IPv6 addresses.
 *
 * Python: `socket.if_nametoindex`.
 *
 * @throws OSError for a name that there is not.
 *
 * @example
 * ```ts
 * import { networkInterfaces } from 'node:os';
 * import { ifIndextoname, ifNametoindex } from 'tsyncio/socket';
 *
 * const [name = 'lo'] = Object.keys(networkInterfaces());
 * const index = ifNametoindex(name);
 * console.log(index > 0, ifIndextoname(index) === name);
 * // true true
 * ```
 */
export function ifNametoindex(ifName: string): number {
  const result = addon().ifNametoindex(ifName);
  if (result < 0) throw osError({ errno: result, syscall: 'if_nametoindex' });
  return result;
}

/**
 * The name of a network interface.
 *
 * Python: `socket.if_indextoname`.
 *
 * @throws OSError for an index that there is not.
 *
 * @example
 * ```ts
 * import { error, ifIndextoname } from 'tsyncio/socket';
 *
 * try {
 *   ifIndextoname(0); // they are counted from 1
 * } catch (none) {
 *   if (!(none instanceof error)) throw none;
 *   console.log(none.code);
 * }
 * // ENXIO
 * ```
 */
export function ifIndextoname(ifIndex: number): string {
  return checked(addon().ifIndextoname(ifIndex), 'if_indextoname');
}
