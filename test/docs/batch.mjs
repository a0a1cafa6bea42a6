// Runs blocks one after the other, each as if this process were its own: the next begins where Node would have ended the
// process, and gets a new copy of the library. The paths of blocks come as lines on descriptor 3, which is read blocking,
// so that nothing but the block keeps the process alive. After each block a mark is printed on stdout and on stderr.
//
// A block that does not leave everything as it was is not marked: this process ends instead, in whatever way, and whoever
// waits for the mark runs the block again in a process of its own.
//
//     node batch.mjs LIBRARY
import { readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
// Puts a chdir() of its own on process when it is loaded.
import 'node:worker_threads';

const LIBRARY = Symbol.for('tsyncio of the block');
const MARK = '\0end of block\0';
const JOBS = 3;

const library = process.argv[2];
/** Compiled once, and called for each block: a call gives a library of its own, with counters and warnings of its own. */
const makeLibrary = vm.compileFunction(
  readFileSync(library, 'utf8'),
  ['module', 'exports', 'require', 'libraryUrl'],
  { filename: library, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
);

function newLibrary() {
  const module = { exports: {} };
  makeLibrary(module, module.exports, createRequire(library), pathToFileURL(library).href);
  return module.exports;
}

const prototypes = [Object, Function, Array, Promise, Error, Map, Set, Symbol, Number, String, Date].flatMap(
  (type) => [type, type.prototype],
);
const watched = [globalThis, console, Math, JSON, ...prototypes];

/** What the library keeps on the global object, for all of its copies in a process. */
const isShared = (key) => typeof key === 'symbol' && String(key.description).startsWith('tsyncio.');

/** What a block may not change: who looks at it later would see another process than the one it expects. */
function state() {
  const found = [];
  for (const object of watched) {
    for (const key of Reflect.ownKeys(object)) {
      if (isShared(key)) continue;
      const { value } = Object.getOwnPropertyDescriptor(object, key);
      found.push(key, typeof value === 'function' ? value : undefined);
    }
  }
  for (const object of [process, process.stdout, process.stderr]) {
    for (const key of Object.keys(object))
      if (typeof object[key] === 'function') found.push(key, object[key]);
  }
  for (const name of process.eventNames()) found.push(name, ...process.listeners(name));
  found.push(
    String(process.exitCode),
    process.cwd(),
    process.umask(),
    process.title,
    JSON.stringify(process.env),
  );
  return found;
}

/** What was undefined may be one of Node's globals, made when it is first used. */
const isOther = (before, after) => before !== undefined && before !== after;

const unread = [];
let rest = '';

/** The path of the next block; waits for it. `undefined` when there will be none. */
function nextPath() {
  const buffer = Buffer.alloc(4096);
  while (unread.length === 0) {
    const count = readSync(JOBS, buffer);
    if (count === 0) return undefined;
    const lines = (rest + buffer.toString('utf8', 0, count)).split('\n');
    rest = lines.pop();
    unread.push(...lines);
  }
  return unread.shift();
}

let settled = false;
let before = [];
let exitListeners = 0;

function begin() {
  const path = nextPath();
  if (path === undefined) process.exit(0);
  for (const key of Object.getOwnPropertySymbols(globalThis)) if (isShared(key)) delete globalThis[key];
  globalThis[LIBRARY] = newLibrary();
  process.argv = [process.execPath, path];
  settled = false;
  exitListeners = process.listenerCount('exit');
  before = state();
  import(pathToFileURL(path).href).then(
    () => {
      settled = true;
    },
    () => process.exit(1),
  );
}

// Nothing is left to do. Where the block still waits, Node ends the process after this.
process.on('beforeExit', () => {
  if (!settled) return;
  for (const listener of process.listeners('exit').slice(exitListeners)) {
    process.off('exit', listener);
    listener.call(process, 0);
  }
  const after = state();
  if (after.length !== before.length || after.some((value, i) => isOther(before[i], value))) process.exit(1);
  process.stdout.write(MARK);
  process.stderr.write(MARK);
  begin();
});

// When this module has been evaluated, as far as Node is concerned.
setImmediate(begin);
