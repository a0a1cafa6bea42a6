/**
 * Python's `socket`: the system's sockets, blocking or not.
 *
 * {@link socket} is the class; {@link createServer}, {@link createConnection} and {@link socketpair} make one ready for use. A socket
 * blocks at first: each of its calls returns when it is done, and nothing of Node's goes on until then. That is what scripts and
 * threads want. With an event loop, either leave sockets to `openConnection`, `startServer` and `loop.createConnection`, or set
 * `setblocking(false)` and use `loop.sockRecv`, `loop.sockSendall` and their like.
 *
 * Timeouts are in seconds. What the system refuses is thrown as an {@link error}, Python's OSError: a subclass of it by `errno`, with Node's `code`.
 * What cannot be resolved is a {@link gaierror}, and a timeout that is over a {@link timeout}.
 *
 * Constants have Python's names and this system's values; one that the system lacks is NaN, which no call takes. Which of them belong
 * together is told by the groups below: families and types make a socket, levels and options are for `getsockopt` and `setsockopt`, MSG_* for
 * sending and receiving, AI_* and NI_* for looking names up, which fails with EAI_*.
 *
 * What asks the system needs the addon; without it each such call throws an OSError that names the reason. Constants, addresses as text
 * and bytes, and the order of bytes do without.
 *
 * @example Datagrams, an option, a timeout
 * ```ts
 * import { AF_INET, SO_RCVBUF, SOCK_DGRAM, socket, SOL_SOCKET, timeout } from 'tsyncio/socket';
 *
 * using receiver = new socket(AF_INET, SOCK_DGRAM);
 * receiver.bind(['127.0.0.1', 0]);
 * receiver.setsockopt(SOL_SOCKET, SO_RCVBUF, 65536);
 * receiver.settimeout(0.01);
 *
 * using sender = new socket(AF_INET, SOCK_DGRAM);
 * sender.sendto('ping', receiver.getsockname());
 * const [data, [host]] = receiver.recvfrom(100);
 * console.log(String(data), 'from', host);
 * try {
 *   receiver.recvfrom(100);
 * } catch (error) {
 *   console.log(error instanceof timeout);
 * }
 * // ping from 127.0.0.1
 * // true
 * ```
 *
 * @packageDocumentation
 */
export { OSError as error, TimeoutError as timeout } from '../base/errors.js';
export type { Address, InetAddress, UnixAddress } from './address.js';
export type { SocketOptions } from './base-socket.js';
export { htonl, htons, ntohl, ntohs } from './byteorder.js';
export type { Bytes } from './bytes.js';
export * from './constants.js';
export {
  type CreateConnectionOptions,
  type CreateServerOptions,
  close,
  createConnection,
  createServer,
  fromfd,
  hasDualstackIpv6,
  socketpair,
} from './create.js';
export { getdefaulttimeout, setdefaulttimeout } from './defaults.js';
export { gaierror, herror } from './errors.js';
export * from './flags.js';
export { inetAton, inetNtoa, inetNtop, inetPton } from './inet.js';
export * from './options.js';
export {
  type AddrInfo,
  type AddrInfoOptions,
  getaddrinfo,
  gethostbyname,
  gethostname,
  getnameinfo,
  ifIndextoname,
  ifNametoindex,
} from './resolve.js';
export { socket } from './socket.js';
export type { SendableFile, SendfileOptions } from './transfer-socket.js';
