// The same with a TaskGroup.
import { asyncWith, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* sayAfter(delay: number, what: string): Coroutine<string> {
  yield* sleep(delay);
  print(what);
  return what.toUpperCase();
}

function* main(): Coroutine<void> {
  const [first, second] = yield* asyncWith(new TaskGroup(), function* (group) {
    const first = group.createTask(sayAfter(0.02, 'hello'));
    const second = group.createTask(sayAfter(0.05, 'world'));
    print('started');
    return [first, second];
  });
  // leaving the block waited for both
  print('finished', first.result(), second.result());
}

await run(main());
