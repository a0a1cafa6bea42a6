/*
 * From a child's pipes to streams.
 */
import type { Coroutine } from '../base/awaitable.js';
import type { Future } from '../futures/index.js';
import type { SelectorEventLoop } from '../loop/index.js';
import type {
  BaseTransport,
  SubprocessProtocol,
  SubprocessTransport,
  WriteTransport,
} from '../protocols/index.js';
import { FlowControlMixin } from '../streams/flow-control.js';
import { StreamReader, StreamWriter } from '../streams/index.js';

/**
 * The protocol beneath a {@link subprocess.Process}. For {@link SelectorEventLoop.subprocessExec}, where
 * {@link createSubprocessExec} does not fit.
 *
 * Python: `asyncio.subprocess.SubprocessStreamProtocol`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const factory = () => new subprocess.SubprocessStreamProtocol(undefined, loop);
 *   const [transport, protocol] = yield* loop.subprocessExec(factory, 'cat');
 *   protocol.stdin!.write('hello');
 *   protocol.stdin!.close();
 *   console.log(String(yield* protocol.stdout!.read()));
 *   transport.close();
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export class SubprocessStreamProtocol extends FlowControlMixin implements SubprocessProtocol {
  /** What the child reads, if that is a pipe. */
  stdin: StreamWriter | null = null;
  /** What the child writes, if that is a pipe. */
  stdout: StreamReader | null = null;
  /** What the child writes as errors, if that is a pipe of its own. */
  stderr: StreamReader | null = null;
  private readonly _limit: number | undefined;
  private _transport: SubprocessTransport | null = null;
  private _processExited: boolean = false;
  /** The pipes that are still read. */
  private readonly _open: Set<number> = new Set();
  private _stdinLost: boolean = false;
  private _stdinLostWith: Error | null = null;
  private readonly _closeWaiters: Set<Future<void>> = new Set();

  /**
   * @param limit - bytes that a line of `stdout` and `stderr` may have; 64 KiB for `undefined`
   * @param loop - the one of the transport
   */
  constructor(limit: number | undefined, loop: SelectorEventLoop) {
    super({ loop });
    this._limit = limit;
  }

  /** Makes the streams. Python: `connection_made`. */
  override connectionMade(transport: BaseTransport): void {
    this._transport = transport as SubprocessTransport;
    this.stdout = this._readerOf(1);
    this.stderr = this._readerOf(2);
    const stdin = this._transport.getPipeTransport(0);
    if (stdin !== null) this.stdin = new StreamWriter(stdin as WriteTransport, this, null, this._loop);
  }

  private _readerOf(fd: number): StreamReader | null {
    const transport = this._transport!.getPipeTransport(fd);
    if (transport === null) return null;
    const reader = new StreamReader(this._limit, { loop: this._loop });
    reader.setTransport(transport);
    this._open.add(fd);
    return reader;
  }

  private _reader(fd: number): StreamReader | null {
    return fd === 1 ? this.stdout : fd === 2 ? this.stderr : null;
  }

  /** A reader gets the bytes. Python: `pipe_data_received`. */
  pipeDataReceived(fd: number, data: Buffer): void {
    this._reader(fd)?.feedData(data);
  }

  /** A reader comes to its end, or those go on who wait for the writer. Python: `pipe_connection_lost`. */
  pipeConnectionLost(fd: number, exc: Error | null): void {
    if (fd === 0) {
      this._stdinClosed(exc);
      return;
    }
    const reader = this._reader(fd);
    if (exc === null) reader?.feedEof();
    else reader?.setException(exc);
    this._open.delete(fd);
    this._maybeCloseTransport();
  }

  private _stdinClosed(exc: Error | null): void {
    this.stdin?.close();
    this.connectionLost(exc);
    this._stdinLost = true;
    this._stdinLostWith = exc;
    for (const waiter of this._closeWaiters) {
      if (waiter.done()) continue;
      if (exc === null) waiter.setResult();
      else waiter.setException(exc);
    }
  }

  /** Closes the transport, when the pipes have come to their ends, too. Python: `process_exited`. */
  processExited(): void {
    this._processExited = true;
    this._maybeCloseTransport();
  }

  private _maybeCloseTransport(): void {
    if (this._open.size > 0 || !this._processExited) return;
    this._transport?.close();
    this._transport = null;
  }

  /** @internal */
  override *_waitClosed(): Coroutine {
    if (this._stdinLost) {
      if (this._stdinLostWith !== null) throw this._stdinLostWith;
      return;
    }
    const waiter = this._loop.createFuture<void>() as Future<void>;
    this._closeWaiters.add(waiter);
    try {
      yield* waiter;
    } finally {
      this._closeWaiters.delete(waiter);
    }
  }

  /** `<SubprocessStreamProtocol stdin=<...> stdout=<...>>`. */
  override toString(): string {
    const parts = [this.constructor.name];
    for (const name of ['stdin', 'stdout', 'stderr'] as const) {
      if (this[name] !== null) parts.push(`${name}=${String(this[name])}`);
    }
    return `<${parts.join(' ')}>`;
  }
}
