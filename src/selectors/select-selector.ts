import { errnoOf } from '../base/errno.js';
import { osError } from '../base/oserror.js';
import { SelectorImpl, waitOf } from './base.js';
import { EVENT_READ, EVENT_WRITE, type SelectorKey } from './key.js';
import { POLLNVAL, PollSet } from './poll-set.js';
import { READABLE, WRITABLE, interestOf } from './select-events.js';

/**
 * Waits as select(2) does: a hang-up makes readable and not writable, and a closed descriptor is an OSError of the wait.
 * It is made of poll(2), so descriptors above 1023 are no problem.
 *
 * Python: `selectors.SelectSelector`.
 *
 * @throws OSError from the constructor without the addon.
 *
 * @example
 * ```ts
 * import { error, socketpair } from 'tsyncio/socket';
 * import { EVENT_READ, SelectSelector } from 'tsyncio/selectors';
 *
 * using selector = new SelectSelector();
 * const [a, b] = socketpair();
 * selector.register(a, EVENT_READ);
 * a.close(); // and not unregistered
 * try {
 *   selector.select(0);
 * } catch (closed) {
 *   if (!(closed instanceof error)) throw closed;
 *   console.log(closed.code);
 * }
 * b.close();
 * // EBADF
 * ```
 */
export class SelectSelector<D = unknown> extends SelectorImpl<D> {
  readonly #set: PollSet = new PollSet();

  /** @internal */
  override _watch(key: SelectorKey<D>): void {
    this.#set.set(
      key.fd,
      interestOf((key.events & EVENT_READ) !== 0, (key.events & EVENT_WRITE) !== 0, false),
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
    const count = this.#set.wait(waitOf(timeout), 'select');
    for (let i = 0; i < count; i++) {
      if ((this.#set.readyEvents(i) & POLLNVAL) !== 0) {
        throw osError({ errno: errnoOf('EBADF'), syscall: 'select' });
      }
    }
    return count;
  }

  /** @internal */
  override _readyFd(i: number): number {
    return this.#set.readyFd(i);
  }

  /** @internal */
  override _readyMask(i: number): number {
    const events = this.#set.readyEvents(i);
    return ((events & READABLE) === 0 ? 0 : EVENT_READ) | ((events & WRITABLE) === 0 ? 0 : EVENT_WRITE);
  }

  /** Release what the system holds. Python: `close`. */
  override close(): void {
    for (const fd of this._fdToKey.keys()) this.#set.delete(fd);
    super.close();
  }
}
