// Lines after run() wait for main().
import { createTask, run, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* hello(): Coroutine<void> {
  print('hello!');
}

function* main(): Coroutine<void> {
  const task = createTask(hello());
  print('task created, not started yet');
  yield* task;
}

await run(main());
print('coroutine main() is done!');
