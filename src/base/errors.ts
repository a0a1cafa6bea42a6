/*
 * Every error class that the library throws, in one place, in three groups: what says that the *caller* used
 * something wrongly (RuntimeError, ValueError, InvalidStateError ...), what the *outside* did (OSError and its
 * family, TimeoutError), and what is *control flow* and no failure at all (CancelledError, GeneratorExit,
 * KeyboardInterrupt, SystemExit).
 *
 * Rules: the names are Python's; every throw makes a new instance (a shared one would show the wrong stack);
 * the third group derives from BaseException, which is all that `isException` looks at.
 */

/** Options that every error takes: `cause` is Python's `raise ... from cause`. */
export interface ErrorOptions {
  cause?: unknown;
}

/** `e.name` is the name of the class, of a user's subclass too, as `type(e).__name__` is. */
export function nameAfterClass(base: { prototype: Error }): void {
  Object.defineProperty(base.prototype, 'name', {
    get(this: Error): string {
      return this.constructor.name;
    },
    set(this: Error, value: string) {
      Object.defineProperty(this, 'name', { value, writable: true, configurable: true, enumerable: false });
    },
    configurable: true,
  });
}

/** `super(message, options)` with an explicitly undefined cause left out, so that `e.cause` is not a property then. */
export function withCause(options: ErrorOptions | undefined): ErrorOptions | undefined {
  return options?.cause === undefined ? undefined : options;
}

/**
 * The root of what `except Exception` does not catch: {@link CancelledError}, {@link KeyboardInterrupt},
 * {@link SystemExit}, {@link GeneratorExit} and {@link BaseExceptionGroup}.
 *
 * Python: `BaseException`. Unlike there, ordinary errors do not derive from it (they are plain JavaScript errors);
 * ask {@link isException}.
 */
export class BaseException extends Error {
  /** Private in JavaScript's way, so that it is no noise in a printed error, and costs nothing to hide. */
  readonly #argument: unknown;

  constructor(message?: unknown, options?: ErrorOptions) {
    super(message === undefined || message === null ? '' : String(message), withCause(options));
    this.#argument = message;
  }

  /** What the error was made with. Python: `BaseException.args`. */
  get args(): readonly unknown[] {
    return this.#argument === undefined || this.#argument === null ? [] : [this.#argument];
  }
}
nameAfterClass(BaseException);

/** Own fields that would only be noise in a printed error. */
function hide(error: object, field: string): void {
  Object.defineProperty(error, field, { enumerable: false });
}

/**
 * The operation, or the task, was cancelled. Thrown into a coroutine at the point where it waits. It is no failure:
 * clean up and let it pass on. `message` is what was given to `cancel(msg)`, `args` is empty where nothing was.
 *
 * Python: `asyncio.CancelledError`.
 */
export class CancelledError extends BaseException {}

/**
 * A CancelledError without a stack, for the loop to throw into a coroutine: the frames would be the loop's own, which tell
 * nobody anything, and taking them is most of what a cancellation costs.
 */
export function cancelledErrorWithoutStack(message: unknown): CancelledError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new CancelledError(message);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The user interrupted the program (Ctrl-C, SIGINT). Python: `KeyboardInterrupt`. */
export class KeyboardInterrupt extends BaseException {}

/** The program asked to end, with `code` as its exit status. Python: `SystemExit`. */
export class SystemExit extends BaseException {
  /** The exit status; `null` for none given. */
  readonly code: unknown;

  constructor(code: unknown = null) {
    super(code);
    this.code = code;
  }
}

/** Thrown into an asynchronous generator to close it. Python: `GeneratorExit`. */
export class GeneratorExit extends BaseException {}

/** Something was called in a state or in a place in which it cannot work. Python: `RuntimeError`. */
export class RuntimeError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(RuntimeError);

/** The coroutine lacks what it would need to run here. Python: `NotImplementedError`. */
export class NotImplementedError extends RuntimeError {}

/** An argument has the right type but a value that makes no sense. Python: `ValueError`. */
export class ValueError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(ValueError);

/** A key, or the value of a context variable, was not found. Python: `LookupError`. */
export class LookupError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(LookupError);

/** A mapping has no such key (a selector no such file object). Python: `KeyError`. */
export class KeyError extends LookupError {}

/** The stream ended. Python: `EOFError`. */
export class EOFError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(EOFError);

/** An asynchronous iterator has no more items. Python: `StopAsyncIteration`. */
export class StopAsyncIteration extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(StopAsyncIteration);

/** A Future, Task or other operation is in a state in which the call is not allowed. Python: `asyncio.InvalidStateError`. */
export class InvalidStateError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(InvalidStateError);

/** {@link Queue.getNowait} on an empty queue. Python: `asyncio.QueueEmpty`. */
export class QueueEmpty extends Error {}
nameAfterClass(QueueEmpty);

/** {@link Queue.putNowait} on a full queue. Python: `asyncio.QueueFull`. */
export class QueueFull extends Error {}
nameAfterClass(QueueFull);

/** Put to, or got from, a queue that was shut down. Python: `asyncio.QueueShutDown`. */
export class QueueShutDown extends Error {}
nameAfterClass(QueueShutDown);

/** The barrier was reset or aborted while, or before, the task waited. Python: `asyncio.BrokenBarrierError`. */
export class BrokenBarrierError extends RuntimeError {}

/**
 * Every task waits for something that can no longer happen: nothing is ready, no timer is set, no descriptor is
 * watched, and Node has nothing left to do. The message names each task, the line it stands on and what it waits for.
 *
 * Not in Python, where such a program hangs.
 */
export class DeadlockError extends RuntimeError {}

/**
 * The stream ended before all that was asked for had come.
 *
 * Python: `asyncio.IncompleteReadError`.
 */
export class IncompleteReadError extends EOFError {
  /** What had come. */
  readonly partial: Buffer;
  /** How many bytes were asked for; `null` where that is not known. */
  readonly expected: number | null;

  constructor(partial: Buffer, expected: number | null) {
    super(`${partial.length} bytes read on a total of ${expected ?? 'undefined'} expected bytes`);
    this.partial = partial;
    this.expected = expected;
  }
}

/**
 * What was searched for in a stream is not found within its limit.
 *
 * Python: `asyncio.LimitOverrunError`.
 */
export class LimitOverrunError extends Error {
  /** So many bytes of what is buffered can be read without skipping what was searched for. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}
nameAfterClass(LimitOverrunError);

/** The file, or the connection, is none that the system can send files with. Python: `asyncio.SendfileNotAvailableError`. */
export class SendfileNotAvailableError extends RuntimeError {}

/** What an {@link OSError} knows beyond its text. */
export interface OSErrorFields extends ErrorOptions {
  /** The (positive) error number, as C has it. */
  errno?: number | undefined;
  /** C's text for it: `Connection refused`. */
  strerror?: string | undefined;
  /** Its name: `ECONNREFUSED`. */
  code?: string | undefined;
  /** The call that failed: `connect`. */
  syscall?: string | undefined;
  /** The address that the call spoke of. */
  address?: string | undefined;
  /** The port that the call spoke of. */
  port?: number | undefined;
  /** The path that the call spoke of. Python: `filename`. */
  path?: string | undefined;
}

/**
 * The operating system said no. `errno` and `strerror` are Python's, `code`, `syscall`, `address`, `port` and the
 * wording are Node's: `connect ECONNREFUSED 127.0.0.1:9`. Its subclasses go by errno, as Python's do.
 *
 * Python: `OSError`.
 */
export class OSError extends Error {
  /** The (positive) error number; `null` where there is none. */
  readonly errno: number | null;
  /** C's text for the number; `null` where there is none. */
  readonly strerror: string | null;
  declare readonly code?: string;
  declare readonly syscall?: string;
  declare readonly address?: string;
  declare readonly port?: number;
  declare readonly path?: string;

  constructor(message?: string, fields: OSErrorFields = {}) {
    super(message, withCause(fields));
    this.errno = fields.errno ?? null;
    this.strerror = fields.strerror ?? null;
    if (fields.errno === undefined) {
      hide(this, 'errno');
      hide(this, 'strerror');
    }
    for (const key of ['code', 'syscall', 'address', 'port', 'path'] as const) {
      if (fields[key] !== undefined) Object.assign(this, { [key]: fields[key] });
    }
  }
}
nameAfterClass(OSError);

/** EAGAIN, EALREADY, EINPROGRESS: the call would have to wait. Python: `BlockingIOError`. */
export class BlockingIOError extends OSError {}
/** ECHILD: no such child process. Python: `ChildProcessError`. */
export class ChildProcessError extends OSError {}
/** What goes wrong with connections. Python: `ConnectionError`. */
export class ConnectionError extends OSError {}
/** EPIPE, ESHUTDOWN: written where nobody reads any more. Python: `BrokenPipeError`. */
export class BrokenPipeError extends ConnectionError {}
/** ECONNABORTED: given up by this side. Python: `ConnectionAbortedError`. */
export class ConnectionAbortedError extends ConnectionError {}
/** ECONNREFUSED: nobody listens there. Python: `ConnectionRefusedError`. */
export class ConnectionRefusedError extends ConnectionError {}
/** ECONNRESET: the peer dropped the connection. Python: `ConnectionResetError`. */
export class ConnectionResetError extends ConnectionError {}
/** EEXIST. Python: `FileExistsError`. */
export class FileExistsError extends OSError {}
/** ENOENT. Python: `FileNotFoundError`. */
export class FileNotFoundError extends OSError {}
/** EINTR. Python: `InterruptedError`. */
export class InterruptedError extends OSError {}
/** EISDIR. Python: `IsADirectoryError`. */
export class IsADirectoryError extends OSError {}
/** ENOTDIR. Python: `NotADirectoryError`. */
export class NotADirectoryError extends OSError {}
/** EACCES, EPERM. Python: `PermissionError`. */
export class PermissionError extends OSError {}
/** ESRCH: no such process. Python: `ProcessLookupError`. */
export class ProcessLookupError extends OSError {}
/** A deadline passed, of ours (`timeout`, `waitFor`) or of the system's (ETIMEDOUT). Python: `TimeoutError`. */
export class TimeoutError extends OSError {}
