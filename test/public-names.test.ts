/*
 * Every name that an entry point exports is used by some test of its own: a name that no test speaks of was never seen to
 * work.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as concurrent from '../src/concurrent/index.js';
import * as eslint from '../src/eslint/index.js';
import * as contextvars from '../src/contextvars/index.js';
import * as tsyncio from '../src/index.js';
import * as selectors from '../src/selectors/index.js';
import * as signal from '../src/signal/index.js';
import * as socket from '../src/socket/index.js';
import * as ssl from '../src/ssl/index.js';
import * as testing from '../src/testing/index.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter(
    (path) => path.endsWith('.ts') && !path.startsWith('conformance') && path !== 'public-names.test.ts',
  )
  .map((path) => readFileSync(here + path, 'utf8'))
  // What is merely imported is not tested.
  .map((source) => source.replace(/^import [^;]*;$/gms, ''))
  .join('\n');
const words = new Set(sources.match(/[A-Za-z_$][\w$]*/g));

describe.each([
  ['tsyncio', tsyncio],
  ['tsyncio/testing', testing],
  ['tsyncio/contextvars', contextvars],
  ['tsyncio/socket', socket],
  ['tsyncio/selectors', selectors],
  ['tsyncio/signal', signal],
  ['tsyncio/ssl', ssl],
  ['tsyncio/concurrent', concurrent],
  ['tsyncio/eslint', eslint],
])('%s', (_entry, module) => {
  it('exports nothing that no test uses', () => {
    const exported = Object.keys(module);
    expect(exported.length).toBeGreaterThan(0);
    // Constants of the system are tested as a whole, against C's.
    const names = exported.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name));
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });
});
