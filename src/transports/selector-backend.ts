/*
 * The network on sockets of our own, watched by the loop's selector.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import { OSError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { DatagramOptions, Listener, SelectorEventLoop, ServerOptions } from '../loop/index.js';
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  socket,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type UnixAddress,
} from '../socket/index.js';
import { SocketListener } from './accept.js';
import type { Backend, Candidate, Endpoint, ListenerOptions, RawConnection } from './backend.js';
import { bindError } from './bind-error.js';
import { SelectorDatagramTransport } from './datagram-transport.js';
import { SelectorSocketTransport } from './socket-transport.js';
import { remover } from './stale-socket.js';

/** Sockets on the selector. */
export const selectorBackend: Backend = {
  connect,
  connectPath,
  take: (sock) => {
    sock.setblocking(false);
    return sock;
  },
  transport: (loop, connection, protocol, options) =>
    new SelectorSocketTransport(loop, asSocket(connection), protocol, options),
  discard: (connection) => {
    asSocket(connection).close();
  },
  describe: (connection) => asSocket(connection).toString(),
  listen,
  listenAt,
  listenOn: (sock, options) => {
    sock.setblocking(false);
    return new SocketListener(selectorBackend, sock, options);
  },
  endpoint,
  endpointOn: function* (loop, sock) {
    sock.setblocking(false);
    return endpointOf(loop, sock, null);
  },
};

/** This kind of network makes no others. */
function asSocket(connection: RawConnection): socket {
  return connection as socket;
}

/** Make, bind and connect one socket. */
function* connect(
  loop: SelectorEventLoop,
  [family, type, proto, , address]: AddrInfo,
  locals: readonly AddrInfo[] | null,
  errors: Error[],
): Coroutine<socket> {
  const sock = new socket(family, type, proto);
  try {
    sock.setblocking(false);
    if (locals !== null) bindLocally(sock, locals, errors);
    yield* loop.sockConnect(sock, address);
    return sock;
  } catch (error) {
    sock.close();
    throw error;
  }
}

/** Bind to the first address that can be had. */
function bindLocally(sock: socket, locals: readonly AddrInfo[], errors: Error[]): void {
  for (const [family, , , , address] of locals) {
    if (family !== sock.family) continue;
    try {
      sock.bind(address);
      return;
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      errors.push(bindError(error, address));
    }
  }
  throw errors.pop() ?? new OSError(`no matching local address with family=${sock.family} found`);
}

function* connectPath(loop: SelectorEventLoop, path: UnixAddress): Coroutine<socket> {
  const sock = new socket(AF_UNIX, SOCK_STREAM);
  try {
    sock.setblocking(false);
    yield* loop.sockConnect(sock, path);
    return sock;
  } catch (error) {
    sock.close();
    throw error;
  }
}

// -- servers -----------------------------------------------------------------------------------------------------

function* listen(
  info: AddrInfo,
  server: ServerOptions,
  options: ListenerOptions,
): Coroutine<Listener | null> {
  const [family, type, proto, , address] = info;
  const { loop } = options;
  const sock = socketOf(loop, family, type, proto);
  if (sock === null) return null;
  try {
    setOptions(sock, server);
    sock.bind(address);
    return selectorBackend.listenOn(sock, options);
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
function setReuseport(sock: socket): void {
  if (Number.isNaN(SO_REUSEPORT)) throw new ValueError('reuse_port not supported by socket module');
  try {
    sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    const text = 'reuse_port not supported by socket module, SO_REUSEPORT defined but not implemented.';
    throw new ValueError(text, { cause: error });
  }
}

function* listenAt(
  path: UnixAddress,
  { cleanUp, ...options }: ListenerOptions & { cleanUp: boolean },
): Coroutine<Listener> {
  const sock = new socket(AF_UNIX, SOCK_STREAM);
  try {
    sock.bind(path);
  } catch (error) {
    sock.close();
    throw error;
  }
  return selectorBackend.listenOn(sock, { ...options, onStop: cleanUp ? remover(path) : null });
}

// -- datagrams ---------------------------------------------------------------------------------------------------

function* endpoint(
  loop: SelectorEventLoop,
  { family, proto, local, remote }: Candidate,
  { reusePort, allowBroadcast }: DatagramOptions,
): Coroutine<Endpoint> {
  const sock = new socket(family, SOCK_DGRAM, proto);
  try {
    if (reusePort === true) setReuseport(sock);
    if (allowBroadcast === true) sock.setsockopt(SOL_SOCKET, SO_BROADCAST, true);
    sock.setblocking(false);
    if (local !== null) sock.bind(local);
    // One that is connected cannot send to all.
    if (remote !== null && allowBroadcast !== true) yield* loop.sockConnect(sock, remote);
    return endpointOf(loop, sock, remote);
  } catch (error) {
    sock.close();
    throw error;
  }
}

function endpointOf(loop: SelectorEventLoop, sock: socket, remote: Candidate['remote']): Endpoint {
  return {
    transport: (protocol, waiter) => new SelectorDatagramTransport(loop, sock, protocol, remote, { waiter }),
    discard: () => {
      sock.close();
    },
  };
}
