/*
 * node bench/sync/run.mjs [rounds] [--full]
 *
 * CPU time per operation of tsyncio's locks and queues, against Python's asyncio and uvloop where /usr/bin/python3 has
 * them, and against async-mutex and p-queue. Every case runs in processes of its own, one right after the other, so that
 * all find the machine in the same state. Needs a build: npm run build:js.
 * --full has asyncio cancel 100,000 waiters, too, which takes minutes.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.mjs';

const rounds = process.argv[2] ?? '7';
const full = process.argv.includes('--full') ? ['--full'] : [];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function json(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

function python(name, ...flags) {
  try {
    return json('/usr/bin/python3', [here('cases.py'), rounds, name, ...full, ...flags]);
  } catch {
    return undefined; // no Python, no uvloop, or a case that takes too long: the cell stays empty
  }
}

function median(samples) {
  if (samples === undefined) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function ratio(other, own) {
  return other === null ? '' : (other / own).toFixed(1);
}

const columns = ['tsyncio', 'blocking', 'asyncio', 'uvloop', 'peer', '', 'asyncio /', 'uvloop /', 'peer /'];
console.log(`Node ${process.version}, ${rounds} rounds, median CPU nanoseconds per operation\n`);
console.log(`| case | ${columns.join(' | ')} |`);
console.log(`|---|${columns.map(() => '--:').join('|')}|`);
for (const { name, peers } of cases) {
  const samples = json(process.execPath, [here('node.mjs'), rounds, name]);
  const [peer = ''] = Object.keys(peers);
  const own = median(samples.tsyncio);
  const others = [python(name), python(name, '--uvloop'), samples[peer]].map(median);
  const cells = [own, median(samples['tsyncio, blocking']), ...others].map((n) => n?.toFixed(0) ?? '');
  const ratios = others.map((other) => ratio(other, own));
  console.log(`| ${name} | ${[...cells, peer, ...ratios].join(' | ')} |`);
}
