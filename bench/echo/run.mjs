/*
 * node bench/echo/run.mjs [--servers a,b] [--connections 10,100] [--sizes 64,1024] [--rounds 3] [--seconds 0.5]
 *                         [--warmup 0.2] [--cores 0,1] [--json FILE]
 *
 * What an echo costs: throughput, how long one takes, and the CPU time of the server, for tsyncio, Node's net, uvloop,
 * asyncio and a server in C. All servers run from the start, pinned to the first of the cores; the load comes from the
 * second, the same program for all, and one server after the other gets it, in each round each of them once. Needs a
 * build (npm run build:js), a C compiler, taskset, and Linux.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'tsyncio-echo-'));
const PYTHON = '/usr/bin/python3';

const ours = (kind, env = {}) => ({ command: [process.execPath, here('server.mjs'), kind], env });
const python = (...args) => ({ command: [PYTHON, here('server.py'), ...args], env: {} });

/** In the order of the table. */
const SERVERS = {
  c: { command: [join(temporary, 'server')], env: {} },
  sock: ours('sock'),
  protocol: ours('protocol'),
  buffered: ours('buffered'),
  streams: ours('streams'),
  'node-protocol': ours('protocol', { TSYNCIO_TRANSPORT: 'node' }),
  'node-buffered': ours('buffered', { TSYNCIO_TRANSPORT: 'node' }),
  'node-streams': ours('streams', { TSYNCIO_TRANSPORT: 'node' }),
  net: ours('net'),
  'uvloop-protocol': python('protocol', '--uvloop'),
  'uvloop-streams': python('streams', '--uvloop'),
  'asyncio-protocol': python('protocol'),
  'asyncio-streams': python('streams'),
};

const { values: options } = parseArgs({
  options: {
    servers: { type: 'string', default: Object.keys(SERVERS).join(',') },
    connections: { type: 'string', default: '10,100,1000' },
    sizes: { type: 'string', default: '64,1024,16384,102400' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '0.5' },
    warmup: { type: 'string', default: '0.2' },
    cores: { type: 'string', default: '0,1' },
    json: { type: 'string' },
  },
});

const [serverCore, loadCore] = options.cores.split(',');

function works(command, ...args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Why a server cannot be measured here, or null. */
function missing(name) {
  const { command } = SERVERS[name];
  if (command[0] !== PYTHON) return null;
  if (!works(PYTHON, '--version')) return `there is no ${PYTHON}`;
  if (command.includes('--uvloop') && !works(PYTHON, '-c', 'import uvloop')) {
    return `${PYTHON} has no uvloop (Debian: python3-uvloop)`;
  }
  return null;
}

async function start(name) {
  const { command, env } = SERVERS[name];
  const child = spawn('taskset', ['-c', serverCore, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the server ${name} did not start`);
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return { name, child, port: Number(line) };
}

async function load({ child, port }, connections, bytes, warmup = options.warmup, seconds = options.seconds) {
  const args = [port, child.pid, serverCore, loadCore, connections, bytes, warmup, seconds];
  const { stdout } = await promisify(execFile)(join(temporary, 'load'), args.map(String));
  return JSON.parse(stdout);
}

function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The median over the rounds of what the one took for each of what the other did, in the same round. */
function ratio(samples, name, other) {
  if (samples[other] === undefined) return '';
  return median(samples[name].map(({ cpu }, round) => cpu / samples[other][round].cpu)).toFixed(2);
}

function table(samples) {
  console.log(
    '| server | requests/s | p50 µs | p99 µs | CPU µs a request | / C | / net | / uvloop-protocol |',
  );
  console.log(`|---|${'--:|'.repeat(7)}`);
  for (const name of Object.keys(samples)) {
    const of = (key, digits) => median(samples[name].map((sample) => sample[key])).toFixed(digits);
    const ratios = ['c', 'net', 'uvloop-protocol'].map((other) => ratio(samples, name, other));
    const cells = [of('perSecond', 0), of('p50', 0), of('p99', 0), of('cpu', 2), ...ratios];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log();
}

const servers = [];
try {
  for (const name of ['load', 'server']) {
    execFileSync('cc', ['-O2', '-o', join(temporary, name), here(`${name}.c`)], { stdio: 'inherit' });
  }
  for (const name of options.servers.split(',')) {
    if (SERVERS[name] === undefined) throw new Error(`there is no server ${name}`);
    const reason = missing(name);
    if (reason === null) servers.push(await start(name));
    else console.log(`Without ${name}: ${reason}.\n`);
  }
  console.log(`Node ${process.version}, ${options.rounds} rounds of ${options.seconds} s each, medians\n`);
  for (const server of servers) await load(server, 10, 1024, 0.5, 0.5); // for the compilers to do their work
  const all = [];
  for (const bytes of options.sizes.split(',').map(Number)) {
    for (const connections of options.connections.split(',').map(Number)) {
      const samples = Object.fromEntries(servers.map(({ name }) => [name, []]));
      for (let round = 0; round < Number(options.rounds); round++) {
        for (const server of servers) samples[server.name].push(await load(server, connections, bytes));
      }
      console.log(`${connections} connections, ${bytes} bytes\n`);
      table(samples);
      all.push({ connections, bytes, samples });
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(all, null, 1));
} finally {
  for (const { child } of servers) child.kill();
  rmSync(temporary, { recursive: true });
}
