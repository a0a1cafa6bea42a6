/*
 * Handlers of the whole process. Node keeps as many listeners for a signal as it is given; one of them is ours here, and
 * is what Python's signal.signal() sets.
 */
import { KeyboardInterrupt, ValueError } from '../base/errors.js';
import { errnoOf } from '../base/errno.js';
import { osError } from '../base/oserror.js';
import {
  chooseSigintDefault,
  inMainThread,
  isListenedTo,
  onSignal,
  sendSelf,
  signalName,
} from '../platform/signals.js';
import { SIGINT, SIGPIPE } from './constants.js';
import { checkRange, type SignalLike } from './names.js';

/** What the system does by itself: mostly, it ends the process. Python: `signal.SIG_DFL`. */
export const SIG_DFL = 0;

/** Nothing. Python: `signal.SIG_IGN`. */
export const SIG_IGN = 1;

/** What is called with a signal's number; `null` stands where Python passes the frame that was interrupted. */
export type SignalFunction = (signalnum: number, frame: null) => unknown;

/** What {@link signal} takes and {@link getsignal} gives: a function, {@link SIG_IGN} or {@link SIG_DFL}. */
export type Handler = SignalFunction | typeof SIG_DFL | typeof SIG_IGN;

interface Installed {
  handler: Handler;
  forget: () => void;
}

/** By number. */
const installed: Map<number, Installed> = new Map();

const nothing = (): void => undefined;

/**
 * Throw a KeyboardInterrupt. As a handler of SIGINT it stands for the default: outside of `run` the process ends by the signal,
 * as Python's does where nobody catches the KeyboardInterrupt.
 *
 * Python: `signal.default_int_handler`.
 *
 * @throws KeyboardInterrupt, always.
 *
 * @example
 * ```ts
 * import { KeyboardInterrupt } from 'tsyncio';
 * import { defaultIntHandler, getsignal, SIGINT } from 'tsyncio/signal';
 *
 * console.log(getsignal(SIGINT) === defaultIntHandler);
 * try {
 *   defaultIntHandler();
 * } catch (error) {
 *   console.log(error instanceof KeyboardInterrupt);
 * }
 * // true
 * // true
 * ```
 */
export function defaultIntHandler(_signalnum?: number, _frame?: null): never {
  throw new KeyboardInterrupt();
}

/**
 * Set what happens on a signal. A function is called from Node's loop, or between two rounds of a loop that blocks; use
 * `loop.addSignalHandler` to have it called by the loop, as a callback. Listeners of `process.on` are called besides.
 *
 * Python: `signal.signal`.
 *
 * @returns what was set before; `null` if somebody else listens for the signal.
 * @throws ValueError for a number that is no signal, and outside of the main thread; OSError for a signal that cannot be
 * caught; TypeError for a handler that is none.
 *
 * @example
 * ```ts
 * import { type Coroutine, Future, run, waitFor } from 'tsyncio';
 * import { raiseSignal, SIG_DFL, signal, SIGHUP } from 'tsyncio/signal';
 *
 * function* main(): Coroutine {
 *   const received = new Future<number>();
 *   signal(SIGHUP, (signum) => received.setResult(signum));
 *   raiseSignal(SIGHUP);
 *   console.log((yield* waitFor(received, 10)) === SIGHUP);
 *   signal(SIGHUP, SIG_DFL);
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export function signal(signalnum: SignalLike, handler: Handler): Handler | null {
  const signum = checkRange(signalnum);
  if (typeof handler !== 'function' && handler !== SIG_DFL && (handler as unknown) !== SIG_IGN)
    throw new TypeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object');
  if (!inMainThread()) throw new ValueError('signal only works in main thread of the main interpreter');
  const before = getsignal(signum);
  const forget = install(signum, handler);
  installed.get(signum)?.forget();
  installed.set(signum, { handler, forget });
  if (signum === SIGINT) chooseSigintDefault(handler === SIG_DFL);
  return before;
}

/** The new one first: between two there must be no moment in which the default holds. */
function install(signum: number, handler: Handler): () => void {
  if (isDefault(handler)) {
    if (isCatchable(signum)) return nothing;
    throw osError({ errno: errnoOf('EINVAL'), syscall: 'signal' });
  }
  const listener = typeof handler === 'function' ? () => handler(signum, null) : nothing;
  try {
    return onSignal(signalName(signum)!, listener);
  } catch (cause) {
    throw osError({ errno: errnoOf('EINVAL'), syscall: 'signal', cause });
  }
}

function isDefault(handler: Handler): handler is typeof SIG_DFL | typeof defaultIntHandler {
  return handler === SIG_DFL || handler === defaultIntHandler;
}

function isCatchable(signum: number): boolean {
  const name = signalName(signum);
  return name !== 'SIGKILL' && name !== 'SIGSTOP';
}

/**
 * What happens on a signal: what {@link signal} has set, {@link SIG_DFL}, {@link SIG_IGN}, {@link defaultIntHandler}; `null` if
 * somebody else listens for it.
 *
 * Python: `signal.getsignal`.
 *
 * @throws ValueError for a number that is no signal.
 *
 * @example
 * ```ts
 * import { getsignal, SIG_DFL, SIG_IGN, signal, SIGHUP } from 'tsyncio/signal';
 *
 * console.log(getsignal(SIGHUP) === SIG_DFL);
 * signal(SIGHUP, SIG_IGN);
 * console.log(getsignal(SIGHUP) === SIG_IGN);
 * signal(SIGHUP, SIG_DFL);
 * // true
 * // true
 * ```
 */
export function getsignal(signalnum: SignalLike): Handler | null {
  const signum = checkRange(signalnum);
  const set = installed.get(signum)?.handler;
  if (set !== undefined && !isDefault(set)) return set;
  if (isListenedTo(signalName(signum)!)) return null;
  if (set !== undefined) return set;
  if (signum === SIGINT) return defaultIntHandler;
  // Node sees to that when it starts.
  return signum === SIGPIPE ? SIG_IGN : SIG_DFL;
}

/**
 * Send a signal to this process. Its handler is called when Node's loop, or the loop that blocks, comes to it; without one the
 * system does at once what it does by itself.
 *
 * Python: `signal.raise_signal`.
 *
 * @throws ValueError for a number that is no signal.
 *
 * @example
 * ```ts
 * import { type Coroutine, Event, getRunningLoop, run, waitFor } from 'tsyncio';
 * import { raiseSignal, SIGTERM } from 'tsyncio/signal';
 *
 * function* main(): Coroutine {
 *   const stop = new Event();
 *   getRunningLoop().addSignalHandler(SIGTERM, () => stop.set());
 *   raiseSignal(SIGTERM); // as a supervisor would
 *   yield* waitFor(stop.wait(), 10);
 *   console.log('cleaned up');
 * }
 *
 * await run(main());
 * // cleaned up
 * ```
 */
export function raiseSignal(signalnum: SignalLike): void {
  sendSelf(checkRange(signalnum));
}
