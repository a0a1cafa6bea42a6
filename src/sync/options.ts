/*
 * Arguments that Python takes by position or by keyword: `new Queue(3)` and `new Queue({ maxsize: 3 })`.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';

/** The options in `given`, after a check that `owner` knows each of them; null if `given` is no bag of options. */
export function optionsOf<O extends object>(
  owner: string,
  given: unknown,
  names: readonly string[],
): O | null {
  if (!isKeywords(given)) return null;
  checkKeywords(owner, given, names);
  return given as O;
}

/** Refuse whatever was given to a constructor that takes nothing. */
export function takesNothing(owner: string, given: readonly unknown[]): void {
  if (given.length === 0) return;
  const first = given[0];
  throw new TypeError(
    isKeywords(first)
      ? `${owner}() got an unexpected keyword argument '${Object.keys(first)[0] ?? ''}'`
      : `${owner}() takes no arguments, but ${given.length} were given`,
  );
}

/** `value` as a number, or a TypeError that names the argument. */
export function numberOf(owner: string, name: string, value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new TypeError(`${owner}(): ${name} must be a number, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return value.constructor.name;
  return typeof value === 'number' ? 'NaN' : typeof value;
}
