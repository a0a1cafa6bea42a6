/*
 * Errors of looking up names. Their `errno` is an EAI_* code, negative on Linux, as in Python; code and wording are
 * Node's: `getaddrinfo ENOTFOUND nosuch.invalid`.
 */

import { strerror as cStrerror } from '../base/errno.js';
import { OSError, type OSErrorFields } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import * as EAI from './flags.js';

/**
 * A name or a service could not be resolved. `errno` is one of EAI_*, `strerror` what C says of it, `code` Node's name for it.
 *
 * Python: `socket.gaierror`.
 *
 * @example
 * ```ts
 * import { AI_NUMERICHOST, EAI_NONAME, gaierror, getaddrinfo } from 'tsyncio/socket';
 *
 * try {
 *   getaddrinfo('example.org', 80, { flags: AI_NUMERICHOST }); // no name, and so nobody is asked
 * } catch (error) {
 *   if (!(error instanceof gaierror)) throw error;
 *   console.log(error.message);
 *   console.log(error.hostname, error.errno === EAI_NONAME, error.strerror);
 * }
 * // getaddrinfo ENOTFOUND example.org
 * // example.org true Name or service not known
 * ```
 */
export class gaierror extends OSError {
  /** The name that was looked up, where there was one. */
  declare readonly hostname?: string;

  constructor(message?: string, fields: OSErrorFields & { hostname?: string | undefined } = {}) {
    super(message, fields);
    if (fields.hostname !== undefined) Object.assign(this, { hostname: fields.hostname });
  }
}

/**
 * Of the old look-up functions. Nothing here throws it; it is there for `catch`.
 *
 * Python: `socket.herror`.
 *
 * @example
 * ```ts
 * import { error, gaierror, herror } from 'tsyncio/socket';
 *
 * // A handler that was ported may go on naming it.
 * const isLookUp = (e: unknown): boolean => e instanceof gaierror || e instanceof herror;
 * console.log(isLookUp(new herror('gone')), new herror('gone') instanceof error);
 * // true true
 * ```
 */
export class herror extends OSError {}

/** What C says of each, and what Node calls it. */
const CODES: readonly (readonly [errno: number, code: string, strerror: string])[] = [
  [EAI.EAI_NONAME, 'ENOTFOUND', 'Name or service not known'],
  [EAI.EAI_NODATA, 'ENOTFOUND', 'No address associated with hostname'],
  [EAI.EAI_AGAIN, 'EAI_AGAIN', 'Temporary failure in name resolution'],
  [EAI.EAI_BADFLAGS, 'EAI_BADFLAGS', 'Bad value for ai_flags'],
  [EAI.EAI_FAIL, 'EAI_FAIL', 'Non-recoverable failure in name resolution'],
  [EAI.EAI_FAMILY, 'EAI_FAMILY', 'ai_family not supported'],
  [EAI.EAI_MEMORY, 'EAI_MEMORY', 'Memory allocation failure'],
  [EAI.EAI_OVERFLOW, 'EAI_OVERFLOW', 'Result too large for supplied buffer'],
  [EAI.EAI_SERVICE, 'EAI_SERVICE', 'Servname not supported for ai_socktype'],
  [EAI.EAI_SOCKTYPE, 'EAI_SOCKTYPE', 'ai_socktype not supported'],
  [EAI.EAI_ADDRFAMILY, 'EAI_ADDRFAMILY', 'Address family for hostname not supported'],
];

/** What a look-up spoke of. */
export interface LookUp {
  /** The call: `getaddrinfo`. */
  syscall: string;
  /** The name that was looked up. */
  hostname?: string | undefined;
  /** The error behind this one. */
  cause?: unknown;
}

/**
 * The error for an EAI_* code: a {@link gaierror}, or what `errno` says when the code is EAI_SYSTEM.
 *
 * @returns a new error, for the caller to throw.
 */
export function gaiError(errno: number, systemErrno: number, { syscall, hostname, cause }: LookUp): OSError {
  if (errno === EAI.EAI_SYSTEM) return osError({ errno: systemErrno, syscall, address: hostname, cause });
  const [, code, strerror] = CODES.find((row) => row[0] === errno) ?? [0, 'EAI_UNKNOWN', cStrerror(errno)];
  const message = `${syscall} ${code}${hostname === undefined ? '' : ` ${hostname}`}`;
  return new gaierror(message, { errno, strerror, code, syscall, hostname, cause });
}

/**
 * The same for an error of Node's look-ups (`dns.lookup`), which has the name of the code only.
 *
 * @param error - with Node's `code`: `ENOTFOUND`, `EAI_AGAIN` ...
 */
export function gaiErrorFromNode(error: Error): OSError {
  const { code, syscall, hostname } = error as Error & { code?: string; syscall?: string; hostname?: string };
  const row = CODES.find((candidate) => candidate[1] === code);
  return gaiError(row?.[0] ?? EAI.EAI_FAIL, 0, { syscall: syscall ?? 'getaddrinfo', hostname, cause: error });
}
