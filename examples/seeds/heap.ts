/*
 * A binary heap for timers: Python has `heapq` for it. The smallest key is on top; equal keys come out in the order in
 * which they went in, so that two sleepers of the same length wake in the order in which they went to sleep.
 */

interface Entry<T> {
  readonly key: number;
  readonly order: number;
  readonly value: T;
}

function before(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}

/** Values by a number, the smallest first. */
export class Heap<T> {
  private readonly _entries: Entry<T>[] = [];
  private _pushed = 0;

  get size(): number {
    return this._entries.length;
  }

  /** The smallest key; `undefined` if there is none. */
  get first(): number | undefined {
    return this._entries[0]?.key;
  }

  /** The value that has it. */
  get top(): T | undefined {
    return this._entries[0]?.value;
  }

  push(key: number, value: T): void {
    const entries = this._entries;
    const entry: Entry<T> = { key, order: this._pushed++, value };
    let at = entries.push(entry) - 1;
    // Up, past every parent that is larger.
    for (let parent = (at - 1) >> 1; at > 0 && before(entry, entries[parent]!); parent = (at - 1) >> 1) {
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  /** Take the value with the smallest key. */
  pop(): T | undefined {
    const entries = this._entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return top?.value;
    // The last one takes the top's place, and goes down, past the smaller child each time.
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      if (child >= entries.length || !before(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
    return top?.value;
  }

  /** Take, smallest first, all whose key is at most `limit`. */
  *popUpTo(limit: number): Generator<T, void, void> {
    while (this.first !== undefined && this.first <= limit) yield this.pop() as T;
  }
}
