/*
 * The numbers of the signals, as Node knows them; where it does not run, those of Linux. A signal that the system lacks is
 * NaN, which no function takes.
 */
import { SIGNAL_NUMBERS } from '../platform/signals.js';

const known = Object.keys(SIGNAL_NUMBERS).length > 0;

function number(name: string, linux: number): number {
  return known ? (SIGNAL_NUMBERS[name] ?? Number.NaN) : linux;
}

/** The terminal is gone. Python: `signal.SIGHUP`. */
export const SIGHUP: number = number('SIGHUP', 1);

/** Ctrl-C. Python: `signal.SIGINT`. */
export const SIGINT: number = number('SIGINT', 2);

/** Ctrl-\\. Python: `signal.SIGQUIT`. */
export const SIGQUIT: number = number('SIGQUIT', 3);

/** An instruction that the processor does not know. Python: `signal.SIGILL`. */
export const SIGILL: number = number('SIGILL', 4);

/** A breakpoint. Python: `signal.SIGTRAP`. */
export const SIGTRAP: number = number('SIGTRAP', 5);

/** abort(). Python: `signal.SIGABRT`. */
export const SIGABRT: number = number('SIGABRT', 6);

/** SIGABRT by another name. Python: `signal.SIGIOT`. */
export const SIGIOT: number = number('SIGIOT', 6);

/** A bad access to memory. Python: `signal.SIGBUS`. */
export const SIGBUS: number = number('SIGBUS', 7);

/** A fault of arithmetic. Python: `signal.SIGFPE`. */
export const SIGFPE: number = number('SIGFPE', 8);

/** The end, which cannot be caught. Python: `signal.SIGKILL`. */
export const SIGKILL: number = number('SIGKILL', 9);

/** For users; Node starts its debugger on it. Python: `signal.SIGUSR1`. */
export const SIGUSR1: number = number('SIGUSR1', 10);

/** Access to memory that is not there. Python: `signal.SIGSEGV`. */
export const SIGSEGV: number = number('SIGSEGV', 11);

/** For users. Python: `signal.SIGUSR2`. */
export const SIGUSR2: number = number('SIGUSR2', 12);

/** Written to a pipe that nobody reads; Node ignores it. Python: `signal.SIGPIPE`. */
export const SIGPIPE: number = number('SIGPIPE', 13);

/** A timer of alarm(). Python: `signal.SIGALRM`. */
export const SIGALRM: number = number('SIGALRM', 14);

/** The request to end. Python: `signal.SIGTERM`. */
export const SIGTERM: number = number('SIGTERM', 15);

/** A fault of the stack. Python: `signal.SIGSTKFLT`. */
export const SIGSTKFLT: number = number('SIGSTKFLT', 16);

/** A child process has ended. Python: `signal.SIGCHLD`. */
export const SIGCHLD: number = number('SIGCHLD', 17);

/** Go on after SIGSTOP. Python: `signal.SIGCONT`. */
export const SIGCONT: number = number('SIGCONT', 18);

/** Stop, which cannot be caught. Python: `signal.SIGSTOP`. */
export const SIGSTOP: number = number('SIGSTOP', 19);

/** Ctrl-Z. Python: `signal.SIGTSTP`. */
export const SIGTSTP: number = number('SIGTSTP', 20);

/** A background process reads from the terminal. Python: `signal.SIGTTIN`. */
export const SIGTTIN: number = number('SIGTTIN', 21);

/** A background process writes to the terminal. Python: `signal.SIGTTOU`. */
export const SIGTTOU: number = number('SIGTTOU', 22);

/** Urgent data. Python: `signal.SIGURG`. */
export const SIGURG: number = number('SIGURG', 23);

/** The limit of CPU time is reached. Python: `signal.SIGXCPU`. */
export const SIGXCPU: number = number('SIGXCPU', 24);

/** The limit of file size is reached. Python: `signal.SIGXFSZ`. */
export const SIGXFSZ: number = number('SIGXFSZ', 25);

/** A timer of CPU time. Python: `signal.SIGVTALRM`. */
export const SIGVTALRM: number = number('SIGVTALRM', 26);

/** A timer of profiling. Python: `signal.SIGPROF`. */
export const SIGPROF: number = number('SIGPROF', 27);

/** The terminal has another size. Python: `signal.SIGWINCH`. */
export const SIGWINCH: number = number('SIGWINCH', 28);

/** A descriptor is ready. Python: `signal.SIGIO`. */
export const SIGIO: number = number('SIGIO', 29);

/** SIGIO by another name. Python: `signal.SIGPOLL`. */
export const SIGPOLL: number = number('SIGPOLL', 29);

/** The power fails. Python: `signal.SIGPWR`. */
export const SIGPWR: number = number('SIGPWR', 30);

/** A system call that does not exist. Python: `signal.SIGSYS`. */
export const SIGSYS: number = number('SIGSYS', 31);
