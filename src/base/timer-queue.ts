/*
 * The timers of a loop, by the time they are due. Time is a number that is passed in: no clock may be read here.
 *
 * Timers for the same instant come out in the order in which they were set (a sequence number breaks the tie).
 *
 * A cancelled timer stays where it is, as taking it out of the middle of a heap would need its position. prune() drops
 * it once it has come to the front, or together with all others when they are too many: with a timeout around every
 * request, nearly all timers are cancelled long before they are due.
 *
 * Invariant: entry._scheduled is true exactly while the entry is in the queue; _cancelledCount is the number of
 * entries in it that are cancelled, provided that whoever cancels a scheduled one calls noteCancelled().
 */

import { MIN_CANCELLED_TIMER_HANDLES_FRACTION, MIN_SCHEDULED_TIMER_HANDLES } from './constants.js';
import { TimerHeap } from './timer-heap.js';

/** What the queue has to know of a timer. */
export interface TimerEntry {
  /** When it is due, in seconds on the loop's clock. Not NaN. @internal */
  readonly _when: number;
  /** Set by the queue: breaks ties. @internal */
  _sequence: number;
  /** Whether it was cancelled. @internal */
  readonly _cancelled: boolean;
  /** Set by the queue: whether it is in there. @internal */
  _scheduled: boolean;
}

/** The timers of a loop. */
export class TimerQueue<T extends TimerEntry> {
  private readonly _heap: TimerHeap<T> = new TimerHeap<T>();
  private _nextSequence = 0;
  private _cancelledCount = 0;

  /** The number of timers, cancelled ones that were not dropped yet included. */
  get length(): number {
    return this._heap.length;
  }

  /** How many of them are cancelled. Python: `BaseEventLoop._timer_cancelled_count`. */
  get cancelledCount(): number {
    return this._cancelledCount;
  }

  /** The timer that is due first, cancelled or not; `undefined` if there is none. */
  peek(): T | undefined {
    return this._heap.peek();
  }

  /** Put a timer in. It must not be in already. */
  push(entry: T): void {
    entry._sequence = this._nextSequence++;
    entry._scheduled = true;
    this._heap.push(entry);
  }

  /** Take out the first timer if it is due before `endTime` (seconds); `undefined` if it is not, or if there is none. */
  popDue(endTime: number): T | undefined {
    const first = this._heap.peek();
    return first !== undefined && first._when < endTime ? this._pop() : undefined;
  }

  /**
   * Call this when a timer that is in the queue was cancelled, once each.
   *
   * Python: `BaseEventLoop._timer_handle_cancelled`.
   */
  noteCancelled(): void {
    this._cancelledCount++;
  }

  /**
   * Drop cancelled timers: all, if there are many timers and most are cancelled; else those at the front, so that
   * {@link TimerQueue.peek} is a timer that will run.
   */
  prune(): void {
    const length = this._heap.length;
    if (
      length > MIN_SCHEDULED_TIMER_HANDLES &&
      this._cancelledCount / length > MIN_CANCELLED_TIMER_HANDLES_FRACTION
    ) {
      this._heap.retain(keepUnlessCancelled);
      this._cancelledCount = 0;
    } else {
      while (this._heap.peek()?._cancelled === true) this._pop();
    }
  }

  /** Drop all timers. */
  clear(): void {
    for (const entry of this._heap.toArray()) entry._scheduled = false;
    this._heap.clear();
    this._cancelledCount = 0;
  }

  /** The timers in no particular order, cancelled ones included. */
  toArray(): T[] {
    return this._heap.toArray();
  }

  private _pop(): T {
    const entry = this._heap.pop() as T;
    entry._scheduled = false;
    if (entry._cancelled) this._cancelledCount--;
    return entry;
  }
}

function keepUnlessCancelled(entry: TimerEntry): boolean {
  if (entry._cancelled) entry._scheduled = false;
  return !entry._cancelled;
}
