import { ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { type Addon, addon } from '../platform/addon.js';
import { SelectorImpl, waitOf } from './base.js';
import { EVENT_READ, EVENT_WRITE, type SelectorKey } from './key.js';

const EPOLLIN = 0x001;
const EPOLLOUT = 0x004;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;

/** Ints in the event array for each event, as the addon asks for. */
const INTS_PER_EVENT = 4;
const FIRST_CAPACITY = 64;

type EpollAddon = Addon & Required<Pick<Addon, 'epollCreate' | 'epollCtl' | 'epollWait'>>;

function epollAddon(): EpollAddon {
  const found = addon();
  if (found.epollCreate === undefined) throw osError({ errno: 38, syscall: 'epoll_create1' });
  return found as EpollAddon;
}

function epollEvents(events: number): number {
  return ((events & EVENT_READ) === 0 ? 0 : EPOLLIN) | ((events & EVENT_WRITE) === 0 ? 0 : EPOLLOUT);
}

/**
 * Waits by epoll(7): what a wait costs does not grow with the number of file objects. Linux only.
 *
 * Timeouts are exact to the microsecond where the kernel has epoll_pwait2 (5.11 and later), else rounded up to
 * milliseconds. A closed descriptor vanishes from the set by itself; unregister it first all the same.
 *
 * Python: `selectors.EpollSelector`.
 *
 * @throws OSError from the constructor without the addon, and where the system is out of descriptors.
 *
 * @example A set that is watched itself
 * ```ts
 * import { EpollSelector, EVENT_READ, PollSelector } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * using inner = new EpollSelector();
 * using outer = new PollSelector<string>();
 * const [a, b] = socketpair();
 * inner.register(b, EVENT_READ);
 * outer.register(inner, EVENT_READ, 'something in the set is ready');
 * a.send('!');
 * for (const [key] of outer.select(1)) console.log(key.data);
 * a.close();
 * b.close();
 * // something in the set is ready
 * ```
 */
export class EpollSelector<D = unknown> extends SelectorImpl<D> {
  readonly #addon: EpollAddon;
  #epfd: number;
  #events: Int32Array = new Int32Array(FIRST_CAPACITY * INTS_PER_EVENT);

  constructor() {
    super();
    this.#addon = epollAddon();
    this.#epfd = this.#addon.epollCreate();
    if (this.#epfd < 0) throw osError({ errno: this.#epfd, syscall: 'epoll_create1' });
  }

  /**
   * The descriptor of the epoll set: readable while something in the set is ready, so that it can be watched itself.
   *
   * Python: `selectors.EpollSelector.fileno`.
   *
   * @throws ValueError once closed.
   */
  fileno(): number {
    this.#checkOpen();
    return this.#epfd;
  }

  #checkOpen(): void {
    if (this.#epfd < 0) throw new ValueError('I/O operation on closed epoll object');
  }

  #control(op: number, fd: number, events: number): void {
    this.#checkOpen();
    const result = this.#addon.epollCtl(this.#epfd, op, fd, events);
    if (result < 0) throw osError({ errno: result, syscall: 'epoll_ctl' });
  }

  /** @internal */
  override _watch(key: SelectorKey<D>): void {
    this.#control(EPOLL_CTL_ADD, key.fd, epollEvents(key.events));
  }

  /** @internal */
  override _rewatch(key: SelectorKey<D>): void {
    this.#control(EPOLL_CTL_MOD, key.fd, epollEvents(key.events));
  }

  /** A descriptor that was closed is gone from the set: what the system says of that is no error. @internal */
  override _unwatch(key: SelectorKey<D>): void {
    if (this.#epfd >= 0) this.#addon.epollCtl(this.#epfd, EPOLL_CTL_DEL, key.fd, 0);
  }

  /** @internal */
  override _selectInto(timeout: number | null): number {
    if (this._fdToKey.size * INTS_PER_EVENT > this.#events.length) this.#grow();
    const result = this.#addon.epollWait(this.#epfd, this.#events, waitOf(timeout));
    if (result < 0) this.#failed(result);
    return result;
  }

  #failed(result: number): never {
    this.#checkOpen();
    throw osError({ errno: result, syscall: 'epoll_wait' });
  }

  #grow(): void {
    this.#events = new Int32Array(this._fdToKey.size * 2 * INTS_PER_EVENT);
  }

  /** @internal */
  override _readyFd(i: number): number {
    return this.#events[2 * i] ?? -1;
  }

  /** A hang-up or an error is both: whoever waits must get to see it. @internal */
  override _readyMask(i: number): number {
    const events = this.#events[2 * i + 1] ?? 0;
    return ((events & ~EPOLLIN) === 0 ? 0 : EVENT_WRITE) | ((events & ~EPOLLOUT) === 0 ? 0 : EVENT_READ);
  }

  /** Release what the system holds. Python: `close`. */
  override close(): void {
    if (this.#epfd >= 0) this.#addon.close(this.#epfd);
    this.#epfd = -1;
    super.close();
  }
}
