// A future completed by another task.
import { getRunningLoop, run, sleep, type Coroutine, type Future } from 'tsyncio';
import { print } from './python.js';

function* setAfter(fut: Future<string>, delay: number, value: string): Coroutine<void> {
  yield* sleep(delay);
  fut.setResult(value);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const fut = loop.createFuture<string>();
  const task = loop.createTask(setAfter(fut, 0.02, '... world'));
  print('hello ...');
  print(yield* fut);
  yield* task;
  print('awaiting again:', yield* fut);
}

await run(main());
