/*
 * When a burst of a hosted loop is over.
 *
 * The clock is looked at after so many callbacks, a portion. Where these are short, a look costs as much as one of them, and the
 * portion is long; where they are long, the portion shrinks until each takes no more than a part of the burst. So the host
 * waits for the time of a burst, or for the longest callback, and not for the length of a round.
 */
import { HOSTED_BURST, HOSTED_BURST_CHECK } from '../base/constants.js';
import { monotonic } from '../platform/host.js';

/** How long a portion may take before it is made smaller, in seconds. */
const LONG_PORTION = HOSTED_BURST / 4;

/** Tells the loop when the host is to have its turn. */
export class Pacer {
  /** How many callbacks may be run before the next look at the clock; at least 1 while the burst is not over. */
  credit: number = HOSTED_BURST_CHECK;
  private _portion: number = HOSTED_BURST_CHECK;
  private _looked: number = 0;
  private _ends: number = 0;
  private _over: boolean = false;

  /** A burst begins at `now`, in a turn that the host gave at `turnStarted`. */
  begin(turnStarted: number, now: number): void {
    this._ends = turnStarted + HOSTED_BURST;
    this._looked = now;
    this._over = false;
    this.credit = this._portion;
  }

  /** So many callbacks were run. Returns whether the burst is over. */
  spend(count: number): boolean {
    this.credit -= count;
    return this.credit <= 0 && this._look();
  }

  private _look(): boolean {
    if (this._over) return true;
    const now = monotonic();
    const took = now - this._looked;
    this._looked = now;
    if (took > LONG_PORTION) this._portion = Math.max(1, Math.floor((this._portion * LONG_PORTION) / took));
    else if (took < LONG_PORTION / 2) this._portion = Math.min(2 * this._portion, HOSTED_BURST_CHECK);
    this._over = now >= this._ends;
    this.credit = this._over ? 0 : this._portion;
    return this._over;
  }
}
