/*
 * Events: what a coroutine wants to be resumed by. An event is an object that can be recognized, no more; and it can be awaited
 * by itself, because its iterator yields it: `yield* new AsyncSleep(0.1)` hands the event through all the coroutines in
 * between, which need not know of it, down to the loop.
 *
 * What a class needs for it in Python is called `__await__`; here it is `[Symbol.iterator]`.
 */
import type { socket } from 'tsyncio/socket';

/** All that the loop understands. */
export type Event = AsyncSleep | AsyncRead;

export type Coroutine<T = void> = Generator<Event, T, void>;

/** A point in time has come. */
export class AsyncSleep {
  /** On the loop's clock; the loop knows it, and the coroutine that makes the event need not. */
  until: number = NaN;
  readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  *[Symbol.iterator](): Coroutine {
    yield this;
  }
}

/** Exactly so many bytes have come, or the stream has ended before. */
export class AsyncRead {
  readonly sock: socket;
  private readonly _amount: number;
  private _data: Buffer = Buffer.alloc(0);

  constructor(sock: socket, amount: number) {
    this.sock = sock;
    this._amount = amount;
  }

  /** Take what is there now: the loop calls this when the socket is readable. Returns whether that was the last of it. */
  advance(): boolean {
    const data = this.sock.recv(this._amount - this._data.length);
    this._data = Buffer.concat([this._data, data]);
    return data.length === 0 || this._data.length === this._amount;
  }

  *[Symbol.iterator](): Coroutine<Buffer> {
    yield this;
    return this._data;
  }
}
