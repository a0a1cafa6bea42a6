/**
 * Python's `socket`: the system's sockets, blocking or not.
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
export type { SendableFile } from './transfer-socket.js';
