/*
 * A loop's signal handlers, and how a loop that blocks comes to see signals.
 */
import { iscoroutine, iscoroutinefunction } from '../base/awaitable.js';
import { OSError, RuntimeError } from '../base/errors.js';
import type { Runnable } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import { copyContext } from '../contextvars/index.js';
import { addonError } from '../platform/addon.js';
import { inMainThread, onSignal, signalName, SignalRelay } from '../platform/signals.js';
import { checkSignal, type SignalLike } from '../signal/names.js';
import type { Callback } from './base-loop.js';
import { Handle, type HandleLoop } from './handles.js';

/** What handlers need of their loop. */
interface SignalLoop extends HandleLoop {
  readonly _blocking: boolean;
  _handledSignals: number;
  readonly _parked: boolean;
  readonly _driver: { wake(): void } | null;
  _checkClosed(): void;
  _enqueue(runnable: Runnable): void;
}

interface SignalHandler {
  handle: Handle;
  forget: () => void;
}

/** At most one handler for each signal. */
export class SignalHandlers {
  private readonly _loop: SignalLoop;
  /** By number. */
  private readonly _handlers: Map<number, SignalHandler> = new Map();

  constructor(loop: SignalLoop) {
    this._loop = loop;
  }

  /** `loop.addSignalHandler`. */
  add(sig: SignalLike, callback: Callback<never>, args: readonly unknown[]): void {
    if (iscoroutine(callback) || iscoroutinefunction(callback))
      throw new TypeError('coroutines cannot be used with add_signal_handler()');
    if (typeof callback !== 'function')
      throw new TypeError(
        `a callable object was expected by add_signal_handler(), got ${reprValue(callback)}`,
      );
    const signum = checkSignal(sig);
    this._loop._checkClosed();
    if (!inMainThread())
      throw new RuntimeError('set_wakeup_fd only works in main thread of the main interpreter');
    if (this._loop._blocking) requireRelay();
    const before = this._handlers.get(signum);
    const handle = new Handle(callback, args, this._loop, copyContext());
    const forget = this._listen(signum);
    before?.forget();
    this._handlers.set(signum, { handle, forget });
    this._changed();
  }

  private _listen(signum: number): () => void {
    try {
      return onSignal(signalName(signum)!, () => {
        this.arrived(signum);
      });
    } catch (error) {
      throw new RuntimeError(`sig ${signum} cannot be caught`, { cause: error });
    }
  }

  /** A signal has come. One whose handler was called off is not handled any more. */
  arrived(signum: number): void {
    const handler = this._handlers.get(signum);
    if (handler === undefined) return;
    if (handler.handle._cancelled) this.remove(signum);
    else this._loop._enqueue(handler.handle);
  }

  /** `loop.removeSignalHandler`. */
  remove(sig: SignalLike): boolean {
    const signum = checkSignal(sig);
    const handler = this._handlers.get(signum);
    if (handler === undefined) return false;
    this._handlers.delete(signum);
    handler.forget();
    this._changed();
    return true;
  }

  /** The loop is being closed. */
  clear(): void {
    for (const signum of [...this._handlers.keys()]) this.remove(signum);
  }

  /** The loop may be parked, and has more or less to wait for now. */
  private _changed(): void {
    this._loop._handledSignals = this._handlers.size;
    if (this._loop._parked) this._loop._driver!.wake();
  }
}

/** A loop that blocks sees signals through the addon alone. */
function requireRelay(): void {
  const missing = addonError();
  if (missing === null) return;
  throw new OSError(`a loop that blocks cannot see signals: ${missing.message}`, {
    code: 'ERR_TSYNCIO_NO_ADDON',
    cause: missing,
  });
}

/** A loop that never waits looks for signals once in so many rounds: it costs a system call. */
const ROUNDS_BETWEEN_LOOKS = 64;

/** Signals while a loop blocks. */
export class BlockingSignals {
  private readonly _relay: SignalRelay;
  private _come: boolean = false;
  private _rounds: number = ROUNDS_BETWEEN_LOOKS;

  /** @param watch - has the loop wait for a descriptor, too, and call a function when it is ready */
  constructor(watch: (fd: number, onReady: () => void) => void) {
    this._relay = new SignalRelay((fd) => {
      watch(fd, () => {
        this._come = true;
      });
    });
  }

  /** What the loop waits for, or `null` while nobody listens for a signal. */
  get fd(): number | null {
    return this._relay.fd;
  }

  /** Take the signals over from Node. */
  begin(): void {
    this._relay.begin();
  }

  /** Between two rounds. */
  look(): void {
    if (!this._come && --this._rounds > 0) return;
    this.deliver();
  }

  /** Call the listeners of the signals that have come. */
  deliver(): void {
    this._come = false;
    this._rounds = ROUNDS_BETWEEN_LOOKS;
    this._relay.deliver();
  }

  /** Give the signals back to Node. */
  end(): void {
    this._relay.end();
  }
}

/**
 * Whether a loop that blocks can see signals here.
 *
 * @param needed - it has handlers for some, and must not run without seeing them
 */
export function canSeeSignals(needed: boolean): boolean {
  if (needed) requireRelay();
  return addonError() === null && inMainThread();
}
