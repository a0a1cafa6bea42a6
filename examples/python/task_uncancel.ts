// Cancel counts isolate the structured block.
import {
  asyncWith,
  CancelledError,
  createTask,
  currentTask,
  run,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* makeRequest(seconds: number): Coroutine<string> {
  yield* sleep(seconds);
  return 'response';
}

function* makeRequestWithTimeout(): Coroutine<void> {
  try {
    yield* asyncWith(timeout(0.02), function* () {
      yield* makeRequest(10);
      yield* makeRequest(10);
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('There was a timeout, cancelling() =', currentTask()!.cancelling());
  }
  print('unrelated code:', yield* makeRequest(0.01));
}

function* swallow(): Coroutine<string> {
  const me = currentTask()!;
  try {
    yield* sleep(10);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('swallowed, cancelling() =', me.cancelling());
    print('uncancel() =', me.uncancel());
  }
  yield* asyncWith(new TaskGroup(), function* (group) {
    group.createTask(sleep(0));
  });
  return 'survived';
}

function* main(): Coroutine<void> {
  yield* makeRequestWithTimeout();
  const task = createTask(swallow());
  yield* sleep(0);
  task.cancel();
  print(yield* task);
}

await run(main());
