import type { FileObject } from './fileobj.js';
import type { SelectorKey } from './key.js';

/** What a {@link SelectorMapping} shows. */
export interface Registered<D> {
  /** @internal */
  readonly _fdToKey: ReadonlyMap<number, SelectorKey<D>>;
  /** @internal */
  _fileobjLookup(fileobj: FileObject): number;
}

/**
 * The file objects of a selector and their keys, as they are at any moment: a read-only Map, from the file object or
 * its descriptor to the key. Iterating gives descriptors with keys.
 *
 * Python: what `BaseSelector.get_map` returns.
 *
 * @example
 * ```ts
 * import { DefaultSelector, EVENT_READ } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * using selector = new DefaultSelector<string>();
 * const [a, b] = socketpair();
 * const registered = selector.getMap()!;
 * selector.register(a, EVENT_READ, 'a');
 * console.log(registered.size, registered.get(a)?.data, registered.has(b));
 * for (const [fd, key] of registered) console.log(fd === a.fileno(), key.data);
 * a.close();
 * b.close();
 * // 1 a false
 * // true a
 * ```
 */
export class SelectorMapping<D = unknown> implements ReadonlyMap<FileObject, SelectorKey<D>> {
  readonly #registered: Registered<D>;

  /** @internal */
  constructor(registered: Registered<D>) {
    this.#registered = registered;
  }

  /** How many are registered. */
  get size(): number {
    return this.#registered._fdToKey.size;
  }

  /**
   * The key of a file object; `undefined` when it is not registered.
   *
   * @throws ValueError for what is no file object.
   */
  get(fileobj: FileObject): SelectorKey<D> | undefined {
    return this.#registered._fdToKey.get(this.#registered._fileobjLookup(fileobj));
  }

  /**
   * Whether a file object is registered.
   *
   * @throws ValueError for what is no file object.
   */
  has(fileobj: FileObject): boolean {
    return this.get(fileobj) !== undefined;
  }

  /** The descriptors. */
  keys(): MapIterator<number> {
    return this.#registered._fdToKey.keys();
  }

  /** The keys. */
  values(): MapIterator<SelectorKey<D>> {
    return this.#registered._fdToKey.values();
  }

  /** Descriptors with keys. */
  entries(): MapIterator<[number, SelectorKey<D>]> {
    return this.#registered._fdToKey.entries();
  }

  /** Calls `callback` with each key and its descriptor. */
  forEach(
    callback: (key: SelectorKey<D>, fd: FileObject, map: ReadonlyMap<FileObject, SelectorKey<D>>) => void,
  ): void {
    for (const [fd, key] of this.entries()) callback(key, fd, this);
  }

  /** Descriptors with keys. */
  [Symbol.iterator](): MapIterator<[number, SelectorKey<D>]> {
    return this.entries();
  }
}
