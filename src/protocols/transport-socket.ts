import { ValueError } from '../base/errors.js';
import type { Address, Bytes, InetAddress, socket } from '../socket/index.js';

/** What {@link TransportSocket} shows: a socket, or what stands for one of Node's. */
export type ShownSocket = Pick<
  socket,
  | 'family'
  | 'type'
  | 'proto'
  | 'fileno'
  | 'detach'
  | 'dup'
  | 'getsockopt'
  | 'setsockopt'
  | 'getsockname'
  | 'getpeername'
  | 'shutdown'
  | 'toString'
>;

/**
 * The socket of a transport or a server, to ask and to set options; sending, receiving and closing are the transport's
 * business. {@link Server.sockets} and `transport.getExtraInfo('socket')` give one.
 *
 * Python: `asyncio.trsock.TransportSocket`.
 *
 * @example
 * ```ts
 * import { asyncWith, run, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   yield* asyncWith(yield* startServer(() => undefined, '127.0.0.1', 0), function* (server) {
 *     const [listener] = server.sockets;
 *     const [host, port] = listener!.getsockname();
 *     console.log(host, port > 0, listener!.gettimeout());
 *   });
 * }
 *
 * await run(main());
 * // 127.0.0.1 true 0
 * ```
 */
export class TransportSocket {
  /** @internal */
  readonly _sock: ShownSocket;

  /** @internal */
  constructor(sock: ShownSocket) {
    this._sock = sock;
  }

  /** AF_INET, AF_INET6, AF_UNIX. Python: `socket.family`. */
  get family(): number {
    return this._sock.family;
  }

  /** SOCK_STREAM or SOCK_DGRAM. Python: `socket.type`. */
  get type(): number {
    return this._sock.type;
  }

  /** The protocol, as a number. Python: `socket.proto`. */
  get proto(): number {
    return this._sock.proto;
  }

  /** The descriptor; -1 once closed. Python: `socket.fileno`. */
  fileno(): number {
    return this._sock.fileno();
  }

  /** A socket of one's own on the same connection, with another descriptor. Close it in the end. Python: `socket.dup`. */
  dup(): socket {
    return this._sock.dup();
  }

  /**
   * The value of an option that is a number. Python: `socket.getsockopt`. @throws OSError for an option that it does not know.
   */
  getsockopt(level: number, optname: number): number;
  /** The value of an option, in `buflen` bytes at most. */
  getsockopt(level: number, optname: number, buflen: number): Buffer;
  getsockopt(level: number, optname: number, buflen = 0): number | Buffer {
    return this._sock.getsockopt(level, optname, buflen);
  }

  /** Set an option. Python: `socket.setsockopt`. @throws OSError for an option or a value that the system does not take. */
  setsockopt(level: number, optname: number, value: number | boolean | Bytes): void {
    this._sock.setsockopt(level, optname, value);
  }

  /** The address of this end. Python: `socket.getsockname`. */
  getsockname<A extends Address = InetAddress>(): A {
    return this._sock.getsockname<A>();
  }

  /** The address of the other end. Python: `socket.getpeername`. @throws OSError (ENOTCONN) for one that is not connected. */
  getpeername<A extends Address = InetAddress>(): A {
    return this._sock.getpeername<A>();
  }

  /**
   * End one direction or both, past the transport: what it has not sent yet is lost. `transport.writeEof()` sends it first.
   *
   * @param how - SHUT_RD, SHUT_WR or SHUT_RDWR of `tsyncio/socket`.
   */
  shutdown(how: number): void {
    this._sock.shutdown(how);
  }

  /** Always 0, in seconds: a transport's socket does not block. Python: `socket.gettimeout`. */
  gettimeout(): number {
    return 0;
  }

  /** Takes nothing but 0. Python: `socket.settimeout`. @throws ValueError for anything else. */
  settimeout(value: number | null): void {
    if (value === 0) return;
    throw new ValueError('settimeout(): only 0 timeout is allowed on transport sockets');
  }

  /** Takes nothing but `false`. Python: `socket.setblocking`. @throws ValueError for `true`. */
  setblocking(flag: boolean): void {
    if (!flag) return;
    throw new ValueError('setblocking(): transport sockets cannot be blocking');
  }

  /** As Python shows it: `<asyncio.TransportSocket fd=3, family=2, type=1, proto=0, laddr=('127.0.0.1', 0)>`. */
  toString(): string {
    return this._sock.toString().replace('<socket.socket', '<asyncio.TransportSocket');
  }
}
