import type { EncodedError } from './protocol.js';

/**
 * An error as it can travel. Its source is sent to workers: it uses nothing from outside, not even helpers that a
 * compiler might add.
 */
export function encodeError(thrown: unknown, depth = 0): EncodedError {
  const special = ['name', 'message', 'stack', 'cause', 'errors', 'exceptions', 'args'];
  /** Of what is no primitive, a clone: it shows whether one can be made, and has no getters. */
  const cloned = (value: unknown): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    try {
      return structuredClone(value);
      // eslint-disable-next-line no-restricted-syntax -- nothing but the cloning was tried
    } catch {
      return undefined;
    }
  };
  const encodeValue = (): EncodedError => {
    const value = cloned(thrown);
    const lost = value === undefined && thrown !== undefined;
    return { classes: [], name: '', message: lost ? String(thrown) : '', fields: lost ? {} : { value } };
  };
  const classesOf = (error: Error): string[] => {
    const names: string[] = [];
    let prototype = Object.getPrototypeOf(error) as object | null;
    while (prototype !== null && prototype !== Object.prototype) {
      names.push(prototype.constructor.name);
      prototype = Object.getPrototypeOf(prototype) as object | null;
    }
    return names;
  };
  const fieldsOf = (error: Error): Record<string, unknown> => {
    const fields: Record<string, unknown> = {};
    for (const key of Object.getOwnPropertyNames(error)) {
      const value = special.includes(key) ? undefined : cloned(error[key as keyof Error]);
      if (value !== undefined) fields[key] = value;
    }
    return fields;
  };
  const membersOf = (
    error: Error & { exceptions?: unknown; errors?: unknown },
  ): EncodedError[] | undefined => {
    const members = error.exceptions ?? error.errors;
    if (!Array.isArray(members)) return undefined;
    return members.map((member) => encodeError(member, depth + 1));
  };
  if (!(thrown instanceof Error)) return encodeValue();
  // A cause may be its own.
  const deep = depth >= 20;
  return {
    classes: classesOf(thrown),
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack,
    cause: thrown.cause === undefined || deep ? undefined : encodeError(thrown.cause, depth + 1),
    errors: deep ? undefined : membersOf(thrown),
    fields: fieldsOf(thrown),
  };
}
