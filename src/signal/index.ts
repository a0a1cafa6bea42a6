/**
 * Python's `signal`: the numbers of the signals, and what the process does on them.
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
