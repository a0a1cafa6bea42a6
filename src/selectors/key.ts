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
 *
 * @example
 * ```ts
 * import { DefaultSelector, EVENT_READ } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * using selector = new DefaultSelector<string>();
 * const [a, b] = socketpair();
 * const key = selector.register(a, EVENT_READ, 'the near end');
 * const [fileobj, fd, events, data] = key;
 * console.log(fileobj === a, fd === a.fileno(), events === EVENT_READ, data);
 * a.close();
 * b.close();
 * // true true true the near end
 * ```
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
