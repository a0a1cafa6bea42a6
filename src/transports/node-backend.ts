/*
 * The network on sockets of Node's, for where there is no addon, or by wish.
 */
import { adopt } from '../duplex/adopt.js';
import { DuplexTransport } from '../duplex/duplex-transport.js';
import type { NetSocket } from '../platform/streams.js';
import type { Backend, RawConnection } from './backend.js';
import { bindOn, bindTo, bindToPath } from './node-bind.js';
import { connect, connectPath } from './node-connect.js';
import { endpoint, endpointOn } from './node-datagram.js';
import { NodeListener } from './node-listener.js';

/** Node's sockets. */
export const nodeBackend: Backend = {
  connect,
  connectPath,
  take: adopt,
  transport: (loop, connection, protocol, options) =>
    new DuplexTransport(loop, asStream(connection), protocol, options),
  discard: (connection) => {
    asStream(connection).destroy();
  },
  describe: (connection) => {
    const { localAddress, localPort, remoteAddress, remotePort } = asStream(connection);
    return `<net.Socket ${String(localAddress)}:${String(localPort)} ${String(remoteAddress)}:${String(remotePort)}>`;
  },
  *listen(info, server, options) {
    const listening = yield* bindTo(options.loop, info, server, options.accept.backlog);
    return listening === null ? null : new NodeListener(nodeBackend, listening, options);
  },
  *listenAt(path, { cleanUp, ...options }) {
    const listening = yield* bindToPath(options.loop, path, options.accept.backlog, cleanUp);
    return new NodeListener(nodeBackend, listening, options);
  },
  listenOn: (sock, options) => new NodeListener(nodeBackend, bindOn(sock), options),
  endpoint,
  endpointOn,
};

/** This kind of network makes no others. */
function asStream(connection: RawConnection): NetSocket {
  return connection as NetSocket;
}
