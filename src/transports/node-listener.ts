/*
 * A listening socket of Node's. Node begins to accept when it is bound: connections that come before the server serves wait
 * here for it.
 */
import { osErrorFromNode } from '../base/oserror.js';
import { requireHosted } from '../duplex/hosted-only.js';
import { addressOf, familyOf, rememberNames, serverSocket } from '../duplex/socket-info.js';
import { guard } from '../duplex/stream-events.js';
import type { Server } from '../loop/index.js';
import { warn } from '../platform/host.js';
import type { NetServer, NetSocket } from '../platform/streams.js';
import { TransportSocket } from '../protocols/index.js';
import type { Address, socket } from '../socket/index.js';
import { OUT_OF_RESOURCES } from './accept.js';
import type { Backend, ListenerOptions } from './backend.js';
import { BaseListener } from './listener.js';

/** Where a server of Node's listens, or will. */
export interface NodeListening {
  readonly server: NetServer;
  readonly sockname: Address;
  /** A socket of the user's, for it to listen on. */
  readonly given?: socket;
  /** Runs what closes the server. */
  readonly closer?: (close: () => void) => void;
}

/** One listening socket of a server, by Node. */
export class NodeListener extends BaseListener {
  /** As of the server. */
  readonly socket: TransportSocket;
  private readonly _listening: NodeListening;
  /** Connections that came too early. */
  private readonly _early: NetSocket[] = [];
  private _stopped: boolean = false;
  private readonly _onConnection = (stream: NetSocket): void => {
    this._connected(stream);
  };
  private readonly _onError = (error: Error): void => {
    this._failed(error);
  };

  constructor(backend: Backend, listening: NodeListening, options: ListenerOptions) {
    super(backend, options);
    this._listening = listening;
    const { server, sockname, given } = listening;
    this.socket = given === undefined ? serverSocket(server, sockname) : new TransportSocket(given);
    server.on('connection', this._onConnection).on('error', this._onError);
  }

  start(server: Server): void {
    requireHosted(this._loop, "a server of Node's");
    this._server = server;
    const { server: node, given } = this._listening;
    if (given !== undefined) node.listen({ fd: given.fileno(), backlog: this._options.backlog });
    for (const stream of this._early.splice(0)) this._connected(stream);
  }

  private _connected(stream: NetSocket): void {
    // Nobody listens to it before the loop's next round.
    guard(stream);
    if (this._server === null) this._early.push(stream);
    else this._accepted(stream, { peername: this._nameOf(stream) });
  }

  private _nameOf(stream: NetSocket): Address | null {
    const { sockname } = this._listening;
    if (Array.isArray(sockname)) {
      return addressOf(familyOf(stream.remoteFamily), stream.remoteAddress, stream.remotePort);
    }
    rememberNames(stream, { sockname });
    return '';
  }

  /** What Node tells of accepting. It does not tell of descriptors that ran out: it drops such connections. */
  private _failed(error: Error): void {
    const exception = osErrorFromNode(error);
    const isExhausted = OUT_OF_RESOURCES.has(-(exception.errno ?? 0));
    const message = isExhausted ? 'socket.accept() out of system resource' : 'Error on a listening socket';
    this._loop.callExceptionHandler({ message, exception, socket: this.socket });
  }

  stop(): void {
    if (this._stopped) return;
    this._loop._listening.delete(this);
    this._close();
    this._onStop?.();
  }

  private _close(): void {
    this._stopped = true;
    const { server, given, closer } = this._listening;
    server.off('connection', this._onConnection).off('error', this._onError).on('error', ignore);
    for (const stream of this._early.splice(0)) stream.destroy();
    if (given !== undefined && !server.listening) given.close();
    this.socket._sock.detach();
    const close = (): void => {
      server.close();
    };
    if (closer === undefined) close();
    else closer(close);
  }

  isClosing(): boolean {
    return this._stopped;
  }

  /** @internal */
  _abandoned(): void {
    if (this._loop.getDebug()) warn(`unclosed ${this.socket.toString()}`, 'ResourceWarning');
    this._close();
  }
}

function ignore(): void {
  // The listener is gone: nobody is there to be told.
}
