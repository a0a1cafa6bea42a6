/*
 * Arguments that Python takes by position or by keyword: `new Queue(3)` and `new Queue({ maxsize: 3 })`. A keyword
 * that Python would refuse is refused here too, in its words.
 */

/** The options in `given`, after a check that `owner` knows each of them; null if `given` is no bag of options. */
export function optionsOf<O extends object>(
  owner: string,
  given: unknown,
  names: readonly (keyof O & string)[],
): O | null {
  if (typeof given !== 'object' || given === null) return null;
  for (const name of Object.keys(given)) {
    if (!(names as readonly string[]).includes(name)) {
      throw new TypeError(`${owner}() got an unexpected keyword argument '${name}'`);
    }
  }
  return given as O;
}

/** Refuse whatever was given to a constructor that takes nothing. */
export function takesNothing(owner: string, given: readonly unknown[]): void {
  if (given.length === 0) return;
  optionsOf(owner, given[0], []);
  throw new TypeError(`${owner}() takes 1 positional argument but ${given.length + 1} were given`);
}

/** `value` as a number, or a TypeError that names the argument. */
export function numberOf(owner: string, name: string, value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new TypeError(
    `${owner}: ${name} must be a number, not ${typeof value === 'number' ? 'NaN' : typeOf(value)}`,
  );
}

function typeOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
