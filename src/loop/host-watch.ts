/*
 * A selector's descriptors, watched from the host's loop: an epoll set by its own descriptor, which stands for all that
 * are in it; the descriptors of any other selector one by one.
 */
import { osError } from '../base/oserror.js';
import { addon, type Watch } from '../platform/addon.js';
import { type BaseSelector, EVENT_READ } from '../selectors/index.js';

/** Calls back while something that the selector waits for is ready. */
export class HostWatch {
  private readonly _onReady: () => void;
  /** By descriptor. */
  private readonly _watches: Map<number, Watch> = new Map();
  private readonly _oneByOne: boolean;

  constructor(selector: BaseSelector, onReady: () => void) {
    this._onReady = onReady;
    const { fileno } = selector as { fileno?: () => number };
    this._oneByOne = fileno === undefined;
    if (fileno !== undefined) this._watch(fileno.call(selector), EVENT_READ);
    else for (const key of selector.getMap()!.values()) this._watch(key.fd, key.events);
  }

  /** The selector waits for other events of `fd` now; 0 is for none any more. */
  changed(fd: number, events: number): void {
    if (!this._oneByOne) return;
    this._watches.get(fd)?.close();
    this._watches.delete(fd);
    if (events !== 0) this._watch(fd, events);
  }

  private _watch(fd: number, events: number): void {
    const watch = addon().watch(fd, this._onReady, events);
    if (typeof watch === 'number') throw osError({ errno: watch, syscall: 'uv_poll' });
    this._watches.set(fd, watch);
    watch.start();
  }

  /** Watch no longer. */
  close(): void {
    for (const watch of this._watches.values()) watch.close();
  }
}
