// Shielding: the caller is cancelled, the inner task is not.
import { CancelledError, createTask, run, shield, sleep, type Coroutine, type Task } from 'tsyncio';
import { print } from './python.js';

function* something(): Coroutine<string> {
  yield* sleep(0.03);
  print('something() finished');
  return 'result';
}

function* caller(task: Task<string>): Coroutine<string> {
  try {
    return yield* shield(task);
  } catch (error) {
    if (error instanceof CancelledError) print('caller cancelled, inner done:', task.done());
    throw error;
  }
}

function* main(): Coroutine<void> {
  const task = createTask(something());
  const waiting = createTask(caller(task));
  yield* sleep(0.01);
  waiting.cancel();
  try {
    yield* waiting;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('await of the caller raised CancelledError');
  }
  print('inner still gives', yield* task);

  const inner = createTask(something());
  const outer = shield(inner);
  inner.cancel();
  try {
    yield* outer;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('inner cancelled -> outer.cancelled() =', outer.cancelled());
  }
  print('shield of a finished task is the task:', shield(task) === task);
}

await run(main());
