import { expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle, spawnChild } from '../helpers/child.js';

it('the thumbnails of 6 pictures are made by 2 workers', async () => {
  const directory = await bundle({
    entryPoints: [fileURLToPath(new URL('../../examples/thumbnails.ts', import.meta.url))],
    entryNames: 'main',
  });
  const child = spawnChild(`${directory}/main.mjs`, { args: ['6', '2'] }, () =>
    rmSync(directory, { recursive: true, force: true }),
  );
  const { stdout, stderr, code } = await child.ended;
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(7);
  lines.slice(0, 6).forEach((line, number) => {
    const mean = Number(/^rings-(\d+)-small: 64x64, mean (\d+\.\d)$/.exec(line)?.[2]);
    expect(line).toContain(`rings-${number}-small`);
    // The rings are as bright as dark.
    expect(mean).toBeGreaterThan(115);
    expect(mean).toBeLessThan(140);
  });
  expect(lines[6]).toBe('the loop went on meanwhile: true');
});
