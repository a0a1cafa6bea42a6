// Event; set() followed by clear() still wakes the present waiters.
import { createTask, Event, gather, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* waiter(name: string, event: Event): Coroutine<void> {
  print(name, 'waiting for it ...');
  yield* event.wait();
  print(name, '... got it!');
}

function* main(): Coroutine<void> {
  const event = new Event();
  const tasks = ['first', 'second'].map((name) => createTask(waiter(name, event)));
  yield* sleep(0.01);
  event.set();
  print('set:', event.isSet());
  event.clear();
  yield* gather(...tasks);
  print('set:', event.isSet());
}

await run(main());
