/*
 * loop.createDatagramEndpoint.
 */
import type { Coroutine } from '../base/awaitable.js';
import { OSError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { DatagramOptions, SelectorEventLoop } from '../loop/index.js';
import type {
  BaseProtocol,
  DatagramProtocol,
  DatagramTransport,
  ProtocolFactory,
} from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import { type Address, reprAddress } from '../socket/address.js';
import { AF_UNIX, type socket, SOCK_DGRAM, SOCK_STREAM } from '../socket/index.js';
import { ensureResolved, type HostAndPort } from './addresses.js';
import type { Backend, Candidate, Endpoint } from './backend.js';
import { backendOf } from './choose-backend.js';
import { removeStale } from './stale-socket.js';

/** `loop.createDatagramEndpoint`. */
export function* createDatagramEndpoint<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  options: DatagramOptions,
): Coroutine<[transport: DatagramTransport, protocol: P]> {
  const backend = backendOf(loop);
  const endpoint =
    options.sock == null
      ? yield* newEndpoint(backend, loop, options)
      : yield* backend.endpointOn(loop, givenSocket(options, options.sock));
  const waiter = loop.createFuture<void>();
  let protocol: P;
  let transport: DatagramTransport;
  try {
    protocol = makeProtocol(factory);
    transport = endpoint.transport(protocol as unknown as DatagramProtocol, waiter);
  } catch (error) {
    endpoint.discard();
    throw error;
  }
  if (loop.getDebug()) logDebug(options, `(${String(transport)}, ${String(protocol)})`);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}

function logDebug({ localAddr, remoteAddr }: DatagramOptions, endpoint: string): void {
  const remote = `remote_addr=${String(remoteAddr ?? null)} created: ${endpoint}`;
  if (localAddr == null) logger.debug(`Datagram endpoint ${remote}`);
  else logger.info(`Datagram endpoint local_addr=${String(localAddr)} ${remote}`);
}

function givenSocket(options: DatagramOptions, sock: socket): socket {
  if (sock.type === SOCK_STREAM) throw new ValueError(`A datagram socket was expected, got ${String(sock)}`);
  const { localAddr, remoteAddr, family, proto, flags, reusePort, allowBroadcast } = options;
  const modifiers = {
    ...{ local_addr: localAddr, remote_addr: remoteAddr, family, proto, flags },
    ...{ reuse_port: reusePort, allow_broadcast: allowBroadcast },
  };
  const problems = Object.entries(modifiers).filter(([, value]) => Boolean(value));
  if (problems.length > 0) {
    const text = problems.map(([name, value]) => `${name}=${showOption(value)}`).join(', ');
    throw new ValueError(
      `socket modifier keyword arguments can not be used when sock is specified. (${text})`,
    );
  }
  return sock;
}

function showOption(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : reprAddress(value as Address);
}

function* newEndpoint(
  backend: Backend,
  loop: SelectorEventLoop,
  options: DatagramOptions,
): Coroutine<Endpoint> {
  const errors: unknown[] = [];
  for (const candidate of yield* candidates(loop, options)) {
    try {
      return yield* backend.endpoint(loop, candidate, options);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      errors.push(error);
    }
  }
  throw errors[0];
}

function* candidates(loop: SelectorEventLoop, options: DatagramOptions): Coroutine<Candidate[]> {
  const { localAddr = null, remoteAddr = null, family = 0, proto = 0 } = options;
  if (isNone(localAddr) && isNone(remoteAddr)) {
    if (family === 0) throw new ValueError('unexpected address family');
    return [{ family, proto, local: null, remote: null }];
  }
  if (family !== AF_UNIX) return yield* inetCandidates(loop, options);
  return [{ family, proto, local: unixPath(localAddr, true), remote: unixPath(remoteAddr, false) }];
}

function unixPath(path: Address | null, isLocal: boolean): string | null {
  if (path === null) return null;
  if (typeof path !== 'string') throw new TypeError('string is expected');
  if (isLocal) removeStale(path);
  return path;
}

function isNone(address: Address | null): boolean {
  return address === null || address.length === 0;
}

/** Those families for which each address that is given is known. */
function* inetCandidates(loop: SelectorEventLoop, options: DatagramOptions): Coroutine<Candidate[]> {
  const { localAddr = null, remoteAddr = null, family, proto, flags } = options;
  const byFamily = new Map<string, Candidate>();
  for (const [side, address] of [
    ['local', localAddr],
    ['remote', remoteAddr],
  ] as const) {
    if (address === null) continue;
    if (!Array.isArray(address) || address.length !== 2) throw new TypeError('2-tuple is expected');
    const wanted = { family, type: SOCK_DGRAM, proto, flags };
    const infos = yield* ensureResolved(loop, address as unknown as HostAndPort, wanted);
    if (infos.length === 0) throw new OSError('getaddrinfo() returned empty list');
    for (const [infoFamily, , infoProto, , found] of infos) {
      const key = `${infoFamily} ${infoProto}`;
      const candidate = byFamily.get(key) ?? {
        family: infoFamily,
        proto: infoProto,
        local: null,
        remote: null,
      };
      candidate[side] = found;
      byFamily.set(key, candidate);
    }
  }
  const complete = [...byFamily.values()].filter(
    ({ local, remote }) => (localAddr === null || local !== null) && (remoteAddr === null || remote !== null),
  );
  if (complete.length === 0) throw new ValueError('can not get address information');
  return complete;
}
