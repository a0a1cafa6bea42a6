import { TimeoutError } from '../base/errors.js';
import { RingBuffer } from '../base/ring-buffer.js';
import type { Future } from './future.js';
import { Results } from './results.js';

/** How {@link MapResults} works. */
export interface MapPlan<T> {
  /** Begin a group of calls. */
  readonly submit: (calls: unknown[][]) => Future<T[]>;
  readonly timeout: number | null;
  /** So many groups may be under way, or done and not taken. */
  readonly buffersize: number;
}

/** The results of `Executor.map`, in the order of the calls. */
export class MapResults<T> extends Results<T> {
  private readonly _groups: Iterator<unknown[][]>;
  private readonly _plan: MapPlan<T>;
  private readonly _futures: RingBuffer<Future<T[]>> = new RingBuffer<Future<T[]>>();
  private _current: T[] = [];
  private _taken: number = 0;

  constructor(groups: Iterator<unknown[][]>, plan: MapPlan<T>) {
    super(plan.timeout);
    this._groups = groups;
    this._plan = plan;
    this._fill();
  }

  private _fill(): void {
    while (this._futures.length < this._plan.buffersize) {
      const next = this._groups.next();
      if (next.done === true) return;
      this._futures.push(this._plan.submit(next.value));
    }
  }

  protected override _step(): { value: T } | Future | null {
    if (this._taken < this._current.length) return { value: this._current[this._taken++]! };
    const future = this._futures.peek();
    if (future === undefined) return null;
    if (!future.done()) return future;
    this._futures.shift();
    this._fill();
    this._current = future.result();
    this._taken = 0;
    return this._step();
  }

  protected override _timeoutError(): Error {
    return new TimeoutError();
  }

  protected override _abandon(): void {
    for (let future = this._futures.shift(); future !== undefined; future = this._futures.shift())
      future.cancel();
  }
}
