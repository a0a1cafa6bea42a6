/*
 * node bench/soak/run.mjs [seconds] [--idle 10000] [--busy 100] [--every 10]
 *
 * A server and a client, both on streams, each a process of its own: thousands of connections that do nothing, and a
 * hundred that are busy, and are closed and opened anew all the time. Every few seconds a line tells what either process
 * holds after a collection. At the end, the median of the second quarter is compared with that of the last: what grew
 * beyond its bound is told, and the exit status is 1. Needs a build (npm run build:js).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    idle: { type: 'string', default: '10000' },
    busy: { type: 'string', default: '100' },
    every: { type: 'string', default: '10' },
  },
});
const seconds = Number(positionals[0] ?? 120);
const busy = Number(values.busy);
const every = Number(values.every);

/** How much more the last quarter may have than the second: a share of it, and so many in any case. */
const BOUNDS = {
  rss: { share: 0.1, plus: 32, unit: 'MiB' },
  heap: { share: 0.05, plus: 2, unit: 'MiB' },
  // Given back by V8 some time after the collection.
  buffers: { share: 0.1, plus: 32, unit: 'MiB' },
  // Connections that are just being made anew.
  fds: { share: 0, plus: busy, unit: '' },
  tasks: { share: 0, plus: busy, unit: '' },
};

/** As many idle connections as this process's limit of descriptors allows. */
function idleConnections() {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  const most = limit - 2 * busy - 100;
  if (Number(values.idle) <= most) return Number(values.idle);
  console.log(`Only ${most} idle connections: the limit of descriptors is ${limit} (ulimit -n).\n`);
  return most;
}

function start(name, ...args) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const child = fork(script, args.map(String), { execArgv: ['--expose-gc'] });
  child.once('exit', (code) => {
    if (stopping) return;
    console.error(`the ${name} ended with ${code}`);
    process.exit(1);
  });
  return child;
}

async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** What grew beyond its bound, in words. */
function growth(name, samples) {
  const quarter = Math.floor(samples.length / 4);
  const grown = [];
  for (const [key, { share, plus, unit }] of Object.entries(BOUNDS)) {
    const of = (from, to) => median(samples.slice(from, to).map((sample) => sample[key]));
    const [before, after] = [of(quarter, 2 * quarter), of(samples.length - quarter)];
    if (after <= before * (1 + share) + plus) continue;
    grown.push(`${name}: ${key} grew from ${before.toFixed(1)} to ${after.toFixed(1)} ${unit}`);
  }
  return grown;
}

function line(at, { requests, connections }, samples) {
  const cells = samples.flatMap((sample) =>
    Object.keys(BOUNDS).map((key) => sample[key].toFixed(BOUNDS[key].unit === '' ? 0 : 1)),
  );
  console.log(`| ${[at.toFixed(0), requests, connections, ...cells].join(' | ')} |`);
}

let stopping = false;
const idle = idleConnections();
console.log(`Node ${process.version}: ${idle} idle connections, ${busy} busy ones, ${seconds} seconds\n`);
const server = start('server');
const [port] = await once(server, 'message');
const client = start('client', port, idle, busy);
await once(client, 'message');

const columns = Object.keys(BOUNDS);
const header = ['server', 'client'].flatMap((name) => columns.map((key) => `${name} ${key}`));
console.log(`| seconds | messages | connections made | ${header.join(' | ')} |`);
console.log(`|${'--:|'.repeat(3 + header.length)}`);
const history = { server: [], client: [] };
const began = Date.now();
for (let at = every; at <= seconds; at += every) {
  await sleep(Math.max(0, began + at * 1000 - Date.now()));
  const samples = [await ask(server, 'sample'), await ask(client, 'sample')];
  line((Date.now() - began) / 1000, samples[1], samples);
  history.server.push(samples[0]);
  history.client.push(samples[1]);
}

stopping = true;
const { alive } = await ask(client, 'stop');
const left = await ask(server, 'stop');
const problems = [...growth('server', history.server), ...growth('client', history.client)];
if (alive !== idle) problems.push(`of ${idle} idle connections, ${alive} answered at the end`);
if (left.connections > 0) problems.push(`the server had ${left.connections} connections left`);
for (const problem of problems) console.log(`\n${problem}`);
if (problems.length === 0) console.log('\nNothing grew; every idle connection answered at the end.');
process.exitCode = problems.length === 0 ? 0 : 1;
