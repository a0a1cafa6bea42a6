/*
 * node bench/core/run.mjs [rounds]
 *
 * CPU time per operation of tsyncio against native promises on the same Node, and against Python's asyncio and uvloop
 * where /usr/bin/python3 has them. Every case runs in a process of its own: in it, tsyncio (hosted and blocking) and
 * promises take turns. Needs a build: npm run build.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.mjs';

const rounds = process.argv[2] ?? '7';
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function json(command, args) {
  return JSON.parse(
    execFileSync(command, args, {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

function python(...flags) {
  try {
    return json('/usr/bin/python3', [here('cases.py'), rounds, ...flags]);
  } catch {
    return null; // no Python, or no uvloop: its column stays empty
  }
}

function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const asyncio = python();
const uvloop = python('--uvloop');
const columns = [
  'tsyncio',
  'blocking',
  'promises',
  'asyncio',
  'uvloop',
  '/ promises',
  'asyncio /',
  'uvloop /',
];
console.log(`Node ${process.version}, ${rounds} rounds, median CPU nanoseconds per operation\n`);
console.log(`| case | ${columns.join(' | ')} |`);
console.log(`|---|${columns.map(() => '--:').join('|')}|`);
for (const { name } of cases) {
  const samples = json(process.execPath, [here('node.mjs'), rounds, name])[name];
  const own = median(samples.tsyncio);
  const promises = median(samples.promises);
  const [a, u] = [asyncio, uvloop].map((results) =>
    results?.[name] === undefined ? null : median(results[name]),
  );
  const cells = [own, median(samples['tsyncio, blocking']), promises, a, u].map((n) => n?.toFixed(0) ?? '');
  const ratios = [own / promises, a && a / own, u && u / own].map((n) => (n ? n.toFixed(1) : ''));
  console.log(`| ${name} | ${[...cells, ...ratios].join(' | ')} |`);
}
