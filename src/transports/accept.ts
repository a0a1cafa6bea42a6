/*
 * A listening socket of ours.
 */
import { ACCEPT_RETRY_DELAY } from '../base/constants.js';
import { errnoOf } from '../base/errno.js';
import type { TimerHandleLike } from '../base/loop.js';
import { osError } from '../base/oserror.js';
import { Handle } from '../loop/handles.js';
import type { Server } from '../loop/index.js';
import { warn } from '../platform/host.js';
import { TransportSocket } from '../protocols/index.js';
import { EVENT_READ } from '../selectors/index.js';
import { AddressBlock } from '../socket/address.js';
import { socket } from '../socket/index.js';
import type { Backend, ListenerOptions } from './backend.js';
import { wouldBlock } from './errnos.js';
import { BaseListener } from './listener.js';

const ECONNABORTED: number = -errnoOf('ECONNABORTED');
/** The system has run out of something: the connection still waits, and can be accepted later. */
export const OUT_OF_RESOURCES: ReadonlySet<number> = new Set(
  ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].map((code) => -errnoOf(code)),
);

const peer = new AddressBlock();

/** One listening socket of a server, on the selector. */
export class SocketListener extends BaseListener {
  /** As of the server. */
  readonly socket: TransportSocket;
  private readonly _sock: socket;
  private _retry: TimerHandleLike | null = null;

  constructor(backend: Backend, sock: socket, options: ListenerOptions) {
    super(backend, options);
    this._sock = sock;
    this.socket = new TransportSocket(sock);
  }

  start(server: Server): void {
    this._server = server;
    this._sock.listen(this._options.backlog);
    this._watch();
  }

  private _watch(): void {
    this._retry = null;
    this._loop._add(
      this._sock.fileno(),
      EVENT_READ,
      new Handle(acceptReady, [this], this._loop, this._context),
    );
  }

  stop(): void {
    this._retry?.cancel();
    this._loop._remove(this._sock.fileno(), EVENT_READ);
    this._loop._listening.delete(this);
    this._sock.close();
    this._onStop?.();
  }

  isClosing(): boolean {
    return this._sock.fileno() < 0;
  }

  /** @internal */
  _abandoned(): void {
    if (this._loop.getDebug()) warn(`unclosed ${this.socket.toString()}`, 'ResourceWarning');
    this._sock.close();
  }

  /** Accept what is there, but let others have a turn after as many as may wait at once. @internal */
  _accept(): void {
    for (let i = 0; i <= this._options.backlog && !this.isClosing(); i++) {
      const fd = this._sock._addon.accept(this._sock._fd, true, peer.ints);
      if (fd >= 0) this._take(fd);
      else if (wouldBlock(fd)) return;
      else if (fd !== ECONNABORTED) {
        this._failed(fd);
        return;
      }
    }
  }

  private _take(fd: number): void {
    const { family, type, proto } = this._sock;
    const conn = new socket(family, type, proto, fd)._markNonblocking();
    this._accepted(conn, { peername: peer.decode() });
  }

  private _failed(result: number): void {
    const exception = osError({ errno: result, syscall: 'accept' });
    if (!OUT_OF_RESOURCES.has(result)) throw exception;
    // The socket stays ready: without a pause the loop would spin.
    const message = 'socket.accept() out of system resource';
    this._loop.callExceptionHandler({ message, exception, socket: this.socket });
    this._loop._remove(this._sock.fileno(), EVENT_READ);
    this._retry = this._loop.callLater(ACCEPT_RETRY_DELAY, () => {
      this._watch();
    });
  }
}

function acceptReady(listener: SocketListener): void {
  listener._accept();
}
