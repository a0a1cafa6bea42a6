/*
 * What may be asked of a child process, and what not.
 */
import { checkKeywords } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import type { Stdio, SubprocessOptions } from '../loop/index.js';
import { DEVNULL, PIPE, STDOUT } from './constants.js';

const NAMES = [
  ...['stdin', 'stdout', 'stderr', 'cwd', 'env', 'executable', 'passFds', 'startNewSession', 'user', 'group'],
  ...['universalNewlines', 'shell', 'bufsize', 'encoding', 'errors', 'text'],
] as const;

/** Options that are there for one value only, with the text of the error for any other. */
function checkFixed(options: SubprocessOptions, shell: boolean): void {
  const given = options as Record<string, unknown>;
  if (given.universalNewlines) throw new ValueError('universal_newlines must be False');
  if ((given.shell ?? shell) !== shell) throw new ValueError(`shell must be ${shell ? 'True' : 'False'}`);
  if ((given.bufsize ?? 0) !== 0) throw new ValueError('bufsize must be 0');
  if (given.text) throw new ValueError('text must be False');
  if (given.encoding != null) throw new ValueError('encoding must be None');
  if (given.errors != null) throw new ValueError('errors must be None');
}

function checkStdio(name: string, value: unknown, least: number): void {
  if (value == null || typeof value === 'object') return;
  if (Number.isInteger(value) && (value as number) >= least) return;
  const constants = least === STDOUT || least === DEVNULL ? 'PIPE, DEVNULL' : '';
  throw new TypeError(
    `${name} must be ${constants}${name === 'stderr' ? ', STDOUT' : ''}, a descriptor, an object that has one, or null, ` +
      `not ${reprValue(value)}`,
  );
}

/** @throws ValueError or TypeError, naming the option. */
export function checkOptions(method: string, options: SubprocessOptions, shell: boolean): void {
  checkKeywords(method, options, NAMES);
  checkFixed(options, shell);
  for (const name of ['stdin', 'stdout', 'stderr'] as const) checkStdio(name, options[name], DEVNULL);
  for (const name of ['stdin', 'stdout'] as const) {
    if (options[name] === STDOUT) throw new ValueError('STDOUT can only be used for stderr');
  }
}

/** Standard streams that are not named are pipes. */
export function withPipes(options: SubprocessOptions): SubprocessOptions {
  const { stdin = PIPE, stdout = PIPE, stderr = PIPE } = options;
  return { ...options, stdin, stdout, stderr };
}

/** For messages: `<pipe>`, `<stdout>`, or what was given. */
export function describeStdio(value: Stdio | undefined): string {
  if (value === PIPE) return '<pipe>';
  if (value === STDOUT) return '<stdout>';
  return value === DEVNULL ? '<devnull>' : reprValue(value);
}
