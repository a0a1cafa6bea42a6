// Three workers share a queue of sleeps.
import { createTask, gather, getRunningLoop, Queue, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* worker(name: string, queue: Queue<number>, log: string[]): Coroutine<void> {
  for (;;) {
    const sleepFor = yield* queue.get();
    yield* sleep(sleepFor);
    queue.taskDone();
    log.push(`${name} has slept for ${sleepFor.toFixed(2)} seconds`);
  }
}

function* main(): Coroutine<void> {
  const queue = new Queue<number>();
  const amounts = Array.from({ length: 12 }, (_, n) => 0.02 * (1 + (n % 4)));
  const sum = amounts.reduce((a, b) => a + b);
  for (const amount of amounts) queue.putNowait(amount);
  const log: string[] = [];
  const tasks = [0, 1, 2].map((i) => createTask(worker(`worker-${i}`, queue, log)));
  const loop = getRunningLoop();
  const startedAt = loop.time();
  yield* queue.join();
  const totalSleptFor = loop.time() - startedAt;
  for (const task of tasks) task.cancel();
  const results = yield* gather(...tasks, { returnExceptions: true });
  print('log lines:', log.length, 'first:', log[0]);
  print(results.map((r) => (r as Error).name));
  print('====');
  print('faster than one worker:', totalSleptFor < sum * 0.7);
  print(`total expected sleep time: ${sum.toFixed(2)} seconds`);
}

await run(main());
