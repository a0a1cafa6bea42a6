/*
 * Time as an argument. A loop that is given its clock can be told a false one: then a program that sleeps for an hour is
 * over at once, and its output depends on no machine. The programs here run on both.
 */

/** What a loop has to know of time, in seconds. */
export interface Clock {
  now(): number;
  /** Let time pass. */
  sleep(seconds: number): void;
}

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));

/** The real one. `sleep` blocks the thread, as Python's `time.sleep` does. */
export const realClock: Clock = {
  now: () => performance.now() / 1000,
  sleep: (seconds) => void Atomics.wait(nobodyWakes, 0, 0, seconds * 1000),
};

/** A clock that stands still, and jumps as far as somebody would have slept. */
export class VirtualClock implements Clock {
  private _now = 0;

  now(): number {
    return this._now;
  }

  sleep(seconds: number): void {
    this._now += Math.max(seconds, 0);
  }
}
