/*
 * Puts the addon in place; npm calls this at install.
 *
 * In this order: an addon that is there already, loads and has the version of these sources (a prebuilt one, or one built before and not older than its
 * source); node-gyp; the C compiler by itself, where Node's headers lie beside Node. It never fails an install: without
 * an addon it prints one line that says what is missing and what works all the same.
 *
 *     node scripts/build-addon.mjs            as above
 *     node scripts/build-addon.mjs --force    builds even where one is in place
 *     node scripts/build-addon.mjs --asan     builds with AddressSanitizer and UBSan into build-asan/; fails if it cannot
 *
 * TSYNCIO_NO_ADDON=1 in the environment: builds nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const native = join(root, 'native');
/** What the library asks of an addon that it loads. */
const version = /^#define ADDON_VERSION (\d+)$/m.exec(readFileSync(join(native, 'addon.h'), 'utf8'))[1];
const built = join(root, 'build', 'Release', 'tsyncio.node');
const STILL_WORKS =
  'tasks, timers, queues, run and runSync work; addReader, sock*, tsyncio/socket and tsyncio/selectors need it';

const NO_HEADERS = "Node's headers were not found";

/** Loads in a process of its own, so that a broken binary cannot take this one along. */
function loads(path) {
  const code = 'if (String(require(process.argv[1]).version) !== process.argv[2]) process.exit(1)';
  return spawnSync(process.execPath, ['-e', code, path, version], { stdio: 'ignore' }).status === 0;
}

function newestSource() {
  const files = readdirSync(native).map((name) => join(native, name));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** The addon that would be loaded now, or undefined. */
function inPlace() {
  let path;
  try {
    path = require('node-gyp-build').resolve(root);
  } catch {
    // None is there, or node-gyp-build itself is not: either way there is something to build.
    return undefined;
  }
  if (path === built && statSync(path).mtimeMs < newestSource()) return undefined;
  return loads(path) ? path : undefined;
}

/** node-gyp's script: npm names its own to the scripts it runs; else it lies in npm, and npm beside Node. */
function findNodeGyp() {
  const inNpm = join('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const prefix = dirname(dirname(process.execPath));
  const npm = process.env.npm_execpath;
  const candidates = [
    process.env.npm_config_node_gyp,
    npm === undefined ? undefined : join(dirname(dirname(npm)), inNpm),
    join(prefix, 'lib', 'node_modules', 'npm', inNpm),
    join(prefix, 'share', 'nodejs', 'npm', inNpm),
  ];
  try {
    candidates.unshift(require.resolve('node-gyp/bin/node-gyp.js'));
  } catch {
    // Not among our dependencies: npm has it.
  }
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** @returns {string | undefined} what went wrong */
function buildByNodeGyp() {
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) return 'node-gyp was not found';
  // With Node's own headers there is nothing to download.
  const headers = findHeaders();
  const nodedir = headers === undefined ? [] : [`--nodedir=${dirname(dirname(headers))}`];
  const run = spawnSync(process.execPath, [nodeGyp, 'rebuild', ...nodedir], { cwd: root, encoding: 'utf8' });
  if (run.status === 0 && existsSync(built) && loads(built)) return undefined;
  return firstError(`${run.stdout}\n${run.stderr}`) ?? `node-gyp ended with ${run.status ?? run.signal}`;
}

/** The line of a build's output that says most, short enough for one line. */
function firstError(output) {
  const lines = output.split('\n');
  const line =
    lines.find((text) => /\berror: |Error: /.test(text)) ?? lines.find((text) => /ERR!|not found/.test(text));
  return line
    ?.replace(/^gyp ERR! (stack )?/, '')
    .trim()
    .slice(0, 200);
}

/** The directory with node_api.h, where Node came with its headers. */
function findHeaders() {
  const nodedir = process.env.npm_config_nodedir;
  const prefixes = [nodedir, dirname(dirname(process.execPath))].filter((prefix) => prefix !== undefined);
  return prefixes
    .map((prefix) => join(prefix, 'include', 'node'))
    .find((dir) => existsSync(join(dir, 'node_api.h')));
}

/** @returns {string | undefined} what went wrong */
function buildByCompiler(output, flags) {
  const headers = findHeaders();
  if (headers === undefined) return NO_HEADERS;
  const sources = readdirSync(native).filter((name) => name.endsWith('.c'));
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  mkdirSync(dirname(output), { recursive: true });
  const compiler = process.env.CC ?? 'cc';
  const options = [
    '-std=c11',
    '-fPIC',
    '-Wall',
    '-Wextra',
    ...flags,
    ...shared,
    `-I${headers}`,
    '-o',
    output,
  ];
  const run = spawnSync(compiler, [...options, ...sources.map((name) => join(native, name))], {
    encoding: 'utf8',
  });
  if (run.error !== undefined) return `no C compiler (${compiler}) was found`;
  if (run.status === 0) return undefined;
  return firstError(run.stderr) ?? `${compiler} ended with ${run.status ?? run.signal}`;
}

function buildForSanitizers() {
  const output = join(root, 'build-asan', 'tsyncio.node');
  const flags = [
    '-O1',
    '-g',
    '-fno-omit-frame-pointer',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
  ];
  const problem = buildByCompiler(output, [...flags, '-Werror']);
  if (problem === undefined) return;
  console.error(`tsyncio: the addon was not built for the sanitizers: ${problem}`);
  process.exitCode = 1;
}

function build() {
  if (process.env.TSYNCIO_NO_ADDON === '1') return 'TSYNCIO_NO_ADDON=1 is set';
  if (process.platform === 'win32') return 'there is no epoll or poll on Windows';
  const gyp = buildByNodeGyp();
  if (gyp === undefined) return undefined;
  const compiler = buildByCompiler(built, ['-O3']);
  if (compiler === undefined && loads(built)) return undefined;
  // The compiler's word is more to the point, where it came to speak at all.
  return compiler === undefined || compiler === NO_HEADERS ? gyp : compiler;
}

function main() {
  if (process.argv.includes('--asan')) return buildForSanitizers();
  const skip = process.env.TSYNCIO_NO_ADDON === '1' || process.argv.includes('--force');
  if (!skip && inPlace() !== undefined) return undefined;
  const problem = build();
  if (problem === undefined) console.log('tsyncio: the addon is built');
  else console.log(`tsyncio: no addon (${problem}); ${STILL_WORKS}`);
  return undefined;
}

main();
