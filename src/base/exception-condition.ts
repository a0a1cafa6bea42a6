/** A class whose instances are meant, such as `ValueError`: one kind of {@link ExceptionCondition}. */
export type ExceptionClass<T = unknown> = abstract new (...args: never[]) => T;

/**
 * A condition on the errors of a group: a class, several, or a function that is asked for each.
 * {@link BaseExceptionGroup.split} and {@link BaseExceptionGroup.subgroup} take one.
 */
export type ExceptionCondition = ExceptionClass | readonly ExceptionClass[] | ((error: unknown) => boolean);

/** `condition` as a function. Throws a TypeError if it is none of the three kinds. */
export function exceptionMatcher(condition: ExceptionCondition): (error: unknown) => boolean {
  if (isClass(condition)) return (error) => error instanceof condition;
  if (typeof condition === 'function') return condition;
  if (Array.isArray(condition) && condition.every(isClass)) {
    return (error) => condition.some((type) => error instanceof type);
  }
  throw new TypeError(
    'expected an exception type, a tuple of exception types, or a callable (other than a class)',
  );
}

/**
 * A class and a predicate are both functions. A class made by `class`, and any built-in one, has a `prototype` that cannot
 * be written; one that was compiled to a plain function still inherits from Error.
 */
export function isClass(value: unknown): value is ExceptionClass {
  if (typeof value !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype');
  return prototype !== undefined && (prototype.writable === false || prototype.value instanceof Error);
}
