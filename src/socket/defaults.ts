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

/**
 * The timeout of new sockets, in seconds; `null`, as at the start: they block.
 *
 * Python: `socket.getdefaulttimeout`.
 *
 * @example
 * ```ts
 * import { getdefaulttimeout } from 'tsyncio/socket';
 *
 * console.log(getdefaulttimeout());
 * // null
 * ```
 */
export function getdefaulttimeout(): number | null {
  return defaultTimeout;
}

/**
 * Set the timeout of sockets made from now on in this thread; those that there are keep theirs. Sockets of a loop do not block whatever
 * is set here.
 *
 * Python: `socket.setdefaulttimeout`.
 *
 * @param timeout - seconds; 0 for sockets that do not block; `null` for none.
 * @throws ValueError for a negative one and for NaN; TypeError for what is no number.
 *
 * @example
 * ```ts
 * import { setdefaulttimeout, socket } from 'tsyncio/socket';
 *
 * using before = new socket();
 * setdefaulttimeout(2.5);
 * using after = new socket();
 * console.log(before.gettimeout(), after.gettimeout());
 * setdefaulttimeout(null);
 * // null 2.5
 * ```
 */
export function setdefaulttimeout(timeout: number | null): void {
  defaultTimeout = checkTimeout(timeout);
}
