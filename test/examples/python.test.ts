/*
 * The programs of Python's documentation, ported by the naming rule, print what Python prints: python/*.out is what
 * CPython 3.15 printed. They run in processes of their own, a few at a time.
 * `run` takes a loop in virtual time there, so that they depend on no clock; those on loops of their own do not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plugin } from 'esbuild';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonAvailable } from '../../src/platform/addon.js';
import { bundle, spawnChild } from '../helpers/child.js';

const programs = new URL('../../examples/python/', import.meta.url);
const outputs = new URL('python/', import.meta.url);

const LIMIT_HINT = '(8 bytes; the option `limit` of openConnection, startServer and the like sets another)';

/** What can't be as it is in Python, with the reason. */
const differences: Readonly<Record<string, readonly (readonly [python: string, here: string])[]>> = {
  // A loop belongs to a thread: no object can be shared with another that would call it from there.
  dev_debug_slow_callback: [
    ["['Non-thread-safe operation invoked on an event loop other than the current one']\n", ''],
  ],
  // There is one TimeoutError only.
  exceptions_classes: [['TimeoutError is the builtin: True\n', '']],
  // The name of the program's own function is turned by the rule too.
  eventloop_exception_handler: [['broken_callback()', 'brokenCallback()']],
  // Frames inside of the library are left out.
  graph_print_call_graph: [
    ['      |   in async TaskGroup._aexit()\n      |   in async TaskGroup.__aexit__()\n', ''],
  ],
  // A generator ends by returning, and no exception says so: there is no StopIteration.
  future_states: [["RuntimeError <- StopIteration('x')\n", '']],
  // The error has a text here, and none in Python.
  queue_shutdown: [['QueueShutDown()', "QueueShutDown('queue is shut down')"]],
  // The errors say which option to set.
  stream_reader_limits: [
    ['chunk is longer than limit\n', `chunk is longer than limit ${LIMIT_HINT}\n`],
    ['chunk exceed the limit\n', `chunk exceed the limit ${LIMIT_HINT}\n`],
  ],
  // A class does not know its module.
  sync_barrier: [['asyncio.locks.Barrier', 'Barrier']],
};

/** What virtual time can't serve: it comes from the host, or lets time pass without telling the loop. */
const onRealClock = new Set([
  'concept_homemade_sleep',
  'dev_call_soon_threadsafe',
  'dev_debug_slow_callback',
  'dev_never_awaited',
  'dev_never_retrieved',
  'eventloop_run_in_executor',
  'eventloop_signals',
  'runner_keyboard_interrupt',
  'task_awaitable_nested',
  'task_threadsafe_from_thread',
  'task_threadsafe_loop_in_thread',
  'task_to_thread',
  'threading_loops',
  'threading_producer_consumer',
]);

/** What waits for the network or for other processes, whose time is real. */
function usesNetwork(name: string): boolean {
  return /^(protocol|stream|subprocess)_|_server/.test(name);
}

/** Makes `run` take a loop in virtual time: the order in which short sleeps end depends on no load then. */
const virtualTime: Plugin = {
  name: 'virtual time',
  setup({ onResolve }) {
    onResolve({ filter: /^tsyncio$/ }, () => ({
      path: fileURLToPath(new URL('virtual-run.ts', import.meta.url)),
    }));
  },
};

/** What has a selector or a socket of its own, which needs the addon. */
const onDescriptors = new Set([
  'eventloop_add_reader',
  'protocol_buffered',
  'protocol_existing_socket',
  'protocol_flow_control',
  'runner_loop_factory',
  'stream_open_socket',
]);

function names(directory: URL, ending: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

function expected(name: string): string {
  let text = readFileSync(new URL(`${name}.out`, outputs), 'utf8');
  for (const [python, here] of differences[name] ?? []) {
    expect(text).toContain(python);
    text = text.replaceAll(python, here);
  }
  return text;
}

describe.concurrent('the programs of Python’s documentation', () => {
  let bundled: string;

  beforeAll(async () => {
    const entryPoints = names(outputs, '.out').map((name) => fileURLToPath(new URL(`${name}.ts`, programs)));
    // The library has a folder of its own, by which its frames are known in stacks. Functions keep the names that they
    // have in the source, as they do where nothing is bundled.
    const chunkNames = 'tsyncio/[name]-[hash]';
    bundled = await bundle({
      entryPoints,
      splitting: true,
      chunkNames,
      keepNames: true,
      plugins: [virtualTime],
    });
  });

  afterAll(() => rmSync(bundled, { recursive: true, force: true }));

  it('are those whose output is recorded', () => {
    expect(names(outputs, '.out')).toHaveLength(82);
    // python.ts is what they have in common: print() and repr().
    expect(names(programs, '.ts').filter((name) => name !== 'python')).toEqual(names(outputs, '.out'));
  });

  for (const name of names(outputs, '.out')) {
    it(`${name} prints what Python prints`, async ({ skip }) => {
      skip(
        onDescriptors.has(name) && !addonAvailable(),
        'it has a selector or a socket of its own, and there is no addon',
      );
      const env = { PROGRAM_CLOCK: onRealClock.has(name) || usesNetwork(name) ? 'real' : 'virtual' };
      const { stdout, stderr, code } = await spawnChild(join(bundled, `${name}.mjs`), { env }).ended;
      expect({ stdout, stderr, code }).toEqual({ stdout: expected(name), stderr: '', code: 0 });
    });
  }
});
