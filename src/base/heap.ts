/*
 * A binary heap: the smallest item first.
 *
 * Invariant: no item precedes its parent; the parent of items[i] is items[(i - 1) >> 1].
 *
 * Sifting moves a hole instead of swapping pairs, which halves the writes. The comparison is given once, to the
 * constructor, so that no operation makes a closure. An order without ties (time, then sequence number) makes the order
 * of pops independent of how the heap came about; with ties, it is not.
 *
 * The array is shortened by pop() and `length =` only: engines then give back the memory of a burst.
 */

/** A priority queue over any order. */
export class Heap<T> {
  private readonly _precedes: (a: T, b: T) => boolean;
  private readonly _items: T[] = [];

  /** @param precedes - Whether `a` must come out before `b`; `false` for equal ones. It must not throw. */
  constructor(precedes: (a: T, b: T) => boolean) {
    this._precedes = precedes;
  }

  /** The number of items. */
  get length(): number {
    return this._items.length;
  }

  /** The first item, without taking it out; `undefined` if there is none. */
  peek(): T | undefined {
    return this._items[0];
  }

  /** Put `item` in. O(log n), and constant for one that is later than most. */
  push(item: T): void {
    this._items.push(item);
    this._siftUp(this._items.length - 1, item);
  }

  /** Take the first item out; `undefined` if there is none. O(log n). */
  pop(): T | undefined {
    const items = this._items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this._siftDown(0, last as T);
    return first;
  }

  /** Keep the items for which `keep` says so, and drop the others. O(n). */
  retain(keep: (item: T) => boolean): void {
    const items = this._items;
    let kept = 0;
    for (const item of items) {
      if (keep(item)) items[kept++] = item;
    }
    items.length = kept;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this._siftDown(i, items[i] as T);
  }

  /** Drop all items. */
  clear(): void {
    this._items.length = 0;
  }

  /** The items, in the order of the heap, which is not sorted. */
  toArray(): T[] {
    return this._items.slice();
  }

  private _siftUp(hole: number, item: T): void {
    const items = this._items;
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = items[parentAt] as T;
      if (!this._precedes(item, parent)) break;
      items[hole] = parent;
      hole = parentAt;
    }
    items[hole] = item;
  }

  private _siftDown(hole: number, item: T): void {
    const items = this._items;
    const firstLeaf = items.length >> 1;
    while (hole < firstLeaf) {
      let childAt = 2 * hole + 1;
      let child = items[childAt] as T;
      if (childAt + 1 < items.length && this._precedes(items[childAt + 1] as T, child)) {
        child = items[++childAt] as T;
      }
      if (!this._precedes(child, item)) break;
      items[hole] = child;
      hole = childAt;
    }
    items[hole] = item;
  }
}
