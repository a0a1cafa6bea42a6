/*
 * Child processes with streams.
 */
import { isKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { BrokenPipeError, ConnectionResetError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { getRunningLoop, type SelectorEventLoop, type SubprocessOptions } from '../loop/index.js';
import type { BaseTransport } from '../protocols/index.js';
import type { Bytes } from '../socket/index.js';
import type { StreamReader, StreamWriter } from '../streams/index.js';
import { gather } from '../tasks/index.js';
import { SubprocessStreamProtocol } from './stream-protocol.js';
import type { UnixSubprocessTransport } from './transport.js';

/** As much as `communicate()` reads at once. */
const CHUNK_BYTES = 1 << 20;

/** What {@link createSubprocessExec} and {@link createSubprocessShell} take by name. */
export interface ProcessOptions extends SubprocessOptions {
  /** Bytes that a line of `stdout` and `stderr` may have; twice as many may be buffered. 64 KiB if left out. Python: `limit`. */
  limit?: number | undefined;
}

/** What {@link subprocess.Process.communicate} gives: what the child wrote; `null` where that was no pipe. */
export type Output = [stdout: Buffer | null, stderr: Buffer | null];

/**
 * A child process. {@link createSubprocessExec} and {@link createSubprocessShell} make it.
 *
 * `await using` in an async function kills it at the end, if it still runs, and waits.
 *
 * Python: `asyncio.subprocess.Process`.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const child = yield* createSubprocessExec('cat', { stdin: subprocess.PIPE, stdout: subprocess.PIPE });
 *   child.stdin!.write('line by line\n');
 *   console.log(String(yield* child.stdout!.readline()).trim(), child.returncode);
 *   child.stdin!.close();
 *   console.log(yield* child.wait());
 * }
 *
 * await run(main());
 * // line by line null
 * // 0
 * ```
 */
export class Process {
  /** What the child reads: `null` unless it is a pipe. Python: `Process.stdin`. */
  readonly stdin: StreamWriter | null;
  /** What the child writes: `null` unless it is a pipe. Python: `Process.stdout`. */
  readonly stdout: StreamReader | null;
  /** What the child writes as errors: `null` unless it is a pipe of its own. Python: `Process.stderr`. */
  readonly stderr: StreamReader | null;
  /** The number of the process. Python: `Process.pid`. */
  readonly pid: number;
  private readonly _transport: UnixSubprocessTransport;
  private readonly _loop: SelectorEventLoop;
  /** What communicate() has read so far, by descriptor: a cancelled one has lost nothing. */
  private readonly _collected: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };

  /** @internal */
  constructor(
    transport: UnixSubprocessTransport,
    protocol: SubprocessStreamProtocol,
    loop: SelectorEventLoop,
  ) {
    this._transport = transport;
    this._loop = loop;
    this.stdin = protocol.stdin;
    this.stdout = protocol.stdout;
    this.stderr = protocol.stderr;
    this.pid = transport.getPid();
  }

  /**
   * The exit status, or minus the number of the signal that ended the child; `null` while it runs. Python: `Process.returncode`.
   */
  get returncode(): number | null {
    return this._transport.getReturncode();
  }

  /**
   * Wait until the child has exited. A wait that is cancelled loses nothing: the next one gets the same.
   *
   * With pipes that nobody reads, a child that writes much never ends: use {@link Process.communicate} then.
   *
   * Python: `Process.wait`.
   *
   * @returns the exit status, or minus the number of the signal that ended the child.
   *
   * @example
   * ```ts
   * import { createSubprocessExec, run, TimeoutError, waitFor, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const child = yield* createSubprocessExec('sleep', '60');
   *   try {
   *     yield* waitFor(child.wait(), 0.02);
   *   } catch (e) {
   *     if (!(e instanceof TimeoutError)) throw e;
   *     child.kill();
   *     console.log('killed:', yield* child.wait());
   *   }
   * }
   *
   * await run(main());
   * // killed: -9
   * ```
   */
  *wait(): Coroutine<number> {
    return yield* this._transport._wait();
  }

  /**
   * Send the child a signal. After its end, nothing happens.
   *
   * Python: `Process.send_signal`.
   *
   * @param signal - a number, or Node's name: `'SIGHUP'`
   * @throws ProcessLookupError when the child has ended and its pipes are closed; ValueError for no signal.
   */
  sendSignal(signal: number | string): void {
    this._transport.sendSignal(signal);
  }

  /** Ask the child to end (SIGTERM). Python: `Process.terminate`. @throws as {@link Process.sendSignal} does. */
  terminate(): void {
    this._transport.terminate();
  }

  /** End the child (SIGKILL). Python: `Process.kill`. @throws as {@link Process.sendSignal} does. */
  kill(): void {
    this._transport.kill();
  }

  /**
   * Send the child `input` and close its standard input; read all that it writes; wait for its end. All at once, so that
   * neither side waits for the other for ever. What it writes is kept in memory.
   *
   * When it is cancelled, nothing is lost: another `communicate()`, without input, goes on.
   *
   * Python: `Process.communicate`.
   *
   * @param input - bytes, or a string, which is sent as UTF-8; needs `stdin: PIPE`
   * @returns what the child wrote to `stdout` and to `stderr`, as far as these are pipes.
   * @throws ValueError for input without a pipe.
   */
  *communicate(input: Bytes | null | { input?: Bytes | null } = null): Coroutine<Output> {
    const data = isKeywords(input) ? (input.input ?? null) : input;
    if (data !== null && this.stdin === null) {
      throw new ValueError('communicate(): there is no pipe for the input; pass stdin: subprocess.PIPE');
    }
    const [, stdout, stderr] = yield* gather(this._feedStdin(data), this._readAll(1), this._readAll(2));
    yield* this.wait();
    return [stdout, stderr];
  }

  private *_feedStdin(input: Bytes | null): Coroutine {
    const { stdin } = this;
    if (stdin === null) return;
    try {
      if (input !== null) {
        stdin.write(input);
        this._debug('communicate: feed stdin');
      }
      yield* stdin.drain();
    } catch (error) {
      // The child does not want to know more.
      if (!(error instanceof BrokenPipeError || error instanceof ConnectionResetError)) throw error;
      this._debug(`communicate: stdin got ${String(error)}`);
    }
    this._debug('communicate: close stdin');
    stdin.close();
  }

  private *_readAll(fd: 1 | 2): Coroutine<Buffer | null> {
    const name = fd === 1 ? 'stdout' : 'stderr';
    const stream = this[name];
    if (stream === null) return null;
    const transport: BaseTransport | null = this._transport.getPipeTransport(fd);
    this._debug(`communicate: read ${name}`);
    const chunks = this._collected[fd];
    for (;;) {
      const data = yield* stream.read(CHUNK_BYTES);
      if (data.length === 0) break;
      chunks.push(data);
    }
    const output = Buffer.concat(chunks.splice(0));
    this._debug(`communicate: close ${name}`);
    transport?.close();
    return output;
  }

  private _debug(what: string): void {
    if (this._loop.getDebug()) logger.debug(`${this.toString()} ${what}`);
  }

  /** Kill the child if it still runs, close its pipes, and wait: at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this._transport.close();
    await this._loop.createTask(this.wait());
  }

  /** `<Process 42>`. */
  toString(): string {
    return `<${this.constructor.name} ${this.pid}>`;
  }
}

/** Without being named, a standard stream is this process's own. */
function inherited(options: ProcessOptions): SubprocessOptions {
  const { limit: _, stdin = null, stdout = null, stderr = null, ...others } = options;
  return { ...others, stdin, stdout, stderr };
}

/**
 * Start a program.
 *
 * Python: `asyncio.create_subprocess_exec`.
 *
 * @param program - a path, or a name that is looked for in `PATH`
 * @param args - the program's arguments, and then, if wanted, an object with options: `stdin`, `stdout` and `stderr`, which
 * are this process's own unless they are named, `cwd`, `env`, `limit` ...
 * @throws FileNotFoundError or PermissionError with the path of the program or of the working directory, and other OSErrors;
 * ValueError or TypeError for options that make no sense; RuntimeError in a loop that blocks.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const process = yield* createSubprocessExec('tr', 'a-z', 'A-Z', {
 *     stdin: subprocess.PIPE,
 *     stdout: subprocess.PIPE,
 *   });
 *   const [stdout] = yield* process.communicate('hello');
 *   console.log(String(stdout), process.returncode);
 * }
 *
 * await run(main());
 * // HELLO 0
 * ```
 */
export function* createSubprocessExec(
  program: string,
  ...args: (string | ProcessOptions)[]
): Coroutine<Process> {
  const loop = getRunningLoop();
  const last = args.at(-1);
  const options = isKeywords(last) ? (last as ProcessOptions) : {};
  const words = isKeywords(last) ? args.slice(0, -1) : args;
  const factory = (): SubprocessStreamProtocol => new SubprocessStreamProtocol(options.limit, loop);
  const [transport, protocol] = yield* loop.subprocessExec(factory, program, ...words, inherited(options));
  return new Process(transport as UnixSubprocessTransport, protocol, loop);
}

/**
 * Have the shell, `/bin/sh`, run a command. What comes from outside must be quoted: {@link createSubprocessExec} needs
 * none of that.
 *
 * Python: `asyncio.create_subprocess_shell`.
 *
 * @param options - as for {@link createSubprocessExec}
 * @throws as {@link createSubprocessExec} does; a command that does not exist is the shell's business: exit status 127.
 *
 * @example
 * ```ts
 * import { createSubprocessShell, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const process = yield* createSubprocessShell('echo out; echo err >&2; exit 3', {
 *     stdout: subprocess.PIPE,
 *     stderr: subprocess.STDOUT,
 *   });
 *   const [stdout] = yield* process.communicate();
 *   console.log(JSON.stringify(String(stdout)), process.returncode);
 * }
 *
 * await run(main());
 * // "out\nerr\n" 3
 * ```
 */
export function* createSubprocessShell(cmd: string, options: ProcessOptions = {}): Coroutine<Process> {
  const loop = getRunningLoop();
  const factory = (): SubprocessStreamProtocol => new SubprocessStreamProtocol(options.limit, loop);
  const [transport, protocol] = yield* loop.subprocessShell(factory, cmd, inherited(options));
  return new Process(transport as UnixSubprocessTransport, protocol, loop);
}
