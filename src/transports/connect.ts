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
import { type AddrInfo, AF_UNIX, socket, SOCK_STREAM } from '../socket/index.js';
import { ensureResolved, interleave } from './addresses.js';
import { bindError } from './bind-error.js';
import { connectionOf } from './connection.js';
import { staggeredRace } from './staggered.js';
import { checkTlsTimeouts, contextOf, isGiven } from './tls-options.js';

/** `loop.createConnection`. */
export function* createConnection<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  options: ConnectionOptions,
): Coroutine<Connection<P>> {
  const { host, port, ssl, sslHandshakeTimeout, sslShutdownTimeout } = options;
  const serverHostname = serverHostnameOf(options);
  checkTlsTimeouts(ssl, options);
  // Better now than when the connection stands.
  if (isGiven(ssl)) tls().check(loop, contextOf(ssl), { ...options, serverHostname });
  const sock = host == null && port == null ? givenSocket(options) : yield* connectToHost(loop, options);
  const choice = { ssl, serverHostname, sslHandshakeTimeout, sslShutdownTimeout };
  const [transport, protocol] = yield* connectionOf(loop, sock, factory, choice);
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
  readonly loop: SelectorEventLoop;
  readonly localInfos: readonly AddrInfo[] | null;
  /** The errors, one list for each try, in the order of the tries. */
  readonly errors: Error[][];
}

function* connectToHost(loop: SelectorEventLoop, options: ConnectionOptions): Coroutine<socket> {
  if (options.sock != null) throw new ValueError('host/port and sock can not be specified at the same time');
  const { host, port, family, proto, flags, localAddr, happyEyeballsDelay = null } = options;
  const wanted = { family, type: SOCK_STREAM, proto, flags };
  const found = yield* ensureResolved(loop, [host, port], wanted);
  if (found.length === 0) throw new OSError('getaddrinfo() returned empty list');
  const localInfos = localAddr == null ? null : yield* ensureResolved(loop, localAddr, wanted);
  if (localInfos?.length === 0) throw new OSError('getaddrinfo() returned empty list');
  const first = options.interleave ?? (happyEyeballsDelay === null ? 0 : 1);
  const infos = first > 0 ? interleave(found, first) : found;
  const attempts: Attempts = { loop, localInfos, errors: [] };
  const sock =
    happyEyeballsDelay === null
      ? yield* connectInTurn(attempts, infos)
      : yield* connectInRace(attempts, infos, happyEyeballsDelay);
  if (sock === null) throw connectError(attempts.errors.flat(), options.allErrors === true);
  return sock;
}

function* connectInTurn(attempts: Attempts, infos: readonly AddrInfo[]): Coroutine<socket | null> {
  for (const info of infos) {
    try {
      return yield* connectSocket(attempts, info);
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
): Coroutine<socket | null> {
  const runners = infos.map((info) => () => connectSocket(attempts, info));
  const [winner] = yield* staggeredRace(runners, delay, attempts.loop);
  return winner;
}

/** Make, bind and connect one socket. */
function* connectSocket({ loop, localInfos, errors }: Attempts, info: AddrInfo): Coroutine<socket> {
  const [family, type, proto, , address] = info;
  const own: Error[] = [];
  errors.push(own);
  let sock: socket | null = null;
  try {
    sock = new socket(family, type, proto);
    sock.setblocking(false);
    if (localInfos !== null) bindLocally(sock, localInfos, own);
    yield* loop.sockConnect(sock, address);
    return sock;
  } catch (error) {
    if (error instanceof OSError) own.push(error);
    sock?.close();
    throw error;
  }
}

/** Bind to the first address that can be had. */
function bindLocally(sock: socket, infos: readonly AddrInfo[], errors: Error[]): void {
  for (const [family, , , , address] of infos) {
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
  const { path, ssl, serverHostname } = options;
  if (isGiven(ssl)) {
    if (serverHostname == null) throw new ValueError('you have to pass server_hostname when using ssl');
    tls().check(loop, contextOf(ssl), options);
  } else if (serverHostname != null) throw new ValueError('server_hostname is only meaningful with ssl');
  checkTlsTimeouts(ssl, options);
  const sock = path == null ? givenUnixSocket(options) : yield* connectToPath(loop, options);
  const { sslHandshakeTimeout, sslShutdownTimeout } = options;
  const choice = { ssl, serverHostname, sslHandshakeTimeout, sslShutdownTimeout };
  return yield* connectionOf(loop, sock, factory, choice);
}

function givenUnixSocket({ sock }: UnixConnectionOptions): socket {
  if (sock == null) throw new ValueError('no path and sock were specified');
  if (sock.family !== AF_UNIX || sock.type !== SOCK_STREAM) {
    throw new ValueError(`A UNIX Domain Stream Socket was expected, got ${String(sock)}`);
  }
  return sock;
}

function* connectToPath(loop: SelectorEventLoop, options: UnixConnectionOptions): Coroutine<socket> {
  if (options.sock != null) throw new ValueError('path and sock can not be specified at the same time');
  const sock = new socket(AF_UNIX, SOCK_STREAM);
  try {
    sock.setblocking(false);
    yield* loop.sockConnect(sock, options.path!);
  } catch (error) {
    sock.close();
    throw error;
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
  if (sock.type !== SOCK_STREAM) throw new ValueError(`A Stream Socket was expected, got ${String(sock)}`);
  checkTlsTimeouts(options.ssl, options);
  if (isGiven(options.ssl)) tls().check(loop, contextOf(options.ssl), { ...options, serverSide: true });
  return yield* connectionOf(loop, sock, factory, { ...options, serverSide: true });
}
