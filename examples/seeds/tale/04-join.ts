/*
 * A tale of event loops, 4: waiting for a child.
 *
 * New: the request `join`. Its answer may take a while, and meanwhile the parent must be in no queue. So the loop has to
 * remember, for each child, who waits for it; and a bare generator has no place to write that down. That is what a Task is
 * at first: a coroutine, and what the loop wants to know of it.
 *
 * Mind the race: the child may have ended before anybody joins it. Nobody would wake the parent then. So a task
 * remembers that it is done, and joining it costs one turn.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/04-join.js
 */

type Request =
  | { readonly kind: 'nice' }
  | { readonly kind: 'spawn'; readonly child: Task }
  | { readonly kind: 'join'; readonly child: Task };

export type Coroutine<T = void> = Generator<Request, T, void>;

/** A coroutine that the loop runs. */
export class Task {
  readonly coroutine: Coroutine;
  done = false;
  /** Who is to be woken when it is done. */
  readonly joiners: Task[] = [];

  constructor(coroutine: Coroutine) {
    this.coroutine = coroutine;
  }
}

export function* nice(): Coroutine {
  yield { kind: 'nice' };
}

export function* spawn(coroutine: Coroutine): Coroutine<Task> {
  const child = new Task(coroutine);
  yield { kind: 'spawn', child };
  return child;
}

/** Wait until `child` is done. */
export function* join(child: Task): Coroutine {
  yield { kind: 'join', child };
}

export function run(main: Coroutine): void {
  let ready = [new Task(main)];
  while (ready.length > 0) {
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
          else request.child.joiners.push(task); // and nowhere else: it sleeps until the child ends
          break;
      }
    }
  }
}

export function* child(name: string, turns: number): Coroutine {
  for (let turn = 1; turn <= turns; turn++) {
    console.log(`${name}: turn ${turn} of ${turns}`);
    yield* nice();
  }
}

export function* parent(): Coroutine {
  const slow = yield* spawn(child('slow', 3));
  const quick = yield* spawn(child('quick', 1));
  yield* join(slow);
  console.log('slow has ended');
  yield* join(quick); // long done: this is the race
  console.log('both have ended');
}

export function main(): void {
  run(parent());
}

if (process.argv[1] === import.meta.filename) main();

// slow: turn 1 of 3
// quick: turn 1 of 1
// slow: turn 2 of 3
// slow: turn 3 of 3
// slow has ended
// both have ended
