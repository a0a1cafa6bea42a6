/*
 * What threads and processes gain, and what a call costs. See README.md.
 */
import { availableParallelism } from 'node:os';
import { ProcessPoolExecutor, ThreadPoolExecutor, transfer } from '../../dist/concurrent/index.js';
import { run, toThread } from '../../dist/index.js';

const rounds = Number(process.argv[2] ?? 5);

function countPrimes(limit) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let d = 2;
    while (d * d <= n && n % d !== 0) d++;
    if (d * d > n) count++;
  }
  return count;
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

async function measure(work) {
  await work();
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

function report(name, milliseconds, unit = 'ms') {
  console.log(`| ${name.padEnd(58)} | ${milliseconds.toFixed(1).padStart(8)} ${unit} |`);
}

console.log(`${availableParallelism()} cores, Node ${process.version}\n`);

const jobs = Array.from({ length: 8 }, () => 400_000);
report('8 CPU-bound calls, in this thread', await measure(() => jobs.map(countPrimes)));
for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  for (const maxWorkers of [1, 2]) {
    const pool = new Pool({ maxWorkers });
    const time = await measure(() => Promise.all(jobs.map((job) => pool.submit(countPrimes, job))));
    report(`8 CPU-bound calls, ${Pool.name}, ${maxWorkers} worker${maxWorkers > 1 ? 's' : ''}`, time);
    await pool.shutdown();
  }
}

const MANY = 10_000;
for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  const pool = new Pool({ maxWorkers: 2 });
  const items = Array.from({ length: MANY }, (_, n) => n);
  const each = await measure(() => Promise.all(items.map((n) => pool.submit((x) => x + 1, n))));
  report(`a small call, ${Pool.name}`, (1000 * each) / MANY, 'µs');
  const chunked = await measure(async () => {
    const results = pool.map((x) => x + 1, items, { chunksize: 100 })[Symbol.asyncIterator]();
    while (!(await results.next()).done);
  });
  report(`a small call, ${Pool.name}, map in chunks of 100`, (1000 * chunked) / MANY, 'µs');
  await pool.shutdown();
}

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const SIZE = 64 * 1024 * 1024;
const length = (data) => data.byteLength;
report('64 MiB copied to a thread', await measure(() => pool.submit(length, new Uint8Array(SIZE))));
report('64 MiB moved to a thread', await measure(() => pool.submit(length, transfer(new Uint8Array(SIZE)))));
await pool.shutdown();

report('the first toThread of a loop, with its end', await measure(() => run(toThread(() => 1))));
