/* One process, one case: tsyncio (hosted and blocking) and its peers take turns. Prints JSON. */
import { run, runSync } from '../../dist/index.js';
import { cases } from './cases.mjs';

const ROUNDS = Number(process.argv[2]);
const { ops, tsyncio, peers, measured } = cases.find(({ name }) => name === process.argv[3]);

/**
 * CPU time of `work`, or of the part of it that it measures itself, in nanoseconds per operation. No collection is forced
 * before: V8 drops optimised code in it, and the next run pays for that with half of its time.
 */
async function cost(work) {
  let spent;
  let before;
  const measure = {
    start: () => {
      before = process.cpuUsage();
    },
    stop: () => {
      const { user, system } = process.cpuUsage(before);
      spent = user + system;
    },
  };
  measure.start();
  await work(measure);
  if (!measured) measure.stop();
  return (spent * 1000) / ops;
}

const forms = {
  tsyncio: (measure) => run(tsyncio(ops, measure)),
  'tsyncio, blocking': (measure) => runSync(tsyncio(ops, measure)),
  ...Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, () => peer(ops)])),
};
const samples = Object.fromEntries(Object.keys(forms).map((name) => [name, []]));
// The first rounds warm up the compiler.
for (let round = -2; round < ROUNDS; round++) {
  for (const [name, work] of Object.entries(forms)) {
    const spent = await cost(work);
    if (round >= 0) samples[name].push(spent);
  }
}
console.log(JSON.stringify(samples));
