import { beforeAll, describe, expect, it, type RunnerTask } from 'vitest';
import { addonError } from '../../src/platform/addon.js';
import { collectBlocks, root, type Block } from './blocks.js';
import { typeCheck } from './compile.js';
import { linesOf, matches, runAll, type Outcome } from './runner.js';

const NEEDS_ADDON = /tsyncio\/(socket|selectors)'|\.(add|remove)(Reader|Writer)\(|\.sock[A-Z]|Sync\(/;

const blocks = collectBlocks();
const complaints = new Map<Block, string[]>();
const outcomes = new Map<Block, Promise<Outcome>>();

function whyNotRun(block: Block): string | undefined {
  if (block.noRun !== undefined) return block.noRun;
  const lacking = addonError();
  return lacking !== null && NEEDS_ADDON.test(block.code) ? lacking.message : undefined;
}

function passes(block: Block, { code, stdout, stderr }: Outcome): boolean {
  return code === 0 && stderr === '' && matches(linesOf(stdout), block.output ?? []);
}

const groupName = (file: string): string => `the code in ${file}`;

/** The blocks with a test that is going to run: `-t` may have chosen some. */
function chosen(groups: readonly RunnerTask[]): Block[] {
  const willRun = (name: string, line: number): boolean =>
    groups.some(
      (group) =>
        group.type === 'suite' &&
        group.name === name &&
        group.tasks.some((test) => test.mode === 'run' && test.name.startsWith(`at line ${line} `)),
    );
  return blocks.filter(({ file, line }) => willRun(groupName(file), line));
}

// eslint-disable-next-line no-empty-pattern -- the runner looks at the pattern
beforeAll(async ({}, suite) => {
  const here = chosen(suite.tasks);
  typeCheck(here).forEach((found, index) => complaints.set(here[index]!, found));
  // What does not compile would keep the bundler from everything else.
  const runnable = here.filter(
    (block) => whyNotRun(block) === undefined && complaints.get(block)!.length === 0,
  );
  const codes = runnable.map(({ code }) => code);
  const started = await runAll(codes, `${root}temp/docs-test`, (outcome, index) =>
    passes(runnable[index]!, outcome),
  );
  started.forEach((outcome, index) => outcomes.set(runnable[index]!, outcome));
}, 120_000);

describe.each([...new Set(blocks.map(({ file }) => file))])(groupName('%s'), (file) => {
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
      const printed = linesOf(stdout);
      if (block.output === undefined) {
        // It says nothing of its output. Then there must be none.
        expect(printed).toEqual([]);
      } else if (!matches(printed, block.output)) {
        expect(printed).toEqual(block.output);
      }
    });
  }
});
