import type { Coroutine } from '../base/awaitable.js';
import { exceptStarSync } from '../base/except-star.js';
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import type { Future } from '../futures/index.js';
import type { BaseEventLoop } from '../loop/index.js';
import { asyncWith, TaskGroup, wait } from '../tasks/index.js';

/** How {@link staggeredRace} ended. */
export type RaceResult<T> = [winner: T | null, index: number | null, errors: unknown[]];

/** Thrown by the winner, so that the group cancels the others. */
class Done extends Error {}

/** One race. */
class Race<T> {
  winner: T | null = null;
  index: number | null = null;
  readonly errors: unknown[] = [];

  *run(index: number, runner: () => Coroutine<T>, failed: Future<void>): Coroutine {
    let result: T;
    try {
      result = yield* runner();
    } catch (error) {
      if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
      this.errors[index] = error;
      if (!failed.done()) failed.setResult();
      return;
    }
    // Two may end in the same round: the first has won.
    if (this.index === null) {
      this.index = index;
      this.winner = result;
    }
    throw new Done();
  }
}

/**
 * Run coroutines with staggered starts, and take the first that returns. The next one is started when the one before has
 * failed, or `delay` seconds after it was started; with `null` for the delay, only when it has failed. When one
 * returns, the others are cancelled, and waited for.
 *
 * Python: `asyncio.staggered.staggered_race`.
 *
 * @returns the winner's result and index, `null` if none has won; and the error of each that was started, `null` for the
 * winner's.
 */
export function* staggeredRace<T>(
  coroFns: Iterable<() => Coroutine<T>>,
  delay: number | null,
  loop: BaseEventLoop,
): Coroutine<RaceResult<T>> {
  const race = new Race<T>();
  function* start(group: TaskGroup): Coroutine {
    for (const runner of coroFns) {
      const failed = loop.createFuture<void>();
      group.createTask(race.run(race.errors.push(null) - 1, runner, failed));
      yield* wait([failed], { timeout: delay });
    }
  }
  try {
    yield* asyncWith(new TaskGroup(), start);
  } catch (error) {
    exceptStarSync(error, [Done, ignore]);
  }
  return [race.winner, race.index, race.errors];
}

function ignore(): void {
  // The winner has said what there is to say.
}
