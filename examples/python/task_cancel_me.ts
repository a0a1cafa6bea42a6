// Intercepting a cancellation request.
import { CancelledError, createTask, run, sleep, type Coroutine } from 'tsyncio';
import { print, tuple } from './python.js';

function* cancelMe(): Coroutine<void> {
  print('cancel_me(): before sleep');
  try {
    yield* sleep(3600);
  } catch (error) {
    if (error instanceof CancelledError) print('cancel_me(): cancel sleep', tuple(error.message));
    throw error;
  } finally {
    print('cancel_me(): after sleep');
  }
}

function* main(): Coroutine<void> {
  const task = createTask(cancelMe());
  yield* sleep(0.01);
  print('cancel():', task.cancel('stop now'), 'cancelled():', task.cancelled());
  try {
    yield* task;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('main(): cancel_me is cancelled now', tuple(error.message));
  }
  print('again:', task.cancel(), 'cancelled():', task.cancelled());

  const unstarted = createTask(cancelMe());
  unstarted.cancel();
  try {
    yield* unstarted;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('cancelled before its first step: body never ran');
  }
}

await run(main());
