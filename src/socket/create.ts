/*
 * Sockets made otherwise than by `new socket`.
 */

import { checkKeywords, firstOrOptions, isKeywords } from '../base/arguments.js';
import { ExceptionGroup } from '../base/exception-group.js';
import { OSError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { addon } from '../platform/addon.js';
import type { Address, InetAddress } from './address.js';
import { AF_INET, AF_INET6, AF_UNIX, IPPROTO_IPV6, SOCK_STREAM, SOL_SOCKET, hasIpv6 } from './constants.js';
import { getdefaulttimeout } from './defaults.js';
import { IPV6_V6ONLY, SO_REUSEADDR, SO_REUSEPORT } from './options.js';
import { type AddrInfo, getaddrinfo } from './resolve.js';
import { socket } from './socket.js';

/**
 * Two sockets that are connected with each other. They block, or have the default timeout.
 *
 * Python: `socket.socketpair`.
 *
 * @param family - AF_UNIX by default, and for `null`; what else there is depends on the system.
 * @param type - SOCK_STREAM by default.
 * @throws OSError for what the system has not, and where it is out of descriptors.
 *
 * @example
 * ```ts
 * import { socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * a.sendall('from one end');
 * console.log(String(b.recv(100)));
 * a.close();
 * console.log(b.recv(100).length); // the end
 * b.close();
 * // from one end
 * // 0
 * ```
 */
export function socketpair(
  family: number | null = AF_UNIX,
  type: number = SOCK_STREAM,
  proto = 0,
): [a: socket, b: socket] {
  const fds = new Int32Array(2);
  const nonblocking = getdefaulttimeout() !== null;
  const domain = family ?? AF_UNIX;
  const result = addon().socketpair(domain, type, proto, nonblocking, fds);
  if (result < 0) throw osError({ errno: result, syscall: 'socketpair' });
  return [new socket(domain, type, proto, fds[0]), new socket(domain, type, proto, fds[1])];
}

/**
 * A socket on a duplicate of a descriptor, which itself stays as it is: both are to be closed. `new socket({ fileno })` takes a
 * descriptor over instead.
 *
 * Python: `socket.fromfd`.
 *
 * @param proto - 0, the usual one for the type, by default; it may also be given by name.
 * @throws OSError (EBADF) for what is no descriptor.
 *
 * @example
 * ```ts
 * import { AF_UNIX, fromfd, SOCK_STREAM, socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * const copy = fromfd(a.fileno(), AF_UNIX, SOCK_STREAM);
 * a.close();
 * copy.sendall('still open');
 * console.log(String(b.recv(100)));
 * copy.close();
 * b.close();
 * // still open
 * ```
 */
export function fromfd(
  fd: number,
  family: number,
  type: number,
  proto: number | { proto?: number | undefined } = 0,
): socket {
  const options = firstOrOptions<{ proto?: number | undefined }>('proto', proto, {});
  checkKeywords('fromfd', options, ['proto']);
  const copy = addon().dup(fd);
  if (copy < 0) throw osError({ errno: copy, syscall: 'dup' });
  return new socket(family, type, options.proto ?? 0, copy);
}

/**
 * Close a descriptor that no socket object owns; `socket.detach` gives one.
 *
 * Python: `socket.close`.
 *
 * @throws OSError (EBADF) if it is none.
 *
 * @example
 * ```ts
 * import { close, socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * const fd = a.detach(); // the socket object has nothing to do with it any more
 * close(fd);
 * console.log(b.recv(1).length);
 * b.close();
 * // 0
 * ```
 */
export function close(fd: number): void {
  const result = addon().close(fd);
  if (result < 0) throw osError({ errno: result, syscall: 'close' });
}

/** How {@link createConnection} goes about it. */
export interface CreateConnectionOptions {
  /** Seconds for each try, and afterwards the timeout of the socket; the default timeout if left out. */
  timeout?: number | null;
  /** What to bind this end to; the system chooses if it is left out, or `null`. */
  sourceAddress?: Readonly<InetAddress> | null;
  /** Throw an ExceptionGroup of all errors, not the last one alone. By default `false`. */
  allErrors?: boolean;
}

const CONNECTION_NAMES = ['timeout', 'sourceAddress', 'allErrors'] as const;

function connectionOptions(args: readonly unknown[]): CreateConnectionOptions {
  const options: Record<string, unknown> = {};
  for (const [i, arg] of args.entries()) {
    const name = CONNECTION_NAMES[i];
    if (isKeywords(arg)) {
      checkKeywords('createConnection', arg, CONNECTION_NAMES);
      Object.assign(options, arg);
    } else if (arg !== undefined && name !== undefined) options[name] = arg;
  }
  return options;
}

function connectTo(info: AddrInfo, options: CreateConnectionOptions): socket {
  const [family, type, proto, , address] = info;
  const sock = new socket(family, type, proto);
  try {
    if (options.timeout !== undefined) sock.settimeout(options.timeout);
    if (options.sourceAddress != null) sock.bind(options.sourceAddress);
    sock.connect(address);
    return sock;
  } catch (error) {
    sock.close();
    throw error;
  }
}

/**
 * Connect a stream to a host, by each of its addresses until one answers. It blocks.
 *
 * Python: `socket.create_connection`.
 *
 * @param address - host and port.
 * @param timeout - seconds for each try, and afterwards the timeout of the socket; this and the rest may also be given by name, as one
 * object.
 * @throws the OSError of the last address, or an ExceptionGroup of all with `allErrors`; gaierror when there are no
 * addresses.
 *
 * @example
 * ```ts
 * import { createConnection, createServer, error } from 'tsyncio/socket';
 *
 * const server = createServer(['127.0.0.1', 0]);
 * const [host, port] = server.getsockname();
 * const client = createConnection([host, port], { timeout: 5 });
 * console.log(client.gettimeout());
 * client.close();
 * server.close();
 * try {
 *   createConnection([host, port]);
 * } catch (refused) {
 *   if (!(refused instanceof error)) throw refused;
 *   console.log(refused.code);
 * }
 * // 5
 * // ECONNREFUSED
 * ```
 */
export function createConnection(
  address: readonly [host: string | null, port: number | string],
  timeout?: number | null | CreateConnectionOptions,
  sourceAddress?: Readonly<InetAddress> | null | CreateConnectionOptions,
  keywords?: Pick<CreateConnectionOptions, 'allErrors'>,
): socket {
  const options = connectionOptions([timeout, sourceAddress, keywords]);
  const errors: Error[] = [];
  for (const info of getaddrinfo(address[0], address[1], { type: SOCK_STREAM })) {
    try {
      return connectTo(info, options);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      errors.push(error);
    }
  }
  const last = errors.at(-1);
  if (last === undefined) throw new OSError('getaddrinfo returns an empty list');
  throw options.allErrors === true ? new ExceptionGroup('create_connection failed', errors) : last;
}

/** How {@link createServer} sets the socket up. */
export interface CreateServerOptions {
  /** AF_INET by default. */
  family?: number;
  /** How many connections may wait to be accepted; a sensible number by default, and for `null`. */
  backlog?: number | null;
  /** Let other sockets listen on the same port. By default `false`. */
  reusePort?: boolean;
  /** Take IPv4 connections on an IPv6 socket too. By default `false`. */
  dualstackIpv6?: boolean;
}

function checkServerOptions(options: CreateServerOptions): void {
  checkKeywords('createServer', options, ['family', 'backlog', 'reusePort', 'dualstackIpv6']);
  if (options.reusePort === true && Number.isNaN(SO_REUSEPORT)) {
    throw new ValueError('SO_REUSEPORT not supported on this platform');
  }
  if (options.dualstackIpv6 !== true) return;
  if (!hasDualstackIpv6()) throw new ValueError('dualstack_ipv6 not supported on this platform');
  if (options.family !== AF_INET6) throw new ValueError('dualstack_ipv6 requires AF_INET6 family');
}

/**
 * A stream socket that listens. On POSIX systems it takes an address that was in use a moment ago (SO_REUSEADDR). An IPv6 socket takes IPv6
 * connections alone, if `dualstackIpv6` does not say otherwise.
 *
 * Python: `socket.create_server`.
 *
 * @param address - host `''` for all addresses of this machine, port 0 for any that is free; a path with AF_UNIX.
 * @returns a socket that blocks, or has the default timeout.
 * @throws OSError when the address cannot be had; ValueError for options that do not go together.
 *
 * @example
 * ```ts
 * import { createConnection, createServer } from 'tsyncio/socket';
 *
 * using server = createServer(['127.0.0.1', 0], { backlog: 10 });
 * const [host, port] = server.getsockname();
 * using client = createConnection([host, port]);
 * const [connection, [peer]] = server.accept();
 * console.log(peer);
 * connection.close();
 * // 127.0.0.1
 * ```
 */
export function createServer(address: Address, options: CreateServerOptions = {}): socket {
  checkServerOptions(options);
  const { family = AF_INET, backlog = null } = options;
  const sock = new socket(family, SOCK_STREAM);
  try {
    prepareServer(sock, options);
    sock.bind(address);
    sock.listen(...(backlog === null ? [] : [backlog]));
    return sock;
  } catch (error) {
    sock.close();
    throw error;
  }
}

function prepareServer(
  sock: socket,
  { reusePort = false, dualstackIpv6 = false }: CreateServerOptions,
): void {
  if (sock.family !== AF_UNIX) sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
  if (reusePort) sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
  if (sock.family === AF_INET6) sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, dualstackIpv6 ? 0 : 1);
}

/**
 * Whether one socket can take IPv4 and IPv6 connections: `createServer` with `dualstackIpv6` works.
 *
 * Python: `socket.has_dualstack_ipv6`.
 *
 * @example
 * ```ts
 * import { AF_INET6, createConnection, createServer, hasDualstackIpv6 } from 'tsyncio/socket';
 *
 * const server = hasDualstackIpv6()
 *   ? createServer(['', 0], { family: AF_INET6, dualstackIpv6: true })
 *   : createServer(['', 0]);
 * const client = createConnection(['127.0.0.1', server.getsockname()[1]]);
 * console.log(client.getpeername()[0]);
 * client.close();
 * server.close();
 * // 127.0.0.1
 * ```
 */
export function hasDualstackIpv6(): boolean {
  if (!hasIpv6) return false;
  try {
    using sock = new socket(AF_INET6, SOCK_STREAM);
    sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0);
    return true;
  } catch (error) {
    if (error instanceof OSError) return false;
    throw error;
  }
}
