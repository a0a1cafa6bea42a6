/*
 * Files of Unix sockets: one that was left behind is removed before binding, one's own when its server is closed.
 */
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import { builtin } from '../platform/builtin.js';
import type { UnixAddress } from '../socket/index.js';

/** Whether it is a path: neither an abstract name nor no address at all. */
export function isPath(address: UnixAddress): boolean {
  return address.length > 0 && address[0] !== '\0' && address[0] !== 0;
}

function pathOf(address: UnixAddress): string | Buffer {
  return typeof address === 'string' ? address : Buffer.from(address);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Remove the socket at a path, if there is one. What else is there stays: binding will fail. */
export function removeStale(path: UnixAddress): void {
  if (!isPath(path)) return;
  const fs = builtin('node:fs');
  try {
    if (fs.statSync(pathOf(path)).isSocket()) fs.unlinkSync(pathOf(path));
  } catch (error) {
    if (isMissing(error)) return;
    // It may be that only making sockets is allowed there.
    logger.error(`Unable to check or remove stale UNIX socket ${reprValue(path)}: ${reprValue(error)}`);
  }
}

/**
 * What removes the socket at a path later, unless another one has taken its place by then; `null` where there is nothing to
 * remove.
 */
export function remover(path: UnixAddress): (() => void) | null {
  if (!isPath(path)) return null;
  const fs = builtin('node:fs');
  const inode = inodeOf(path);
  if (inode === null) return null;
  return () => {
    try {
      if (inodeOf(path) === inode) fs.unlinkSync(pathOf(path));
    } catch (error) {
      if (isMissing(error)) return;
      logger.error(`Unable to clean up listening UNIX socket ${reprValue(path)}: ${reprValue(error)}`);
    }
  };
}

/**
 * What closes a server of Node's later. Node removes the path of a server that it closes, whatever is there by then: the
 * socket at the path is moved out of its way, if it is to stay, or is another one.
 */
export function closer(path: UnixAddress, cleanUp: boolean): (close: () => void) => void {
  if (!isPath(path)) return call;
  const fs = builtin('node:fs');
  const own = inodeOf(path);
  return (close) => {
    const inode = inodeOf(path);
    if (inode === null || (cleanUp && inode === own)) {
      close();
      return;
    }
    const aside = `${String(pathOf(path))}.${inode}`;
    fs.renameSync(pathOf(path), aside);
    try {
      close();
    } finally {
      fs.renameSync(aside, pathOf(path));
    }
  };
}

function call(close: () => void): void {
  close();
}

function inodeOf(path: UnixAddress): bigint | null {
  const stats = builtin('node:fs').statSync(pathOf(path), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : stats.ino;
}
