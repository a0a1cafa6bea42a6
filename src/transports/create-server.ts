/*
 * loop.createServer.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import { OSError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import { type Host, type SelectorEventLoop, Server, type ServerOptions } from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { reprAddress } from '../socket/address.js';
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AI_PASSIVE,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  socket,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../socket/index.js';
import { gather, sleep } from '../tasks/index.js';
import { type AcceptOptions, SocketListener } from './accept.js';
import { ensureResolved } from './addresses.js';
import { bindError } from './bind-error.js';
import { checkServerContext, checkTlsTimeouts, contextOf, isGiven } from './tls-options.js';

/** How many connections may wait to be accepted, if nobody says. CPython has the same. */
const BACKLOG = 100;

/** `loop.createServer`. */
export function* createServer(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<BaseProtocol>,
  options: ServerOptions,
): Coroutine<Server> {
  const { host, port, ssl } = options;
  checkServerContext(ssl);
  checkTlsTimeouts(ssl, options);
  const accept = acceptOptions(loop, options);
  const sockets =
    host == null && port == null ? [givenSocket(options)] : yield* listeningSockets(loop, options);
  for (const sock of sockets) sock.setblocking(false);
  const server = new Server(
    loop,
    sockets.map((sock) => new SocketListener(loop, sock, factory, accept)),
  );
  return yield* served(server, options.startServing);
}

/** What each connection gets, of the options of a server. */
export function acceptOptions(loop: SelectorEventLoop, options: ServerOptions): AcceptOptions {
  const { ssl, sslHandshakeTimeout, sslShutdownTimeout, backlog = BACKLOG } = options;
  // Better now than at the first connection.
  if (isGiven(ssl)) tls().check(loop, contextOf(ssl), { ...options, serverSide: true });
  return { ssl, sslHandshakeTimeout, sslShutdownTimeout, backlog };
}

/** Begin to serve, unless it is to be done later. */
export function* served(server: Server, startServing = true): Coroutine<Server> {
  if (startServing) {
    try {
      server._startServing();
      yield* sleep(0);
    } catch (error) {
      server.close();
      throw error;
    }
  }
  if (server.getLoop().getDebug()) logger.info(`${server.toString()} is serving`);
  return server;
}

function givenSocket({ sock }: ServerOptions): socket {
  if (sock == null) throw new ValueError('Neither host/port nor sock were specified');
  if (sock.type !== SOCK_STREAM) throw new ValueError(`A Stream Socket was expected, got ${String(sock)}`);
  return sock;
}

function hostsOf(host: ServerOptions['host']): (Host | null)[] {
  if (host == null || host === '') return [null];
  return typeof host === 'string' || host instanceof Uint8Array ? [host] : [...host];
}

function* resolved(
  loop: SelectorEventLoop,
  host: Host | null,
  options: ServerOptions,
): Coroutine<AddrInfo[]> {
  const { port, family, flags = AI_PASSIVE } = options;
  const infos = yield* ensureResolved(loop, [host, port], { family, type: SOCK_STREAM, flags });
  if (infos.length === 0) throw new OSError(`getaddrinfo(${reprValue(host)}) returned empty list`);
  return infos;
}

function* listeningSockets(loop: SelectorEventLoop, options: ServerOptions): Coroutine<socket[]> {
  if (options.sock != null) throw new ValueError('host/port and sock can not be specified at the same time');
  const found = yield* gather(...hostsOf(options.host).map((host) => resolved(loop, host, options)));
  // Different names may have the same address.
  const infos = [...new Map(found.flat().map((info) => [JSON.stringify(info), info])).values()];
  const sockets: socket[] = [];
  try {
    for (const info of infos) {
      const sock = listeningSocket(loop, info, options);
      if (sock !== null) sockets.push(sock);
    }
    if (sockets.length === 0) {
      const addresses = infos.map(([, , , , address]) => reprAddress(address)).join(', ');
      throw new OSError(`could not bind on any address out of [${addresses}]`);
    }
    return sockets;
  } catch (error) {
    for (const sock of sockets) sock.close();
    throw error;
  }
}

/** A socket that is bound; `null` where this machine has no such address, or no such family. */
function listeningSocket(loop: SelectorEventLoop, info: AddrInfo, options: ServerOptions): socket | null {
  const [family, type, proto, , address] = info;
  const sock = socketOf(loop, family, type, proto);
  if (sock === null) return null;
  try {
    setOptions(sock, options);
    sock.bind(address);
    return sock;
  } catch (error) {
    sock.close();
    if (!(error instanceof OSError) || error.syscall !== 'bind') throw error;
    const told = bindError(error, address);
    if (error.errno !== errnoOf('EADDRNOTAVAIL')) throw told;
    if (loop.getDebug()) logger.warning(told.message);
    return null;
  }
}

function socketOf(loop: SelectorEventLoop, family: number, type: number, proto: number): socket | null {
  try {
    return new socket(family, type, proto);
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    if (loop.getDebug()) {
      logger.warning(
        `create_server() failed to create socket.socket(${family}, ${type}, ${proto}): ${error.message}`,
      );
    }
    return null;
  }
}

function setOptions(sock: socket, options: ServerOptions): void {
  const { reuseAddress, reusePort, keepAlive } = options;
  const isInet = sock.family === AF_INET || sock.family === AF_INET6;
  if (reuseAddress ?? true) sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
  if (reusePort === true && isInet) setReuseport(sock);
  if (keepAlive === true) sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true);
  // With both families on one socket, that of the other family could not be bound.
  if (sock.family === AF_INET6) sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, true);
}

/** Let other sockets have the same port. */
export function setReuseport(sock: socket): void {
  if (Number.isNaN(SO_REUSEPORT)) throw new ValueError('reuse_port not supported by socket module');
  try {
    sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    const text = 'reuse_port not supported by socket module, SO_REUSEPORT defined but not implemented.';
    throw new ValueError(text, { cause: error });
  }
}
