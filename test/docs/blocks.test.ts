import { describe, expect, it } from 'vitest';
import { blocksOf, docComments } from './blocks.js';

const page = (...lines: string[]): string => lines.join('\n');

describe('the collector of code blocks', () => {
  it('finds ts blocks only, with their lines', () => {
    const found = blocksOf('a.md', page('# A', '```sh', 'npm ci', '```', '```ts', 'f();', '```'));
    expect(found).toEqual([{ file: 'a.md', line: 5, code: 'f();\n', noRun: undefined, output: undefined }]);
  });

  it('takes the comments after the last line of code as the output', () => {
    const [block] = blocksOf(
      'a.md',
      page('```ts', '// not this', 'console.log(1);', '// 1', '', '// 2', '```'),
    );
    expect(block!.output).toEqual(['1', '2']);
  });

  it('takes the comment behind each console.log as the output', () => {
    const [block] = blocksOf(
      'a.md',
      page('```ts', 'console.log(1); // 1', 'f();', 'console.log(2); // 2', '```'),
    );
    expect(block!.output).toEqual(['1', '2']);
  });

  it('takes a text block that follows as the output', () => {
    const [block] = blocksOf(
      'a.md',
      page('```ts', 'console.log(1);', '```', '', '```text', '1', '', '2', '```'),
    );
    expect(block!.output).toEqual(['1', '', '2']);
  });

  it('does not take a text block after other words as the output', () => {
    const [block] = blocksOf('a.md', page('```ts', 'f();', '```', 'And then:', '```text', '1', '```'));
    expect(block!.output).toBeUndefined();
  });

  it('reads why a block is not run', () => {
    const [block] = blocksOf('a.md', page('```ts no-run: it never ends', 'f();', '```'));
    expect(block!.noRun).toBe('it never ends');
  });

  it('reads doc comments without their stars, and counts lines of the file', () => {
    const source = page(
      'const a = 1;',
      '  /**',
      '   * Text.',
      '   *',
      '   * ```ts',
      '   * if (a) {',
      '   *   f();',
      '   * }',
      '   * ```',
      '   */',
    );
    const [comment] = [...docComments(source)];
    expect(blocksOf('a.ts', comment!.text, comment!.line)).toEqual([
      { file: 'a.ts', line: 5, code: 'if (a) {\n  f();\n}\n', noRun: undefined, output: undefined },
    ]);
  });
});
