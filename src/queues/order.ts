/*
 * Which of two items comes first, where no compare function says so: Python's `<` on what JavaScript has.
 *
 *   numbers, bigints, booleans, Dates    by value, with each other
 *   strings                              by their characters, with strings
 *   arrays                               as Python's tuples: by the first elements that differ, else the shorter first
 *   objects with compareTo(other)        as it says: negative, zero or positive
 *   other objects                        by what valueOf() gives, if that is one of the above
 *
 * Anything else (null, undefined, NaN, plain objects, a number and a string) cannot be compared: a TypeError, as in
 * Python, and not JavaScript's arbitrary answer.
 */

/** Compares two items of a {@link PriorityQueue}: negative if `a` comes first, positive if `b` does, 0 if neither. */
export type Compare<T> = (a: T, b: T) => number;

/** An object that knows its place among others of its kind: a {@link PriorityQueue} asks it. Python: an object with `__lt__`. */
export interface Comparable<T> {
  /** Negative if this comes before `other`, positive if after it. */
  compareTo(other: T): number;
}

/** The order of a PriorityQueue that was given no compare function. */
export function naturalOrder(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (isComparable(a)) return a.compareTo(b);
  return compareValues(a, b);
}

/** Most items are numbers, or begin with one. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : incomparable(a, b);
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    // What is the same need not be comparable: `[1, job]` twice.
    const order = a[i] === b[i] ? 0 : naturalOrder(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareValues(a: unknown, b: unknown): number {
  const x = valueOf(a);
  const y = valueOf(b);
  if (x === null || y === null || (typeof x === 'string') !== (typeof y === 'string'))
    return incomparable(a, b);
  if (x < y) return -1;
  if (x > y) return 1;
  return x >= y ? 0 : incomparable(a, b); // neither with NaN
}

/** The value that stands for `item` in a comparison, or null. */
function valueOf(item: unknown): number | bigint | string | boolean | null {
  // An object without a prototype has no valueOf.
  const value: unknown =
    typeof item === 'object' && item !== null ? (item as { valueOf?: () => unknown }).valueOf?.() : item;
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'string':
    case 'boolean':
      return value;
    default:
      return null;
  }
}

function isComparable(item: unknown): item is Comparable<unknown> {
  return typeof (item as Partial<Comparable<unknown>> | null | undefined)?.compareTo === 'function';
}

function incomparable(a: unknown, b: unknown): never {
  throw new TypeError(
    `'<' not supported between instances of '${kind(a)}' and '${kind(b)}': ` +
      'give the PriorityQueue items of one kind, or a compare function',
  );
}

/** What to call it in the error: the class of an object, `number`, `NaN`, `undefined` ... */
function kind(item: unknown): string {
  if (typeof item === 'object' && item !== null)
    return (item.constructor as { name: string } | undefined)?.name ?? 'object';
  return item === null || Number.isNaN(item) ? String(item) : typeof item;
}
