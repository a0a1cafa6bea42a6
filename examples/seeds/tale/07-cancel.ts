/*
 * A tale of event loops, 7: cancelling.
 *
 * New: the request `cancel`. It takes a task out of whatever it waits in, and resumes it by `throw` where all others are
 * resumed by `next`. Nothing else is needed in the coroutine: `try`, `catch` and `finally` mean what they always mean, so a
 * task cleans up, or refuses, or does not notice.
 *
 * There is a race: the task may be done already when the cancellation comes, or be about to run. So a task has a state.
 *
 *     state     in                             left by
 *     ready     the ready queue                its turn comes: it runs, and asks for something or is done
 *     waiting   the heap, or a task's joiners  the time or the task has come, or it is cancelled: ready
 *     done      nothing                        never
 *
 * What is cancelled here is a waiting task only. One that is ready is let off; step 8 mends that. To see the matter by itself
 * the sockets of step 6 are left out once more.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/07-cancel.js
 */
import { type Clock, VirtualClock } from '../clock.js';
import { Heap } from '../heap.js';

type Request =
  | { readonly kind: 'spawn'; readonly child: Task }
  | { readonly kind: 'join'; readonly child: Task }
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'cancel'; readonly child: Task };

export type Coroutine<T = void> = Generator<Request, T, void>;

/** What a cancelled task finds thrown where it waits. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export class Task {
  readonly coroutine: Coroutine;
  state: 'ready' | 'waiting' | 'done' = 'ready';
  /** To be thrown at its next turn. */
  error: Cancelled | null = null;
  /** How it leaves what it waits in. */
  leave: () => void = () => {};
  readonly joiners: Set<Task> = new Set();

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

export function* sleep(seconds: number): Coroutine {
  yield { kind: 'sleep', seconds };
}

/** Wake a waiting task by an error. Returns whether it was waiting. */
export function* cancel(child: Task): Coroutine<boolean> {
  const waiting = child.state === 'waiting';
  yield { kind: 'cancel', child };
  return waiting;
}

export function run(main: Coroutine, clock: Clock): void {
  // An alarm whose task left has `null` there. It stays in the heap until it is on top: that is cheaper than a search.
  const alarms = new Heap<{ task: Task | null }>();
  let ready = [new Task(main)];

  function wake(task: Task): void {
    task.state = 'ready';
    ready.push(task);
  }

  function suspend(task: Task, leave: () => void): void {
    task.state = 'waiting';
    task.leave = leave;
  }

  function answer(task: Task, request: Request): void {
    const { kind } = request;
    if (kind === 'sleep') {
      const alarm: { task: Task | null } = { task };
      alarms.push(clock.now() + request.seconds, alarm);
      suspend(task, () => (alarm.task = null));
      return;
    }
    const { child } = request;
    if (kind === 'join' && child.state !== 'done') {
      child.joiners.add(task);
      suspend(task, () => child.joiners.delete(task));
      return;
    }
    ready.push(task);
    if (kind === 'spawn') ready.push(child);
    if (kind === 'cancel' && child.state === 'waiting') {
      child.leave();
      child.error = new Cancelled();
      wake(child);
    }
  }

  /** One turn. A cancellation that nobody caught is a way to end; any other error ends the whole loop. */
  function step(task: Task): void {
    const { error } = task;
    task.error = null;
    try {
      const result = error === null ? task.coroutine.next() : task.coroutine.throw(error);
      if (result.done !== true) {
        answer(task, result.value);
        return;
      }
    } catch (thrown) {
      if (!(thrown instanceof Cancelled)) throw thrown;
    }
    task.state = 'done';
    task.joiners.forEach(wake);
  }

  for (;;) {
    while (alarms.top?.task === null) alarms.pop();
    if (ready.length === 0) {
      if (alarms.first === undefined) return;
      clock.sleep(alarms.first - clock.now());
    }
    for (const { task } of alarms.popUpTo(clock.now())) if (task !== null) wake(task);
    const round = ready;
    ready = [];
    round.forEach(step);
  }
}

export function* worker(name: string): Coroutine {
  try {
    yield* sleep(3600);
    console.log(`${name} worked for an hour`);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    console.log(`${name} was cancelled`);
    throw error;
  } finally {
    yield* sleep(1); // cleaning up may take its time
    console.log(`${name} has cleaned up`);
  }
}

export function* boss(): Coroutine {
  const first = yield* spawn(worker('first'));
  const second = yield* spawn(worker('second'));
  yield* sleep(60);
  console.log(`cancelled: ${yield* cancel(first)}`);
  yield* join(first);
  console.log(`cancelled again: ${yield* cancel(first)}`);
  yield* join(second);
}

export function main(): void {
  const clock = new VirtualClock();
  run(boss(), clock);
  console.log(`after ${clock.now()} seconds`);
}

if (process.argv[1] === import.meta.filename) main();

// cancelled: true
// first was cancelled
// first has cleaned up
// cancelled again: false
// second worked for an hour
// second has cleaned up
// after 3601 seconds
