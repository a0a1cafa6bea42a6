/*
 * loop.createConnection, createUnixConnection, connectAcceptedSocket.
 */
import type { Coroutine } from '../base/awaitable.js';
import { ExceptionGroup } from '../base/exception-group.js';
import { OSError, TimeoutError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import type {
  AcceptedSocketOptions,
  Connection,
  ConnectionOptions,
  SelectorEventLoop,
  UnixConnectionOptions,
} from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { type AddrInfo, AF_UNIX, type socket, SOCK_STREAM } from '../socket/index.js';
import { ensureResolved, interleave } from './addresses.js';
import type { Backend, RawConnection } from './backend.js';
import { backendOf } from './choose-backend.js';
import { connectionOf } from './connection.js';
import { staggeredRace } from './staggered.js';
import { checkTlsTimeouts, contextOf, isGiven } from './tls-options.js';

/** `loop.createConnection`. */
export function* createConnection<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  options: ConnectionOptions,
): Coroutine<Connection<P>> {
  const backend = backendOf(loop);
  const { host, port, ssl, sslHandshakeTimeout, sslShutdownTimeout } = options;
  const serverHostname = serverHostnameOf(options);
  checkTlsTimeouts(ssl, options);
  // Better now than when the connection stands.
  if (isGiven(ssl)) tls().check(loop, contextOf(ssl), { ...options, serverHostname });
  const connection =
    host == null && port == null
      ? backend.take(givenSocket(options))
      : yield* connectToHost(backend, loop, options);
  const choice = { ssl, serverHostname, sslHandshakeTimeout, sslShutdownTimeout };
  const [transport, protocol] = yield* connectionOf(loop, backend, connection, factory, choice);
  if (loop.getDebug()) {
    const name = String(transport.getExtraInfo('socket'));
    logger.debug(
      `${name} connected to ${String(host)}:${String(port)}: (${String(transport)}, ${String(protocol)})`,
    );
  }
  return [transport, protocol];
}

function serverHostnameOf({ ssl, host, serverHostname }: ConnectionOptions): string | null {
  if (!isGiven(ssl)) {
    if (serverHostname != null) throw new ValueError('server_hostname is only meaningful with ssl');
    return null;
  }
  if (serverHostname != null) return serverHostname;
  if (host == null || host.length === 0) {
    throw new ValueError('You must set server_hostname when using ssl without a host');
  }
  return typeof host === 'string' ? host : Buffer.from(host).toString();
}

function givenSocket({ sock }: ConnectionOptions): socket {
  if (sock == null) throw new ValueError('host and port was not specified and no sock specified');
  if (sock.type !== SOCK_STREAM) throw new ValueError(`A Stream Socket was expected, got ${String(sock)}`);
  return sock;
}

/** What each try to connect has in common with the others. */
interface Attempts {
  readonly backend: Backend;
  readonly loop: SelectorEventLoop;
  readonly localInfos: readonly AddrInfo[] | null;
  /** The errors, one list for each try, in the order of the tries. */
  readonly errors: Error[][];
}

function* connectToHost(
  backend: Backend,
  loop: SelectorEventLoop,
  options: ConnectionOptions,
): Coroutine<RawConnection> {
  if (options.sock != null) throw new ValueError('host/port and sock can not be specified at the same time');
  const { host, port, family, proto, flags, localAddr, happyEyeballsDelay = null } = options;
  const wanted = { family, type: SOCK_STREAM, proto, flags };
  const found = yield* ensureResolved(loop, [host, port], wanted);
  if (found.length === 0) throw new OSError('getaddrinfo() returned empty list');
  const localInfos = localAddr == null ? null : yield* ensureResolved(loop, localAddr, wanted);
  if (localInfos?.length === 0) throw new OSError('getaddrinfo() returned empty list');
  const first = options.interleave ?? (happyEyeballsDelay === null ? 0 : 1);
  const infos = first > 0 ? interleave(found, first) : found;
  const attempts: Attempts = { backend, loop, localInfos, errors: [] };
  const connection =
    happyEyeballsDelay === null
      ? yield* connectInTurn(attempts, infos)
      : yield* connectInRace(attempts, infos, happyEyeballsDelay);
  if (connection === null) throw connectError(attempts.errors.flat(), options.allErrors === true);
  return connection;
}

function* connectInTurn(attempts: Attempts, infos: readonly AddrInfo[]): Coroutine<RawConnection | null> {
  for (const info of infos) {
    try {
      return yield* connectTo(attempts, info);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
    }
  }
  return null;
}

function* connectInRace(
  attempts: Attempts,
  infos: readonly AddrInfo[],
  delay: number,
): Coroutine<RawConnection | null> {
  const runners = infos.map((info) => () => connectTo(attempts, info));
  const [winner] = yield* staggeredRace(runners, delay, attempts.loop);
  return winner;
}

/** One try. */
function* connectTo(
  { backend, loop, localInfos, errors }: Attempts,
  info: AddrInfo,
): Coroutine<RawConnection> {
  const own: Error[] = [];
  errors.push(own);
  try {
    return yield* backend.connect(loop, info, localInfos, own);
  } catch (error) {
    if (error instanceof OSError) own.push(error);
    throw error;
  }
}

/** One error for those of all tries. */
function connectError(errors: readonly Error[], allErrors: boolean): Error {
  if (allErrors && errors.length > 0) return new ExceptionGroup('create_connection failed', errors);
  const [first] = errors;
  if (first === undefined) return new TimeoutError('create_connection failed');
  if (errors.every(({ message }) => message === first.message)) return first;
  return new OSError(`Multiple exceptions: ${errors.map(({ message }) => message).join(', ')}`, {
    cause: new ExceptionGroup('create_connection failed', errors),
  });
}

/** `loop.createUnixConnection`. */
export function* createUnixConnection<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  options: UnixConnectionOptions,
): Coroutine<Connection<P>> {
  const backend = backendOf(loop);
  const { path, ssl, serverHostname } = options;
  if (isGiven(ssl)) {
    if (serverHostname == null) throw new ValueError('you have to pass server_hostname when using ssl');
    tls().check(loop, contextOf(ssl), options);
  } else if (serverHostname != null) throw new ValueError('server_hostname is only meaningful with ssl');
  checkTlsTimeouts(ssl, options);
  if (path != null && options.sock != null) {
    throw new ValueError('path and sock can not be specified at the same time');
  }
  const connection =
    path == null ? backend.take(givenUnixSocket(options)) : yield* backend.connectPath(loop, path);
  const { sslHandshakeTimeout, sslShutdownTimeout } = options;
  const choice = { ssl, serverHostname, sslHandshakeTimeout, sslShutdownTimeout };
  return yield* connectionOf(loop, backend, connection, factory, choice);
}

function givenUnixSocket({ sock }: UnixConnectionOptions): socket {
  if (sock == null) throw new ValueError('no path and sock were specified');
  if (sock.family !== AF_UNIX || sock.type !== SOCK_STREAM) {
    throw new ValueError(`A UNIX Domain Stream Socket was expected, got ${String(sock)}`);
  }
  return sock;
}

/** `loop.connectAcceptedSocket`. */
export function* connectAcceptedSocket<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  sock: socket,
  options: AcceptedSocketOptions,
): Coroutine<Connection<P>> {
  const backend = backendOf(loop);
  if (sock.type !== SOCK_STREAM) throw new ValueError(`A Stream Socket was expected, got ${String(sock)}`);
  checkTlsTimeouts(options.ssl, options);
  if (isGiven(options.ssl)) tls().check(loop, contextOf(options.ssl), { ...options, serverSide: true });
  return yield* connectionOf(loop, backend, backend.take(sock), factory, { ...options, serverSide: true });
}
