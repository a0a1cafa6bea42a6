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

/** The best of several rounds: what else the machine does only adds to it. */
async function measure(work) {
  await work();
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

function report(name, milliseconds, unit = 'ms') {
  console.log(`| ${name.padEnd(58)} | ${milliseconds.toFixed(1).padStart(8)} ${unit} |`);
}

console.log(`${availableParallelism()} cores, Node ${process.version}\n`);

const jobs = Array.from({ length: 8 }, () => 100_000);
const pools = [ThreadPoolExecutor, ProcessPoolExecutor].flatMap((Pool) =>
  [1, 2].map((maxWorkers) => new Pool({ maxWorkers })),
);
const contestants = [
  ['in this thread', () => jobs.map(countPrimes)],
  ...pools.map((pool) => [
    `${pool.constructor.name}, maxWorkers: ${pool._maxWorkers}`,
    () => Promise.all(jobs.map((job) => pool.submit(countPrimes, job))),
  ]),
];
// By turns, and in short rounds: a machine that is busy has its quiet moments for each of them.
const best = contestants.map(() => Infinity);
for (let round = 0; round < 10 * rounds; round++) {
  for (const [i, [, work]] of contestants.entries()) {
    const start = performance.now();
    await work();
    best[i] = Math.min(best[i], performance.now() - start);
  }
}
contestants.forEach(([name], i) => report(`8 CPU-bound calls, ${name}`, best[i]));
await Promise.all(pools.map((pool) => pool.shutdown()));

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
