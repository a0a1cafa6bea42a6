import type { FileObject } from './fileobj.js';

/** There is something to read, a connection to accept, or the other side is gone. Python: `selectors.EVENT_READ`. */
export const EVENT_READ = 1;

/** Writing would not block, or a connection was made or failed. Python: `selectors.EVENT_WRITE`. */
export const EVENT_WRITE = 2;

/**
 * What a selector knows of a registered file object. It can be taken apart as Python's named tuple can:
 * `const [fileobj, fd, events, data] = key`.
 *
 * Python: `selectors.SelectorKey`.
 */
export class SelectorKey<D = unknown> {
  /** The object as it was registered. */
  readonly fileobj: FileObject;
  /** Its descriptor. */
  readonly fd: number;
  /** The events waited for: {@link EVENT_READ} and {@link EVENT_WRITE}, or-ed. */
  readonly events: number;
  /** What was registered with it; `null` where nothing was. */
  readonly data: D | null;

  constructor(fileobj: FileObject, fd: number, events: number, data: D | null) {
    this.fileobj = fileobj;
    this.fd = fd;
    this.events = events;
    this.data = data;
  }

  /** The four fields in order. */
  *[Symbol.iterator](): Generator<FileObject | number | D | null, void, undefined> {
    yield this.fileobj;
    yield this.fd;
    yield this.events;
    yield this.data;
  }
}
