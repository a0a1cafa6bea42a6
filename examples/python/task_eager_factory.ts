// Eager task factory: coroutines start inside createTask().
import { createTask, eagerTaskFactory, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

const cache = new Map([['a', 1]]);
const order: string[] = [];

function* lookup(key: string): Coroutine<number | undefined> {
  order.push(`start ${key}`);
  if (!cache.has(key)) {
    yield* sleep(0);
    cache.set(key, cache.size + 1);
  }
  order.push(`end ${key}`);
  return cache.get(key);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  loop.setTaskFactory(eagerTaskFactory);
  const hit = createTask(lookup('a'));
  const miss = createTask(lookup('b'));
  order.push('both created');
  print('hit done:', hit.done(), 'coroutine dropped:', hit.getCoro() === null);
  print('miss done:', miss.done());
  print(yield* hit, yield* miss);
  const lazy = createTask(lookup('a'), { eagerStart: false });
  print('lazy done:', lazy.done());
  yield* lazy;
  loop.setTaskFactory(null);
  const eager = createTask(lookup('a'), { eagerStart: true });
  print('eager_start with the default factory:', eager.done());
  print(order.slice(0, 5));
}

await run(main());
