import { beforeAll, describe, expect, it } from 'vitest';
import { addonError } from '../../src/platform/addon.js';
import { collectBlocks, root, type Block } from './blocks.js';
import { bundle, typeCheck } from './compile.js';
import { matches, runAll, type Outcome } from './runner.js';

const NEEDS_ADDON = /tsyncio\/(socket|selectors)'|\.(add|remove)(Reader|Writer)\(|\.sock[A-Z]|Sync\(/;

const blocks = collectBlocks();
const complaints = new Map<Block, string[]>();
const outcomes = new Map<Block, Promise<Outcome>>();

function whyNotRun(block: Block): string | undefined {
  if (block.noRun !== undefined) return block.noRun;
  const lacking = addonError();
  return lacking !== null && NEEDS_ADDON.test(block.code) ? lacking.message : undefined;
}

function lines(printed: string): string[] {
  const text = printed.trimEnd();
  return text === '' ? [] : text.split('\n');
}

beforeAll(async () => {
  typeCheck(blocks).forEach((found, index) => complaints.set(blocks[index]!, found));
  // What does not compile would keep the bundler from everything else.
  const runnable = blocks.filter(
    (block) => whyNotRun(block) === undefined && complaints.get(block)!.length === 0,
  );
  const scripts = await bundle(runnable, `${root}temp/docs-test`);
  runAll(scripts).forEach((outcome, index) => outcomes.set(runnable[index]!, outcome));
}, 120_000);

describe.each([...new Set(blocks.map(({ file }) => file))])('the code in %s', (file) => {
  const here = blocks.filter((block) => block.file === file).map((block) => [block.line, block] as const);

  it.each(here)('at line %i compiles', (_, block) => {
    expect(complaints.get(block)).toEqual([]);
    if (block.noRun === '') expect.fail('say why it is not run: ```ts no-run: reason');
  });

  for (const [line, block] of here) {
    it(`at line ${line} runs and prints what it says`, { timeout: 120_000 }, async ({ skip }) => {
      const reason = whyNotRun(block);
      if (reason !== undefined) skip(reason);
      if (complaints.get(block)!.length > 0) skip('it does not compile');
      const { code, stdout, stderr } = await outcomes.get(block)!;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const printed = lines(stdout);
      if (block.output === undefined) {
        // It says nothing of its output. Then there must be none.
        expect(printed).toEqual([]);
      } else if (!matches(printed, block.output)) {
        expect(printed).toEqual(block.output);
      }
    });
  }
});
