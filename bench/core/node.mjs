/* One process: every case on tsyncio (hosted and blocking) and with native promises, in turns. Prints JSON. */
import { run, runSync } from '../../dist/index.js';
import { cases } from './cases.mjs';

const ROUNDS = Number(process.argv[2] ?? 7);
const only = process.argv[3] || undefined;

/** CPU time of `work`, in nanoseconds per operation. */
async function cost(work, ops) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / ops;
}

const results = {};
for (const { name, ops, tsyncio, native } of cases) {
  if (only !== undefined && name !== only) continue;
  const samples = { tsyncio: [], 'tsyncio, blocking': [], promises: [] };
  // Two rounds to warm up the compiler. No forced collections: they throw away optimized code, and no program has them.
  for (let round = -2; round < ROUNDS; round++) {
    const hosted = await cost(() => run(tsyncio(ops)), ops);
    const blocking = await cost(() => runSync(tsyncio(ops)), ops);
    const promises = await cost(() => native(ops), ops);
    if (round < 0) continue;
    samples.tsyncio.push(hosted);
    samples['tsyncio, blocking'].push(blocking);
    samples.promises.push(promises);
  }
  results[name] = samples;
}
console.log(JSON.stringify(results));
