/*
 * A binary heap of items, smallest first; of equal ones, the one that came first. The number that an item was given
 * when it came decides between equals, in an array beside the items.
 *
 * Comparing runs code of the user, which may throw. Hence the rule: first find the place with comparisons alone, then
 * move. A push or shift that throws leaves the heap as it was.
 */
import type { Compare } from './order.js';

/** Smallest first. */
export class PriorityHeap<T> implements Iterable<T> {
  private readonly _compare: Compare<T>;
  private readonly _items: T[] = [];
  private readonly _numbers: number[] = [];
  private _next = 0;

  constructor(compare: Compare<T>) {
    this._compare = compare;
  }

  /** How many items there are. */
  get length(): number {
    return this._items.length;
  }

  /** Add an item. */
  push(item: T): void {
    const items = this._items;
    const numbers = this._numbers;
    const end = items.length;
    let place = end;
    // It is the youngest, so among equals it stays behind.
    while (place > 0 && this._compare(item, items[(place - 1) >> 1]!) < 0) place = (place - 1) >> 1;

    for (let hole = end; hole > place;) {
      const parent = (hole - 1) >> 1;
      items[hole] = items[parent]!;
      numbers[hole] = numbers[parent]!;
      hole = parent;
    }
    items[place] = item;
    numbers[place] = this._next++;
  }

  /** Take out the smallest item. There must be one. */
  shift(): T {
    const items = this._items;
    const numbers = this._numbers;
    const end = items.length - 1;
    let place = end === 0 ? 0 : this._placeOfLast(end);

    // The last item goes to that place, and what is there, and above, moves up by one each: out falls the first.
    let item = items.pop()!;
    let number = numbers.pop()!;
    if (end === 0) return item;
    for (;;) {
      const upItem = items[place]!;
      const upNumber = numbers[place]!;
      items[place] = item;
      numbers[place] = number;
      item = upItem;
      number = upNumber;
      if (place === 0) return item;
      place = (place - 1) >> 1;
    }
  }

  /** Where the last item belongs once the first is gone: down the smaller children, as far as they are smaller. */
  private _placeOfLast(end: number): number {
    let place = 0;
    for (let child = 1; child < end; child = 2 * place + 1) {
      if (child + 1 < end && this._before(child + 1, child)) child++;
      if (!this._before(child, end)) break;
      place = child;
    }
    return place;
  }

  private _before(a: number, b: number): boolean {
    const order = this._compare(this._items[a]!, this._items[b]!);
    return order < 0 || (order === 0 && this._numbers[a]! < this._numbers[b]!);
  }

  /** The items in no order but that the smallest is the first. */
  [Symbol.iterator](): Iterator<T> {
    return this._items[Symbol.iterator]();
  }
}
