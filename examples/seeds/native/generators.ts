/*
 * A generator that is talked to: values go in by `next(value)` (Python's `send`), errors by `throw`, and `return` (Python's
 * `close`) asks it to end.
 *
 * On closing the two languages differ. Python throws a GeneratorExit into the generator, which `except` can catch.
 * JavaScript's `return()` is no error: no `catch` sees it, only `finally` does. `close` below does it in Python's way, to
 * show that it needs nothing but `throw`.
 *
 *     npm run build:examples && node dist-examples/seeds/native/generators.js
 */

/** Counts; a number that is sent resets it. The answer to that is the number itself, and then it goes on from there. */
export function* resettable(limit: number): Generator<number, void, number | undefined> {
  let position = 0;
  while (position < limit) {
    const sent: number | undefined = yield position;
    if (sent === undefined) position++;
    else {
      position = sent;
      yield position;
    }
  }
}

/** Goes on after an error: what it yields next is what `throw` returns. */
export function* stubborn(): Generator<string, string, void> {
  try {
    yield 'waiting';
  } catch (error) {
    yield `caught ${String(error)}`;
  } finally {
    console.log('cleaned up');
  }
  return 'the end';
}

/** Thrown into a generator that is to end. */
export class GeneratorExit extends Error {
  override readonly name = 'GeneratorExit';
}

/** Python's `close`: the generator must let the GeneratorExit out, or return. */
export function close(generator: Generator<unknown, unknown, never>): void {
  try {
    if (generator.throw(new GeneratorExit()).done === true) return;
  } catch (error) {
    if (error instanceof GeneratorExit) return;
    throw error;
  }
  throw new Error('generator ignored GeneratorExit');
}

/** Says what it dies of. */
export function* watchful(): Generator<number, void, void> {
  try {
    yield 1;
  } catch (error) {
    console.log(`caught ${String(error)}`);
    throw error;
  } finally {
    console.log('finally');
  }
}

export function main(): void {
  const numbers = resettable(20);
  console.log(numbers.next().value, numbers.next().value);
  console.log(numbers.next(7).value, numbers.next().value, numbers.next().value);

  // Who does not catch is ended by the error, which comes out of `throw`.
  try {
    numbers.throw(new Error('boom'));
  } catch (error) {
    console.log(`out came ${String(error)}`);
  }
  console.log(numbers.next());

  const survivor = stubborn();
  survivor.next();
  console.log(survivor.throw(new Error('boom')));
  console.log(survivor.next());

  const returned = watchful();
  returned.next();
  console.log(returned.return()); // no catch, but finally

  const closed = watchful();
  closed.next();
  close(closed); // catch and finally

  const unwilling = stubborn();
  unwilling.next();
  try {
    close(unwilling);
  } catch (error) {
    console.log(String(error));
  }
}

if (process.argv[1] === import.meta.filename) main();

// 0 1
// 7 7 8
// out came Error: boom
// { value: undefined, done: true }
// { value: 'caught Error: boom', done: false }
// cleaned up
// { value: 'the end', done: true }
// finally
// { value: undefined, done: true }
// caught GeneratorExit
// finally
// Error: generator ignored GeneratorExit
