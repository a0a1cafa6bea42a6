/* The recipe for `pg` in docs/living-with-node.md, as it stands there, run with a server. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blocksOf, root } from '../docs/blocks.js';
import { bundle, spawnChild } from '../helpers/child.js';
import { noPostgres, startPostgres } from '../helpers/postgres.js';

it('The recipe of the guide does what it says', { timeout: 120_000 }, async ({ skip }) => {
  skip(noPostgres !== null, noPostgres ?? '');
  const page = 'docs/living-with-node.md';
  const [recipe, ...others] = blocksOf(page, readFileSync(join(root, page), 'utf8')).filter(({ code }) =>
    code.includes("from 'pg'"),
  );
  expect(others).toEqual([]);
  const stdin = { contents: recipe!.code, loader: 'ts', resolveDir: join(root, 'test') } as const;
  const directory = await bundle({ stdin, entryNames: 'main', external: ['pg'] });
  const server = await startPostgres();
  try {
    const child = spawnChild(join(directory, 'main.mjs'), { env: server.environment, timeout: 60 });
    const { stdout, stderr, code } = await child.ended;
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toBe('42\ncancelled, and rolled back\n');
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
});
