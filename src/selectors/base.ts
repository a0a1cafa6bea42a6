/*
 * What all selectors share. BaseSelector is the interface, for users to implement as well; SelectorImpl has the map from
 * descriptors to keys.
 *
 * Beside the public `select`, which makes a list, there is the loop's way, which makes nothing:
 *
 *     const count = selector._selectInto(timeout);
 *     for (let i = 0; i < count; i++) use(selector._readyKey(i), selector._readyMask(i));
 *
 * What these say holds until the next `_selectInto`.
 */

import { KeyError, RuntimeError, ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { type FileObject, fileobjToFd } from './fileobj.js';
import { EVENT_READ, EVENT_WRITE, SelectorKey } from './key.js';
import { SelectorMapping } from './mapping.js';

/**
 * How long {@link BaseSelector.select} waits: seconds, fractions too; 0 or less only looks; `null` or nothing waits as long as it takes.
 * Either by itself, or by name, as in `select({ timeout: 1 })`.
 */
export type SelectTimeout = number | null | undefined | { timeout?: number | null | undefined };

function timeoutOf(timeout: SelectTimeout): number | null {
  const seconds = typeof timeout === 'object' && timeout !== null ? timeout.timeout : timeout;
  if (seconds === null || seconds === undefined) return null;
  if (typeof seconds !== 'number') {
    throw new TypeError(`select(): timeout must be a number of seconds or null, got ${reprValue(seconds)}`);
  }
  if (Number.isNaN(seconds)) throw new ValueError('Invalid value NaN (not a number)');
  return seconds;
}

/** The timeout as the addon takes it: negative for no end. */
export function waitOf(timeout: number | null): number {
  if (timeout === null) return -1;
  return timeout > 0 ? timeout : 0;
}

/**
 * Waits for file objects to become readable or writable. This is the interface; {@link DefaultSelector} is the one
 * to use. A class of one's own has `register`, `unregister`, `select` and `getMap`; `new EventLoop(selector)` takes one.
 *
 * `D` is the type of the data that is registered with file objects.
 *
 * Python: `selectors.BaseSelector`.
 *
 * @example
 * ```ts
 * import { type BaseSelector, EVENT_READ, PollSelector, SelectSelector } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * // What can be read now, by whatever selector.
 * function readable(selector: BaseSelector<string>): (string | null)[] {
 *   return selector.select(0).map(([key]) => key.data);
 * }
 *
 * const [a, b] = socketpair();
 * a.send('!');
 * for (const selector of [new PollSelector<string>(), new SelectSelector<string>()]) {
 *   selector.register(a, EVENT_READ, 'a');
 *   selector.register(b, EVENT_READ, 'b');
 *   console.log(readable(selector));
 *   selector.close();
 * }
 * a.close();
 * b.close();
 * // [ 'b' ]
 * // [ 'b' ]
 * ```
 */
export abstract class BaseSelector<D = unknown> {
  /** Only for selectors that have nothing better than `select`. */
  #ready: [SelectorKey<D>, number][] = [];

  /**
   * Wait for `events` on a file object from now on.
   *
   * Python: `selectors.BaseSelector.register`.
   *
   * @param fileobj - a descriptor, or an object with `fileno()`.
   * @param events - EVENT_READ and EVENT_WRITE, or-ed.
   * @param data - anything; it comes back in the key.
   * @throws ValueError for other events and for what is no file object; KeyError when it is registered already; OSError
   * when the system does not take it (a selector may also notice that later).
   */
  abstract register(fileobj: FileObject, events: number, data?: D | null): SelectorKey<D>;

  /**
   * Wait for it no longer. A file object that was closed meanwhile is no error.
   *
   * Python: `selectors.BaseSelector.unregister`.
   *
   * @throws KeyError when it is not registered.
   */
  abstract unregister(fileobj: FileObject): SelectorKey<D>;

  /**
   * Change the events and the data of a registered file object; data that is left out becomes `null`.
   *
   * Python: `selectors.BaseSelector.modify`.
   *
   * @throws what `unregister` and `register` throw.
   */
  modify(fileobj: FileObject, events: number, data: D | null = null): SelectorKey<D> {
    this.unregister(fileobj);
    return this.register(fileobj, events, data);
  }

  /**
   * Wait until something is ready. It blocks: no timer, promise or I/O of Node's goes on meanwhile.
   *
   * Python: `selectors.BaseSelector.select`.
   *
   * @param timeout - how long at most, in seconds. 0 or less: only look. `null` or nothing: as long as it takes.
   * @returns pairs of a key and the events that are ready, of those registered; none when the time was over.
   */
  abstract select(timeout?: SelectTimeout): [SelectorKey<D>, number][];

  /** All that are registered; `null` once closed. Python: `selectors.BaseSelector.get_map`. */
  abstract getMap(): SelectorMapping<D> | null;

  /** Release what the system holds. The selector is of no use afterwards. Python: `selectors.BaseSelector.close`. */
  close(): void {
    // Nothing is held here.
  }

  /**
   * The key of a registered file object.
   *
   * Python: `selectors.BaseSelector.get_key`.
   *
   * @throws KeyError when it is not registered; RuntimeError when the selector is closed.
   */
  getKey(fileobj: FileObject): SelectorKey<D> {
    const map = this.getMap();
    if (map === null) throw new RuntimeError('Selector is closed');
    const key = map.get(fileobj);
    if (key === undefined) throw notRegistered(fileobj);
    return key;
  }

  /** `using selector = ...` closes it at the end of the block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * `select` without a list: how many are ready.
   *
   * @param timeout - seconds; `null` waits as long as it takes.
   * @internal
   */
  _selectInto(timeout: number | null): number {
    this.#ready = this.select(timeout);
    return this.#ready.length;
  }

  /** The key of the i-th that is ready; `undefined` when it was unregistered meanwhile. @internal */
  _readyKey(i: number): SelectorKey<D> | undefined {
    return this.#ready[i]?.[0];
  }

  /** The descriptor of the i-th that is ready. @internal */
  _readyFd(i: number): number {
    return this.#ready[i]?.[0].fd ?? -1;
  }

  /** The events of the i-th that is ready, perhaps with more than the key asks for. @internal */
  _readyMask(i: number): number {
    return this.#ready[i]?.[1] ?? 0;
  }
}

/** The error for a file object that is not registered. */
function notRegistered(fileobj: FileObject): KeyError {
  return new KeyError(`${reprValue(fileobj)} is not registered`);
}

function checkEvents(events: number): void {
  // Every bit of `events` must be one of the two, and one at least must be set; 1.5 has bits that are neither.
  if (events === EVENT_READ || events === EVENT_WRITE || events === (EVENT_READ | EVENT_WRITE)) return;
  throw new ValueError(`Invalid events: ${reprValue(events)}`);
}

/** The part that epoll, poll and select have in common: who is registered. */
export abstract class SelectorImpl<D = unknown> extends BaseSelector<D> {
  /** @internal */
  readonly _fdToKey: Map<number, SelectorKey<D>> = new Map();
  /** @internal */
  _map: SelectorMapping<D> | null = new SelectorMapping<D>(this);

  /**
   * The descriptor of a file object. One that is closed has none any more, and is looked for among the registered: it
   * must be possible to unregister it.
   *
   * @internal
   */
  _fileobjLookup(fileobj: FileObject): number {
    if (typeof fileobj === 'number' && fileobj >= 0 && Number.isInteger(fileobj)) return fileobj;
    try {
      return fileobjToFd(fileobj);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      for (const key of this._fdToKey.values()) if (key.fileobj === fileobj) return key.fd;
      throw error;
    }
  }

  override register(fileobj: FileObject, events: number, data: D | null = null): SelectorKey<D> {
    checkEvents(events);
    const key = new SelectorKey<D>(fileobj, this._fileobjLookup(fileobj), events, data);
    if (this._fdToKey.has(key.fd)) {
      throw new KeyError(`${reprValue(fileobj)} (FD ${String(key.fd)}) is already registered`);
    }
    this._watch(key);
    this._fdToKey.set(key.fd, key);
    return key;
  }

  override unregister(fileobj: FileObject): SelectorKey<D> {
    const key = this.#keyOf(fileobj);
    this._fdToKey.delete(key.fd);
    this._unwatch(key);
    return key;
  }

  override modify(fileobj: FileObject, events: number, data: D | null = null): SelectorKey<D> {
    const key = this.#keyOf(fileobj);
    if (events === key.events && data === key.data) return key;
    const changed = new SelectorKey<D>(key.fileobj, key.fd, events, data);
    if (events !== key.events) this.#changeEvents(changed);
    this._fdToKey.set(key.fd, changed);
    return changed;
  }

  /** When the system does not take the change, the file object is registered no longer. */
  #changeEvents(changed: SelectorKey<D>): void {
    try {
      checkEvents(changed.events);
      this._rewatch(changed);
    } catch (error) {
      this._fdToKey.delete(changed.fd);
      this._unwatch(changed);
      throw error;
    }
  }

  #keyOf(fileobj: FileObject): SelectorKey<D> {
    const key = this._fdToKey.get(this._fileobjLookup(fileobj));
    if (key === undefined) throw notRegistered(fileobj);
    return key;
  }

  override select(timeout?: SelectTimeout): [SelectorKey<D>, number][] {
    const count = this._selectInto(timeoutOf(timeout));
    const ready: [SelectorKey<D>, number][] = [];
    for (let i = 0; i < count; i++) {
      const key = this._readyKey(i);
      if (key !== undefined) ready.push([key, this._readyMask(i) & key.events]);
    }
    return ready;
  }

  override getMap(): SelectorMapping<D> | null {
    return this._map;
  }

  override close(): void {
    this._fdToKey.clear();
    this._map = null;
  }

  /** Three calls that only an implementation can make; the first and the last may throw. @internal */
  abstract _watch(key: SelectorKey<D>): void;
  /** @internal */
  abstract _unwatch(key: SelectorKey<D>): void;
  /** @internal */
  abstract _rewatch(key: SelectorKey<D>): void;

  /** @internal */
  abstract override _selectInto(timeout: number | null): number;
  /** @internal */
  abstract override _readyFd(i: number): number;
  /** @internal */
  abstract override _readyMask(i: number): number;

  /** @internal */
  override _readyKey(i: number): SelectorKey<D> | undefined {
    return this._fdToKey.get(this._readyFd(i));
  }
}
