/*
 * A future-like object: one that can be awaited because it has an iterator of its own. It is driven by hand here, to see what
 * goes back and forth; there is no loop yet that would call us.
 *
 * While there is no value its iterator yields, so control goes back to whoever called `next`: to the bottom of the whole chain
 * of `yield*`, not to the coroutine that waits. When it is resumed and there is a value, it returns that, and now the
 * coroutine goes on.
 *
 *     npm run build:examples && node dist-examples/seeds/native/future.js
 */

export type Coroutine<T = void> = Generator<Future<unknown>, T, void>;

/** A value to come. */
export class Future<T> {
  private _outcome: { readonly value: T } | null = null;

  /** The value is here. Who waits finds it when it is resumed; nobody is resumed by this. */
  done(value: T): void {
    this._outcome = { value };
  }

  /** Python: `__await__`. It may be resumed too early, and then yields again. */
  *[Symbol.iterator](): Coroutine<T> {
    while (this._outcome === null) yield this;
    return this._outcome.value;
  }
}

/** The type of what is awaited comes with it: `response` is a string here. */
export function* waiting(request: Future<string>): Coroutine<number> {
  const response = yield* request;
  return response.length;
}

/** Any number of coroutines may stand in between. */
export function* outer(request: Future<string>): Coroutine<string> {
  return `${yield* waiting(request)} bytes`;
}

export function main(): void {
  const future = new Future<string>();
  const coroutine = outer(future);

  const first = coroutine.next();
  console.log(first.done, first.value === future); // what it waits for came through the chain
  console.log(coroutine.next().done); // too early: nothing has happened

  future.done('0123456789'); // this would be a callback: the response has come
  console.log(coroutine.next());

  console.log(outer(future).next()); // who comes late does not wait at all
}

if (process.argv[1] === import.meta.filename) main();

// false true
// false
// { value: '10 bytes', done: true }
// { value: '10 bytes', done: true }
