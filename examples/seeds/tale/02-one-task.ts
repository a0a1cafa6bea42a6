/*
 * A tale of event loops, 2: a loop for one.
 *
 * By hand we had to know how often to call `next`. A loop knows when to stop instead: it calls until the coroutine says
 * `done`. This is the smallest thing that deserves the name `run`.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/02-one-task.js
 */
import { type Coroutine, nice } from './01-by-hand.js';

/** Run a coroutine to its end. What it returns is returned; what it throws comes out by itself. */
export function run<T>(coroutine: Coroutine<T>): T {
  for (;;) {
    const step = coroutine.next();
    if (step.done === true) return step.value;
  }
}

/** A coroutine calls another by `yield*`, and gets what that one returns. */
export function* countDown(from: number): Coroutine<string> {
  for (let n = from; n > 0; n--) {
    console.log(n);
    yield* nice();
  }
  return 'lift-off';
}

export function main(): void {
  console.log(run(countDown(3)));
}

if (process.argv[1] === import.meta.filename) main();

// 3
// 2
// 1
// lift-off
