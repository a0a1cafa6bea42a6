/*
 * Comparing traces, and showing where they part.
 */
import type { Entry, Program } from './program.js';

/** Entries shown before the first one that differs. */
const CONTEXT = 4;

/** Programs up to this many characters are printed whole. */
const SHORT_PROGRAM = 1500;

/** Where the trace parts from CPython's, for a human to read; `null` if they are equal. */
export function describeDifference(program: Program, trace: readonly Entry[]): string | null {
  const expected = program.trace.map((entry) => JSON.stringify(entry));
  const actual = trace.map((entry) => JSON.stringify(entry));
  const at = expected.findIndex((entry, index) => entry !== actual[index]);
  const first = at === -1 && actual.length > expected.length ? expected.length : at;
  if (first === -1) return null;
  const from = Math.max(0, first - CONTEXT);
  const lines = [
    `${program.id}: entry ${String(first)} differs`,
    '  CPython:',
    ...excerpt(expected, from, first),
    '  tsyncio:',
    ...excerpt(actual, from, first),
  ];
  const { id, objects, coros } = program;
  const source = JSON.stringify({ id, objects, coros });
  if (source.length <= SHORT_PROGRAM) lines.push(`  program: ${source}`);
  return lines.join('\n');
}

function excerpt(entries: readonly string[], from: number, to: number): string[] {
  const lines = entries.slice(from, to + 1).map((entry, index) => `    ${String(from + index)}  ${entry}`);
  if (entries.length <= to) lines.push('    (the end)');
  return lines;
}

/** Both traces next to each other, CPython's on the left, with `!` before the lines that differ. */
export function sideBySide(program: Program, trace: readonly Entry[]): string {
  const left = program.trace.map((entry) => JSON.stringify(entry));
  const right = trace.map((entry) => JSON.stringify(entry));
  const width = Math.max(...left.map((entry) => entry.length));
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, row) => {
    const [a = '(the end)', b = '(the end)'] = [left[row], right[row]];
    return `${a === b ? ' ' : '!'} ${a.padEnd(width)}  |  ${b}`;
  }).join('\n');
}
