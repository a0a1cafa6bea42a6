/*
 * Arguments as Python takes them: some by position or by name, the last ones by name only, as one trailing object.
 */
import { ValueError } from './errors.js';

/** Whether `value` is meant as keyword arguments: a plain object. */
export function isKeywords(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    !(Symbol.iterator in value) &&
    !('then' in value)
  );
}

/** Refuse names that the function does not have: a misspelt option must not be ignored silently. */
export function checkKeywords(func: string, keywords: object, allowed: readonly string[]): void {
  for (const key of Object.keys(keywords)) {
    if (!allowed.includes(key)) {
      throw new TypeError(
        `${func}() got an unexpected keyword argument '${key}'; it takes ${allowed.join(', ')}`,
      );
    }
  }
}

/** The options of a call whose first one may also stand by itself: `f(3)`, `f(3, { other })`, `f({ name: 3, other })`. */
export function firstOrOptions<O extends object>(name: keyof O & string, first: unknown, options: O): O {
  if (isKeywords(first)) return { ...options, ...first };
  return first === undefined ? options : { ...options, [name]: first };
}

/** A number of seconds, or `null` for none. */
export function checkTimeout(func: string, name: string, value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number')
    throw new TypeError(`${func}(): ${name} must be a number of seconds or null, got ${typeof value}`);
  if (Number.isNaN(value)) throw new ValueError(`${func}(): ${name} must not be NaN`);
  return value;
}
