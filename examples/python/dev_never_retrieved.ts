// An exception nobody retrieved is reported when the task is collected.
import {
  createTask,
  getRunningLoop,
  run,
  sleep,
  type Coroutine,
  type EventLoop,
  type ExceptionContext,
} from 'tsyncio';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { print, repr } from './python.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Collect garbage: of turns of the host that have ended, and with finalizers in turns of their own. */
function* collect(): Coroutine<void> {
  yield* sleep(0.01);
  gc();
  yield* sleep(0.02);
}

function* bug(): Coroutine<never> {
  throw new Error('not consumed');
}

// Functions of their own, so that no frame that goes on keeps the tasks.
function startBug(): void {
  createTask(bug());
}

function* lookAtBug(): Coroutine<void> {
  const lookedAt = createTask(bug());
  yield* sleep(0.01);
  print('retrieved:', lookedAt.exception());
}

function handler(_loop: EventLoop, context: ExceptionContext): void {
  print('message:', context.message);
  print('exception:', repr(context.exception));
  print('keys:', Object.keys(context).sort());
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler(handler);
  startBug();
  yield* sleep(0.01);
  yield* collect();

  yield* lookAtBug();
  yield* collect();
  print('no second report');
}

await run(main());
