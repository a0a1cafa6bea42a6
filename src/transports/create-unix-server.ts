/*
 * loop.createUnixServer.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import { OSError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { reprValue } from '../base/repr.js';
import { type Listener, type SelectorEventLoop, Server, type UnixServerOptions } from '../loop/index.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { placeOf } from '../socket/address.js';
import { AF_UNIX, type socket, SOCK_STREAM, type UnixAddress } from '../socket/index.js';
import type { Backend, ListenerOptions } from './backend.js';
import { backendOf } from './choose-backend.js';
import { acceptOptions, served } from './create-server.js';
import { remover, removeStale } from './stale-socket.js';
import { checkServerContext, checkTlsTimeouts } from './tls-options.js';

/** `loop.createUnixServer`. */
export function* createUnixServer(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<BaseProtocol>,
  options: UnixServerOptions,
): Coroutine<Server> {
  const backend = backendOf(loop);
  const { path, ssl, startServing, cleanupSocket = true } = options;
  checkServerContext(ssl);
  checkTlsTimeouts(ssl, options);
  if (path != null && options.sock != null) {
    throw new ValueError('path and sock can not be specified at the same time');
  }
  const accept = acceptOptions(loop, options);
  const listening = { loop, factory, accept };
  const listener =
    path == null
      ? listenerOn(backend, givenSocket(options), listening, cleanupSocket)
      : yield* listenerAt(backend, path, listening, cleanupSocket);
  const server = new Server(loop, [listener]);
  return yield* served(server, startServing);
}

function givenSocket({ sock }: UnixServerOptions): socket {
  if (sock == null) throw new ValueError('path was not specified, and no sock specified');
  if (sock.family !== AF_UNIX || sock.type !== SOCK_STREAM) {
    throw new ValueError(`A UNIX Domain Stream Socket was expected, got ${String(sock)}`);
  }
  return sock;
}

function listenerOn(backend: Backend, sock: socket, listening: ListenerOptions, cleanUp: boolean): Listener {
  const onStop = cleanUp ? remover(sock.getsockname<UnixAddress>()) : null;
  return backend.listenOn(sock, { ...listening, onStop });
}

function* listenerAt(
  backend: Backend,
  path: UnixAddress,
  listening: ListenerOptions,
  cleanUp: boolean,
): Coroutine<Listener> {
  removeStale(path);
  try {
    return yield* backend.listenAt(path, { ...listening, cleanUp });
  } catch (error) {
    if (!(error instanceof OSError) || error.errno !== errnoOf('EADDRINUSE')) throw error;
    const message = `Address ${reprValue(path)} is already in use`;
    throw osError({ errno: error.errno, syscall: 'bind', ...placeOf(path), message, cause: error });
  }
}
