/*
 * loop.createUnixServer.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import { OSError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { reprValue } from '../base/repr.js';
import { type SelectorEventLoop, Server, type UnixServerOptions } from '../loop/index.js';
import type { BaseProtocol, ProtocolFactory } from '../protocols/index.js';
import { placeOf } from '../socket/address.js';
import { AF_UNIX, socket, SOCK_STREAM, type UnixAddress } from '../socket/index.js';
import { SocketListener } from './accept.js';
import { acceptOptions, served } from './create-server.js';
import { remover, removeStale } from './stale-socket.js';
import { checkServerContext, checkTlsTimeouts } from './tls-options.js';

/** `loop.createUnixServer`. */
export function* createUnixServer(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<BaseProtocol>,
  options: UnixServerOptions,
): Coroutine<Server> {
  const { path, ssl, startServing, cleanupSocket = true } = options;
  checkServerContext(ssl);
  checkTlsTimeouts(ssl, options);
  if (path != null && options.sock != null) {
    throw new ValueError('path and sock can not be specified at the same time');
  }
  const accept = acceptOptions(loop, options);
  const sock = path == null ? givenSocket(options) : boundSocket(path);
  const cleanUp = cleanupSocket ? remover(sock.getsockname<UnixAddress>()) : null;
  sock.setblocking(false);
  const server = new Server(loop, [new SocketListener(loop, sock, factory, accept, cleanUp)]);
  return yield* served(server, startServing);
}

function givenSocket({ sock }: UnixServerOptions): socket {
  if (sock == null) throw new ValueError('path was not specified, and no sock specified');
  if (sock.family !== AF_UNIX || sock.type !== SOCK_STREAM) {
    throw new ValueError(`A UNIX Domain Stream Socket was expected, got ${String(sock)}`);
  }
  return sock;
}

function boundSocket(path: UnixAddress): socket {
  const sock = new socket(AF_UNIX, SOCK_STREAM);
  removeStale(path);
  try {
    sock.bind(path);
  } catch (error) {
    sock.close();
    if (!(error instanceof OSError) || error.errno !== errnoOf('EADDRINUSE')) throw error;
    const message = `Address ${reprValue(path)} is already in use`;
    throw osError({ errno: error.errno, syscall: 'bind', ...placeOf(path), message, cause: error });
  }
  return sock;
}
