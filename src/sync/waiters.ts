/*
 * Who waits for a primitive, in the order in which they came: a doubly linked list whose links lie in the waiters, so
 * that one that is cancelled leaves in O(1) from wherever it stands.
 *
 *      _head                 _live                 _tail
 *        |                     |                     |
 *     cancelled <-> cancelled <-> pending <-> woken <-> pending
 *
 * Invariant: every waiter before `_live` is cancelled; `_live` is null when all are. A future that was cancelled stays
 * so, hence the mark only moves on, and asking for a live waiter costs O(1) over time, whatever the order of cancels.
 */
import type { FutureLike } from '../base/loop.js';

/** One coroutine that waits: its future, and its place in a {@link WaiterList}. */
export class Waiter {
  /** Done when it is woken or cancelled. */
  readonly future: FutureLike<void>;
  _previous: Waiter | null = null;
  _next: Waiter | null = null;
  _linked = false;

  constructor(future: FutureLike<void>) {
    this.future = future;
  }

  /** Whether it was woken: completed, and not cancelled. */
  get woken(): boolean {
    return this.future.done() && !this.future.cancelled();
  }
}

/** Waiters in the order in which they came. */
export class WaiterList {
  /** How many are in the list, cancelled and woken ones that have not left yet included. */
  length = 0;
  private _head: Waiter | null = null;
  private _tail: Waiter | null = null;
  private _live: Waiter | null = null;

  /** Queue up at the end. */
  push(future: FutureLike<void>): Waiter {
    const waiter = new Waiter(future);
    waiter._linked = true;
    const tail = this._tail;
    if (tail === null) {
      this._head = waiter;
    } else {
      tail._next = waiter;
      waiter._previous = tail;
    }
    this._tail = waiter;
    this._live ??= waiter;
    this.length++;
    return waiter;
  }

  /** Take `waiter` out, wherever it stands; nothing happens if it is out already. */
  remove(waiter: Waiter): void {
    if (!waiter._linked) return;
    const { _previous: previous, _next: next } = waiter;
    if (previous === null) this._head = next;
    else previous._next = next;
    if (next === null) this._tail = previous;
    else next._previous = previous;
    if (this._live === waiter) this._live = next;
    waiter._linked = false;
    waiter._previous = null;
    waiter._next = null;
    this.length--;
  }

  /** Whether anybody waits who is not cancelled; one who was woken and has not run yet counts. */
  get anyLive(): boolean {
    let waiter = this._live;
    while (waiter?.future.cancelled()) waiter = waiter._next;
    this._live = waiter;
    return waiter !== null;
  }

  /** Wake the first in the list, unless it is woken or cancelled already: then its own turn will see to the next. */
  wakeFirst(): void {
    const first = this._head;
    if (first !== null && !first.future.done()) first.future.setResult();
  }

  /** Take out the first that still waits, and those before it, and wake it. Gives false if there is none. */
  wakeNext(): boolean {
    for (let first = this._head; first !== null; first = this._head) {
      this.remove(first);
      if (!first.future.done()) {
        first.future.setResult();
        return true;
      }
    }
    return false;
  }
}
