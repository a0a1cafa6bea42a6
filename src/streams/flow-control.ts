/*
 * Who waits to write: pauseWriting and resumeWriting of the transport on one side, drain() on the other.
 */
import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { ConnectionResetError, RuntimeError } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { Loop } from '../base/loop.js';
import { requireLoop } from '../base/running.js';
import type { Future } from '../futures/index.js';
import { Protocol, type Transport } from '../protocols/index.js';

/**
 * What a {@link StreamWriter} needs of its protocol: inherit it from {@link FlowControlMixin} or {@link StreamReaderProtocol}.
 */
export interface StreamProtocol {
  /** With `_connectionLost`: false, if there is nothing to wait for, and no error. @internal */
  readonly _paused?: boolean;
  /** @internal */
  readonly _connectionLost?: boolean;
  /** Wait while the transport's buffer is too full. @internal */
  _drainHelper(): Coroutine;
  /** Wait until the connection is gone. @internal */
  _waitClosed(): Coroutine;
  /** Whether the connection is one that a server accepted. @internal */
  readonly _isServerSide?: boolean;
  /** From now on the connection goes over another transport. @internal */
  _replaceTransport?(transport: Transport): void;
}

/**
 * A protocol that tells {@link StreamWriter.drain} when to wait. For protocols of one's own to inherit from; those that
 * override its methods call them too. A writer's `waitClosed()` needs more: {@link StreamReaderProtocol} has it.
 *
 * Python: `asyncio.streams.FlowControlMixin`.
 *
 * @example
 * ```ts
 * import { FlowControlMixin, getRunningLoop, run, StreamWriter, type Coroutine } from 'tsyncio';
 * import { PassThrough } from 'node:stream';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const sink = new PassThrough();
 *   const [transport, protocol] = yield* loop.connectWritePipe(() => new FlowControlMixin(), sink);
 *   const writer = new StreamWriter(transport, protocol, null, loop);
 *   writer.write('drained');
 *   yield* writer.drain();
 *   console.log(String(sink.read()));
 *   writer.close();
 * }
 *
 * await run(main());
 * // drained
 * ```
 */
export class FlowControlMixin extends Protocol implements StreamProtocol {
  /** @internal */
  readonly _loop: Loop;
  /** @internal */
  _paused: boolean = false;
  /** @internal */
  _connectionLost: boolean = false;
  /** @internal */
  _drainWaiters: Set<Future<void>> | null = null;

  /** @param loop - the one of the transport; by default the one that `getEventLoop()` gives. It may also be given by name */
  constructor(loop?: Loop | null | { loop?: Loop | null | undefined }) {
    super();
    const options = firstOrOptions<{ loop?: Loop | null | undefined }>('loop', loop, {});
    checkKeywords('FlowControlMixin', options, ['loop']);
    this._loop = options.loop ?? requireLoop();
  }

  /** From now on {@link StreamWriter.drain} waits. Python: `FlowControlMixin.pause_writing`. */
  override pauseWriting(): void {
    this._paused = true;
    if (this._loop.getDebug()) logger.debug(`${this.toString()} pauses writing`);
  }

  /** Those who wait in {@link StreamWriter.drain} go on. Python: `FlowControlMixin.resume_writing`. */
  override resumeWriting(): void {
    this._paused = false;
    if (this._loop.getDebug()) logger.debug(`${this.toString()} resumes writing`);
    for (const waiter of this._drainWaiters ?? []) if (!waiter.done()) waiter.setResult();
  }

  /** Those who wait in {@link StreamWriter.drain} go on, or get the error. Python: `FlowControlMixin.connection_lost`. */
  override connectionLost(exc: Error | null): void {
    this._connectionLost = true;
    for (const waiter of this._drainWaiters ?? []) {
      if (waiter.done()) continue;
      if (exc === null) waiter.setResult();
      else waiter.setException(exc);
    }
  }

  /** @internal */
  *_drainHelper(): Coroutine {
    if (this._connectionLost) throw new ConnectionResetError('Connection lost');
    if (!this._paused) return;
    const waiters = (this._drainWaiters ??= new Set());
    const waiter = this._loop.createFuture<void>() as Future<void>;
    waiters.add(waiter);
    try {
      yield* waiter;
    } finally {
      waiters.delete(waiter);
    }
  }

  /** @internal */
  *_waitClosed(): Coroutine {
    throw new RuntimeError(`${this.constructor.name} does not tell when its connection is gone`);
  }

  /** `<StreamReaderProtocol>`. */
  override toString(): string {
    return `<${this.constructor.name}>`;
  }
}
