// waitFor(): eternity, result in time, zero timeout, suppressed cancellation.
import { CancelledError, getRunningLoop, run, sleep, TimeoutError, waitFor, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* eternity(): Coroutine<void> {
  try {
    yield* sleep(3600);
  } finally {
    print('eternity ends');
  }
}

function* stubborn(): Coroutine<string | undefined> {
  try {
    yield* sleep(3600);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    yield* sleep(0.01);
    return 'value anyway';
  }
  return undefined;
}

function* main(): Coroutine<void> {
  try {
    yield* waitFor(eternity(), { timeout: 0.02 });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('timeout!');
  }
  print(yield* waitFor(sleep(0, 'in time'), 5));
  print(yield* waitFor(stubborn(), 0.01));
  try {
    yield* waitFor(eternity(), 0);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('timeout 0: the coroutine never started');
  }
  const finished = getRunningLoop().createFuture<string>();
  finished.setResult('done before');
  print(yield* waitFor(finished, -1));
}

await run(main());
