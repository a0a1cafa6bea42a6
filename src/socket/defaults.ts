import { ValueError } from '../base/errors.js';
import { typeName } from './type-name.js';

let defaultTimeout: number | null = null;

/**
 * A timeout as sockets take it: seconds, or `null` for none.
 *
 * @throws TypeError and ValueError for what is none.
 */
export function checkTimeout(value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number')
    throw new TypeError(`'${typeName(value)}' object cannot be interpreted as a timeout`);
  if (Number.isNaN(value)) throw new ValueError('Invalid value NaN (not a number)');
  if (value < 0) throw new ValueError('Timeout value out of range');
  return value;
}

/** The timeout of new sockets, in seconds; `null`, as at the start: they block. Python: `socket.getdefaulttimeout`. */
export function getdefaulttimeout(): number | null {
  return defaultTimeout;
}

/**
 * Set the timeout of sockets made from now on in this thread.
 *
 * Python: `socket.setdefaulttimeout`.
 *
 * @param timeout - seconds; 0 for sockets that do not block; `null` for none.
 * @throws ValueError for a negative one.
 */
export function setdefaulttimeout(timeout: number | null): void {
  defaultTimeout = checkTimeout(timeout);
}
