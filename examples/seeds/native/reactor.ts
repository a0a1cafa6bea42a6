/*
 * A loop of callbacks, the smallest there is: for each socket a function to call when it is ready. No coroutines: whoever waits
 * returns, and leaves behind a function that knows how to go on.
 */
import { DefaultSelector, EVENT_READ, EVENT_WRITE } from 'tsyncio/selectors';
import type { socket } from 'tsyncio/socket';

type Callback = () => void;

export class Reactor {
  private readonly _selector = new DefaultSelector<Callback>();

  /** Call `callback` whenever there is something to read, instead of what was called for this socket before. */
  onReadable(sock: socket, callback: Callback): void {
    this._watch(sock, EVENT_READ, callback);
  }

  /** Call `callback` whenever there is room to write, instead of what was called for this socket before. */
  onWritable(sock: socket, callback: Callback): void {
    this._watch(sock, EVENT_WRITE, callback);
  }

  /** Close a socket, and forget it. */
  close(sock: socket): void {
    if (this._selector.getMap()!.has(sock)) this._selector.unregister(sock);
    sock.close();
  }

  /** Call back as long as there is a socket to watch. */
  run(): void {
    try {
      while (this._selector.getMap()!.size > 0) {
        for (const [key] of this._selector.select()) {
          // One that was closed by a callback before it in this very list has nothing to be called for.
          if (this._selector.getMap()!.get(key.fd) === key) key.data!();
        }
      }
    } finally {
      this._selector.close();
    }
  }

  private _watch(sock: socket, event: number, callback: Callback): void {
    if (this._selector.getMap()!.has(sock)) this._selector.modify(sock, event, callback);
    else this._selector.register(sock, event, callback);
  }
}
