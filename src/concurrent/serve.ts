/*
 * Blocking: a thread that waits takes in what its worker threads send, and keeps the deadlines that nobody else can keep
 * meanwhile, as the host's timers stand still.
 */
import { hostTimer, type HostTimer, monotonic } from '../platform/host.js';
import { serveThreads as wait } from '../platform/workers/index.js';

/** Calls back once, at a time, even if the thread blocks then. */
export class Deadline {
  /** On the clock of the host, in seconds. */
  readonly when: number;
  private readonly _callback: () => void;
  private readonly _timer: HostTimer;

  constructor(seconds: number, callback: () => void) {
    this.when = monotonic() + seconds;
    this._callback = callback;
    this._timer = hostTimer(seconds, () => {
      this.expire();
    });
    deadlines.add(this);
  }

  /** Call back now. */
  expire(): void {
    this.cancel();
    this._callback();
  }

  /** Never call back. */
  cancel(): void {
    this._timer.cancel();
    deadlines.delete(this);
  }
}

const deadlines = new Set<Deadline>();

/** Block until a worker thread has sent something, or a deadline is over; at most for `timeout` seconds. */
export function serveThreads(timeout: number | null): void {
  wait(nearestDeadline(timeout));
  expireDeadlines();
}

/** `timeout`, in seconds, or the time to the next deadline if that is less. */
export function nearestDeadline(timeout: number | null): number | null {
  const now = monotonic();
  let until = timeout === null ? Infinity : now + timeout;
  for (const deadline of deadlines) until = Math.min(until, deadline.when);
  return until === Infinity ? null : Math.max(until - now, 0);
}

/** Call back for all deadlines that are over. */
export function expireDeadlines(): void {
  const now = monotonic();
  for (const deadline of [...deadlines]) if (deadline.when <= now) deadline.expire();
}
