/*
 * The pairs of docs/porting.md: the Python side prints what the TypeScript side says that it prints, which docs.test.ts looks after.
 */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { blocksOf, root } from './blocks.js';

const PAIR = /^### (.*)\n\n<div class="pair">\n\n```python\n([^]*?)```\n\n(```ts\n[^]*?```)\n\n<\/div>$/gm;

const page = readFileSync(`${root}docs/porting.md`, 'utf8');
const pairs = [...page.matchAll(PAIR)].map(
  ([, title, python, typescript]) => [title!, python!, blocksOf('', typescript!)[0]!] as const,
);

/** Why Python's side cannot run here. */
function whyNot(): string | undefined {
  const { error, status } = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']);
  if (error !== undefined) return 'python3 is not installed';
  return status === 0 ? undefined : 'python3 is older than 3.11, which brought TaskGroup and timeout';
}

const reason = whyNot();

describe.concurrent('the Python side of', () => {
  it('ten pairs, each under a heading of its own, is found', () => {
    expect(pairs).toHaveLength(10);
    expect(page.split('class="pair"')).toHaveLength(11);
  });

  for (const [title, python, typescript] of pairs) {
    it(`“${title}” prints what the other side does`, async ({ skip }) => {
      skip(reason !== undefined, reason);
      const { stdout, stderr } = await promisify(execFile)('python3', ['-c', python], { timeout: 15_000 });
      expect({ stdout: printed(stdout), stderr }).toEqual({ stdout: typescript.output, stderr: '' });
    });
  }
});

/** Lines; Python's True, False and None are written as TypeScript's. */
function printed(text: string): string[] {
  const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
  return text
    .trimEnd()
    .replace(/\b(?:True|False|None)\b/g, (word) => words[word]!)
    .split('\n');
}
