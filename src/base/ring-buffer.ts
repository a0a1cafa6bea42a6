/*
 * The loop's ready queue: first in, first out, in a circle of slots. Both ends move in constant time, where
 * Array.shift() moves all that is behind the first item.
 *
 *      head                     head + length
 *       |                        |
 *   +---v---+-------+-------+----v--+-------+-------+-------+-------+
 *   |   a   |   b   |   c   |       |       |       |       |       |    capacity 8, length 3
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *
 *                            head + length - capacity        head
 *                                |                            |
 *   +-------+-------+-------+----v--+-------+-------+-------+--v----+
 *   |   i   |   j   |   k   |       |       |       |       |   h   |    length 4, wrapped around
 *   +-------+-------+-------+-------+-------+-------+-------+-------+
 *
 * Invariants: the capacity is a power of two, so that an index wraps by one AND; slots outside of [head, head + length)
 * hold nothing, so that what was shifted can be collected, and are never read.
 *
 * Capacity doubles when all slots are taken, and halves when no more than an eighth of them is: after either, at least
 * a quarter of the slots must change before the next, so an item is copied about once in its life, whatever the load.
 */

import { RING_BUFFER_MIN_CAPACITY, RING_BUFFER_RETAINED_CAPACITY } from './constants.js';

/** A queue: {@link RingBuffer.push} puts in at the end, {@link RingBuffer.shift} takes out at the front. */
export class RingBuffer<T> {
  private _slots: (T | undefined)[] = emptySlots(RING_BUFFER_MIN_CAPACITY);
  private _mask = RING_BUFFER_MIN_CAPACITY - 1;
  private _head = 0;
  private _length = 0;
  /** Down to this length the capacity is halved; -1 while it is too small for that. */
  private _shrinkAt = -1;

  /** The number of items. */
  get length(): number {
    return this._length;
  }

  /** The number of slots, taken and free. */
  get capacity(): number {
    return this._mask + 1;
  }

  /** Put `item` in at the end. */
  push(item: T): void {
    if (this._length > this._mask) this._resize((this._mask + 1) * 2);
    this._slots[(this._head + this._length) & this._mask] = item;
    this._length++;
  }

  /** The item that {@link RingBuffer.shift} would give; undefined for none. */
  peek(): T | undefined {
    return this._length === 0 ? undefined : this._slots[this._head];
  }

  /** Take the first item out; `undefined` if there is none. */
  shift(): T | undefined {
    if (this._length === 0) return undefined;
    const head = this._head;
    const item = this._slots[head];
    this._slots[head] = undefined;
    this._head = (head + 1) & this._mask;
    if (--this._length === this._shrinkAt) this._resize((this._mask + 1) / 2);
    return item;
  }

  /** Take everything out, and give the memory back. */
  clear(): void {
    this._head = 0;
    this._length = 0;
    this._install(emptySlots(RING_BUFFER_MIN_CAPACITY));
  }

  /** The items from first to last, without taking them out. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this._length; i++) yield this._slots[(this._head + i) & this._mask] as T;
  }

  private _resize(capacity: number): void {
    // slice() and concat() copy whole blocks of memory, several times as fast as a loop does.
    const end = this._head + this._length;
    let slots = this._slots.slice(this._head, end);
    if (end > this._slots.length) slots = slots.concat(this._slots.slice(0, end & this._mask));
    slots.length = capacity;
    this._head = 0;
    this._install(slots);
  }

  private _install(slots: (T | undefined)[]): void {
    this._slots = slots;
    this._mask = slots.length - 1;
    this._shrinkAt = slots.length > RING_BUFFER_RETAINED_CAPACITY ? slots.length / 8 : -1;
  }
}

function emptySlots<T>(capacity: number): (T | undefined)[] {
  return new Array<T | undefined>(capacity);
}
