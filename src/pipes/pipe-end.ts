/*
 * One end of a pipe, as users give it: a descriptor, or an object that has one.
 */
import { ValueError } from '../base/errors.js';
import { osErrorFromNode } from '../base/oserror.js';
import { reprValue } from '../base/repr.js';
import { addon } from '../platform/addon.js';
import { builtin } from '../platform/builtin.js';
import type { Readable, Writable } from '../platform/streams.js';

/** What is said of anything that cannot be waited for, a regular file for instance. */
export const NOT_READABLE = 'Pipe transport is for pipes/sockets only.';
/** The same, for writing. */
export const NOT_WRITABLE = 'Pipe transport is only for pipes, sockets and character devices';

/** What a descriptor is open on. */
export type PipeKind = 'fifo' | 'socket' | 'device';

/** A stream of Node's, for reading or for writing. */
export function isNodeStream(pipe: unknown): pipe is Readable | Writable {
  const { on, destroy } = (pipe ?? {}) as Partial<Readable>;
  return typeof on === 'function' && typeof destroy === 'function';
}

/** The descriptor of a pipe. @throws TypeError if it has none. */
export function descriptorOf(pipe: unknown): number {
  const { fd, fileno } = (typeof pipe === 'object' && pipe !== null ? pipe : { fd: pipe }) as {
    fd?: unknown;
    fileno?: unknown;
  };
  const found: unknown = typeof fileno === 'function' ? fileno.call(pipe) : fd;
  if (typeof found === 'number' && Number.isInteger(found) && found >= 0) return found;
  throw new TypeError(
    `pipe must be a descriptor, an object with fileno() or fd, or one of Node's streams, not ${reprValue(pipe)}`,
  );
}

/**
 * What a descriptor is open on.
 *
 * @param refusal - the text of the error for anything that cannot be waited for, a regular file for instance
 */
export function kindOf(fd: number, refusal: string): PipeKind {
  let stat;
  try {
    stat = builtin('node:fs').fstatSync(fd);
  } catch (error) {
    throw osErrorFromNode(error as Error);
  }
  if (stat.isFIFO()) return 'fifo';
  if (stat.isSocket()) return 'socket';
  if (stat.isCharacterDevice()) return 'device';
  throw new ValueError(refusal);
}

/** Close what users gave. */
export function closePipe(pipe: unknown, fd: number): void {
  const { close } = (typeof pipe === 'object' && pipe !== null ? pipe : {}) as { close?: unknown };
  if (typeof close !== 'function') {
    addon().close(fd);
    return;
  }
  const closed: unknown = close.call(pipe);
  // A FileHandle closes by a promise; that it was closed before is nobody's problem.
  if (closed instanceof Promise) closed.catch(() => undefined);
}
