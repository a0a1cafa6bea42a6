/*
 * node bench/sync/run.mjs [rounds] [--full]
 *
 * CPU time per operation of tsyncio's locks and queues, against Python's asyncio and uvloop where /usr/bin/python3 has
 * them, and against async-mutex and p-queue. Every case runs in a process of its own. Needs a build: npm run build:js.
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

function python(...flags) {
  try {
    return json('/usr/bin/python3', [here('cases.py'), rounds, ...full, ...flags]);
  } catch {
    return {}; // no Python, or no uvloop: its column stays empty
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

const asyncio = python();
const uvloop = python('--uvloop');
const columns = ['tsyncio', 'blocking', 'asyncio', 'uvloop', 'peer', '', 'asyncio /', 'uvloop /', 'peer /'];
console.log(`Node ${process.version}, ${rounds} rounds, median CPU nanoseconds per operation\n`);
console.log(`| case | ${columns.join(' | ')} |`);
console.log(`|---|${columns.map(() => '--:').join('|')}|`);
for (const { name, peers } of cases) {
  const samples = json(process.execPath, [here('node.mjs'), rounds, name]);
  const [peer = ''] = Object.keys(peers);
  const own = median(samples.tsyncio);
  const others = [asyncio[name], uvloop[name], samples[peer]].map(median);
  const cells = [own, median(samples['tsyncio, blocking']), ...others].map((n) => n?.toFixed(0) ?? '');
  const ratios = others.map((other) => ratio(other, own));
  console.log(`| ${name} | ${[...cells, peer, ...ratios].join(' | ')} |`);
}
