import { afterEach } from 'vitest';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '../../src/concurrent/index.js';
import type { PoolExecutor, PoolOptions, ThreadPoolOptions } from '../../src/concurrent/index.js';

/** The module that workers import. */
export const work: URL = new URL('./fixtures/work.mjs', import.meta.url);

/** The two kinds of pools, for suites that hold for both. */
export const kinds: readonly (readonly [string, (options?: PoolOptions) => PoolExecutor])[] = [
  ['threads', threadPool],
  ['processes', processPool],
];

const pools: PoolExecutor[] = [];

/** A pool of threads; it is shut down after the test. */
export function threadPool(options: ThreadPoolOptions = {}): ThreadPoolExecutor {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1, ...options });
  pools.push(pool);
  return pool;
}

/** A pool of processes; it is shut down after the test. */
export function processPool(options: PoolOptions = {}): ProcessPoolExecutor {
  const pool = new ProcessPoolExecutor({ maxWorkers: 1, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.shutdown({ cancelFutures: true })));
});

/** A flag in shared memory: a function in a worker thread waits for it, or sets it. */
export function flag(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Set it. */
export function raise(shared: Int32Array): void {
  Atomics.store(shared, 0, 1);
  Atomics.notify(shared, 0);
}

/** For workers: wait until it is set. */
export function waitFor(shared: Int32Array): string {
  return Atomics.wait(shared, 0, 0, 10_000);
}

/** Wait until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
