import type { Coroutine, Future } from '../../src/index.js';
import type { VirtualEventLoop } from '../../src/testing/index.js';

/** A future that is none of ours, but behaves as one: what `isfuture` recognises. */
export class ForeignFuture<T> {
  _asyncioFutureBlocking = false;
  readonly inner: Future<T>;

  constructor(loop: VirtualEventLoop) {
    this.inner = loop.createFuture<T>();
  }

  getLoop(): unknown {
    return this.inner.getLoop();
  }

  done(): boolean {
    return this.inner.done();
  }

  result(): T {
    return this.inner.result();
  }

  cancelled(): boolean {
    return this.inner.cancelled();
  }

  exception(): unknown {
    return this.inner.exception();
  }

  cancel(msg?: unknown): boolean {
    return this.inner.cancel(msg);
  }

  addDoneCallback(callback: (future: this) => void, options?: object): void {
    this.inner.addDoneCallback(() => callback(this), options);
  }

  toString(): string {
    return '<ForeignFuture>';
  }

  *[Symbol.iterator](): Coroutine<T> {
    if (!this.done()) {
      this._asyncioFutureBlocking = true;
      yield this as never;
    }
    return this.result();
  }
}
