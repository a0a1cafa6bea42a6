/*
 * Connecting by Node's sockets.
 */
import type { Coroutine } from '../base/awaitable.js';
import { OSError } from '../base/errors.js';
import { osErrorFromNode } from '../base/oserror.js';
import { rememberNames } from '../duplex/socket-info.js';
import { guard } from '../duplex/stream-events.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import { scopeName } from '../platform/interfaces.js';
import type { NetConnectOpts, NetSocket } from '../platform/streams.js';
import type { AddrInfo, InetAddress, UnixAddress } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import { bindError } from './bind-error.js';

/** Connect to one address. See `Backend.connect`. */
export function* connect(
  loop: SelectorEventLoop,
  [family, , , , address]: AddrInfo,
  locals: readonly AddrInfo[] | null,
  errors: Error[],
): Coroutine<NetSocket> {
  // The same complaints as where the system is given the address.
  sockaddrOf('connect', family, address);
  const target = { host: hostOf(address), port: address[1] };
  if (locals === null) return yield* connected(loop, target);
  for (const [localFamily, , , , local] of locals) {
    if (localFamily !== family) continue;
    try {
      return yield* connected(loop, { ...target, localAddress: hostOf(local), localPort: local[1] });
    } catch (error) {
      if (!(error instanceof OSError) || error.syscall !== 'bind') throw error;
      errors.push(bindError(error, local));
    }
  }
  throw errors.pop() ?? new OSError(`no matching local address with family=${family} found`);
}

/** The host as Node takes it: the scope is a part of it, by name. */
export function hostOf([host, , , scopeid = 0]: Readonly<InetAddress>): string {
  return scopeid === 0 ? host : `${host}%${scopeName(scopeid)}`;
}

/** Connect to a Unix socket. */
export function* connectPath(loop: SelectorEventLoop, path: UnixAddress): Coroutine<NetSocket> {
  const text = pathOf(path);
  const stream = yield* connected(loop, { path: text });
  rememberNames(stream, { peername: text });
  return stream;
}

/** A path as Node takes it. @throws OSError for one that is no UTF-8. */
export function pathOf(path: UnixAddress): string {
  if (typeof path === 'string') return path;
  const text = Buffer.from(path).toString();
  if (Buffer.from(text).equals(path)) return text;
  throw new OSError("Node's sockets take no path that is not UTF-8", { path: text });
}

/** Wait for a connection. Who is cancelled meanwhile has none. */
function* connected(loop: SelectorEventLoop, options: NetConnectOpts): Coroutine<NetSocket> {
  const future = loop.createFuture<void>();
  const stream = builtin('node:net').connect({
    ...options,
    allowHalfOpen: true,
    autoSelectFamily: false,
    noDelay: true,
  });
  guard(stream);
  const onConnect = (): void => {
    settle(loop, stream, future, null);
  };
  const onError = (error: Error): void => {
    settle(loop, stream, future, error);
  };
  stream.once('connect', onConnect).once('error', onError);
  try {
    yield* future;
    return stream;
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    stream.off('connect', onConnect).off('error', onError);
  }
}

function settle(loop: SelectorEventLoop, stream: NetSocket, future: Future<void>, error: Error | null): void {
  // Nobody will ever hear of it.
  if (loop.isClosed()) stream.destroy();
  else if (future.done()) return;
  else if (error === null) future.setResult();
  else future.setException(osErrorFromNode(error));
}
