// One loop per thread.
import { run, sleep, type Coroutine } from 'tsyncio';
import { ThreadPoolExecutor, workerFunction } from 'tsyncio/concurrent';
import { isMainThread } from 'node:worker_threads';
import { print } from './python.js';

const events: string[] = [];

function* worker(name: string): Coroutine<void> {
  events.push(`Worker ${name} starting`);
  yield* sleep(0.02);
  events.push(`Worker ${name} done`);
}

/** In a thread, which has its own `events`. */
export async function runWorker(name: string): Promise<string[]> {
  await run(worker(name));
  return events;
}

if (isMainThread) {
  const pool = new ThreadPoolExecutor(4);
  const inThread = workerFunction(import.meta.url, runWorker);
  const threads = [0, 1, 2, 3].map((n) => pool.submit(inThread, `T${n}`));
  for (const t of threads) events.push(...(await t));
  await pool.shutdown();
  print(events.sort());
}
