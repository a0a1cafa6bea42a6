/**
 * Python's `signal`: the numbers of the signals, and what the process does on them.
 *
 * In a program on an event loop, `loop.addSignalHandler` is what to use: its handler is a callback of the loop. {@link signal} sets one for
 * the process, by hand. Both are called between two turns and never in the middle of a function. `run` has its own for SIGINT, which
 * cancels the main task.
 *
 * A signal is a number, as SIGTERM, or its name as Node has it, `'SIGTERM'`. The constants have this system's numbers; a signal that it lacks
 * is NaN. {@link Signals} has them by name, and their names by number.
 *
 * @example Ignore one for a while
 * ```ts
 * import { getsignal, raiseSignal, SIG_DFL, SIG_IGN, SIGHUP, signal, Signals, strsignal } from 'tsyncio/signal';
 *
 * console.log(Signals[SIGHUP], strsignal(SIGHUP));
 * signal(SIGHUP, SIG_IGN);
 * raiseSignal(SIGHUP); // the terminal is gone, and we stay
 * console.log(getsignal(SIGHUP) === SIG_IGN);
 * signal(SIGHUP, SIG_DFL);
 * // SIGHUP Hangup
 * // true
 * ```
 *
 * @packageDocumentation
 */
export * from './constants.js';
export {
  defaultIntHandler,
  getsignal,
  type Handler,
  raiseSignal,
  SIG_DFL,
  SIG_IGN,
  signal,
  type SignalFunction,
} from './handlers.js';
export { type SignalLike, Signals, strsignal, validSignals } from './names.js';
