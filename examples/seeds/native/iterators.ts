/*
 * Before coroutines there were iterators. An iterable is asked for an iterator; the iterator is asked for one value after the
 * other, and says when there are no more. What `for` does with it can be done by hand. A generator is the same, written as if
 * it were one function: this is where coroutines come from.
 *
 * Python says "no more" by an error, StopIteration; JavaScript by `done: true`.
 *
 *     npm run build:examples && node dist-examples/seeds/native/iterators.js
 */

/** Counts, once: it remembers where it is. */
export class CountingIterator implements Iterator<number, undefined> {
  private _position = 0;
  private readonly _limit: number;

  constructor(limit: number) {
    this._limit = limit;
  }

  next(): IteratorResult<number, undefined> {
    if (this._position < this._limit) return { done: false, value: this._position++ };
    return { done: true, value: undefined };
  }
}

/** Can be counted as often as one likes: each loop gets an iterator of its own. */
export class Counting implements Iterable<number> {
  private readonly _limit: number;

  constructor(limit: number) {
    this._limit = limit;
  }

  [Symbol.iterator](): CountingIterator {
    return new CountingIterator(this._limit);
  }
}

/** The two classes in one function: its place in the loop is the position. */
export function* counting(limit: number): Generator<number, void, void> {
  for (let position = 0; position < limit; position++) yield position;
}

export function main(): void {
  const three = new Counting(3);
  for (const i of three) console.log(`i = ${i}`);
  console.log([...three]); // again from the start

  const byHand = counting(2);
  for (let step = byHand.next(); step.done !== true; step = byHand.next())
    console.log(`value: ${step.value}`);
  console.log(byHand.next()); // at its end it stays

  // `yield*` hands over to any iterable, be it a class or a generator.
  function* both(): Generator<number, void, void> {
    yield* new Counting(2);
    yield* counting(2);
  }
  console.log([...both()]);
}

if (process.argv[1] === import.meta.filename) main();

// i = 0
// i = 1
// i = 2
// [ 0, 1, 2 ]
// value: 0
// value: 1
// { value: undefined, done: true }
// [ 0, 1, 0, 1 ]
