/* What this process holds, in MiB and in numbers, after a collection. */
import { readdirSync } from 'node:fs';
import { allTasks } from '../../dist/index.js';

const MIB = 2 ** 20;

/** @param loop - whose tasks are counted */
export function sample(loop) {
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    rss: rss / MIB,
    heap: heapUsed / MIB,
    buffers: arrayBuffers / MIB,
    fds: readdirSync('/proc/self/fd').length,
    tasks: allTasks(loop).size,
  };
}
