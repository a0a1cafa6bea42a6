/*
 * From an error number to the error that is thrown: Python's class, `errno` and `strerror`, and Node's wording and fields.
 */

import {
  BlockingIOError,
  BrokenPipeError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileExistsError,
  FileNotFoundError,
  InterruptedError,
  IsADirectoryError,
  NotADirectoryError,
  OSError,
  type OSErrorFields,
  PermissionError,
  ProcessLookupError,
  TimeoutError,
} from './errors.js';
import { errnoOf, errorcode, strerror } from './errno.js';

type OSErrorClass = new (message?: string, fields?: OSErrorFields) => OSError;

/** PEP 3151's mapping. What is not in it is a plain OSError. */
const CLASSES: Readonly<Record<string, OSErrorClass>> = {
  EAGAIN: BlockingIOError,
  EALREADY: BlockingIOError,
  EINPROGRESS: BlockingIOError,
  EWOULDBLOCK: BlockingIOError,
  EPIPE: BrokenPipeError,
  ESHUTDOWN: BrokenPipeError,
  ECHILD: ChildProcessError,
  ECONNABORTED: ConnectionAbortedError,
  ECONNREFUSED: ConnectionRefusedError,
  ECONNRESET: ConnectionResetError,
  EEXIST: FileExistsError,
  ENOENT: FileNotFoundError,
  EINTR: InterruptedError,
  EISDIR: IsADirectoryError,
  ENOTDIR: NotADirectoryError,
  EACCES: PermissionError,
  EPERM: PermissionError,
  ESRCH: ProcessLookupError,
  ETIMEDOUT: TimeoutError,
};

/** What is known of a system call that failed. */
export interface FailedCall {
  /** The error number; its sign does not matter, so that a result of the addon can be passed as it is. */
  errno: number;
  /** The call: `connect`. */
  syscall: string;
  /** The host, or the path of a Unix socket, that it spoke of. */
  address?: string | undefined;
  /** The port that it spoke of. */
  port?: number | undefined;
  /** The file that it spoke of. */
  path?: string | undefined;
  /** The error behind this one. */
  cause?: unknown;
  /** The text, in place of the usual one. */
  message?: string | undefined;
}

function placeOf(call: FailedCall): string {
  const { address, port, path } = call;
  if (address !== undefined) return port === undefined ? ` ${address}` : ` ${address}:${String(port)}`;
  return path === undefined ? '' : ` '${path}'`;
}

/**
 * The error for a system call that failed: of the class that Python has for its number, with Node's wording,
 * `connect ECONNREFUSED 127.0.0.1:9`.
 *
 * @returns a new error, for the caller to throw.
 */
export function osError(call: FailedCall): OSError {
  const errno = Math.abs(call.errno);
  const code = errorcode(errno);
  const cls = (code === null ? undefined : CLASSES[code]) ?? OSError;
  const message = call.message ?? `${call.syscall} ${code ?? strerror(errno)}${placeOf(call)}`;
  const { syscall, address, port, path, cause } = call;
  // Ten frames, which is usual, end inside of the library: the coroutine that wanted it stands further down.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(limit, 50);
  const error = new cls(message, {
    errno,
    strerror: strerror(errno),
    code: code ?? undefined,
    syscall,
    address,
    port,
    path,
    cause,
  });
  Error.stackTraceLimit = limit;
  return error;
}

/** The fields that Node puts on its system errors. */
interface NodeError extends Error {
  errno?: unknown;
  code?: unknown;
  syscall?: unknown;
  address?: unknown;
  port?: unknown;
  path?: unknown;
}

function stringOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOrNothing(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The number, by the number given or by the name; `undefined` for codes that are Node's own (`ERR_*`, `ENOTFOUND`). */
function errnoOfNode(error: NodeError): number | undefined {
  const byName = errnoOf(stringOrNothing(error.code) ?? '');
  if (byName !== 0) return byName;
  const given = numberOrNothing(error.errno);
  return given !== undefined && errorcode(Math.abs(given)) !== null ? Math.abs(given) : undefined;
}

/**
 * The same for an error that Node made: the class goes by its code, message and fields stay, the original is the `cause`.
 *
 * @param error - an error with Node's `code`; whatever is an {@link OSError} already comes back as it is.
 */
export function osErrorFromNode(error: Error): OSError {
  if (error instanceof OSError) return error;
  const node = error as NodeError;
  const errno = errnoOfNode(node);
  const code = stringOrNothing(node.code);
  const cls = (code === undefined ? undefined : CLASSES[code]) ?? OSError;
  return new cls(error.message, {
    errno,
    strerror: errno === undefined ? undefined : strerror(errno),
    code,
    syscall: stringOrNothing(node.syscall),
    address: stringOrNothing(node.address),
    port: numberOrNothing(node.port),
    path: stringOrNothing(node.path),
    cause: error,
  });
}
