/*
 * A loop without futures, 4: futures, for those who like them.
 *
 * The loop has none and needs none; whoever wants to wait for one writes a thunk. Anything that calls back when it is done
 * can be waited for in this way, and the loop is not changed for it.
 *
 *     npm run build:examples && node dist-examples/seeds/minimal/await-future.js
 */
import { type Coroutine, type Loop, makeLoop, type Resumption, type Thunk } from './loop.js';

/** What is asked of a future: who made it does not matter. */
export interface FutureLike<T> {
  /** The error, or `null` if there is none. */
  exception(): unknown;
  result(): T;
  addDoneCallback(callback: (future: FutureLike<T>) => void): void;
}

/** A thunk that suspends until `future` is done, and then gives its result, or throws its error. */
export function whenDone(loop: Loop, future: FutureLike<unknown>): Thunk {
  return (coroutine) => {
    future.addDoneCallback(() => {
      const error = future.exception();
      const resumption: Resumption = error === null ? { value: future.result() } : { error };
      loop.schedule(coroutine, resumption);
    });
    return true;
  };
}

/** The same with the future's type. */
export function* awaitFuture<T>(loop: Loop, future: FutureLike<T>): Coroutine<T> {
  return (yield whenDone(loop, future)) as T;
}

/** The smallest future that calls back. */
export class Future<T> implements FutureLike<T> {
  private _outcome: { value: T } | { error: unknown } | null = null;
  private readonly _callbacks: ((future: FutureLike<T>) => void)[] = [];

  result(): T {
    if (this._outcome === null) throw new Error('not done');
    if ('error' in this._outcome) throw this._outcome.error;
    return this._outcome.value;
  }

  exception(): unknown {
    return this._outcome !== null && 'error' in this._outcome ? this._outcome.error : null;
  }

  addDoneCallback(callback: (future: FutureLike<T>) => void): void {
    if (this._outcome === null) this._callbacks.push(callback);
    else callback(this);
  }

  setResult(value: T): void {
    this._settle({ value });
  }

  setException(error: unknown): void {
    this._settle({ error });
  }

  private _settle(outcome: { value: T } | { error: unknown }): void {
    this._outcome = outcome;
    for (const callback of this._callbacks.splice(0)) callback(this);
  }
}

export function main(): void {
  const loop = makeLoop();
  const good = new Future<number>();
  const bad = new Future<number>();

  function* waits(name: string, future: Future<number>): Coroutine {
    try {
      console.log(`${name}: ${(yield* awaitFuture(loop, future)) + 1}`);
    } catch (error) {
      console.log(`${name} failed: ${String(error)}`);
    }
  }

  function* works(): Coroutine {
    yield;
    console.log('now both get done');
    good.setResult(41);
    bad.setException(new Error('no luck'));
    yield* waits('late', good); // done already: the callback comes at once
  }

  loop.schedule(waits('good', good));
  loop.schedule(waits('bad', bad));
  loop.schedule(works());
  loop.runLoop();
}

if (process.argv[1] === import.meta.filename) main();

// now both get done
// good: 42
// bad failed: Error: no luck
// late: 42
