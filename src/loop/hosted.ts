/*
 * The hosted driver: the loop as a guest of Node's.
 *
 *   phase     means                                     left by
 *   QUEUED    a burst is on its way, by a microtask     the burst begins
 *             or by a turn of the host
 *   BURST     rounds run, one after the other           nothing is ready: PARKED; time is up: QUEUED; stop: ENDED
 *   PARKED    nothing to run: a host timer is set for   something is queued, or a timer set: QUEUED; a descriptor
 *             the first timer, epoll's descriptor is    is ready, or the host timer fires: BURST
 *             watched
 *   ENDED     the promise is settled, nothing is left with the host
 *
 * A burst may take HOSTED_BURST from the moment when the host gave us a turn, whether it is one piece or goes on in
 * microtasks, as with a task that awaits one resolved promise after another. Within that time a wake-up comes by a
 * microtask, which costs next to nothing; after that by a turn of the host, which lets its timers and I/O in. A burst may end
 * in the middle of a round; the round goes on in the next, with all that it had to run and nothing else.
 */
import { HOSTED_BURST, MAXIMUM_SELECT_TIMEOUT } from '../base/constants.js';
import type { Loop, Runnable } from '../base/loop.js';
import type { AsyncScope } from '../base/observer.js';
import type { RingBuffer } from '../base/ring-buffer.js';
import { enterHosted, leaveHosted, runningLoop, setRunningLoop } from '../base/running.js';
import type { TimerQueue } from '../base/timer-queue.js';
import { exitAsShellsExpect } from '../platform/exit.js';
import {
  afterHostJob,
  afterHostTurn,
  hostTimer,
  type HostTimer,
  monotonic,
  onHostIdle,
} from '../platform/host.js';
import { deadlock } from './deadlock.js';
import { endsLoop } from './exceptions.js';
import type { TimerHandle } from './handles.js';
import { Pacer } from './pacer.js';

const QUEUED = 0;
const BURST = 1;
const PARKED = 2;
const ENDED = 3;

/** What the driver needs of a loop. */
export interface HostableLoop extends Loop {
  readonly _ready: RingBuffer<Runnable>;
  readonly _scheduled: TimerQueue<TimerHandle>;
  _stopping: boolean;
  _running: boolean;
  _parked: boolean;
  /** Interrupts a round whose time is over. */
  _pacer: Pacer | null;
  /** How much of an interrupted round is still to be run. */
  _left: number;
  _driver: HostedDriver | null;
  _runOnce(): void;
  readonly _watched: number;
  readonly _handledSignals: number;
  /** How many descriptors the last round found ready. */
  readonly _selected: number;
  /** Begin, or cease, to have the host call `onReady` when a watched descriptor is ready. */
  _hostWatch?(onReady: (() => void) | null): void;
  /** The clock runs only when told to: nothing is due until then. Moves to the first timer. */
  _advance?(): void;
}

/** Runs one loop, once, until it is stopped. */
export class HostedDriver {
  private readonly _loop: HostableLoop;
  private _phase: 0 | 1 | 2 | 3 = QUEUED;
  /** When the host last gave us a turn of its own. */
  private _turnStarted: number = 0;
  /** When the clock was last looked at. */
  private _now: number = 0;
  private readonly _pacer: Pacer = new Pacer();
  private _timer: HostTimer | null = null;
  private _timerDue: number = Infinity;
  private _watching: boolean = false;
  /** The rounds run in the host's async context of where the loop was run, and not in that of whatever wakes it. */
  private _asyncScope: AsyncScope | null = null;
  // These three are there once it runs.
  private _forgetIdle!: () => void;
  private _resolve!: () => void;
  private _reject!: (error: unknown) => void;
  private readonly _hostTurn = (): void => {
    if (this._phase !== QUEUED) return;
    this._turnBegins();
    this._burst();
  };
  private readonly _microtask = (): void => {
    if (this._phase === QUEUED) this._burst();
  };
  private readonly _readable = (): void => {
    this._wakeFromHost();
  };
  private readonly _timerFired = (): void => {
    this._timer = null;
    this._timerDue = Infinity;
    this._wakeFromHost();
  };

  constructor(loop: HostableLoop) {
    this._loop = loop;
  }

  /** Begin. The promise is settled when the loop has stopped. */
  run(): Promise<void> {
    const loop = this._loop;
    loop._running = true;
    loop._driver = this;
    loop._pacer = this._pacer;
    this._asyncScope = loop._asyncContexts?.base() ?? null;
    enterHosted(loop);
    this._forgetIdle = onHostIdle(() => {
      this._hostIdle();
    });
    this._turnBegins();
    afterHostJob(this._microtask);
    return new Promise((resolve, reject) => {
      this._resolve = resolve;
      this._reject = reject;
    });
  }

  private _turnBegins(): void {
    this._turnStarted = this._now = monotonic();
  }

  /** Something was queued while the loop was parked. */
  wake(): void {
    this._loop._parked = false;
    this._phase = QUEUED;
    this._now = monotonic();
    if (this._now - this._turnStarted < HOSTED_BURST) afterHostJob(this._microtask);
    else afterHostTurn(this._hostTurn);
  }

  /** A timer was set while the loop was parked. */
  timerAdded(when: number): void {
    if (when < this._timerDue) this.wake();
  }

  private _wakeFromHost(): void {
    if (this._phase !== PARKED && this._phase !== QUEUED) return;
    this._turnBegins();
    this._burst();
  }

  private _burst(): void {
    const loop = this._loop;
    // Inside of another loop's round (a blocking one, started from a callback of the host's): wait for its end.
    if (runningLoop() !== null) {
      this._phase = QUEUED;
      afterHostTurn(this._hostTurn);
      return;
    }
    this._phase = BURST;
    loop._parked = false;
    this._pacer.begin(this._turnStarted, this._now);
    setRunningLoop(loop);
    let error: unknown;
    let failed = false;
    try {
      if (this._asyncScope === null) this._rounds();
      else {
        this._asyncScope.runInAsyncScope(() => {
          this._rounds();
        }, undefined);
      }
    } catch (thrown) {
      failed = true;
      error = thrown;
    }
    setRunningLoop(null);
    if (failed || this._hasStopped()) this._end(failed, error);
    else if (loop._ready.length > 0) this._yieldToHost();
    else this._tryToPark();
  }

  private _tryToPark(): void {
    try {
      this._park();
    } catch (error) {
      // The host cannot watch for us: nobody would ever wake us.
      this._end(true, error);
    }
  }

  private _rounds(): void {
    const loop = this._loop;
    do {
      loop._runOnce();
      if (this._pacer.spend(1 + loop._selected)) return;
    } while ((loop._ready.length > 0 || loop._selected > 1) && !this._hasStopped());
  }

  /** stop() was called, and the round is over. */
  private _hasStopped(): boolean {
    return this._loop._stopping && this._loop._left === 0;
  }

  private _yieldToHost(): void {
    this._phase = QUEUED;
    afterHostTurn(this._hostTurn);
  }

  private _park(): void {
    const loop = this._loop;
    this._phase = PARKED;
    loop._parked = true;
    // A cancelled timer must not keep the host alive, nor hide a deadlock.
    loop._scheduled.prune();
    const first = loop._scheduled.peek();
    if (loop._advance !== undefined) {
      this._parkOnVirtualTime(first !== undefined);
      return;
    }
    // A signal may come at any time; its listener alone would not keep the host alive.
    const forGood = loop._handledSignals > 0 ? loop.time() + MAXIMUM_SELECT_TIMEOUT : Infinity;
    this._armTimer(first === undefined ? forGood : first._when);
    this._watch(loop._watched > 0);
  }

  /** The clock stands still until the host has had a turn, in which promises may be settled; then it jumps. */
  private _parkOnVirtualTime(timers: boolean): void {
    // While a worker works for the loop, the clock waits for it: what it sends wakes us.
    if (!timers || this._loop._awaitedWork > 0) return;
    this._phase = QUEUED;
    this._loop._parked = false;
    afterHostTurn(() => {
      if (this._loop._ready.length === 0) this._loop._advance!();
      this._hostTurn();
    });
  }

  /** One host timer serves all; it is left alone if it fires in time: firing early costs less than setting it anew. */
  private _armTimer(when: number): void {
    if (this._timer !== null) {
      if (this._timerDue <= when && when !== Infinity) return;
      this._timer.cancel();
      this._timer = null;
      this._timerDue = Infinity;
    }
    if (when === Infinity) return;
    this._timerDue = when;
    this._timer = hostTimer(when - this._loop.time(), this._timerFired);
  }

  private _watch(on: boolean): void {
    if (on === this._watching) return;
    this._watching = on;
    this._loop._hostWatch?.(on ? this._readable : null);
  }

  /** The host would end the process: nobody can wake us any more. */
  private _hostIdle(): void {
    if (this._phase !== PARKED || this._loop._ready.length > 0 || this._timer !== null) return;
    this._end(true, deadlock(this._loop));
  }

  private _end(failed: boolean, error: unknown): void {
    const loop = this._loop;
    this._phase = ENDED;
    this._armTimer(Infinity);
    this._watch(false);
    this._forgetIdle();
    leaveHosted(loop);
    loop._parked = false;
    loop._stopping = false;
    loop._running = false;
    loop._driver = null;
    loop._pacer = null;
    loop._left = 0;
    if (!failed) {
      this._resolve();
      return;
    }
    if (endsLoop(error)) exitAsShellsExpect();
    this._reject(error);
  }
}
