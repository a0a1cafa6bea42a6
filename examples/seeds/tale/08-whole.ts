/*
 * A tale of event loops, 8: the whole kernel, and what the steps before left open.
 *
 * - `join` gives what the child returned, or throws what it threw, as often as it is asked and however late.
 * - An error that nobody joined is not lost: `run` throws it in the end.
 * - `cancel` works at every moment: before a task's first turn (nothing of it runs then), while it waits, while it is in the ready
 *   queue with its answer, and after its end (it does nothing then, and says so).
 * - If all wait for one another, `run` says so instead of waiting for ever.
 *
 * Only the five functions named "trap" below say `yield`; all other coroutines say `yield*`. A trap is an ordinary function to
 * its caller, with a type: what goes in and what comes out is decided there and nowhere else.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/tale/08-whole.js
 */
import { DefaultSelector, EVENT_READ, EVENT_WRITE } from 'tsyncio/selectors';
import { type socket, socketpair } from 'tsyncio/socket';
import { realClock } from '../clock.js';
import { Heap } from '../heap.js';

type Event = typeof EVENT_READ | typeof EVENT_WRITE;

type Request =
  | { readonly kind: 'spawn'; readonly child: Task<unknown> }
  | { readonly kind: 'join'; readonly child: Task<unknown> }
  | { readonly kind: 'cancel'; readonly child: Task<unknown> }
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'wait'; readonly sock: socket; readonly event: Event };

export type Coroutine<T = void> = Generator<Request, T, void>;

/** What a cancelled task finds thrown where it waits; and what joining it throws, if it ends by that. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** A coroutine that the kernel runs. */
export class Task<T = void> {
  readonly coroutine: Coroutine<T>;
  /** How it ended; `null` before. */
  outcome: Outcome<T> | null = null;
  /** How it leaves what it waits in; `null` when it is in the ready queue, or done. */
  leave: (() => void) | null = null;
  /** A cancellation on its way. */
  cancelled: Cancelled | null = null;
  readonly joiners: Set<Task<unknown>> = new Set();

  constructor(coroutine: Coroutine<T>) {
    this.coroutine = coroutine;
  }

  result(): T {
    if (this.outcome === null) throw new Error('the task is not done');
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }
}

/** Trap: start a task. It has its first turn in the next round. */
export function* spawn<T>(coroutine: Coroutine<T>): Coroutine<Task<T>> {
  const child = new Task(coroutine);
  yield { kind: 'spawn', child };
  return child;
}

/** Trap: wait for a task, and take what came of it. */
export function* join<T>(child: Task<T>): Coroutine<T> {
  yield { kind: 'join', child };
  return child.result();
}

/** Trap: have a task find a Cancelled thrown at its next turn. Returns whether it was not done. Does not wait: `join` does. */
export function* cancel(child: Task<unknown>): Coroutine<boolean> {
  const running = child.outcome === null;
  yield { kind: 'cancel', child };
  return running;
}

/** Trap: wait for a time; 0 gives everybody else a turn. */
export function* sleep(seconds: number): Coroutine {
  yield { kind: 'sleep', seconds };
}

/** Trap: wait for a socket. */
export function* ready(sock: socket, event: Event): Coroutine {
  yield { kind: 'wait', sock, event };
}

export function* recv(sock: socket, size: number): Coroutine<Buffer> {
  yield* ready(sock, EVENT_READ);
  return sock.recv(size);
}

export function* send(sock: socket, data: Uint8Array | string): Coroutine {
  let rest = typeof data === 'string' ? Buffer.from(data) : data;
  while (rest.length > 0) {
    yield* ready(sock, EVENT_WRITE);
    rest = rest.subarray(sock.send(rest));
  }
}

type Waiting = Map<Event, Task<unknown>>;

export class Kernel {
  private _ready: Task<unknown>[] = [];
  private readonly _alarms = new Heap<{ task: Task<unknown> | null }>();
  private readonly _selector = new DefaultSelector<Waiting>();
  /** How many tasks are not done. */
  private _alive = 0;
  /** Tasks that failed while nobody joined them. */
  private readonly _unjoined = new Set<Task<unknown>>();

  /** Run `main` and all that it starts. Returns what `main` returned, or throws what it threw. */
  run<T>(main: Coroutine<T>): T {
    const task = new Task(main);
    this._start(task);
    try {
      while (this._alive > 0) {
        this._poll();
        this._round();
      }
    } finally {
      this._selector.close();
    }
    this._unjoined.delete(task);
    if (this._unjoined.size > 0) {
      const errors = [...this._unjoined].map(({ outcome }) => (outcome as { error: unknown }).error);
      throw new AggregateError(errors, 'tasks failed that nobody joined');
    }
    return task.result();
  }

  private _start(task: Task<unknown>): void {
    this._alive++;
    this._ready.push(task);
  }

  private _wake(task: Task<unknown>): void {
    task.leave = null;
    this._ready.push(task);
  }

  private _poll(): void {
    while (this._alarms.top?.task === null) this._alarms.pop();
    for (const [key, events] of this._selector.select(this._timeout())) {
      for (const [event, task] of key.data!) {
        if ((events & event) === 0) continue;
        this._unwatch(key.fileobj as socket, event);
        this._wake(task);
      }
    }
    for (const { task } of this._alarms.popUpTo(realClock.now())) if (task !== null) this._wake(task);
  }

  private _timeout(): number | null {
    if (this._ready.length > 0) return 0;
    const next = this._alarms.first;
    if (next !== undefined) return Math.max(0, next - realClock.now());
    if (this._selector.getMap()!.size > 0) return null;
    throw new Error(`deadlock: ${this._alive} tasks wait for one another`);
  }

  private _round(): void {
    const round = this._ready;
    this._ready = [];
    for (const task of round) this._step(task);
  }

  private _step(task: Task<unknown>): void {
    const { coroutine, cancelled } = task;
    task.cancelled = null;
    try {
      const step = cancelled === null ? coroutine.next() : coroutine.throw(cancelled);
      if (step.done === true) this._end(task, { value: step.value });
      else this._answer(task, step.value);
    } catch (error) {
      this._end(task, { error });
    }
  }

  private _end(task: Task<unknown>, outcome: Outcome<unknown>): void {
    task.outcome = outcome;
    this._alive--;
    const failed = 'error' in outcome && !(outcome.error instanceof Cancelled);
    if (failed && task.joiners.size === 0) this._unjoined.add(task);
    for (const joiner of task.joiners) this._wake(joiner);
  }

  private _answer(task: Task<unknown>, request: Request): void {
    switch (request.kind) {
      case 'spawn':
        this._ready.push(task);
        this._start(request.child);
        break;
      case 'cancel':
        this._ready.push(task);
        this._cancel(request.child);
        break;
      case 'join':
        this._join(request.child, task);
        break;
      case 'sleep': {
        const alarm: { task: Task<unknown> | null } = { task };
        this._alarms.push(realClock.now() + request.seconds, alarm);
        task.leave = () => (alarm.task = null);
        break;
      }
      case 'wait':
        this._watch(request.sock, request.event, task);
        task.leave = () => this._unwatch(request.sock, request.event);
        break;
    }
  }

  private _join(child: Task<unknown>, task: Task<unknown>): void {
    this._unjoined.delete(child);
    if (child.outcome !== null) this._ready.push(task);
    else {
      child.joiners.add(task);
      task.leave = () => child.joiners.delete(task);
    }
  }

  /** The whole difference between a waiting task and a ready one: the first has to be fetched, the second comes by itself. */
  private _cancel(child: Task<unknown>): void {
    if (child.outcome !== null) return;
    child.cancelled = new Cancelled();
    if (child.leave === null) return;
    child.leave();
    this._wake(child);
  }

  private _watch(sock: socket, event: Event, task: Task<unknown>): void {
    const waiting = this._selector.getMap()!.get(sock)?.data;
    if (waiting == null) this._selector.register(sock, event, new Map([[event, task]]));
    else {
      if (waiting.has(event)) throw new Error('two tasks wait for the same event of one socket');
      waiting.set(event, task);
      this._selector.modify(sock, EVENT_READ | EVENT_WRITE, waiting);
    }
  }

  private _unwatch(sock: socket, event: Event): void {
    const waiting = this._selector.getKey(sock).data!;
    waiting.delete(event);
    const [other] = waiting.keys();
    if (other === undefined) this._selector.unregister(sock);
    else this._selector.modify(sock, other, waiting);
  }
}

/** Take numbers, a line each, until the other end closes, and return their sum. */
export function* adder(sock: socket): Coroutine<number> {
  let text = '';
  for (let data = yield* recv(sock, 1024); data.length > 0; data = yield* recv(sock, 1024)) {
    text += data.toString();
  }
  sock.close();
  return text.split('\n').reduce((sum, line) => sum + Number(line), 0);
}

export function* program(): Coroutine<string> {
  const [near, far] = socketpair();
  near.setblocking(false);
  far.setblocking(false);

  const sum = yield* spawn(adder(far));
  for (const number of [20, 21, 1]) yield* send(near, `${number}\n`);
  near.close();
  console.log(`the sum is ${yield* join(sum)}, and still ${yield* join(sum)}`);

  function* failing(): Coroutine<never> {
    throw new Error('no luck');
  }
  const failed = yield* spawn(failing());
  try {
    yield* join(failed);
  } catch (error) {
    console.log(`join threw: ${String(error)}`);
  }

  function* never(): Coroutine {
    console.log('this is not printed');
  }
  const unstarted = yield* spawn(never()); // ready, and its first turn comes after ours
  console.log(`cancelled: ${yield* cancel(unstarted)}`);
  const sleeper = yield* spawn(sleep(3600));
  yield* sleep(0);
  console.log(`cancelled: ${yield* cancel(sleeper)}`);
  try {
    yield* join(sleeper);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    console.log('the sleeper was cancelled');
  }
  console.log(`cancelled again: ${yield* cancel(sleeper)}`);
  return 'all done';
}

export function main(): void {
  console.log(new Kernel().run(program()));
}

if (process.argv[1] === import.meta.filename) main();

// the sum is 42, and still 42
// join threw: Error: no luck
// cancelled: true
// cancelled: true
// the sleeper was cancelled
// cancelled again: false
// all done
