/*
 * Every error class that the library throws, in one place, in three groups: what says that the *caller* used
 * something wrongly (RuntimeError, ValueError, InvalidStateError ...), what the *outside* did (OSError and its
 * family, TimeoutError), and what is *control flow* and no failure at all (CancelledError, GeneratorExit,
 * KeyboardInterrupt, SystemExit).
 *
 * Rules: the names are Python's; every throw makes a new instance (a shared one would show the wrong stack);
 * the third group derives from BaseException, which is all that `isException` looks at.
 */

/**
 * What the constructors of all errors of this library take beside the text, as JavaScript's own errors do: {@link RuntimeError},
 * {@link BaseExceptionGroup} and the others.
 *
 * Python: `raise error from cause`.
 */
export interface ErrorOptions {
  /** What this error was caused by: `error.cause`. There is no such property if it is left out or `undefined`. */
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
 *
 * @example
 * ```ts
 * import { BaseException, CancelledError, isException, ValueError } from 'tsyncio';
 *
 * console.log(new CancelledError('no more need') instanceof BaseException, new CancelledError('x', {}).args);
 * console.log(new ValueError('bad') instanceof BaseException, isException(new ValueError('bad')));
 * // true [ 'x' ]
 * // false true
 * ```
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
 * The operation, or the task, was cancelled. Thrown into a coroutine at the point where it waits, and by {@link Future.result} of
 * a future that was cancelled. It is no failure: clean up and let it pass on. `message` is what was given to `cancel(msg)`, `args`
 * is empty where nothing was.
 *
 * A task that catches it and does not throw it on has not been cancelled: it goes on, and ends as it likes.
 *
 * Python: `asyncio.CancelledError`.
 *
 * @example
 * ```ts
 * import { CancelledError, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* work(): Coroutine {
 *   try {
 *     yield* sleep(3600);
 *   } catch (e) {
 *     if (e instanceof CancelledError) console.log('cleaning up:', e.message);
 *     throw e;
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(work());
 *   yield* sleep(0);
 *   task.cancel('enough');
 *   yield* sleep(0);
 *   console.log(task.cancelled());
 * }
 *
 * await run(main());
 * // cleaning up: enough
 * // true
 * ```
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

/**
 * The user interrupted the program (Ctrl-C, SIGINT). {@link run} cancels its main task on the first SIGINT, so that it can
 * clean up, and rejects with this. Thrown in a task or in a callback, it ends the loop.
 *
 * Python: `KeyboardInterrupt`.
 *
 * @example
 * ```ts
 * import { KeyboardInterrupt, run, sleep, type Coroutine } from 'tsyncio';
 * import { raiseSignal, SIGINT } from 'tsyncio/signal';
 *
 * function* main(): Coroutine {
 *   try {
 *     raiseSignal(SIGINT); // as Ctrl-C does
 *     yield* sleep(3600);
 *   } finally {
 *     console.log('cleaning up');
 *   }
 * }
 *
 * try {
 *   await run(main());
 * } catch (e) {
 *   if (!(e instanceof KeyboardInterrupt)) throw e;
 *   console.log('interrupted');
 *   process.exitCode = 0; // which is 130 else, as shells expect
 * }
 * // cleaning up
 * // interrupted
 * ```
 */
export class KeyboardInterrupt extends BaseException {}

/**
 * The program asked to end, with `code` as its exit status. Thrown in a task or in a callback, it ends the loop, as
 * {@link KeyboardInterrupt} does: {@link run} cancels what is left, closes the loop and rejects with it. The process goes
 * on; ending it is for whoever catches this.
 *
 * Python: `SystemExit`.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep, SystemExit, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   createTask(sleep(3600)); // which is cancelled
 *   yield* sleep(0.01);
 *   throw new SystemExit(3);
 * }
 *
 * try {
 *   await run(main());
 * } catch (e) {
 *   if (!(e instanceof SystemExit)) throw e;
 *   console.log('would end with status', e.code);
 * }
 * // would end with status 3
 * ```
 */
export class SystemExit extends BaseException {
  /** The exit status; `null` for none given. */
  readonly code: unknown;

  constructor(code: unknown = null) {
    super(code);
    this.code = code;
  }
}

/**
 * Thrown into an asynchronous generator to close it, at the `emit` where it stands: by {@link AsyncGeneratorObject.aclose},
 * and at the end of the loop. Clean up and let it pass on: a generator that emits again instead fails with a RuntimeError.
 * A context manager is left with it (`aexit(error)`) if the coroutine around is closed by `return()`.
 *
 * Python: `GeneratorExit`.
 *
 * @example
 * ```ts
 * import { anext, asyncGenerator, GeneratorExit, run, type Coroutine } from 'tsyncio';
 *
 * const numbers = asyncGenerator<number>(function* (emit) {
 *   try {
 *     for (let n = 1; ; n++) yield* emit(n);
 *   } catch (e) {
 *     console.log('closed:', e instanceof GeneratorExit);
 *     throw e;
 *   }
 * });
 *
 * function* main(): Coroutine {
 *   console.log(yield* anext(numbers));
 *   yield* numbers.aclose();
 * }
 *
 * await run(main());
 * // 1
 * // closed: true
 * ```
 */
export class GeneratorExit extends BaseException {}

/**
 * Something was called in a state or in a place in which it cannot work: without a running loop, on a closed one, twice
 * where once is right. A mistake in the program, as a rule.
 *
 * Python: `RuntimeError`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, RuntimeError } from 'tsyncio';
 *
 * try {
 *   getRunningLoop();
 * } catch (e) {
 *   if (e instanceof RuntimeError) console.log(e.message.split('\n')[0]!.startsWith('no running event loop'));
 * }
 * // true
 * ```
 */
export class RuntimeError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(RuntimeError);

/**
 * What was called is not there: a method that a subclass must have (those of {@link BaseTransport}, of `Executor`), or one
 * that this kind of transport, socket or loop cannot do.
 *
 * Python: `NotImplementedError`.
 *
 * @example
 * ```ts
 * import { NotImplementedError, Transport } from 'tsyncio';
 *
 * class Silent extends Transport {
 *   override close(): void {
 *     console.log('closed');
 *   }
 * }
 *
 * const transport = new Silent();
 * transport.close();
 * try {
 *   transport.write('?');
 * } catch (e) {
 *   console.log(e instanceof NotImplementedError);
 * }
 * // closed
 * // true
 * ```
 */
export class NotImplementedError extends RuntimeError {}

/**
 * An argument has the right type but a value that makes no sense, or arguments do not go together. A mistake in the program.
 *
 * Python: `ValueError`.
 *
 * @example
 * ```ts
 * import { Semaphore, ValueError } from 'tsyncio';
 *
 * try {
 *   new Semaphore(-1);
 * } catch (e) {
 *   if (e instanceof ValueError) console.log(e.message);
 * }
 * // Semaphore initial value must be >= 0
 * ```
 */
export class ValueError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(ValueError);

/**
 * A key, or the value of a context variable, was not found.
 *
 * Python: `LookupError`.
 *
 * @example
 * ```ts
 * import { ContextVar, LookupError } from 'tsyncio';
 *
 * const user = new ContextVar<string>('user');
 * try {
 *   user.get();
 * } catch (e) {
 *   console.log(e instanceof LookupError, user.get('nobody'));
 * }
 * // true nobody
 * ```
 */
export class LookupError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(LookupError);

/**
 * A mapping has no such key: a {@link Context} no such variable, a selector no such file object.
 *
 * Python: `KeyError`.
 *
 * @example
 * ```ts
 * import { ContextVar, copyContext, KeyError, LookupError } from 'tsyncio';
 *
 * try {
 *   copyContext().getitem(new ContextVar('user'));
 * } catch (e) {
 *   console.log(e instanceof KeyError, e instanceof LookupError);
 * }
 * // true true
 * ```
 */
export class KeyError extends LookupError {}

/**
 * What was waited for cannot come any more: the stream, or the emitter, has ended. {@link IncompleteReadError} is one.
 *
 * Python: `EOFError`.
 *
 * @example
 * ```ts
 * import { EOFError, run, waitForEvent, type Coroutine } from 'tsyncio';
 * import { PassThrough } from 'node:stream';
 *
 * function* main(): Coroutine {
 *   const stream = new PassThrough();
 *   setImmediate(() => stream.destroy());
 *   try {
 *     yield* waitForEvent(stream, 'ready');
 *   } catch (e) {
 *     console.log(e instanceof EOFError);
 *   }
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class EOFError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(EOFError);

/**
 * An asynchronous iterator has no more items: what its `anext()` throws then. {@link asyncFor} ends on it, {@link anext}
 * with a second argument returns that.
 *
 * Python: `StopAsyncIteration`.
 *
 * @example
 * ```ts
 * import { asyncFor, run, StopAsyncIteration, type Coroutine } from 'tsyncio';
 *
 * const countdown = {
 *   left: 2,
 *   aiter() {
 *     return this;
 *   },
 *   *anext(): Coroutine<number> {
 *     if (this.left === 0) throw new StopAsyncIteration();
 *     return this.left--;
 *   },
 * };
 *
 * await run(
 *   asyncFor(countdown, function* (n) {
 *     console.log(n);
 *   }),
 * );
 * // 2
 * // 1
 * ```
 */
export class StopAsyncIteration extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(StopAsyncIteration);

/**
 * A Future, Task or other operation is in a state in which the call is not allowed: asked for a result that is not there yet, or
 * given a second one.
 *
 * Python: `asyncio.InvalidStateError`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, InvalidStateError, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const future = getRunningLoop().createFuture<string>();
 *   try {
 *     future.result();
 *   } catch (e) {
 *     if (e instanceof InvalidStateError) console.log(e.message);
 *   }
 * }
 *
 * await run(main());
 * // Result is not set.
 * ```
 */
export class InvalidStateError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
nameAfterClass(InvalidStateError);

/**
 * {@link Queue.getNowait} was called on an empty queue. {@link Queue.get} waits instead.
 *
 * Python: `asyncio.QueueEmpty`.
 *
 * @example
 * ```ts
 * import { Queue, QueueEmpty } from 'tsyncio';
 *
 * const queue = new Queue<string>();
 * queue.putNowait('only one');
 * try {
 *   for (;;) console.log(queue.getNowait());
 * } catch (e) {
 *   if (!(e instanceof QueueEmpty)) throw e;
 * }
 * // only one
 * ```
 */
export class QueueEmpty extends Error {}
nameAfterClass(QueueEmpty);

/**
 * {@link Queue.putNowait} was called on a full queue. {@link Queue.put} waits instead.
 *
 * Python: `asyncio.QueueFull`.
 *
 * @example
 * ```ts
 * import { Queue, QueueFull } from 'tsyncio';
 *
 * const queue = new Queue<string>(1);
 * queue.putNowait('taken');
 * try {
 *   queue.putNowait('too much');
 * } catch (e) {
 *   console.log(e instanceof QueueFull, queue.qsize());
 * }
 * // true 1
 * ```
 */
export class QueueFull extends Error {}
nameAfterClass(QueueFull);

/**
 * Put to, or got from, a queue that was shut down by {@link Queue.shutdown}. What is still in it can be got first, unless
 * it was shut down with `immediate`.
 *
 * Python: `asyncio.QueueShutDown`.
 *
 * @example
 * ```ts
 * import { Queue, QueueShutDown, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const queue = new Queue<string>();
 *   queue.putNowait('last');
 *   queue.shutdown();
 *   try {
 *     for (;;) console.log(yield* queue.get());
 *   } catch (e) {
 *     if (e instanceof QueueShutDown) console.log('no more');
 *   }
 * }
 *
 * await run(main());
 * // last
 * // no more
 * ```
 */
export class QueueShutDown extends Error {}
nameAfterClass(QueueShutDown);

/**
 * The barrier was reset or aborted while, or before, the task waited at it: {@link Barrier.wait}.
 *
 * Python: `asyncio.BrokenBarrierError`.
 *
 * @example
 * ```ts
 * import { Barrier, BrokenBarrierError, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const barrier = new Barrier(2);
 *   const waiter = createTask(barrier.wait());
 *   yield* sleep(0);
 *   yield* barrier.abort();
 *   try {
 *     yield* waiter;
 *   } catch (e) {
 *     console.log(e instanceof BrokenBarrierError, barrier.broken);
 *   }
 * }
 *
 * await run(main());
 * // true true
 * ```
 */
export class BrokenBarrierError extends RuntimeError {}

/**
 * Every task waits for something that can no longer happen: nothing is ready, no timer is set, no descriptor is
 * watched, and Node has nothing left to do. The message names each task, the line it stands on and what it waits for.
 *
 * The promise of {@link run} is rejected with it, and `runSync` throws it.
 *
 * Not in Python, where such a program hangs.
 *
 * @example
 * ```ts
 * import { DeadlockError, getRunningLoop, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   yield* getRunningLoop().createFuture(); // which nobody will complete
 * }
 *
 * try {
 *   await run(main());
 * } catch (e) {
 *   console.log(e instanceof DeadlockError);
 * }
 * // true
 * ```
 */
export class DeadlockError extends RuntimeError {}

/**
 * The stream ended before all that was asked for had come: from {@link StreamReader.readexactly} and
 * {@link StreamReader.readuntil}. What had come is in `partial`, and no longer in the stream.
 *
 * Python: `asyncio.IncompleteReadError`.
 *
 * @example
 * ```ts
 * import { IncompleteReadError, run, StreamReader, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('abc'));
 *   reader.feedEof();
 *   try {
 *     yield* reader.readexactly(8);
 *   } catch (e) {
 *     if (e instanceof IncompleteReadError) console.log(String(e.partial), e.expected);
 *   }
 * }
 *
 * await run(main());
 * // abc 8
 * ```
 */
export class IncompleteReadError extends EOFError {
  /** The bytes that had come. Python: `partial`. */
  readonly partial: Buffer;
  /** How many bytes were asked for; `null` where that is not known. Python: `expected`. */
  readonly expected: number | null;

  constructor(partial: Buffer, expected: number | null) {
    super(`${partial.length} bytes read on a total of ${expected ?? 'undefined'} expected bytes`);
    this.partial = partial;
    this.expected = expected;
  }
}

/**
 * What was searched for in a stream is not found within its limit: from {@link StreamReader.readuntil}. Nothing is taken from the
 * stream, so what is there can be read in another way. `readline` throws a ValueError instead, as in Python. The message tells the
 * limit and the option that sets it.
 *
 * Python: `asyncio.LimitOverrunError`.
 *
 * @example
 * ```ts
 * import { LimitOverrunError, run, StreamReader, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const reader = new StreamReader({ limit: 8 });
 *   reader.feedData(Buffer.from('a line that is too long\n'));
 *   try {
 *     yield* reader.readuntil('\n');
 *   } catch (e) {
 *     if (!(e instanceof LimitOverrunError)) throw e;
 *     console.log(`skipped: ${String(yield* reader.readexactly(e.consumed))}`);
 *   }
 * }
 *
 * await run(main());
 * // skipped: a line that is too long
 * ```
 */
export class LimitOverrunError extends Error {
  /** How many bytes of what is buffered can be read without skipping what was searched for. Python: `consumed`. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}
nameAfterClass(LimitOverrunError);

/**
 * The file, or the connection, is none that the system can send files with: from {@link SelectorEventLoop.sendfile} and
 * {@link SelectorEventLoop.sockSendfile} with `fallback: false`.
 *
 * Python: `asyncio.SendfileNotAvailableError`.
 *
 * @example
 * ```ts
 * import { EventLoop, RuntimeError, SendfileNotAvailableError } from 'tsyncio';
 *
 * function explain(error: unknown): string {
 *   return error instanceof SendfileNotAvailableError ? 'read it and write it instead' : 'something else';
 * }
 *
 * console.log(explain(new SendfileNotAvailableError('not a regular file')), explain(new RuntimeError('closing')));
 * // read it and write it instead something else
 * ```
 */
export class SendfileNotAvailableError extends RuntimeError {}

/** What an {@link OSError} knows beyond its text, as its constructor takes it. */
export interface OSErrorFields extends ErrorOptions {
  /** The (positive) error number, as C has it. Python: `errno`. */
  errno?: number | undefined;
  /** C's text for it: `Connection refused`. Python: `strerror`. */
  strerror?: string | undefined;
  /** Its name: `ECONNREFUSED`. Python: `errno.errorcode[error.errno]`. */
  code?: string | undefined;
  /** The call that failed: `connect`. */
  syscall?: string | undefined;
  /** The address that the call spoke of: a host's, or the path of a Unix socket. */
  address?: string | undefined;
  /** The port that the call spoke of. */
  port?: number | undefined;
  /** The path that the call spoke of. Python: `filename`. */
  path?: string | undefined;
}

/**
 * The operating system said no. `errno` and `strerror` are Python's, `code`, `syscall`, `address`, `port` and the wording
 * are Node's: `connect ECONNREFUSED 127.0.0.1:9`. What the library throws is of the subclass for its errno, as in Python;
 * what has none is a plain OSError. The constructor makes no subclass by itself.
 *
 * Python: `OSError`.
 *
 * @example
 * ```ts
 * import { FileNotFoundError, openUnixConnection, OSError, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* openUnixConnection('/nowhere/at.all');
 *   } catch (e) {
 *     if (!(e instanceof OSError)) throw e;
 *     console.log(e.name, e instanceof FileNotFoundError, e.code, e.errno, e.strerror);
 *     console.log(e.message);
 *   }
 * }
 *
 * await run(main());
 * // FileNotFoundError true ENOENT 2 No such file or directory
 * // connect ENOENT /nowhere/at.all
 * ```
 */
export class OSError extends Error {
  /** The (positive) error number; `null` where there is none. Python: `errno`. */
  readonly errno: number | null;
  /** C's text for the number; `null` where there is none. Python: `strerror`. */
  readonly strerror: string | null;
  /** The name of the error number: `ENOENT`. */
  declare readonly code?: string;
  /** The call that failed: `connect`. */
  declare readonly syscall?: string;
  /** The address that the call spoke of. */
  declare readonly address?: string;
  /** The port that the call spoke of. */
  declare readonly port?: number;
  /** The path that the call spoke of. Python: `filename`. */
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

/**
 * EAGAIN, EALREADY, EINPROGRESS: the call would have to wait, on a socket that does not block. The loop's `sock*` methods
 * wait instead.
 *
 * Python: `BlockingIOError`.
 *
 * @example
 * ```ts
 * import { BlockingIOError } from 'tsyncio';
 * import { socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * a.setblocking(false);
 * try {
 *   a.recv(1);
 * } catch (e) {
 *   if (e instanceof BlockingIOError) console.log(e.code);
 * }
 * a.close();
 * b.close();
 * // EAGAIN
 * ```
 */
export class BlockingIOError extends OSError {}
/**
 * ECHILD: no such child process. The library's own processes never throw it; it is there for its number.
 *
 * Python: `ChildProcessError`.
 *
 * @example
 * ```ts
 * import { ChildProcessError, OSError } from 'tsyncio';
 *
 * const error = new ChildProcessError('waitpid ECHILD', { errno: 10, code: 'ECHILD', syscall: 'waitpid' });
 * console.log(error instanceof OSError, String(error));
 * // true ChildProcessError: waitpid ECHILD
 * ```
 */
export class ChildProcessError extends OSError {}
/**
 * What goes wrong with connections: the class of {@link BrokenPipeError}, {@link ConnectionAbortedError},
 * {@link ConnectionRefusedError} and {@link ConnectionResetError}. Catch it where it does not matter which.
 *
 * Python: `ConnectionError`.
 *
 * @example
 * ```ts
 * import { ConnectionError, openConnection, run, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(() => undefined, '127.0.0.1', 0);
 *   const [, port] = server.sockets[0]!.getsockname();
 *   server.close();
 *   yield* server.waitClosed();
 *   try {
 *     yield* openConnection('127.0.0.1', port as number);
 *   } catch (e) {
 *     if (e instanceof ConnectionError) console.log('no connection:', e.code);
 *   }
 * }
 *
 * await run(main());
 * // no connection: ECONNREFUSED
 * ```
 */
export class ConnectionError extends OSError {}
/**
 * EPIPE, ESHUTDOWN: written where nobody reads any more. A transport reports it by `connectionLost`, and a stream's
 * `drain()` throws it.
 *
 * Python: `BrokenPipeError`.
 *
 * @example
 * ```ts
 * import { BrokenPipeError } from 'tsyncio';
 * import { socketpair } from 'tsyncio/socket';
 *
 * const [a, b] = socketpair();
 * b.close();
 * try {
 *   a.send('anyone?');
 * } catch (e) {
 *   if (e instanceof BrokenPipeError) console.log(e.code);
 * }
 * a.close();
 * // EPIPE
 * ```
 */
export class BrokenPipeError extends ConnectionError {}
/**
 * ECONNABORTED: given up by this side. So does TLS whose handshake takes too long: `sslHandshakeTimeout`, `sslShutdownTimeout`.
 *
 * Python: `ConnectionAbortedError`.
 *
 * @example
 * ```ts
 * import { ConnectionAbortedError, openConnection, run, startServer, type Coroutine } from 'tsyncio';
 * import { createDefaultContext } from 'tsyncio/ssl';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer((reader) => reader.read(), '127.0.0.1', 0); // which never says a word of TLS
 *   const [host, port] = server.sockets[0]!.getsockname();
 *   try {
 *     yield* openConnection(host, port, { ssl: createDefaultContext(), sslHandshakeTimeout: 0.02 });
 *   } catch (e) {
 *     console.log(e instanceof ConnectionAbortedError);
 *   }
 *   server.close();
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class ConnectionAbortedError extends ConnectionError {}
/**
 * ECONNREFUSED: nobody listens there.
 *
 * Python: `ConnectionRefusedError`.
 *
 * @example
 * ```ts
 * import { ConnectionRefusedError, openConnection, run, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(() => undefined, '127.0.0.1', 0);
 *   const [, port] = server.sockets[0]!.getsockname();
 *   server.close();
 *   yield* server.waitClosed();
 *   try {
 *     yield* openConnection('127.0.0.1', port as number);
 *   } catch (e) {
 *     if (e instanceof ConnectionRefusedError) console.log(e.message === `connect ECONNREFUSED 127.0.0.1:${port}`);
 *   }
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class ConnectionRefusedError extends ConnectionError {}
/**
 * ECONNRESET: the peer dropped the connection. {@link StreamWriter.drain} throws it, too, once a connection is lost.
 *
 * Python: `ConnectionResetError`.
 *
 * @example
 * ```ts
 * import { asyncWith, ConnectionResetError, openConnection, run, sleep, startServer } from 'tsyncio';
 * import type { Coroutine, StreamReader, StreamWriter } from 'tsyncio';
 *
 * function hangUp(_reader: StreamReader, writer: StreamWriter): void {
 *   writer.close();
 * }
 *
 * function* main(): Coroutine {
 *   yield* asyncWith(yield* startServer(hangUp, '127.0.0.1', 0), function* (server) {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     const [, writer] = yield* openConnection(host, port);
 *     writer.transport.abort();
 *     yield* sleep(0);
 *     try {
 *       yield* writer.drain();
 *     } catch (e) {
 *       if (e instanceof ConnectionResetError) console.log(e.message);
 *     }
 *   });
 * }
 *
 * await run(main());
 * // Connection lost
 * ```
 */
export class ConnectionResetError extends ConnectionError {}
/**
 * EEXIST: what was to be made is there already.
 *
 * Python: `FileExistsError`.
 *
 * @example
 * ```ts
 * import { FileExistsError, OSError } from 'tsyncio';
 *
 * const error = new FileExistsError("mkdir EEXIST '/tmp'", { errno: 17, code: 'EEXIST', syscall: 'mkdir', path: '/tmp' });
 * console.log(error instanceof OSError, error.path);
 * // true /tmp
 * ```
 */
export class FileExistsError extends OSError {}
/**
 * ENOENT: no such file, directory or program.
 *
 * Python: `FileNotFoundError`.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, FileNotFoundError, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* createSubprocessExec('no-such-program');
 *   } catch (e) {
 *     if (e instanceof FileNotFoundError) console.log(e.message);
 *   }
 * }
 *
 * await run(main());
 * // spawn no-such-program ENOENT
 * ```
 */
export class FileNotFoundError extends OSError {}
/**
 * EINTR: a signal interrupted the call. The library begins such calls anew, as Python does, so it hardly ever comes out.
 *
 * Python: `InterruptedError`.
 *
 * @example
 * ```ts
 * import { InterruptedError, OSError } from 'tsyncio';
 *
 * const error = new InterruptedError('read EINTR', { errno: 4, code: 'EINTR', syscall: 'read' });
 * console.log(error instanceof OSError, error.syscall);
 * // true read
 * ```
 */
export class InterruptedError extends OSError {}
/**
 * EISDIR: a directory where a file was wanted.
 *
 * Python: `IsADirectoryError`.
 *
 * @example
 * ```ts
 * import { IsADirectoryError, OSError } from 'tsyncio';
 *
 * const error = new IsADirectoryError('read EISDIR', { errno: 21, code: 'EISDIR', syscall: 'read' });
 * console.log(error instanceof OSError, error.name);
 * // true IsADirectoryError
 * ```
 */
export class IsADirectoryError extends OSError {}
/**
 * ENOTDIR: a part of the path, or what was to be a working directory, is no directory.
 *
 * Python: `NotADirectoryError`.
 *
 * @example
 * ```ts
 * import { NotADirectoryError, openUnixConnection, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* openUnixConnection('/dev/null/socket');
 *   } catch (e) {
 *     if (e instanceof NotADirectoryError) console.log(e.message);
 *   }
 * }
 *
 * await run(main());
 * // connect ENOTDIR /dev/null/socket
 * ```
 */
export class NotADirectoryError extends OSError {}
/**
 * EACCES, EPERM: that is not allowed.
 *
 * Python: `PermissionError`.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, PermissionError, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* createSubprocessExec('/dev/null'); // which cannot be executed
 *   } catch (e) {
 *     if (e instanceof PermissionError) console.log(e.message);
 *   }
 * }
 *
 * await run(main());
 * // spawn /dev/null EACCES
 * ```
 */
export class PermissionError extends OSError {}
/**
 * ESRCH: no such process. Thrown by the transport of a process that has ended and whose pipes are closed, and so by
 * {@link subprocess.Process.kill} and its like. Between its end and that, they do nothing.
 *
 * Python: `ProcessLookupError`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, ProcessLookupError, run, sleep, SubprocessProtocol, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const ended = loop.createFuture<void>();
 *   class Ends extends SubprocessProtocol {
 *     override connectionLost(): void {
 *       ended.setResult();
 *     }
 *   }
 *   const [transport] = yield* loop.subprocessExec(Ends, process.execPath, '--version');
 *   yield* ended;
 *   try {
 *     transport.kill();
 *   } catch (e) {
 *     console.log(e instanceof ProcessLookupError);
 *   }
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class ProcessLookupError extends OSError {}
/**
 * A deadline passed, of ours ({@link timeout}, {@link waitFor}) or of the system's (ETIMEDOUT). In the first case `cause` is the
 * CancelledError that the deadline put into the body.
 *
 * Python: `TimeoutError`, `asyncio.TimeoutError`.
 *
 * @example
 * ```ts
 * import { CancelledError, run, sleep, TimeoutError, waitFor, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* waitFor(sleep(3600), 0.01);
 *   } catch (e) {
 *     if (e instanceof TimeoutError) console.log(e.cause instanceof CancelledError);
 *   }
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class TimeoutError extends OSError {}
