/*
 * Every program of examples/seeds prints what the comment at its end says. They are called by their `main` here, and one
 * is started as what it is, a program of its own.
 */
import { readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { addonError } from '../../../src/platform/addon.js';
import { bundle, spawnChild } from '../../helpers/child.js';

const seeds = fileURLToPath(new URL('../../../examples/seeds/', import.meta.url));
const START = /^if \(process\.argv\[1\] === import\.meta\.filename\) (await )?main\(\);$/m;

interface Program {
  readonly name: string;
  readonly text: string;
}

const programs: Program[] = readdirSync(seeds, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(seeds, name), 'utf8') }))
  .filter(({ text }) => START.test(text))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The comment lines at the end. */
function stated({ text }: Program): string[] {
  const lines = text.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => !line.startsWith('// '));
  return lines.slice(last + 1).map((line) => line.slice('// '.length));
}

/** Times differ from run to run: `<seconds>` stands for them. */
function withoutTimes(lines: readonly string[], as: readonly string[]): string[] {
  return lines.map((line, i) =>
    as[i]?.includes('<seconds>') ? line.replace(/\d+\.\d+/, '<seconds>') : line,
  );
}

const missing = addonError();

/** Whether it uses sockets or selectors of the addon's, itself or by what it imports. */
function needsAddon({ name, text }: Program): boolean {
  if (/'tsyncio\/(socket|selectors)'/.test(text)) return true;
  return [...text.matchAll(/from '(\.[^']*)\.js'/g)].some(([, path]) => {
    const file = join(name, '..', `${path}.ts`);
    return needsAddon({ name: file, text: readFileSync(join(seeds, file), 'utf8') });
  });
}

/** What `main` of a program prints. */
async function linesOf({ name }: Program): Promise<string[]> {
  const printed: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values) => void printed.push(format(...values)));
  try {
    const program = (await import(/* @vite-ignore */ join(seeds, name))) as { main(): void | Promise<void> };
    await program.main();
  } finally {
    log.mockRestore();
  }
  return printed.flatMap((text) => text.split('\n'));
}

describe('the seeds', () => {
  it.each(programs)('$name says how to start it', (program) => {
    expect(program.text).toContain(
      `npm run build:examples && node dist-examples/seeds/${program.name.replace(/ts$/, 'js')}\n`,
    );
  });

  it.for(programs)('$name prints what it says', async (program, { skip }) => {
    if (missing !== null && needsAddon(program)) skip(missing.message);
    const output = await linesOf(program);
    expect(stated(program)).not.toEqual([]);
    expect(withoutTimes(output, stated(program))).toEqual(stated(program));
  });

  it('are programs of their own', async () => {
    const directory = realpathSync(await bundle({ entryPoints: [join(seeds, 'tale/03-spawn.ts')] }));
    try {
      const { stdout, stderr, code } = await spawnChild(join(directory, '03-spawn.mjs')).ended;
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).toContain('the parent is done');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
