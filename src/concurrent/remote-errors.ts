/*
 * Errors that come from workers, made again: an instance of the class of the same name if this thread knows one, else of
 * the nearest of its base classes, with the name that it had.
 */
import * as concurrent from '../base/concurrent.js';
import { BaseExceptionGroup, ExceptionGroup } from '../base/exception-group.js';
import * as errors from '../base/errors.js';
import type { EncodedError } from '../platform/workers/index.js';

type Make = (encoded: EncodedError) => Error;
type ErrorClass = new (message?: string, options?: object) => Error;

const makers = new Map<string, Make>();

for (const cls of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])
  makers.set(cls.name, ({ message }) => new cls(message));
for (const [name, cls] of Object.entries({ ...errors, ...concurrent }) as [string, unknown][]) {
  if (typeof cls !== 'function' || !(cls.prototype instanceof Error) || name.startsWith('Concurrent'))
    continue;
  makers.set(name, ({ message, fields }) => new (cls as ErrorClass)(message, fields));
}
makers.set('SystemExit', ({ fields }) => new errors.SystemExit(fields.code));
makers.set(
  'AggregateError',
  ({ message, errors: members }) => new AggregateError(decodeAll(members), message),
);
for (const cls of [ExceptionGroup, BaseExceptionGroup])
  makers.set(cls.name, (encoded) => new cls(encoded.message, decodeAll(encoded.errors)));
if (typeof DOMException === 'function')
  makers.set('DOMException', ({ message, name }) => new DOMException(message, name));

function makeError(encoded: EncodedError): Error {
  // Two classes share this name: asyncio's is no Exception.
  if (encoded.classes[0] === 'CancelledError' && !encoded.classes.includes('BaseException'))
    return new concurrent.ConcurrentCancelledError(encoded.message);
  const known = encoded.classes.find((name) => makers.has(name)) ?? 'Error';
  return makers.get(known)!(encoded);
}

function decodeAll(encoded: readonly EncodedError[] = []): Error[] {
  return encoded.map((one) => decodeError(one) as Error);
}

/** What was thrown in the worker, with the stack that it had there. */
export function decodeError(encoded: EncodedError): unknown {
  if (encoded.classes.length === 0) {
    if ('value' in encoded.fields) return encoded.fields.value;
    return new errors.RuntimeError(`a value was thrown that cannot be sent: ${encoded.message}`);
  }
  const error = makeError(encoded);
  for (const [key, value] of Object.entries(encoded.fields)) restore(error, key, value);
  if (error.name !== encoded.name) restore(error, 'name', encoded.name, false);
  if (encoded.stack !== undefined) restore(error, 'stack', encoded.stack, false);
  if (encoded.cause !== undefined) restore(error, 'cause', decodeError(encoded.cause), false);
  return error;
}

function restore(error: Error, key: string, value: unknown, enumerable = true): void {
  const own = Object.getOwnPropertyDescriptor(error, key);
  if (own?.configurable === false) return;
  Object.defineProperty(error, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? enumerable,
  });
}
