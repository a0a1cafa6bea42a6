/*
 * The network of selector loops. Importing this file gives it to them.
 */
import { registerNetwork } from '../base/network.js';
import type { BaseEventLoop, SelectorEventLoop } from '../loop/index.js';
import type { NetworkProvider } from '../loop/network-provider.js';
import { connectAcceptedSocket, createConnection, createUnixConnection } from './connect.js';
import { createDatagramEndpoint } from './create-datagram.js';
import { createServer } from './create-server.js';
import { createUnixServer } from './create-unix-server.js';
import { sendfile, sockSendfile } from './sendfile.js';

/** Only loops with a selector have these methods. */
function selectorLoop(loop: BaseEventLoop): SelectorEventLoop {
  return loop as SelectorEventLoop;
}

const provider: NetworkProvider = {
  createConnection: (loop, factory, options) => createConnection(selectorLoop(loop), factory, options),
  createServer: (loop, factory, options) => createServer(selectorLoop(loop), factory, options),
  connectAcceptedSocket: (loop, factory, sock, options) =>
    connectAcceptedSocket(selectorLoop(loop), factory, sock, options),
  createUnixConnection: (loop, factory, options) =>
    createUnixConnection(selectorLoop(loop), factory, options),
  createUnixServer: (loop, factory, options) => createUnixServer(selectorLoop(loop), factory, options),
  createDatagramEndpoint: (loop, factory, options) =>
    createDatagramEndpoint(selectorLoop(loop), factory, options),
  sendfile: (loop, transport, file, options) => sendfile(selectorLoop(loop), transport, file, options),
  sockSendfile: (loop, sock, file, options) => sockSendfile(selectorLoop(loop), sock, file, options),
};

registerNetwork(provider);
