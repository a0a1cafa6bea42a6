// createTask() lets the delays overlap.
import { createTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* sayAfter(delay: number, what: string): Coroutine<void> {
  yield* sleep(delay);
  print(what);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const first = createTask(sayAfter(0.1, 'hello'));
  const second = createTask(sayAfter(0.2, 'world'));
  const began = loop.time();
  print('started');
  yield* first;
  yield* second;
  print('overlapped:', loop.time() - began < 0.29);
}

await run(main());
