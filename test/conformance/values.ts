/*
 * The errors of the programs, and how values and futures appear in a trace.
 */
import {
  BaseException,
  BaseExceptionGroup,
  CancelledError,
  type Future,
  isException,
  TimeoutError,
} from '../../src/index.js';

/** The programs' own error. */
export class Boom extends Error {
  override readonly name = 'Boom';
}

/** Unwinds one coroutine of a program with its result; no handler of the program sees it. */
export class Return extends Error {
  override readonly name = 'Return';
  readonly value: unknown;

  constructor(value: unknown) {
    super('return');
    this.value = value;
  }
}

/** The program has gone wrong: it runs for ever, or logs without end. */
export class GivenUp extends BaseException {}

/** A value as JSON. */
export function show(value: unknown): unknown {
  if (value instanceof BaseExceptionGroup) return ['ExceptionGroup', value.exceptions.map(show)];
  if (value instanceof Boom) return ['Boom', value.message];
  if (value instanceof CancelledError) return ['CancelledError', value.args[0] ?? null];
  if (value instanceof Error) return [value.name];
  if (Array.isArray(value)) return value.map(show);
  return value ?? null;
}

/** Where a future stands, as JSON. */
export function state(future: Future<unknown>): unknown {
  if (!future.done()) return 'pending';
  if (future.cancelled()) return 'cancelled';
  const error: unknown = future.exception();
  return error === null ? ['result', show(future.result())] : show(error);
}

const KINDS: Readonly<Record<string, (error: unknown) => boolean>> = {
  cancelled: (error) => error instanceof CancelledError,
  timeout: (error) => error instanceof TimeoutError,
  group: (error) => error instanceof BaseExceptionGroup,
  error: isException,
  any: () => true,
};

/** Whether a handler of that kind takes the error. */
export function matches(kind: string, error: unknown): boolean {
  const test = KINDS[kind];
  if (test === undefined) throw new GivenUp(`there are no handlers of kind ${kind}`);
  return test(error);
}
