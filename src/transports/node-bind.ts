/*
 * Servers of Node's, bound to an address or a path.
 */
import type { Coroutine } from '../base/awaitable.js';
import { OSError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { osErrorFromNode } from '../base/oserror.js';
import { addressOf } from '../duplex/socket-info.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop, ServerOptions } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import { type ListenOptions, nodeCanReusePort, type NetServer } from '../platform/streams.js';
import type { Address, AddrInfo, socket, UnixAddress } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import { bindError } from './bind-error.js';
import { hostOf, pathOf } from './node-connect.js';
import type { NodeListening } from './node-listener.js';
import { closer } from './stale-socket.js';

/** Errors of a machine without an address, or without a family. */
const NOT_HERE: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Node's own default would be 511. */
function backlogOf(backlog: number): number {
  return Math.max(backlog, 1);
}

/** Bind to one address; `null` where this machine has no such address, or no such family. */
export function* bindTo(
  loop: SelectorEventLoop,
  [family, , , , address]: AddrInfo,
  options: ServerOptions,
  backlog: number,
): Coroutine<NodeListening | null> {
  checkReuse(options);
  // The same complaints as where the system is given the address.
  sockaddrOf('bind', family, address);
  const listen: ListenOptions & { reusePort?: boolean } = {
    host: hostOf(address),
    port: address[1],
    backlog: backlogOf(backlog),
    exclusive: true,
    ipv6Only: true,
  };
  if (options.reusePort === true) listen.reusePort = true;
  try {
    const server = yield* bound(loop, listen, options.keepAlive === true);
    const { address: host, port } = server.address() as { address: string; port: number };
    return { server, sockname: addressOf(family, host, port)! };
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    const told = bindError(error, address);
    if (!NOT_HERE.has(error.code)) throw told;
    if (loop.getDebug()) logger.warning(told.message);
    return null;
  }
}

function checkReuse({ reuseAddress, reusePort }: ServerOptions): void {
  if (reuseAddress === false) throw new ValueError('reuse_address=False: Node always reuses addresses');
  if (reusePort === true) checkReusePort();
}

/** @throws ValueError where Node's sockets cannot share a port. */
export function checkReusePort(): void {
  if (nodeCanReusePort()) return;
  throw new ValueError('reuse_port not supported by socket module: Node has it from 22.12 and 23.1 on');
}

/** Bind to a path. */
export function* bindToPath(
  loop: SelectorEventLoop,
  path: UnixAddress,
  backlog: number,
  cleanUp: boolean,
): Coroutine<NodeListening> {
  const listen = { path: pathOf(path), backlog: backlogOf(backlog), exclusive: true };
  const server = yield* bound(loop, listen, false);
  return { server, sockname: path, closer: closer(path, cleanUp) };
}

/** A server that is yet to listen on a socket of the user's. */
export function bindOn(sock: socket): NodeListening {
  return { server: newServer(false), sockname: sock.getsockname<Address>(), given: sock };
}

function newServer(keepAlive: boolean): NetServer {
  return builtin('node:net').createServer({ allowHalfOpen: true, noDelay: true, keepAlive });
}

function* bound(loop: SelectorEventLoop, options: ListenOptions, keepAlive: boolean): Coroutine<NetServer> {
  const future = loop.createFuture<void>();
  const server = newServer(keepAlive);
  const onListening = (): void => {
    settle(loop, future, null);
  };
  const onError = (error: Error): void => {
    settle(loop, future, error);
  };
  server.once('listening', onListening).once('error', onError);
  try {
    server.listen(options);
    yield* future;
    return server;
  } catch (error) {
    discard(server);
    throw error;
  } finally {
    server.off('listening', onListening).off('error', onError);
  }
}

function settle(loop: SelectorEventLoop, future: Future<void>, error: Error | null): void {
  if (future.done() || loop.isClosed()) return;
  if (error === null) future.setResult();
  else future.setException(osErrorFromNode(error));
}

/** Node may be about to listen. */
function discard(server: NetServer): void {
  const close = (): void => {
    server.close();
  };
  server.on('error', close).on('listening', close);
  close();
}
