import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** One ```ts block of a page or of a doc comment. */
export interface Block {
  /** Path from the root of the project. */
  readonly file: string;
  /** Line of the opening fence. */
  readonly line: number;
  readonly code: string;
  /** Why the block is compiled and not run, when the fence says so: ```ts no-run: reason */
  readonly noRun: string | undefined;
  /** Lines that running it must print, or undefined where the block says nothing of them. */
  readonly output: readonly string[] | undefined;
}

const FENCE = /^( {0,3})(`{3,})\s*(\S*)\s*(.*)$/;
const OUTPUT_LANGUAGES = new Set(['text', 'output']);

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly info: string;
  readonly body: readonly string[];
  /** Only blank lines stand between this fence and the one before. */
  readonly follows: boolean;
}

/** Every fenced block of a text in Markdown. `firstLine` is the number of its first line. */
function fences(text: string, firstLine: number): Fence[] {
  const found: Fence[] = [];
  const lines = text.split('\n');
  let blankSinceFence = false;
  for (let i = 0; i < lines.length; i++) {
    const open = FENCE.exec(lines[i]!);
    if (!open) {
      if (lines[i]!.trim() !== '') blankSinceFence = false;
      continue;
    }
    const [, indent, ticks, language, info] = open as unknown as [string, string, string, string, string];
    const start = i + 1;
    for (i = start; i < lines.length && lines[i]!.trim() !== ticks; i++);
    const body = lines
      .slice(start, i)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    found.push({ line: firstLine + start - 1, language, info, body, follows: blankSinceFence });
    blankSinceFence = true;
  }
  return found;
}

/** The comment lines after the last line of code; then, failing that, the comments behind each console.log. */
function statedOutput(body: readonly string[]): string[] | undefined {
  let end = body.length;
  while (end > 0 && /^\s*(\/\/.*)?$/.test(body[end - 1]!)) end--;
  const trailing = body.slice(end).filter((line) => line.trim() !== '');
  if (trailing.length > 0) return trailing.map((line) => line.trim().replace(/^\/\/ ?/, ''));
  const prints = body.filter((line) => line.includes('console.log('));
  const behind = prints.map((line) => /;\s*\/\/ ?(.*)$/.exec(line)?.[1]);
  return prints.length > 0 && behind.every((text) => text !== undefined) ? behind : undefined;
}

/** The ```ts blocks of a text in Markdown. `firstLine` is the number of its first line in `file`. */
export function blocksOf(file: string, text: string, firstLine = 1): Block[] {
  const all = fences(text, firstLine);
  return all.flatMap((fence, i) => {
    if (fence.language !== 'ts') return [];
    const next = all[i + 1];
    const shown = next?.follows && OUTPUT_LANGUAGES.has(next.language) ? [...next.body] : undefined;
    const noRun = /^no-run:?\s*(.*)$/.exec(fence.info)?.[1];
    const prints = fence.body.some((line) => line.includes('console.'));
    return {
      file,
      line: fence.line,
      code: fence.body.join('\n') + '\n',
      noRun,
      output: shown ?? (prints ? statedOutput(fence.body) : undefined),
    };
  });
}

/** Doc comments of a source file, without their stars, each with the number of its first line. */
export function* docComments(source: string): Generator<{ text: string; line: number }> {
  for (const match of source.matchAll(/^[ \t]*\/\*\*[^\n]*\n[\s\S]*?\*\//gm)) {
    const line = source.slice(0, match.index).split('\n').length;
    yield { text: match[0].replace(/^[ \t]*\*\/?[ ]?/gm, ''), line };
  }
}

function files(folder: string, ending: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Every ```ts block of the README, of docs/ and of the doc comments in src/. */
export function collectBlocks(): Block[] {
  const pages = ['README.md', ...files('docs', '.md')].flatMap((file) =>
    blocksOf(file, readFileSync(root + file, 'utf8')),
  );
  const comments = files('src', '.ts').flatMap((file) =>
    [...docComments(readFileSync(root + file, 'utf8'))].flatMap(({ text, line }) =>
      blocksOf(file, text, line),
    ),
  );
  return [...pages, ...comments];
}
