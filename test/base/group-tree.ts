import type { ErrorOptions } from '../../src/base/errors.js';
import { BaseExceptionGroup } from '../../src/base/exception-group.js';

/** A group of any errors: without a type of its own, unlike {@link BaseExceptionGroup.of}. */
export function groupOf(
  message: string,
  errors: readonly unknown[],
  options?: ErrorOptions,
): BaseExceptionGroup {
  return BaseExceptionGroup.of(message, errors, options);
}

/** The shape of what was thrown: `{ text: [...] }` for a group, the message for an error, other values as they are. */
export function tree(error: unknown): unknown {
  if (error instanceof BaseExceptionGroup) return { [error.message]: error.exceptions.map(tree) };
  return error instanceof Error ? error.message : error;
}
