// Nested timeouts: only the expired level converts the cancellation.
import { asyncWith, currentTask, run, sleep, timeout, TimeoutError, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* attempt(outerDelay: number, innerDelay: number): Coroutine<void> {
  const outer = timeout(outerDelay);
  const inner = timeout(innerDelay);
  try {
    yield* asyncWith(outer, function* () {
      try {
        yield* asyncWith(inner, function* () {
          yield* sleep(1);
        });
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        print('inner caught TimeoutError');
      }
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('outer caught TimeoutError');
  }
  print('outer', outer.expired(), 'inner', inner.expired());
}

function* main(): Coroutine<void> {
  yield* attempt(5, 0.01);
  yield* attempt(0.01, 5);
  try {
    yield* asyncWith(timeout(0), function* () {
      yield* sleep(0);
      print('not reached');
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('zero timeout fires at the first await');
  }
  print('cancelling:', currentTask()!.cancelling());
}

await run(main());
