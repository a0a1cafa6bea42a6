import { errnoOf } from '../base/errno.js';
import { TimeoutError } from '../base/errors.js';
import { type Address, AddressBlock, type InetAddress } from './address.js';
import { SOL_SOCKET, SOMAXCONN } from './constants.js';
import { getdefaulttimeout } from './defaults.js';
import { SO_ERROR } from './options.js';
import { sockaddrOf } from './sockaddr.js';
import { TransferSocket } from './transfer-socket.js';

const peer = new AddressBlock();

/** No errno is that large. */
const TIMED_OUT = -1_000_000;

/**
 * A socket of the system's, with Python's methods. It blocks as long as nobody says otherwise (`setblocking`,
 * `settimeout`), and a blocking call really blocks: nothing of Node's goes on until it returns, and Ctrl-C does not reach
 * a handler. With a loop use sockets that do not block.
 *
 * An address is `[host, port]` with AF_INET, `[host, port, flowinfo, scopeid]` with AF_INET6 (the last two may be left
 * out), and a string with AF_UNIX: a path, or an abstract name that begins with `'\0'`. Bytes come as Buffers; any
 * Uint8Array and strings (as UTF-8) are sent.
 *
 * Python: `socket.socket`. Left out: `makefile` (Node's streams and this library's are the files of JavaScript),
 * `recvmsg` and ancillary data.
 *
 * @example
 * ```ts
 * import { createServer, socket } from 'tsyncio/socket';
 *
 * using server = createServer(['127.0.0.1', 0]);
 * using client = new socket();
 * client.connect(server.getsockname());
 * const [conn] = server.accept();
 * client.sendall('hello');
 * console.log(conn.recv(100).toString());
 * conn.close();
 * // hello
 * ```
 */
export class socket extends TransferSocket {
  /**
   * Take an address for this end.
   *
   * Python: `socket.socket.bind`.
   *
   * @param address - port 0 for any that is free; host `''` for all addresses of this machine.
   * @throws OSError: EADDRINUSE, EACCES ...; gaierror for a host that has no address.
   */
  bind(address: Address): void {
    const sockaddr = sockaddrOf('bind', this.family, address);
    this._check(this._addon.bind(this._fd, sockaddr), 'bind', address);
  }

  /**
   * Take connections from now on.
   *
   * Python: `socket.socket.listen`.
   *
   * @param backlog - how many may wait to be accepted.
   */
  listen(backlog: number = Math.min(SOMAXCONN, 128)): void {
    this._check(this._addon.listen(this._fd, Math.max(backlog, 0)), 'listen');
  }

  /**
   * Take the next connection. The type argument says which kind of address.
   *
   * Python: `socket.socket.accept`.
   *
   * @returns a new socket, which blocks (or has the default timeout), and the address of the other end.
   * @throws BlockingIOError when there is none and the socket does not block; TimeoutError when the time is over.
   */
  accept<A extends Address = InetAddress>(): [conn: socket, address: A] {
    const nonblocking = getdefaulttimeout() !== null;
    const attempt = (): number => this._addon.accept(this._fd, nonblocking, peer.ints);
    const result = attempt();
    const fd = result >= 0 ? result : this._retry(result, false, 'accept', attempt);
    return [new socket(this.family, this.type, this.proto, fd), peer.decode() as A];
  }

  /**
   * Connect to an address.
   *
   * Python: `socket.socket.connect`.
   *
   * @throws OSError when that fails, BlockingIOError (EINPROGRESS) when it takes time and the socket does not block: it
   * becomes writable then, and SO_ERROR says how it went. TimeoutError when the time is over.
   */
  connect(address: Address): void {
    const result = this.#connect(address);
    if (result === TIMED_OUT) throw new TimeoutError('timed out');
    this._check(result, 'connect', address);
  }

  /**
   * Connect to an address, and tell an error by its number.
   *
   * Python: `socket.socket.connect_ex`.
   *
   * @returns 0, or the errno; EAGAIN when the time is over.
   * @throws what is wrong with the address itself.
   */
  connectEx(address: Address): number {
    const result = this.#connect(address);
    return result === TIMED_OUT ? errnoOf('EAGAIN') : Math.abs(result);
  }

  #connect(address: Address): number {
    const sockaddr = sockaddrOf('connect', this.family, address);
    const deadline = this._deadline();
    const result = this._addon.connect(this._fd, sockaddr);
    const timeout = this._timeout;
    // Interrupted by a signal, the connection goes on being made; so it does when there is a timeout.
    const goesOn =
      result === -errnoOf('EINTR') ? timeout !== 0 : result === -errnoOf('EINPROGRESS') && (timeout ?? 0) > 0;
    if (!goesOn) return result;
    if (!this._ready(true, deadline)) return TIMED_OUT;
    const error = this.getsockopt(SOL_SOCKET, SO_ERROR);
    return error === errnoOf('EISCONN') ? 0 : 0 - error;
  }

  /** A second socket object on the same connection, with a descriptor of its own. Python: `socket.socket.dup`. */
  dup(): socket {
    const fd = this._check(this._addon.dup(this._fd), 'dup');
    const copy = new socket(this.family, this.type, this.proto, fd);
    copy.settimeout(this._timeout);
    return copy;
  }

  /** It does not block already: remember that without telling the system again. @internal */
  _markNonblocking(): this {
    this._timeout = 0;
    return this;
  }
}
