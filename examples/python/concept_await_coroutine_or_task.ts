// Waiting for a coroutine keeps control, waiting for a task gives it up.
import { createTask, run, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* coroA(): Coroutine<void> {
  print('I am coro_a(). Hi!');
}

function* coroB(): Coroutine<void> {
  print('I am coro_b(). I sure hope no one hogs the event loop...');
}

function* hog(): Coroutine<void> {
  const taskB = createTask(coroB());
  for (let i = 0; i < 3; i++) yield* coroA();
  yield* taskB;
}

function* share(): Coroutine<void> {
  const taskB = createTask(coroB());
  for (let i = 0; i < 3; i++) yield* createTask(coroA());
  yield* taskB;
}

await run(hog());
print('--');
await run(share());
