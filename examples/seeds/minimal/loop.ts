/*
 * A loop without futures, tasks or classes, 1: thunks.
 *
 * The loop knows one rule. A coroutine gives up control by yielding a function, a thunk. The loop calls it with the coroutine;
 * the thunk answers whether the coroutine is to be suspended. If it says true, it has taken over: it will `schedule` the
 * coroutine again, with a value or an error, when it is time. If it says false, the coroutine keeps its place in the queue.
 *
 * That is all. No I/O, no time: those are other people's thunks, and one more coroutine that wakes whom they put to sleep
 * (see io.ts).
 *
 *     npm run build:examples && node dist-examples/seeds/minimal/loop.js
 */

/** A coroutine of this loop. What is sent in is the thunk's affair, so its type is unknown here. */
export type Coroutine<T = void> = Generator<Thunk | undefined, T, unknown>;

/** What a coroutine yields: arrange for it to be woken, or say false. A bare `yield` gives up a turn. */
export type Thunk = (coroutine: Coroutine<unknown>) => boolean;

/** How a coroutine is resumed. */
export type Resumption = { readonly value?: unknown } | { readonly error: unknown };

export interface Loop {
  /** Have `coroutine` resumed: by `next(value)`, or by `throw(error)`. */
  schedule(coroutine: Coroutine<unknown>, resumption?: Resumption): void;
  /** Run until nobody is scheduled any more. */
  runLoop(): void;
  /** How many are scheduled. All that an I/O coroutine has to know of the loop. */
  active(): number;
}

/**
 * Make a loop.
 *
 * @param failed - told of what comes out of a coroutine. What to do then is for whoever uses the loop to decide: by
 * default the loop stops, and lets it out.
 */
export function makeLoop(
  failed: (error: unknown) => void = (error) => {
    throw error;
  },
): Loop {
  const queue: [Coroutine<unknown>, Resumption][] = [];

  function schedule(coroutine: Coroutine<unknown>, resumption: Resumption = {}): void {
    queue.push([coroutine, resumption]);
  }

  function resume(coroutine: Coroutine<unknown>, resumption: Resumption): void {
    const step = 'error' in resumption ? coroutine.throw(resumption.error) : coroutine.next(resumption.value);
    if (step.done === true) return;
    const suspended = step.value?.(coroutine) ?? false;
    if (!suspended) schedule(coroutine);
  }

  function runLoop(): void {
    // Short queues here: shift() is good enough, and a loop for ten thousand would take a ring buffer.
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        resume(...next);
      } catch (error) {
        failed(error);
      }
    }
  }

  return { schedule, runLoop, active: () => queue.length };
}

/** A place where coroutines wait until somebody opens it: twelve lines, of which the loop knows nothing. */
export function makeGate(loop: Loop): { pass: () => Coroutine<string>; open: (password: string) => void } {
  const waiting: Coroutine<unknown>[] = [];
  function suspend(coroutine: Coroutine<unknown>): boolean {
    waiting.push(coroutine);
    return true;
  }
  return {
    *pass() {
      return (yield suspend) as string;
    },
    open(password) {
      for (const coroutine of waiting.splice(0)) loop.schedule(coroutine, { value: password });
    },
  };
}

export function main(): void {
  const loop = makeLoop();
  const gate = makeGate(loop);

  function* guest(name: string): Coroutine {
    console.log(`${name} waits`);
    console.log(`${name} may pass: ${yield* gate.pass()}`);
  }

  function* porter(): Coroutine {
    for (let second = 1; second <= 2; second++) {
      console.log('the porter looks for the key');
      yield;
    }
    gate.open('sesame');
  }

  loop.schedule(guest('Ali'));
  loop.schedule(porter());
  loop.schedule(guest('Baba'));
  loop.runLoop();
}

if (process.argv[1] === import.meta.filename) main();

// Ali waits
// the porter looks for the key
// Baba waits
// the porter looks for the key
// Ali may pass: sesame
// Baba may pass: sesame
