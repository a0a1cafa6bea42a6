/*
 * Signals by number and by name.
 */
import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { SIGNAL_NUMBERS, signalName } from '../platform/signals.js';

/**
 * What {@link signal} and its like take, and `loop.addSignalHandler`: the number of a signal, {@link SIGTERM}, or its name as Node has it,
 * `'SIGTERM'`.
 */
export type SignalLike = number | NodeJS.Signals;

/**
 * The numbers of this system's signals by name, and their names by number.
 *
 * Python: `signal.Signals`.
 *
 * @example
 * ```ts
 * import { Signals } from 'tsyncio/signal';
 *
 * console.log(Signals.SIGTERM, Signals[15]);
 * // 15 SIGTERM
 * ```
 */
export const Signals: Readonly<Record<string, number> & Record<number, string>> = Object.freeze({
  ...SIGNAL_NUMBERS,
  ...Object.fromEntries(Object.values(SIGNAL_NUMBERS).map((signum) => [signum, signalName(signum)])),
}) as Readonly<Record<string, number> & Record<number, string>>;

/**
 * The numbers of the signals that there are here.
 *
 * Python: `signal.valid_signals`.
 *
 * @example
 * ```ts
 * import { SIGTERM, validSignals } from 'tsyncio/signal';
 *
 * console.log(validSignals().has(SIGTERM), validSignals().has(0));
 * // true false
 * ```
 */
export function validSignals(): Set<number> {
  return new Set(Object.values(SIGNAL_NUMBERS).sort((a, b) => a - b));
}

/** The number of a signal. @throws TypeError for what is neither a number nor a name; ValueError for a number that is no signal. @internal */
export function checkSignal(sig: SignalLike): number {
  const signum = typeof sig === 'string' && Object.hasOwn(SIGNAL_NUMBERS, sig) ? SIGNAL_NUMBERS[sig]! : sig;
  if (typeof signum !== 'number' || !Number.isInteger(signum))
    throw new TypeError(`sig must be an int, not ${reprValue(sig)} (or a signal's name, such as 'SIGTERM')`);
  if (signalName(signum) === undefined) throw new ValueError(`invalid signal number ${signum}`);
  return signum;
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  SIGABRT: 'Aborted',
  SIGALRM: 'Alarm clock',
  SIGBREAK: 'Break',
  SIGBUS: 'Bus error',
  SIGCHLD: 'Child exited',
  SIGCONT: 'Continued',
  SIGFPE: 'Floating point exception',
  SIGHUP: 'Hangup',
  SIGILL: 'Illegal instruction',
  SIGINFO: 'Information request',
  SIGINT: 'Interrupt',
  SIGIO: 'I/O possible',
  SIGKILL: 'Killed',
  SIGPIPE: 'Broken pipe',
  SIGPROF: 'Profiling timer expired',
  SIGPWR: 'Power failure',
  SIGQUIT: 'Quit',
  SIGSEGV: 'Segmentation fault',
  SIGSTKFLT: 'Stack fault',
  SIGSTOP: 'Stopped (signal)',
  SIGSYS: 'Bad system call',
  SIGTERM: 'Terminated',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGTSTP: 'Stopped',
  SIGTTIN: 'Stopped (tty input)',
  SIGTTOU: 'Stopped (tty output)',
  SIGURG: 'Urgent I/O condition',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGVTALRM: 'Virtual timer expired',
  SIGWINCH: 'Window changed',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
};

/**
 * What a signal means, in English: `'Terminated'`; `null` where there is nothing to say.
 *
 * Python: `signal.strsignal`.
 *
 * @throws ValueError for a number that is no signal.
 *
 * @example
 * ```ts
 * import { SIGSEGV, strsignal } from 'tsyncio/signal';
 *
 * console.log(strsignal(SIGSEGV));
 * console.log(strsignal('SIGTERM'));
 * // Segmentation fault
 * // Terminated
 * ```
 */
export function strsignal(signalnum: SignalLike): string | null {
  const name = signalName(checkRange(signalnum))!;
  return DESCRIPTIONS[name] ?? null;
}

/** As {@link checkSignal}, with the error of Python's own `signal` module. @internal */
export function checkRange(signalnum: SignalLike): number {
  try {
    return checkSignal(signalnum);
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError('signal number out of range', { cause: error });
    throw error;
  }
}
