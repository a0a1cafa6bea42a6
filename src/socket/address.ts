/*
 * Addresses as users see them, and as a sockaddr has them.
 *
 *     sockaddr_in   family(2) port(2, network order) address(4) zeros(8)
 *     sockaddr_in6  family(2) port(2, network order) flowinfo(4, network order) address(16) scope(4)
 *     sockaddr_un   family(2) path, or NUL and an abstract name
 *
 * The family is in the order of the machine, on every system (the addon sees to that).
 */

import { OSError } from '../base/errors.js';
import { ADDRESS_INTS } from '../platform/addon.js';
import { AF_INET, AF_INET6, AF_UNIX } from './constants.js';
import { formatIpv4, formatIpv6 } from './inet.js';

/**
 * An IPv4 or IPv6 address: host and port; with IPv6 also flow information and scope. What {@link socket.getsockname} and
 * {@link socket.getpeername} give with AF_INET and AF_INET6. The host is a numeric address there; where an address is given to
 * {@link socket.bind} or {@link socket.connect} it may be a name too, which is looked up, or `''` for all addresses of this
 * machine. Ports are 0 to 65535; to bind to 0 is to let the system choose. The scope is the number of an interface,
 * {@link ifNametoindex}; it and the flow information are 0 if left out.
 */
export type InetAddress = [host: string, port: number, flowinfo?: number, scopeid?: number];

/**
 * An address of a Unix socket, for AF_UNIX: a path of at most 107 bytes (a little less elsewhere than on Linux), or on Linux an abstract name, which begins with `'\\0'` and
 * needs no file. The empty string stands for no address. A name that is no UTF-8 comes as a Buffer. {@link socket.bind} makes the
 * file of a path, and nobody but you removes it.
 */
export type UnixAddress = string | Uint8Array;

/**
 * Any address that a {@link socket} takes or gives: {@link InetAddress} or {@link UnixAddress}. The last form, the number of a family and
 * the bytes behind it, is for families that nobody here can read.
 */
export type Address = Readonly<InetAddress> | UnixAddress | readonly [family: number, sockaddr: Uint8Array];

const HEADER = 2;
const IN_LENGTH = 16;
const IN6_LENGTH = 28;
/** `sizeof sun_path` on Linux; elsewhere it is a little less, and the system says so. */
const UNIX_PATH_MAX = 108;

function start(length: number, family: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(Uint16Array.of(family).buffer));
  return bytes;
}

function setPort(bytes: Uint8Array, port: number): void {
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
}

/** A sockaddr_in of four bytes and a port. */
export function ipv4Sockaddr(host: Uint8Array, port: number): Uint8Array {
  const bytes = start(IN_LENGTH, AF_INET);
  setPort(bytes, port);
  bytes.set(host, 4);
  return bytes;
}

/** A sockaddr_in6 of sixteen bytes and a port. */
export function ipv6Sockaddr(host: Uint8Array, port: number, flowinfo: number, scopeid: number): Uint8Array {
  const bytes = start(IN6_LENGTH, AF_INET6);
  setPort(bytes, port);
  bytes.set([flowinfo >>> 24, (flowinfo >>> 16) & 0xff, (flowinfo >>> 8) & 0xff, flowinfo & 0xff], 4);
  bytes.set(host, 8);
  bytes.set(new Uint8Array(Uint32Array.of(scopeid).buffer), 24);
  return bytes;
}

/**
 * A sockaddr_un of a path or an abstract name.
 *
 * @throws OSError for a path that is too long.
 */
export function unixSockaddr(path: Uint8Array): Uint8Array {
  const isAbstract = path[0] === 0;
  if (path.length > UNIX_PATH_MAX - (isAbstract ? 0 : 1)) throw new OSError('AF_UNIX path too long');
  const bytes = start(HEADER + path.length, AF_UNIX);
  bytes.set(path, HEADER);
  return bytes;
}

/** The text of a path or an abstract name; its bytes when it is no UTF-8. */
function unixName(bytes: Uint8Array): string | Buffer {
  const isAbstract = bytes[0] === 0;
  const end = isAbstract ? -1 : bytes.indexOf(0);
  const name = Buffer.from(end === -1 ? bytes : bytes.subarray(0, end));
  const text = name.toString('utf8');
  return Buffer.from(text).equals(name) ? text : name;
}

/**
 * Where the addon writes an address, and how to read it. One can be used again and again.
 *
 * @internal
 */
export class AddressBlock {
  /** To be given to the addon. */
  readonly ints: Int32Array = new Int32Array(ADDRESS_INTS);
  readonly #bytes: Uint8Array = new Uint8Array(this.ints.buffer, 4);
  readonly #halves: Uint16Array = new Uint16Array(this.ints.buffer, 4);
  readonly #words: Uint32Array = new Uint32Array(this.ints.buffer, 4);

  /** Take over the bytes of a sockaddr. */
  set(sockaddr: Uint8Array): this {
    this.#bytes.fill(0);
    this.#bytes.set(sockaddr);
    this.ints[0] = sockaddr.length;
    return this;
  }

  /** The family of the address; 0 when there is none. */
  get family(): number {
    return (this.ints[0] ?? 0) >= HEADER ? (this.#halves[0] ?? 0) : 0;
  }

  /** The address as users see it; `null` when there is none. */
  decode(): Address | null {
    const length = Math.min(this.ints[0] ?? 0, this.#bytes.length);
    const { family } = this;
    if (family === AF_INET) return [formatIpv4(this.#bytes, 4), this.#port()];
    if (family === AF_INET6) return this.#decodeIpv6();
    if (family === AF_UNIX) return unixName(this.#bytes.subarray(HEADER, length));
    return length < HEADER ? null : [family, Buffer.from(this.#bytes.subarray(HEADER, length))];
  }

  #port(): number {
    return ((this.#bytes[2] ?? 0) << 8) | (this.#bytes[3] ?? 0);
  }

  #decodeIpv6(): InetAddress {
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(4, 8);
    const flowinfo = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return [formatIpv6(this.#bytes, 8), this.#port(), flowinfo, this.#words[6] ?? 0];
  }
}

/** Host and port of an address for an error's text and fields. */
export function placeOf(address: Address): { address?: string; port?: number } {
  if (typeof address === 'string') return { address: address.replaceAll('\0', '@') };
  if (address instanceof Uint8Array)
    return { address: Buffer.from(address).toString().replaceAll('\0', '@') };
  const [host, port] = address;
  return typeof host === 'string' && typeof port === 'number' ? { address: host, port } : {};
}

/** An address as Python's repr shows it. */
export function reprAddress(address: Address): string {
  if (typeof address === 'string') return address.replaceAll('\0', '\\x00');
  if (address instanceof Uint8Array) return `<Buffer ${Buffer.from(address).toString('hex')}>`;
  return `(${address.map((part) => (typeof part === 'string' ? `'${part}'` : String(part))).join(', ')})`;
}

/** Whether two addresses are the same; what is left out of one counts as 0. */
export function isSameAddress(a: Address, b: Address): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) {
    return typeof a === typeof b && Buffer.from(a as string).equals(Buffer.from(b as string));
  }
  const [x, y] = [a as readonly unknown[], b as readonly unknown[]];
  return [0, 1, 2, 3].every((i) => (x[i] ?? 0) === (y[i] ?? 0));
}
