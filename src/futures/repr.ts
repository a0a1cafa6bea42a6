/*
 * Futures as text: `<Future pending cb=[f()]>`, `<Task finished name='Task-1' coro=<main() done> result=42>`.
 * Python's form; object addresses are left out.
 */

import { firstOutsideFrame } from '../base/frames.js';
import { reprCallback, reprValue } from '../base/repr.js';

/** What this file needs to know of a future. */
interface Shown {
  readonly _state: string;
  readonly _status: number;
  readonly _value: unknown;
  readonly _listener: unknown;
  readonly _moreListeners: readonly unknown[] | null;
  readonly _sourceTraceback: string | null;
}

const RESULT = 1;
const ERROR = 2;

/** Those whose text is being made: one that comes up inside of its own is shown as `...`. */
const underWay: Set<object> = new Set();

/** `reprValue(future)`; `extra` makes what stands after the state (a task's name and coroutine), `state` stands in place of it. */
export function futureRepr(future: object, extra?: () => readonly string[], state?: string): string {
  if (underWay.has(future)) return '...';
  underWay.add(future);
  try {
    return describe(future as Shown, extra?.() ?? [], state);
  } finally {
    underWay.delete(future);
  }
}

function describe(it: Shown, extra: readonly string[], state: string | undefined): string {
  const parts: string[] = [state ?? it._state.toLowerCase(), ...extra];
  if (it._status === RESULT) parts.push(`result=${reprValue(it._value)}`);
  if (it._status === ERROR) parts.push(`exception=${reprValue(it._value)}`);
  const callbacks = listeners(it);
  if (callbacks !== '') parts.push(callbacks);
  const made = it._sourceTraceback === null ? null : firstOutsideFrame(it._sourceTraceback);
  if (made !== null) parts.push(`created at ${made}`);
  return `<${it.constructor.name} ${parts.join(' ')}>`;
}

/** Python shows the first and the last callback, and how many stand between. */
function listeners(future: Shown): string {
  if (future._listener === null) return '';
  const all = [future._listener, ...(future._moreListeners ?? []).filter((_, i) => i % 2 === 0)].map(
    reprCallback,
  );
  if (all.length <= 2) return `cb=[${all.join(', ')}]`;
  return `cb=[${all[0]!}, <${all.length - 2} more>, ${all.at(-1)!}]`;
}
