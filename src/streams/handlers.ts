/*
 * Handlers that a server's `waitClosed()` waits for: it does as if each were one more connection.
 */
import type { Server } from '../loop/index.js';
import { BaseTransport } from '../protocols/index.js';
import type { Task } from '../tasks/index.js';

/** In a server's list of connections. A handler has nothing to be closed: that is its connection's business. */
class Running extends BaseTransport {
  override close(): void {
    // Its connection is closed, and then it sees the end of its stream.
  }

  abort(): void {
    // Likewise.
  }
}

/** The handlers of one server. */
export class Handlers {
  private readonly _running: Set<Running> = new Set();
  private _server: Server | null = null;

  /** The server is there. Some handlers may be so already. */
  serve(server: Server): void {
    this._server = server;
    for (const running of this._running) server._attach(running);
  }

  /** Have the server wait for `task`. */
  add(task: Task): void {
    const running = new Running();
    this._running.add(running);
    this._server?._attach(running);
    task.addDoneCallback(() => {
      this._running.delete(running);
      this._server?._detach(running);
    });
  }
}
