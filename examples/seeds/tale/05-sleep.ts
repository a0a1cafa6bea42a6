/*
 * A tale of event loops, 5: timers.
 *
 * New: the request `sleep`. A sleeper is in no queue but in a heap, by the time at which it wants to wake: the loop only ever
 * asks who is next. Between two rounds it looks at the clock, in two steps: how long may we wait (not at all if anybody is
 * ready, else until the first sleeper wakes), and who is due.
 *
 * The clock is an argument. With the real one the program below takes 0.3 seconds, with a virtual one none, and both print
 * the same.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/05-sleep.js
 */
import { type Clock, realClock } from '../clock.js';
import { Heap } from '../heap.js';

type Request =
  | { readonly kind: 'nice' }
  | { readonly kind: 'spawn'; readonly child: Task }
  | { readonly kind: 'join'; readonly child: Task }
  | { readonly kind: 'sleep'; readonly seconds: number };

export type Coroutine<T = void> = Generator<Request, T, void>;

export class Task {
  readonly coroutine: Coroutine;
  done = false;
  readonly joiners: Task[] = [];

  constructor(coroutine: Coroutine) {
    this.coroutine = coroutine;
  }
}

export function* spawn(coroutine: Coroutine): Coroutine<Task> {
  const child = new Task(coroutine);
  yield { kind: 'spawn', child };
  return child;
}

export function* join(child: Task): Coroutine {
  yield { kind: 'join', child };
}

/** Let the others go on for so long. */
export function* sleep(seconds: number): Coroutine {
  yield { kind: 'sleep', seconds };
}

export function run(main: Coroutine, clock: Clock = realClock): void {
  const sleepers = new Heap<Task>();
  let ready = [new Task(main)];
  while (ready.length > 0 || sleepers.size > 0) {
    // What is ready must not wait for the clock. Only when nobody is may the whole loop sleep.
    if (ready.length === 0) clock.sleep(sleepers.first! - clock.now());
    ready.push(...sleepers.popUpTo(clock.now()));

    const round = ready;
    ready = [];
    for (const task of round) {
      const step = task.coroutine.next();
      if (step.done === true) {
        task.done = true;
        ready.push(...task.joiners);
        continue;
      }
      const request = step.value;
      switch (request.kind) {
        case 'nice':
          ready.push(task);
          break;
        case 'spawn':
          ready.push(task, request.child);
          break;
        case 'join':
          if (request.child.done) ready.push(task);
          else request.child.joiners.push(task);
          break;
        case 'sleep':
          sleepers.push(clock.now() + request.seconds, task);
          break;
      }
    }
  }
}

export function* child(name: string, seconds: number): Coroutine {
  console.log(`${name} goes to sleep`);
  yield* sleep(seconds);
  console.log(`${name} is up`);
}

export function* parent(): Coroutine {
  const late = yield* spawn(child('late riser', 0.3));
  yield* spawn(child('early bird', 0.1));
  yield* sleep(0.2);
  console.log('the parent waits');
  yield* join(late);
  console.log('all are up');
}

export function main(): void {
  run(parent());
}

if (process.argv[1] === import.meta.filename) main();

// late riser goes to sleep
// early bird goes to sleep
// early bird is up
// the parent waits
// late riser is up
// all are up
