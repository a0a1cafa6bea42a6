/*
 * loop.createServer.
 */
import type { Coroutine } from '../base/awaitable.js';
import { OSError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import {
  type Host,
  type Listener,
  type SelectorEventLoop,
  Server,
  type ServerOptions,
} from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { reprAddress } from '../socket/address.js';
import { type AddrInfo, AI_PASSIVE, type socket, SOCK_STREAM } from '../socket/index.js';
import { gather, sleep } from '../tasks/index.js';
import { ensureResolved } from './addresses.js';
import type { AcceptOptions, Backend, ListenerOptions } from './backend.js';
import { backendOf } from './choose-backend.js';
import { checkServerContext, checkTlsTimeouts, contextOf, isGiven } from './tls-options.js';

/** How many connections may wait to be accepted, if nobody says. CPython has the same. */
const BACKLOG = 100;

/** `loop.createServer`. */
export function* createServer(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<BaseProtocol>,
  options: ServerOptions,
): Coroutine<Server> {
  const backend = backendOf(loop);
  const { host, port, ssl } = options;
  checkServerContext(ssl);
  checkTlsTimeouts(ssl, options);
  const accept = acceptOptions(loop, options);
  const listening: ListenerOptions = { loop, factory, accept };
  const listeners =
    host == null && port == null
      ? [backend.listenOn(givenSocket(options), listening)]
      : yield* listenersOf(backend, listening, options);
  const server = new Server(loop, listeners);
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

function* listenersOf(
  backend: Backend,
  listening: ListenerOptions,
  options: ServerOptions,
): Coroutine<Listener[]> {
  if (options.sock != null) throw new ValueError('host/port and sock can not be specified at the same time');
  const lookUps = hostsOf(options.host).map((host) => resolved(listening.loop, host, options));
  const found = yield* gather(...lookUps);
  // Different names may have the same address.
  const infos = [...new Map(found.flat().map((info) => [JSON.stringify(info), info])).values()];
  const listeners: Listener[] = [];
  try {
    for (const info of infos) {
      const listener = yield* backend.listen(info, options, listening);
      if (listener !== null) listeners.push(listener);
    }
    if (listeners.length === 0) {
      const addresses = infos.map(([, , , , address]) => reprAddress(address)).join(', ');
      throw new OSError(`could not bind on any address out of [${addresses}]`);
    }
    return listeners;
  } catch (error) {
    for (const listener of listeners) listener.stop();
    throw error;
  }
}
