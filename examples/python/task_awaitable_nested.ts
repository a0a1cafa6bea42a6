// Awaitables: coroutine, task and future can all be awaited.
import { createTask, gather, getRunningLoop, isfuture, run, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function* nested(): Coroutine<number> {
  return 42;
}

function* main(): Coroutine<void> {
  print('coroutine:', yield* nested());

  const task = createTask(nested());
  print('task done before a switch:', task.done());
  print('task:', yield* task);

  const loop = getRunningLoop();
  const future = loop.runInExecutor(null, sum, [40, 2]);
  print('future:', isfuture(future), yield* gather(future, nested()));
}

await run(main());
