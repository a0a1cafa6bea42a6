// Scheduling from other threads: a worker thread submits to the loop.
import {
  allTasks,
  getRunningLoop,
  LookupError,
  run,
  sleep,
  toThread,
  type Coroutine,
  type RemoteLoop,
} from 'tsyncio';
import { print } from './python.js';

/** What the thread may call on the loop. */
const functions = {
  sleep: (delay: number, result?: number) => sleep(delay, result),

  *failing(): Coroutine<never> {
    throw new LookupError('nothing here');
  },
};

// It is sent to the thread by its source, so it knows errors by their names, and not by classes that a module imports.
function inThread(loop: RemoteLoop<typeof functions>): unknown[] {
  const future = loop.runCoroutineThreadsafe('sleep', 0.01, 3);
  const value = future.result(2);

  const failed = loop.runCoroutineThreadsafe('failing');
  let error = '';
  try {
    failed.result(2);
  } catch (exc) {
    const { name, message } = exc as Error;
    error = `${name}('${message}')`;
  }

  const slow = loop.runCoroutineThreadsafe('sleep', 10);
  let late = '';
  try {
    slow.result(0.02);
  } catch (exc) {
    if ((exc as Error).name !== 'TimeoutError') throw exc;
    late = 'The coroutine took too long, cancelling the task...';
    slow.cancel();
  }
  return [value, error, late, slow.cancelled()];
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  for (const item of yield* toThread(inThread, loop.remote(functions))) {
    print(item);
  }
  yield* sleep(0.01);
  print('tasks left:', allTasks().size - 1);
}

await run(main());
