/*
 * A tale of event loops, 1: a coroutine, moved by hand.
 *
 * Before there is a loop there is somebody who calls. This step has no loop at all: it shows what a loop has to work
 * with, which is three methods. `next(value)` resumes (Python's `send`), `throw(error)` resumes with an error, and both
 * say what came of it: the coroutine gave up control, it returned, or it threw.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/01-by-hand.js
 */

/** A coroutine that gives up control without saying why, and returns a T in the end. */
export type Coroutine<T = void> = Generator<undefined, T, void>;

/** The simplest one: it never gives up control. */
export function* hello(name: string): Coroutine<string> {
  console.log(`hello, ${name}`);
  return `greeted ${name}`;
}

/**
 * Give up control once. Be nice: let others have a turn. The only `yield` there is in this program: all others say
 * `yield* nice()`, and need not know how it is done.
 */
export function* nice(): Coroutine {
  yield;
}

/** Two turns with a pause between them; an error that comes in the pause is part of the tale. */
export function* twoTurns(): Coroutine<string> {
  console.log('first turn');
  try {
    yield* nice();
  } catch (error) {
    console.log(`woken by ${String(error)}`);
    return 'ended early';
  }
  console.log('second turn');
  return 'ended in time';
}

/** A conversation: `next(value)` is what the `yield` inside gives. */
export function* adder(): Generator<number, never, number> {
  let sum = 0;
  for (;;) sum += yield sum;
}

export function main(): void {
  // Calling it runs nothing: this makes an object.
  const coroutine = hello('world');
  console.log('nothing was printed so far');
  console.log(coroutine.next());

  // An error comes out of the very call that resumed.
  function* failing(): Coroutine {
    throw new Error('no luck');
  }
  try {
    failing().next();
  } catch (error) {
    console.log(`next() threw: ${String(error)}`);
  }

  // With a pause inside, one call is not enough: it says `done: false`, and waits to be resumed.
  const patient = twoTurns();
  console.log(patient.next());
  console.log(patient.next());

  // In the pause an error can be thrown in. Cancelling is made of this, in step 7.
  const disturbed = twoTurns();
  disturbed.next();
  console.log(disturbed.throw(new Error('alarm')));

  // Values go in as well. The first call only starts it: there is no `yield` yet that could take a value.
  const sum = adder();
  sum.next(0);
  sum.next(20);
  console.log(sum.next(22));
}

if (process.argv[1] === import.meta.filename) main();

// nothing was printed so far
// hello, world
// { value: 'greeted world', done: true }
// next() threw: Error: no luck
// first turn
// { value: undefined, done: false }
// second turn
// { value: 'ended in time', done: true }
// first turn
// woken by Error: alarm
// { value: 'ended early', done: true }
// { value: 42, done: false }
