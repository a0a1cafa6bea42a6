// Default pool, own thread pool and process pool.
import { asyncWith, getRunningLoop, run, ValueError, type Coroutine } from 'tsyncio';
import { ProcessPoolExecutor, ThreadPoolExecutor, workerFunction } from 'tsyncio/concurrent';
import { openSync, readSync } from 'node:fs';
import { print, repr } from './python.js';

export function blockingIo(): Uint8Array {
  const f = openSync('/dev/zero', 'r');
  const data = new Uint8Array(4);
  readSync(f, data);
  return data;
}

function cpuBound(): number {
  let sum = 0;
  for (let i = 0; i < 10 ** 4; i++) sum += i * i;
  return sum;
}

/** Python's `int()`. */
export function int(text: string): number {
  if (!/^\d+$/.test(text)) throw new ValueError(`invalid literal for int() with base 10: ${repr(text)}`);
  return Number(text);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  // Both use what their module imports, so the worker imports the module; cpuBound is sent as it is.
  const [readInWorker, intInWorker] = [
    workerFunction(import.meta.url, blockingIo),
    workerFunction(import.meta.url, int),
  ];
  print('default thread pool', yield* loop.runInExecutor(null, readInWorker));
  yield* asyncWith(new ThreadPoolExecutor(), function* (pool) {
    print('custom thread pool', yield* loop.runInExecutor(pool, readInWorker));
  });
  yield* asyncWith(new ProcessPoolExecutor(1), function* (pool) {
    print('custom process pool', yield* loop.runInExecutor(pool, cpuBound));
  });
  try {
    yield* loop.runInExecutor(null, intInWorker, 'x');
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('exception comes back:', error);
  }
}

if (process.argv[1] === import.meta.filename) {
  await run(main());
}
