/*
 * Streams of Node's on descriptors, for where there is no addon.
 */
import { builtin } from '../platform/builtin.js';
import type { Readable, Writable } from '../platform/streams.js';
import type { PipeKind } from './pipe-end.js';

/** A stream that reads from a descriptor. */
export function readableOf(fd: number, kind: PipeKind): Readable {
  if (kind !== 'device') return new (builtin('node:net').Socket)({ fd, readable: true, writable: false });
  const tty = builtin('node:tty');
  if (tty.isatty(fd)) return new tty.ReadStream(fd);
  return builtin('node:fs').createReadStream('', { fd });
}

/** A stream that writes to a descriptor. */
export function writableOf(fd: number, kind: PipeKind): Writable {
  if (kind !== 'device') return new (builtin('node:net').Socket)({ fd, readable: false, writable: true });
  const tty = builtin('node:tty');
  if (tty.isatty(fd)) return new tty.WriteStream(fd);
  return builtin('node:fs').createWriteStream('', { fd });
}
