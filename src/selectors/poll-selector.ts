import { SelectorImpl, waitOf } from './base.js';
import { EVENT_READ, EVENT_WRITE, type SelectorKey } from './key.js';
import { POLLIN, POLLOUT, PollSet } from './poll-set.js';

/**
 * Waits by poll(2): every POSIX system has it, and every wait looks at each file object.
 *
 * Python: `selectors.PollSelector`.
 *
 * @throws OSError from the constructor without the addon.
 *
 * @example
 * ```ts
 * import { EVENT_READ, EVENT_WRITE, PollSelector } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * using selector = new PollSelector();
 * const [a, b] = socketpair();
 * selector.register(a, EVENT_READ | EVENT_WRITE);
 * const [[, events]] = selector.select() as [[unknown, number]];
 * console.log(events === EVENT_WRITE); // there is room, and nothing to read
 * a.close();
 * b.close();
 * // true
 * ```
 */
export class PollSelector<D = unknown> extends SelectorImpl<D> {
  readonly #set: PollSet = new PollSet();

  /** @internal */
  override _watch(key: SelectorKey<D>): void {
    const { events } = key;
    this.#set.set(
      key.fd,
      ((events & EVENT_READ) === 0 ? 0 : POLLIN) | ((events & EVENT_WRITE) === 0 ? 0 : POLLOUT),
    );
  }

  /** @internal */
  override _rewatch(key: SelectorKey<D>): void {
    this._watch(key);
  }

  /** @internal */
  override _unwatch(key: SelectorKey<D>): void {
    this.#set.delete(key.fd);
  }

  /** @internal */
  override _selectInto(timeout: number | null): number {
    return this.#set.wait(waitOf(timeout), 'poll');
  }

  /** @internal */
  override _readyFd(i: number): number {
    return this.#set.readyFd(i);
  }

  /** A hang-up or an error is both: whoever waits must get to see it. @internal */
  override _readyMask(i: number): number {
    const events = this.#set.readyEvents(i);
    return ((events & ~POLLIN) === 0 ? 0 : EVENT_WRITE) | ((events & ~POLLOUT) === 0 ? 0 : EVENT_READ);
  }

  /** Release what the system holds. Python: `close`. */
  override close(): void {
    for (const fd of this._fdToKey.keys()) this.#set.delete(fd);
    super.close();
  }
}
