/*
 * What a socket is before any byte flows: its descriptor, its mode, its names and options.
 *
 * The mode is one number, as in Python:
 *
 *     timeout   the descriptor    a call that would have to wait
 *     null      blocks            waits, in the system call itself
 *     0         does not block    throws BlockingIOError
 *     > 0       does not block    waits by poll(2), and throws TimeoutError when the time is over
 *
 * After `close` or `detach` the descriptor is -1, and every call is an EBADF.
 */

import { checkKeywords, isKeywords } from '../base/arguments.js';
import { errnoOf } from '../base/errno.js';
import { OSError, TimeoutError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { type Addon, addon } from '../platform/addon.js';
import { monotonic } from '../platform/host.js';
import { type Address, AddressBlock, type InetAddress, placeOf, reprAddress } from './address.js';
import { type Bytes, bytesOf } from './bytes.js';
import { AF_INET, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET } from './constants.js';
import { checkTimeout, getdefaulttimeout } from './defaults.js';
import { SO_DOMAIN, SO_PROTOCOL, SO_TYPE } from './options.js';

/** What the constructor of {@link socket} takes by name. */
export interface SocketOptions {
  /** AF_INET by default. */
  family?: number;
  /** SOCK_STREAM by default. */
  type?: number;
  /** 0, the usual one for the type, by default. */
  proto?: number;
  /** Take over this descriptor; family, type and proto are found out then. If it is left out, or `null`, a socket is made. */
  fileno?: number | null;
}

const NAMES = ['family', 'type', 'proto', 'fileno'] as const;
const POLLIN = 0x001;
const POLLOUT = 0x004;
const TYPE_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;
/** For addresses on their way out of the addon: each is read at once. */
const block = new AddressBlock();
const pollfd = new Int32Array(2);
const pollfdHalves = new Int16Array(pollfd.buffer);

function optionsOf(args: readonly (number | null | undefined | SocketOptions)[]): SocketOptions {
  const options: Record<string, unknown> = {};
  for (const [i, arg] of args.entries()) {
    const name = NAMES[i];
    if (isKeywords(arg)) {
      checkKeywords('socket', arg, NAMES);
      Object.assign(options, arg);
    } else if (arg !== undefined && name !== undefined) options[name] = arg;
  }
  return options;
}

/** Python's default for family, type and proto is -1: not given. */
function known(value: number | undefined): number | undefined {
  return value === -1 ? undefined : value;
}

/** What `socket` inherits; it is not exported by itself. */
export class BaseSocket {
  /** AF_INET, AF_INET6, AF_UNIX ... Python: `socket.socket.family`. */
  readonly family: number;
  /** SOCK_STREAM, SOCK_DGRAM ... without flags. Python: `socket.socket.type`. */
  readonly type: number;
  /** The protocol; 0 is the usual one for the type. Python: `socket.socket.proto`. */
  readonly proto: number;
  /** @internal */
  readonly _addon: Addon = addon();
  /** @internal */
  _fd: number;
  /** @internal */
  _timeout: number | null;

  /**
   * A socket of a family, a type and a protocol, by position, by name (`{ family, type, proto }`) or both; or the one
   * behind a descriptor (`{ fileno }`).
   *
   * @throws OSError when the system has no such socket, when it is out of descriptors, and without the addon.
   */
  constructor(
    family?: number | SocketOptions,
    type?: number | SocketOptions,
    proto?: number | SocketOptions,
    fileno?: number | null | SocketOptions,
  ) {
    const options = optionsOf([family, type, proto, fileno]);
    this._timeout = getdefaulttimeout();
    if (options.fileno == null) {
      const flags = known(options.type) ?? SOCK_STREAM;
      this.family = known(options.family) ?? AF_INET;
      this.type = flags & ~TYPE_FLAGS;
      this.proto = known(options.proto) ?? 0;
      if ((flags & SOCK_NONBLOCK) !== 0) this._timeout = 0;
      this._fd = this._addon.socket(this.family, this.type, this.proto, this._timeout !== null);
      this._check(this._fd, 'socket');
      return;
    }
    if (options.fileno < 0) throw new ValueError('negative file descriptor');
    this._fd = options.fileno;
    this.family = known(options.family) ?? this.#findFamily();
    this.type = (known(options.type) ?? this.getsockopt(SOL_SOCKET, SO_TYPE)) & ~TYPE_FLAGS;
    this.proto = known(options.proto) ?? this.#findProtocol();
    if (this._timeout !== null) this.#setNonblocking(true);
  }

  /** Where the system has no option for it, the address tells. */
  #findFamily(): number {
    if (!Number.isNaN(SO_DOMAIN)) return this.getsockopt(SOL_SOCKET, SO_DOMAIN);
    this._check(this._addon.getsockname(this._fd, block.ints), 'getsockname');
    return block.family;
  }

  #findProtocol(): number {
    return Number.isNaN(SO_PROTOCOL) ? 0 : this.getsockopt(SOL_SOCKET, SO_PROTOCOL);
  }

  /** The descriptor; -1 once closed. Python: `socket.socket.fileno`. */
  fileno(): number {
    return this._fd;
  }

  /**
   * Close the socket. Twice is once. Nothing closes it by itself: one that is forgotten stays open.
   *
   * Python: `socket.socket.close`.
   *
   * @throws OSError when the system says so; it is closed all the same.
   */
  close(): void {
    if (this._fd < 0) return;
    const result = this._addon.close(this.detach());
    // The peer may reset the connection while it is being closed, which is no news to anybody.
    if (result < 0 && result !== -errnoOf('ECONNRESET')) throw osError({ errno: result, syscall: 'close' });
  }

  /** `using sock = ...` closes it at the end of the block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Give the descriptor away: the socket is as closed, the descriptor is not. Python: `socket.socket.detach`. */
  detach(): number {
    const fd = this._fd;
    this._fd = -1;
    return fd;
  }

  /**
   * Whether calls wait: `setblocking(true)` is `settimeout(null)`, `setblocking(false)` is `settimeout(0)`.
   *
   * Python: `socket.socket.setblocking`.
   */
  setblocking(flag: boolean): void {
    this.settimeout(flag ? null : 0);
  }

  /** Whether calls wait, with or without a timeout. Python: `socket.socket.getblocking`. */
  getblocking(): boolean {
    return this._timeout !== 0;
  }

  /**
   * How long a call may wait. While it waits nothing else goes on: no timer, promise or I/O of Node's.
   *
   * Python: `socket.socket.settimeout`.
   *
   * @param value - seconds; 0: not at all, a call that would have to wait throws BlockingIOError; `null`: forever.
   * @throws ValueError for a negative one.
   */
  settimeout(value: number | null): void {
    const timeout = checkTimeout(value);
    this.#setNonblocking(timeout !== null);
    this._timeout = timeout;
  }

  #setNonblocking(on: boolean): void {
    this._check(this._addon.setNonblocking(this._fd, on), 'ioctl');
  }

  /** How long a call may wait, in seconds; `null`: forever. Python: `socket.socket.gettimeout`. */
  gettimeout(): number | null {
    return this._timeout;
  }

  /** The same as `gettimeout()`: seconds, or `null`. Python: `socket.socket.timeout`. */
  get timeout(): number | null {
    return this._timeout;
  }

  /**
   * The address of this end. The type argument says which kind, `getsockname<UnixAddress>()`; host and port without.
   *
   * Python: `socket.socket.getsockname`.
   */

  getsockname<A extends Address = InetAddress>(): A {
    this._check(this._addon.getsockname(this._fd, block.ints), 'getsockname');
    return block.decode() as A;
  }

  /**
   * The address of the other end. The type argument says which kind, as with `getsockname`.
   *
   * Python: `socket.socket.getpeername`.
   *
   * @throws OSError (ENOTCONN) when there is none.
   */

  getpeername<A extends Address = InetAddress>(): A {
    this._check(this._addon.getpeername(this._fd, block.ints), 'getpeername');
    return block.decode() as A;
  }

  /**
   * The value of an option that is a number.
   *
   * Python: `socket.socket.getsockopt`.
   *
   * @throws OSError (ENOPROTOOPT) for an option that the system or the kind of socket lacks.
   */
  getsockopt(level: number, optname: number): number;
  /**
   * The value of an option in `buflen` bytes at most.
   *
   * @throws OSError if `buflen` is not 1 to 1024, and as for a number.
   */
  getsockopt(level: number, optname: number, buflen: number): Buffer;
  getsockopt(level: number, optname: number, buflen = 0): number | Buffer {
    if (buflen < 0 || buflen > 1024) throw new OSError('getsockopt buflen out of range');
    const bytes = new Uint8Array(buflen === 0 ? 4 : buflen);
    const length = this._check(this._addon.getsockopt(this._fd, level, optname, bytes), 'getsockopt');
    return buflen === 0 ? (new Int32Array(bytes.buffer)[0] ?? 0) : Buffer.from(bytes.subarray(0, length));
  }

  /**
   * Set an option.
   *
   * Python: `socket.socket.setsockopt`.
   *
   * @param value - a number, `true` for 1 and `false` for 0, or the bytes of a structure.
   */
  setsockopt(level: number, optname: number, value: number | boolean | Bytes): void {
    const plain = typeof value === 'boolean' ? Number(value) : value;
    const result = this._addon.setsockopt(
      this._fd,
      level,
      optname,
      typeof plain === 'number' ? plain : bytesOf(plain),
    );
    this._check(result, 'setsockopt');
  }

  /**
   * End one direction or both.
   *
   * Python: `socket.socket.shutdown`.
   *
   * @param how - SHUT_RD, SHUT_WR (the other side reads the end of the stream) or SHUT_RDWR.
   */
  shutdown(how: number): void {
    this._check(this._addon.shutdown(this._fd, how), 'shutdown');
  }

  /** As Python shows it: `<socket.socket fd=3, family=2, type=1, proto=0, laddr=('127.0.0.1', 0)>`. */
  toString(): string {
    const closed = this._fd < 0 ? ' [closed]' : '';
    const kind = `family=${String(this.family)}, type=${String(this.type)}, proto=${String(this.proto)}`;
    return `<socket.socket${closed} fd=${String(this._fd)}, ${kind}${this.#reprNames()}>`;
  }

  #reprNames(): string {
    let text = '';
    if (this._addon.getsockname(this._fd, block.ints) === 0) text += reprName('laddr', block);
    if (this._addon.getpeername(this._fd, block.ints) === 0) text += reprName('raddr', block);
    return text;
  }

  /** The result, or the error that it stands for. @internal */
  _check(result: number, syscall: string, address?: Address): number {
    if (result >= 0) return result;
    throw osError({ errno: result, syscall, ...(address === undefined ? {} : placeOf(address)) });
  }

  /** When a call that starts now has to be over. @internal */
  _deadline(): number {
    return this._timeout === null ? Number.POSITIVE_INFINITY : monotonic() + this._timeout;
  }

  /** Wait until readable or writable; `false` when the time is over. @internal */
  _ready(writing: boolean, deadline: number): boolean {
    const wait = deadline === Number.POSITIVE_INFINITY ? -1 : Math.max(deadline - monotonic(), 0);
    pollfd[0] = this._fd;
    pollfdHalves[2] = writing ? POLLOUT : POLLIN;
    pollfdHalves[3] = 0;
    return this._check(this._addon.poll(pollfd, 1, wait), 'poll') > 0;
  }

  /**
   * What to do with a negative result: wait and try again if there is a timeout, else throw.
   *
   * @returns the result of the try that did not fail.
   * @internal
   */
  _retry(
    failed: number,
    writing: boolean,
    syscall: string,
    attempt: () => number,
    deadline = this._deadline(),
  ): number {
    let result = failed;
    const again = -errnoOf('EAGAIN');
    while (result === again && this._timeout !== null && this._timeout > 0) {
      if (!this._ready(writing, deadline)) throw new TimeoutError('timed out');
      result = attempt();
    }
    return this._check(result, syscall);
  }
}

function reprName(name: string, names: AddressBlock): string {
  const address = names.decode();
  return address === null || address === '' ? '' : `, ${name}=${reprAddress(address)}`;
}
