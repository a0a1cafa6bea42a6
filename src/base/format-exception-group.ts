/*
 * A group of errors as text, with the stack of each:
 *
 *   ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
 *       at main (main.ts:9:3)
 *     +-+---------------- 1 ----------------
 *       | ValueError: one
 *       |     at fetchOne (main.ts:20:9)
 *       +---------------- 2 ----------------
 *       | ExceptionGroup: nested (1 sub-exception)
 *       +-+---------------- 1 ----------------
 *         | ValueError: two
 *         +------------------------------------
 *       +------------------------------------
 *
 * The shape is that of Python's tracebacks; the order of the lines of a stack is JavaScript's.
 *
 * A group is known by its list of `exceptions`: the classes import this file, so this one cannot import them.
 */

import { MAX_PRINTED_GROUP_DEPTH, MAX_PRINTED_GROUP_WIDTH } from './constants.js';
import { reprValue } from './repr.js';

/** How to print an error that is no group. */
type LeafFormat = (error: unknown) => string;

interface Group extends Error {
  readonly exceptions: readonly unknown[];
}

/** Errors that are being printed, further up: one that is its own cause, by whatever detour, is not printed again. */
const underway = new Set<unknown>();

/**
 * An error as text, with all that is in it if it is a group: class, message, stack, notes and cause of each.
 *
 * `console.error(group)` prints this on Node by itself. Of large groups the first 15 errors are shown, and of groups in
 * groups ten levels, as Python does.
 *
 * Python: `traceback.format_exception`.
 *
 * @param error - A group, or anything else that was thrown.
 * @returns Lines, without a line break at the end.
 *
 * @example
 * ```ts
 * import { ExceptionGroup, formatExceptionGroup, ValueError } from 'tsyncio';
 *
 * const group = new ExceptionGroup('two failed', [new ValueError('a'), new RangeError('b')]);
 * const lines = formatExceptionGroup(group).split('\n');
 * console.log(lines.filter((line) => !line.includes(' at ')).join('\n'));
 * // ExceptionGroup: two failed (2 sub-exceptions)
 * //   +-+---------------- 1 ----------------
 * //     | ValueError: a
 * //     +---------------- 2 ----------------
 * //     | RangeError: b
 * //     +------------------------------------
 * ```
 */
export function formatExceptionGroup(error: unknown): string {
  return formatError(error, formatLeaf);
}

/** {@link formatExceptionGroup}, with errors that are no group printed by `leaf`. */
export function formatError(error: unknown, leaf: LeafFormat): string {
  const lines: string[] = [];
  addError(lines, error, 1, leaf);
  return lines.join('\n');
}

function formatLeaf(error: unknown): string {
  return error instanceof Error ? ownText(error, formatLeaf) : reprValue(error);
}

function isGroup(error: unknown): error is Group {
  return error instanceof Error && Array.isArray((error as Partial<Group>).exceptions);
}

/** Depth 1 is the outermost, which stands at the left margin; those in boxes begin with a bar. */
function addError(lines: string[], error: unknown, depth: number, leaf: LeafFormat): void {
  const bar = depth === 1 ? '' : `${margin(depth)}| `;
  if (underway.has(error)) {
    lines.push(`${bar}<circular>`);
  } else if (depth > MAX_PRINTED_GROUP_DEPTH) {
    lines.push(`${bar}... (max_group_depth is ${MAX_PRINTED_GROUP_DEPTH})`);
  } else {
    underway.add(error);
    try {
      const text = isGroup(error) ? ownText(error, leaf) : leaf(error);
      for (const line of text.split('\n')) lines.push(bar + line);
      if (isGroup(error)) addBoxes(lines, error.exceptions, depth, leaf);
    } finally {
      underway.delete(error);
    }
  }
}

function addBoxes(lines: string[], errors: readonly unknown[], depth: number, leaf: LeafFormat): void {
  const inner = margin(depth + 1);
  errors.slice(0, MAX_PRINTED_GROUP_WIDTH).forEach((error, i) => {
    lines.push(boxTop(i === 0 ? `${margin(depth)}+-` : inner, String(i + 1)));
    addError(lines, error, depth + 1, leaf);
  });
  const left = errors.length - MAX_PRINTED_GROUP_WIDTH;
  if (left > 0)
    lines.push(boxTop(inner, '...'), `${inner}| and ${left} more exception${left > 1 ? 's' : ''}`);
  lines.push(`${inner}+${'-'.repeat(36)}`);
}

function boxTop(start: string, title: string): string {
  return `${start}+${'-'.repeat(16)} ${title} ${'-'.repeat(16)}`;
}

function margin(depth: number): string {
  return '  '.repeat(depth);
}

/** Class, message, stack, notes and cause, but not what is in a group. */
function ownText(error: Error, leaf: LeafFormat): string {
  const parts = [String(error), stackFrames(error)];
  const notes: unknown = (error as { notes?: unknown }).notes;
  if (Array.isArray(notes)) parts.push(...notes.map(String));
  if (error.cause !== undefined && error.cause !== null) {
    parts.push(`  [cause]: ${formatError(error.cause, leaf).replaceAll('\n', '\n  ')}`);
  }
  return parts.filter((part) => part !== '').join('\n');
}

/** The stack without its first lines, which V8 takes from class and message and other engines do not have. */
function stackFrames(error: Error): string {
  const stack = error.stack ?? '';
  const message = stack.indexOf(error.message);
  const afterMessage = message < 0 ? 0 : message + error.message.length;
  const frames = stack.slice(afterMessage).search(/^[ \t]+at /m);
  if (frames >= 0) return stack.slice(afterMessage + frames);
  return /^[^\n]*@[^\n]*:\d+:\d+$/m.test(stack) ? stack.trimEnd().replaceAll(/^/gm, '    at ') : '';
}
