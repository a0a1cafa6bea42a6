/*
 * A heap of timers: the one that is due first comes first, and of those for the same instant the one with the lowest
 * sequence number. No two are alike in both, so the order of pops does not depend on how the heap came about.
 *
 *                      0                         Every node has four children: half as many levels as with two,
 *            /      /     \      \               and children are side by side in memory.
 *           1      2       3      4
 *        / / \ \                                 parent of i:    (i - 1) >> 2
 *       5  6  7  8  ...                          children of i:  4i + 1 ... 4i + 4
 *
 * Invariants: no timer is due before its parent; _times[i] is _timers[i]._when. The times are kept a second time as
 * numbers in an array of their own, as a look at a timer is a miss in the processor's cache when there are many: with
 * a million timers this makes push and pop three times as fast.
 *
 * Sifting moves a hole instead of swapping pairs. The arrays are shortened by pop() and `length =`: engines then give
 * the memory of a burst back.
 */

/** What the heap has to know of a timer: neither may change while it is in. */
export interface HeapEntry {
  /** When it is due, in seconds. Not NaN. */
  readonly _when: number;
  /** What decides among timers for the same instant. */
  readonly _sequence: number;
}

/** A priority queue of timers. */
export class TimerHeap<T extends HeapEntry> {
  private readonly _times: number[] = [];
  private readonly _timers: T[] = [];

  /** The number of timers. */
  get length(): number {
    return this._timers.length;
  }

  /** The first timer, without taking it out; `undefined` if there is none. */
  peek(): T | undefined {
    return this._timers[0];
  }

  /** Put `timer` in. Constant time for one that is due later than most, else O(log n). */
  push(timer: T): void {
    const times = this._times;
    const timers = this._timers;
    const when = timer._when;
    let hole = timers.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentWhen = times[parent] as number;
      if (!precedes(when, timer, parentWhen, timers[parent] as T)) break;
      times[hole] = parentWhen;
      timers[hole] = timers[parent] as T;
      hole = parent;
    }
    times[hole] = when;
    timers[hole] = timer;
  }

  /** Take the first timer out; `undefined` if there is none. O(log n). */
  pop(): T | undefined {
    const first = this._timers[0];
    const when = this._times.pop();
    const last = this._timers.pop();
    if (this._timers.length > 0) this._siftDown(0, when as number, last as T);
    return first;
  }

  /** Keep the timers for which `keep` says so, and drop the others. O(n). */
  retain(keep: (timer: T) => boolean): void {
    const times = this._times;
    const timers = this._timers;
    let kept = 0;
    for (const timer of timers) {
      if (!keep(timer)) continue;
      times[kept] = timer._when;
      timers[kept++] = timer;
    }
    times.length = kept;
    timers.length = kept;
    for (let i = (kept - 2) >> 2; i >= 0; i--) this._siftDown(i, times[i] as number, timers[i] as T);
  }

  /** Drop all timers. */
  clear(): void {
    this._times.length = 0;
    this._timers.length = 0;
  }

  /** The timers in the order of the heap, which is not sorted. */
  toArray(): T[] {
    return this._timers.slice();
  }

  /** Fill the hole with `timer`, after moving up all that must come before it. */
  private _siftDown(hole: number, when: number, timer: T): void {
    const times = this._times;
    const timers = this._timers;
    for (;;) {
      const child = this._firstChild(hole);
      if (child < 0) break;
      const childWhen = times[child] as number;
      if (!precedes(childWhen, timers[child] as T, when, timer)) break;
      times[hole] = childWhen;
      timers[hole] = timers[child] as T;
      hole = child;
    }
    times[hole] = when;
    timers[hole] = timer;
  }

  /** Which of the children of `i` is due first; -1 if it has none. */
  private _firstChild(i: number): number {
    const times = this._times;
    const timers = this._timers;
    const start = 4 * i + 1;
    const end = Math.min(start + 4, timers.length);
    if (start >= end) return -1;
    let first = start;
    let when = times[first] as number;
    for (let j = start + 1; j < end; j++) {
      const other = times[j] as number;
      if (precedes(other, timers[j] as T, when, timers[first] as T)) {
        first = j;
        when = other;
      }
    }
    return first;
  }
}

/** The times are passed in, and the timers looked at only if these are equal. */
function precedes(whenA: number, a: HeapEntry, whenB: number, b: HeapEntry): boolean {
  return whenA < whenB || (whenA === whenB && a._sequence < b._sequence);
}
