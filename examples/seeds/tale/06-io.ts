/*
 * A tale of event loops, 6: sockets.
 *
 * New: the request `wait`, for a socket that is to become readable or writable. Whoever waits is noted in a selector, and
 * between two rounds the loop asks the selector instead of sleeping: `select(timeout)` returns when a socket is ready or
 * when the time is over, so it is the alarm clock as well. All the I/O of the program goes through this one call.
 *
 * The sockets do not block. `recv` and `send` wait first, and then do in one call what can be done now.
 *
 * `run` has become a class: there is enough to remember between its parts.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/tale/06-io.js
 */
import { DefaultSelector, EVENT_READ, EVENT_WRITE } from 'tsyncio/selectors';
import { type socket, socketpair } from 'tsyncio/socket';
import { realClock } from '../clock.js';
import { Heap } from '../heap.js';

type Event = typeof EVENT_READ | typeof EVENT_WRITE;

type Request =
  | { readonly kind: 'nice' }
  | { readonly kind: 'spawn'; readonly child: Task }
  | { readonly kind: 'join'; readonly child: Task }
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'wait'; readonly sock: socket; readonly event: Event };

export type Coroutine<T = void> = Generator<Request, T, void>;

export class Task {
  readonly coroutine: Coroutine;
  done = false;
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

export function* join(child: Task): Coroutine {
  yield { kind: 'join', child };
}

export function* sleep(seconds: number): Coroutine {
  yield { kind: 'sleep', seconds };
}

/** Some bytes, at most `size`; none at the end of the stream. */
export function* recv(sock: socket, size: number): Coroutine<Buffer> {
  yield { kind: 'wait', sock, event: EVENT_READ };
  return sock.recv(size);
}

/** Send all of it. The system takes what it has room for, so this may take several turns. */
export function* send(sock: socket, data: Uint8Array | string): Coroutine {
  let rest = typeof data === 'string' ? Buffer.from(data) : data;
  while (rest.length > 0) {
    yield { kind: 'wait', sock, event: EVENT_WRITE };
    rest = rest.subarray(sock.send(rest));
  }
}

/** Who waits for a socket: one may read while another one writes. */
type Waiting = Map<Event, Task>;

export class Kernel {
  private _ready: Task[] = [];
  private readonly _sleepers = new Heap<Task>();
  private readonly _selector = new DefaultSelector<Waiting>();

  run(main: Coroutine): void {
    this._ready.push(new Task(main));
    try {
      while (this._ready.length > 0 || this._sleepers.size > 0 || this._waiting > 0) {
        this._poll();
        this._round();
      }
    } finally {
      this._selector.close();
    }
  }

  /** How many sockets are waited for. */
  private get _waiting(): number {
    return this._selector.getMap()?.size ?? 0;
  }

  /** How long may we wait? Not at all, until the first sleeper wakes, or for as long as it takes. */
  private _timeout(): number | null {
    if (this._ready.length > 0) return 0;
    const next = this._sleepers.first;
    return next === undefined ? null : Math.max(0, next - realClock.now());
  }

  /** Between two rounds: who became ready outside? */
  private _poll(): void {
    for (const [key, events] of this._selector.select(this._timeout())) {
      for (const [event, task] of key.data!) {
        if ((events & event) === 0) continue;
        this._forget(key.fileobj as socket, event);
        this._ready.push(task);
      }
    }
    this._ready.push(...this._sleepers.popUpTo(realClock.now()));
  }

  private _round(): void {
    const round = this._ready;
    this._ready = [];
    for (const task of round) {
      const step = task.coroutine.next();
      if (step.done === true) {
        task.done = true;
        this._ready.push(...task.joiners);
      } else this._answer(task, step.value);
    }
  }

  private _answer(task: Task, request: Request): void {
    switch (request.kind) {
      case 'nice':
        this._ready.push(task);
        break;
      case 'spawn':
        this._ready.push(task, request.child);
        break;
      case 'join':
        if (request.child.done) this._ready.push(task);
        else request.child.joiners.push(task);
        break;
      case 'sleep':
        this._sleepers.push(realClock.now() + request.seconds, task);
        break;
      case 'wait':
        this._await(request.sock, request.event, task);
        break;
    }
  }

  /** A selector knows a socket once, with all the events it is watched for. */
  private _await(sock: socket, event: Event, task: Task): void {
    const waiting = this._selector.getMap()?.get(sock)?.data;
    if (waiting == null) this._selector.register(sock, event, new Map([[event, task]]));
    else {
      if (waiting.has(event)) throw new Error('two tasks wait for the same event of one socket');
      waiting.set(event, task);
      this._selector.modify(sock, EVENT_READ | EVENT_WRITE, waiting);
    }
  }

  private _forget(sock: socket, event: Event): void {
    const waiting = this._selector.getKey(sock).data!;
    waiting.delete(event);
    const [other] = waiting.keys();
    if (other === undefined) this._selector.unregister(sock);
    else this._selector.modify(sock, other, waiting);
  }
}

/** Send back what comes, in capitals, until the other end closes. */
export function* shout(sock: socket): Coroutine {
  for (let data = yield* recv(sock, 1024); data.length > 0; data = yield* recv(sock, 1024)) {
    yield* send(sock, data.toString().toUpperCase());
  }
  console.log('nobody there any more');
  sock.close();
}

export function* talk(): Coroutine {
  const [near, far] = socketpair();
  near.setblocking(false);
  far.setblocking(false);
  const echo = yield* spawn(shout(far));
  for (const word of ['psst', 'hello']) {
    yield* sleep(0.05);
    yield* send(near, word);
    console.log(`${word} comes back as ${(yield* recv(near, 1024)).toString()}`);
  }
  near.close();
  yield* join(echo);
}

export function main(): void {
  new Kernel().run(talk());
}

if (process.argv[1] === import.meta.filename) main();

// psst comes back as PSST
// hello comes back as HELLO
// nobody there any more
