/*
 * What the tests of tasks share.
 */
import {
  type Awaitable,
  type Coroutine,
  type ExceptionContext,
  getRunningLoop,
  run,
  setEventLoop,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy as valueThrownBy } from '../helpers/virtual.js';

export { turns, virtually } from '../helpers/virtual.js';

/** Call `body` with a loop that does not run, and close it. Returns what reached the exception handler until then. */
export function onLoop(
  body: (loop: VirtualEventLoop, reports: ExceptionContext[]) => void,
): ExceptionContext[] {
  const loop = new VirtualEventLoop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  try {
    body(loop, reports);
  } finally {
    loop.close();
  }
  return reports;
}

/** Run `main` in virtual time as a guest of Node's loop, so that promises settle meanwhile. */
export function hosted<T>(main: (loop: VirtualEventLoop) => Coroutine<T>): Promise<T> {
  const loop = new VirtualEventLoop();
  return run(main(loop), { loopFactory: () => loop });
}

/** Call `body` while `loop` is the one that setEventLoop chose. */
export function withChosen<R>(loop: VirtualEventLoop, body: () => R): R {
  setEventLoop(loop);
  try {
    return body();
  } finally {
    setEventLoop(null);
  }
}

/** Exactly one round of a loop that does not run. */
export function oneRound(loop: VirtualEventLoop): void {
  loop.stop();
  loop.runForeverSync();
}

/** The error that waiting for `awaitable` throws. */
export function* thrownBy(awaitable: Awaitable<unknown>): Coroutine<Error> {
  return (yield* valueThrownBy(awaitable)) as Error;
}

/** The error that `call` throws. */
export function caught(call: () => unknown): Error {
  return thrown(call) as Error;
}

/** How many rounds of the loop it takes until whoever awaits what `make` gives goes on. */
export function* roundsOf(make: () => Awaitable<unknown>): Coroutine<number> {
  const loop = getRunningLoop();
  let rounds = 0;
  const tick = (): void => {
    rounds++;
    ticker = loop.callSoon(tick);
  };
  // Queued before anything that `make` queues, so that it is first in each round.
  let ticker = loop.callSoon(tick);
  try {
    yield* make();
  } catch {
    // How it ends is not the question here.
  } finally {
    ticker.cancel();
  }
  return rounds;
}
