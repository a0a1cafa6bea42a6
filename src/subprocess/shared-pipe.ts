/*
 * One pipe for standard output and standard error of a child: Node makes one for each.
 */
import { addon } from '../platform/addon.js';
import { builtin } from '../platform/builtin.js';
import type { Readable } from '../platform/streams.js';
import { pipe } from './pipe.js';

/** A pipe whose writing end the child gets. */
export class SharedPipe {
  /** For the child. */
  readonly writeFd: number;
  private readonly _readFd: number;
  private _isRead: boolean = false;

  constructor(readFd: number, writeFd: number) {
    this._readFd = readFd;
    this.writeFd = writeFd;
  }

  /** This process's end, which the stream closes. */
  reader(): Readable {
    const stream = new (builtin('node:net').Socket)({ fd: this._readFd, readable: true, writable: false });
    this._isRead = true;
    return stream;
  }

  /** The child has the writing end, or there is no child. */
  closeWriter(): void {
    addon().close(this.writeFd);
  }

  /** There is no child, and nobody to read. */
  abandon(): void {
    if (!this._isRead) addon().close(this._readFd);
  }
}

/** @throws as `pipe` does. */
export function sharedPipe(): SharedPipe {
  return new SharedPipe(...pipe());
}
