/*
 * Sockets of Node's for datagrams.
 */
import type { Coroutine } from '../base/awaitable.js';
import { NotImplementedError, OSError } from '../base/errors.js';
import { osErrorFromNode } from '../base/oserror.js';
import { NodeDatagramTransport } from '../duplex/datagram-transport.js';
import { datagramInfo } from '../duplex/socket-info.js';
import type { DatagramOptions, SelectorEventLoop } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import type { DgramOptions, DgramSocket } from '../platform/streams.js';
import { type Address, AF_INET, AF_INET6, type InetAddress, type socket } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import type { Candidate, Endpoint } from './backend.js';
import { checkReusePort } from './node-bind.js';
import { hostOf } from './node-connect.js';

/** A socket for datagrams. See `Backend.endpoint`. */
export function* endpoint(
  loop: SelectorEventLoop,
  { family, local, remote }: Candidate,
  { reusePort, allowBroadcast }: DatagramOptions,
): Coroutine<Endpoint> {
  if (reusePort === true) checkReusePort();
  const node = newSocket(family, reusePort === true);
  try {
    const here = (local ?? anyOf(family)) as InetAddress;
    sockaddrOf('bind', family, here);
    yield* called(loop, node, 'listening', () => {
      node.bind({ address: hostOf(here), port: here[1], exclusive: true });
    });
    if (allowBroadcast === true) node.setBroadcast(true);
    // One that is connected cannot send to all.
    const connects = remote !== null && allowBroadcast !== true;
    if (connects) yield* connectTo(loop, node, family, remote as InetAddress);
    return endpointOf(loop, node, { family, remote, peername: connects ? remote : null });
  } catch (error) {
    discard(node);
    throw error;
  }
}

function* connectTo(
  loop: SelectorEventLoop,
  node: DgramSocket,
  family: number,
  remote: InetAddress,
): Coroutine {
  sockaddrOf('connect', family, remote);
  yield* called(loop, node, 'connect', () => {
    node.connect(remote[1], hostOf(remote));
  });
}

/** Take over a socket of the user's. */
export function* endpointOn(loop: SelectorEventLoop, sock: socket): Coroutine<Endpoint> {
  const { family } = sock;
  const peername = peerOf(sock);
  const node = newSocket(family, false);
  try {
    yield* called(loop, node, 'listening', () => {
      node.bind({ fd: sock.fileno() });
    });
  } catch (error) {
    discard(node);
    throw error;
  }
  sock.detach();
  return endpointOf(loop, node, { family, remote: null, peername });
}

function peerOf(sock: socket): Address | null {
  try {
    return sock.getpeername<Address>();
  } catch (error) {
    if (error instanceof OSError) return null;
    throw error;
  }
}

function anyOf(family: number): InetAddress {
  return family === AF_INET6 ? ['::', 0, 0, 0] : ['0.0.0.0', 0];
}

function newSocket(family: number, reusePort: boolean): DgramSocket {
  if (family !== AF_INET && family !== AF_INET6) {
    throw new NotImplementedError("Node's sockets for datagrams have IPv4 and IPv6 addresses only");
  }
  const options: DgramOptions & { reusePort?: boolean } = {
    type: family === AF_INET ? 'udp4' : 'udp6',
    ipv6Only: family === AF_INET6,
    // All hosts are addresses by now; Node would look them up again, in a later turn.
    lookup: (host, _options, callback) => {
      callback(null, host, family === AF_INET ? 4 : 6);
    },
  };
  if (reusePort) options.reusePort = true;
  return builtin('node:dgram').createSocket(options);
}

/** Wait until what `start` starts has happened. */
function* called(
  loop: SelectorEventLoop,
  node: DgramSocket,
  event: 'listening' | 'connect',
  start: () => void,
): Coroutine {
  const future = loop.createFuture<void>();
  const onEvent = (): void => {
    if (!future.done() && !loop.isClosed()) future.setResult();
  };
  const onError = (error: Error): void => {
    if (!future.done() && !loop.isClosed()) future.setException(osErrorFromNode(error));
  };
  node.once(event, onEvent).once('error', onError);
  try {
    start();
    yield* future;
  } finally {
    node.off(event, onEvent).off('error', onError);
  }
}

interface Names {
  readonly family: number;
  readonly remote: Address | null;
  readonly peername: Address | null;
}

function endpointOf(loop: SelectorEventLoop, node: DgramSocket, names: Names): Endpoint {
  const { family, remote, peername } = names;
  return {
    transport: (protocol, waiter) =>
      new NodeDatagramTransport(loop, node, protocol, {
        remote,
        connected: peername !== null,
        family,
        extra: datagramInfo(node, family, peername),
        waiter,
      }),
    discard: () => {
      discard(node);
    },
  };
}

function discard(node: DgramSocket): void {
  node.on('error', ignore);
  try {
    node.close();
  } catch (error) {
    // Not running: it was closed by its own failure.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
  }
}

function ignore(): void {
  // Nobody has the socket.
}
