/*
 * A selector's descriptors, watched from the host's loop: an epoll set by its own descriptor, the descriptors of any
 * other selector one by one.
 */
import { RuntimeError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { addon, type Watch } from '../platform/addon.js';
import type { BaseSelector } from '../selectors/index.js';

/** Calls back while something that the selector waits for is ready. */
export class HostWatch {
  private readonly _watches: Watch[] = [];

  constructor(selector: BaseSelector, onReady: () => void) {
    const { fileno } = selector as { fileno?: () => number };
    if (fileno === undefined) throw new RuntimeError('a hosted loop needs a selector with fileno()');
    this._watch(fileno.call(selector), onReady);
  }

  private _watch(fd: number, onReady: () => void): void {
    const watch = addon().watch(fd, onReady);
    if (typeof watch === 'number') throw osError({ errno: watch, syscall: 'uv_poll' });
    this._watches.push(watch);
    watch.start();
  }

  /** Watch no longer. */
  close(): void {
    for (const watch of this._watches) watch.close();
  }
}
