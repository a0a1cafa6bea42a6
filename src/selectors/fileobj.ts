/*
 * File objects: what a selector takes where C takes a descriptor.
 */

import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';

/** What knows its own descriptor: a socket of `tsyncio/socket`, an {@link EpollSelector}. It is a {@link FileObject}. */
export interface HasFileno {
  /** The descriptor. */
  fileno(): number;
}

/**
 * What {@link BaseSelector.register} and {@link select} wait for: a descriptor, or an object that knows its own. Whoever has it open keeps
 * it open as long as it is waited for.
 */
export type FileObject = number | HasFileno;

function descriptorOf(fileobj: unknown): unknown {
  if (typeof fileobj === 'number') return fileobj;
  if (typeof fileobj !== 'object' || fileobj === null || !('fileno' in fileobj)) return undefined;
  const { fileno } = fileobj;
  return typeof fileno === 'function' ? fileno.call(fileobj) : undefined;
}

/** The descriptor, or `undefined` for what is no file object. A negative one, of a closed object, is given as it is. */
export function filenoOf(fileobj: unknown): number | undefined {
  const fd = descriptorOf(fileobj);
  return Number.isInteger(fd) ? (fd as number) : undefined;
}

/** @throws ValueError for what is no file object, and for one that is closed. */
export function fileobjToFd(fileobj: FileObject): number {
  const fd = filenoOf(fileobj);
  if (fd === undefined) throw new ValueError(`Invalid file object: ${reprValue(fileobj)}`);
  if (fd < 0) throw new ValueError(`Invalid file descriptor: ${String(fd)}`);
  return fd;
}
