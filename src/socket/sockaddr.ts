/*
 * From an address that a user gives to a sockaddr: checks it, with Python's texts, and looks up the host if it is a name.
 * That blocks; a loop looks names up by itself first.
 */

import { OSError, ValueError } from '../base/errors.js';
import { errnoOf } from '../base/errno.js';
import { type Address, AddressBlock, ipv4Sockaddr, ipv6Sockaddr, unixSockaddr } from './address.js';
import { AF_INET, AF_INET6, AF_UNIX } from './constants.js';
import { parseIpv4, parseIpv6 } from './inet.js';
import { lookUp } from './lookup.js';
import { typeName } from './type-name.js';

const BROADCAST: Uint8Array = Uint8Array.of(255, 255, 255, 255);

/** What an address that is an array has in it, checked as far as both families go. */
interface HostAndPort {
  host: string;
  port: number;
  flowinfo: number;
  /** `undefined`: not given. */
  scopeid: number | undefined;
}

function checkRange(caller: string, name: string, value: unknown, max: number, text: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new TypeError(`${caller}(): ${name} must be an integer, not ${typeName(value)}`);
  }
  if (value < 0 || value > max) throw new ValueError(`${caller}(): ${name} must be ${text}`);
  return value;
}

function hostText(host: unknown): string {
  if (typeof host === 'string') return host;
  if (host instanceof Uint8Array) return Buffer.from(host).toString();
  throw new TypeError(`str, bytes or bytearray expected, not ${typeName(host)}`);
}

function checkInet(caller: string, family: number, address: Address): HostAndPort {
  const isIpv4 = family === AF_INET;
  const name = isIpv4 ? 'AF_INET' : 'AF_INET6';
  if (!Array.isArray(address)) {
    throw new TypeError(`${caller}(): ${name} address must be tuple, not ${typeName(address)}`);
  }
  const [host, port, flowinfo, scopeid] = address as readonly unknown[];
  const isFine = isIpv4 ? address.length === 2 : address.length >= 2 && address.length <= 4;
  if (!isFine) {
    const shape = isIpv4 ? 'a pair (host, port)' : 'a tuple (host, port[, flowinfo[, scopeid]])';
    throw new TypeError(`${name} address must be ${shape}`);
  }
  return {
    host: hostText(host),
    port: checkRange(caller, 'port', port, 0xffff, '0-65535.'),
    flowinfo: flowinfo === undefined ? 0 : checkRange(caller, 'flowinfo', flowinfo, 0xfffff, '0-1048575.'),
    scopeid:
      scopeid === undefined
        ? undefined
        : checkRange(caller, 'scopeid', scopeid, 0xffffffff, 'a 32-bit number.'),
  };
}

/** The sockaddr of the first address of a name. */
function firstOf(host: string, family: number): Uint8Array {
  return lookUp(host, null, { family })[0]?.sockaddr ?? new Uint8Array(28);
}

function ipv4Host(host: string): Uint8Array {
  if (host === '') return new Uint8Array(4);
  if (host === '<broadcast>') return BROADCAST;
  return parseIpv4(host) ?? firstOf(host, AF_INET).subarray(4, 8);
}

function inet6Sockaddr(caller: string, address: Address): Uint8Array {
  const { host, port, flowinfo, scopeid } = checkInet(caller, AF_INET6, address);
  if (host === '<broadcast>') throw new OSError('address family mismatched');
  const literal = host === '' ? new Uint8Array(16) : parseIpv6(host);
  if (literal !== null) return ipv6Sockaddr(literal, port, flowinfo, scopeid ?? 0);
  const found = firstOf(host, AF_INET6);
  const foundScope = new Uint32Array(found.slice(24, 28).buffer)[0] ?? 0;
  return ipv6Sockaddr(found.subarray(8, 24), port, flowinfo, scopeid ?? foundScope);
}

function unixPath(caller: string, address: Address): Uint8Array {
  if (typeof address === 'string') return Buffer.from(address);
  if (address instanceof Uint8Array) return address;
  throw new TypeError(`${caller}(): AF_UNIX address must be str or bytes, not ${typeName(address)}`);
}

/**
 * The bytes of a sockaddr.
 *
 * @param caller - the name of the method, for the texts.
 * @throws TypeError and ValueError for an address that is none of this family; gaierror for a host that has none.
 * @internal
 */
export function sockaddrOf(caller: string, family: number, address: Address): Uint8Array {
  if (family === AF_INET) {
    const { host, port } = checkInet(caller, family, address);
    return ipv4Sockaddr(ipv4Host(host), port);
  }
  if (family === AF_INET6) return inet6Sockaddr(caller, address);
  if (family === AF_UNIX) return unixSockaddr(unixPath(caller, address));
  throw new OSError(`${caller}(): bad family`, { errno: errnoOf('EAFNOSUPPORT') });
}

/** The address in the bytes of a sockaddr. @internal */
export function addressOf(sockaddr: Uint8Array): Address | null {
  return new AddressBlock().set(sockaddr).decode();
}
