/*
 * A socket of Node's as `getExtraInfo('socket')` shows it where there is no addon to ask the system with.
 */
import { errnoOf } from '../base/errno.js';
import { OSError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { addonError } from '../platform/addon.js';
import type { ShownSocket } from '../protocols/transport-socket.js';
import { type Address, reprAddress } from '../socket/address.js';
import type { InetAddress } from '../socket/index.js';

/** An option that Node can set: how it was set last, and how it is set. */
export interface NodeOption {
  readonly level: number;
  readonly optname: number;
  value: number;
  readonly set: (value: number) => void;
}

/** What is known of a socket of Node's. */
export interface NodeSocketFacts {
  readonly fd: number;
  readonly family: number;
  readonly type: number;
  readonly proto: number;
  readonly sockname: Address | null;
  readonly peername: Address | null;
  readonly options: readonly NodeOption[];
}

/** Shows what Node told when the connection was made. */
export class NodeSocket implements ShownSocket {
  /** As of `socket.socket`. */
  readonly family: number;
  /** As of `socket.socket`. */
  readonly type: number;
  /** As of `socket.socket`. */
  readonly proto: number;
  private readonly _facts: NodeSocketFacts;
  private _fd: number;

  constructor(facts: NodeSocketFacts) {
    this._facts = facts;
    this._fd = facts.fd;
    this.family = facts.family;
    this.type = facts.type;
    this.proto = facts.proto;
  }

  fileno(): number {
    return this._fd;
  }

  detach(): number {
    const fd = this._fd;
    this._fd = -1;
    return fd;
  }

  dup(): never {
    throw unavailable('dup');
  }

  shutdown(): never {
    throw unavailable('shutdown');
  }

  getsockname<A extends Address = InetAddress>(): A {
    if (this._facts.sockname === null) throw osError({ errno: errnoOf('EBADF'), syscall: 'getsockname' });
    return this._facts.sockname as A;
  }

  getpeername<A extends Address = InetAddress>(): A {
    if (this._facts.peername === null) throw osError({ errno: errnoOf('ENOTCONN'), syscall: 'getpeername' });
    return this._facts.peername as A;
  }

  getsockopt(level: number, optname: number): number;
  getsockopt(level: number, optname: number, buflen: number): Buffer;
  getsockopt(level: number, optname: number): number | Buffer {
    return this._option('getsockopt', level, optname).value;
  }

  setsockopt(level: number, optname: number, value: unknown): void {
    const option = this._option('setsockopt', level, optname);
    if (typeof value !== 'number' && typeof value !== 'boolean') throw unavailable('setsockopt with bytes');
    option.value = Number(value);
    option.set(option.value);
  }

  private _option(method: string, level: number, optname: number): NodeOption {
    if (this._fd < 0) throw osError({ errno: errnoOf('EBADF'), syscall: method });
    const found = this._facts.options.find((option) => option.level === level && option.optname === optname);
    if (found !== undefined) return found;
    throw unavailable(`${method}(${level}, ${optname})`);
  }

  toString(): string {
    const closed = this._fd < 0 ? ' [closed]' : '';
    const { sockname, peername } = this._facts;
    const kind = `family=${this.family}, type=${this.type}, proto=${this.proto}`;
    const names = `${reprName('laddr', sockname)}${reprName('raddr', peername)}`;
    return `<socket.socket${closed} fd=${this._fd}, ${kind}${names}>`;
  }
}

function reprName(name: string, address: Address | null): string {
  return address === null || address === '' ? '' : `, ${name}=${reprAddress(address)}`;
}

/** Node has no call for it, and there is no addon. */
export function unavailable(what: string): OSError {
  const reason = addonError();
  return new OSError(
    `${what} is more than Node can do with a socket; ${reason?.message ?? 'it needs the tsyncio addon'}`,
    { code: 'ERR_TSYNCIO_NO_ADDON', cause: reason ?? undefined },
  );
}
