// Timeouts: TimeoutError is seen outside the block only.
import { asyncWith, CancelledError, run, sleep, timeout, TimeoutError, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* longRunningTask(): Coroutine<void> {
  try {
    yield* sleep(10);
  } catch (error) {
    if (error instanceof CancelledError) print('the task itself sees CancelledError');
    throw error;
  }
}

function* main(): Coroutine<void> {
  let cm = timeout(0.02);
  try {
    yield* asyncWith(cm, function* () {
      yield* longRunningTask();
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print("The long operation timed out, but we've handled it.");
    print('cause:', (error.cause as Error).name, 'expired:', cm.expired());
  }
  print('This statement will run regardless.');
  print(cm);

  cm = timeout(10);
  yield* asyncWith(cm, function* () {
    yield* sleep(0);
  });
  print(cm, cm.expired());
}

await run(main());
