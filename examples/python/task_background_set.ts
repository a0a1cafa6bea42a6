// Keep strong references to fire-and-forget tasks.
import { createTask, run, sleep, type Coroutine, type Task } from 'tsyncio';
import { print } from './python.js';

const doneParams: number[] = [];

function* someCoro(param: number): Coroutine<void> {
  yield* sleep(0);
  doneParams.push(param);
}

function* main(): Coroutine<void> {
  const background = new Set<Task<void>>();
  for (let number = 0; number < 10; number++) {
    const task = createTask(someCoro(number));
    background.add(task);
    task.addDoneCallback((task) => background.delete(task));
  }
  print('alive:', background.size);
  while (background.size > 0) yield* sleep(0);
  print('alive:', background.size);
  print(doneParams);
}

await run(main());
