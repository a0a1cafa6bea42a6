/*
 * From a protocol's calls to a reader, and from a new connection to a handler.
 *
 * It holds the reader weakly, or nobody would see that reader and writer of an open connection are dropped: strongly only
 * until the handler has it, and while somebody waits for it.
 */
import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import { type Coroutine, iscoroutine, isPromiseLike } from '../base/awaitable.js';
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { type Future, isfuture } from '../futures/index.js';
import type { BaseTransport, Transport } from '../protocols/index.js';
import type { Task } from '../tasks/index.js';
import { FlowControlMixin } from './flow-control.js';
import type { Handlers } from './handlers.js';
import type { StreamReader } from './reader.js';
import { StreamWriter } from './writer.js';

/**
 * What {@link startServer} calls with each client: a generator function, which runs as a task of its own, or a plain
 * function. A promise that it returns is waited for as a task is. Python: `client_connected_cb`.
 */
export type ClientConnectedCallback = (
  reader: StreamReader,
  writer: StreamWriter,
) => Coroutine<unknown> | PromiseLike<unknown> | void;

/**
 * The protocol beneath a {@link StreamReader} and a {@link StreamWriter}. For `loop.createConnection` and its like, where
 * {@link openConnection} does not fit.
 *
 * Python: `asyncio.StreamReaderProtocol`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, StreamReader, StreamReaderProtocol, StreamWriter, type Coroutine } from 'tsyncio';
 * import { socketpair } from 'tsyncio/socket';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const [a, b] = socketpair();
 *   const reader = new StreamReader();
 *   const factory = () => new StreamReaderProtocol(reader);
 *   const [transport, protocol] = yield* loop.createConnection(factory, { sock: b });
 *   const writer = new StreamWriter(transport, protocol, reader, loop);
 *   a.send('hello\n');
 *   console.log(String(yield* reader.readline()).trim());
 *   writer.close();
 *   yield* writer.waitClosed();
 *   a.close();
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export class StreamReaderProtocol extends FlowControlMixin {
  /** @internal */
  _strongReader: StreamReader | null;
  private _weakReader: WeakRef<StreamReader> | null;
  private readonly _clientConnectedCb: ClientConnectedCallback | null;
  private _overSsl: boolean = false;
  /** Holds the handler while it runs. @internal */
  _task: Task | null = null;
  /** Where the handler is to be noted. @internal */
  _handlers: Handlers | null = null;
  private _lostWith: Error | null = null;
  private _closeWaiters: Set<Future<void>> | null = null;

  /**
   * @param streamReader - what gets the bytes
   * @param clientConnectedCb - is called with reader and writer when the connection stands; this and the loop may also be given by name,
   * as one object
   * @param loop - the one of the transport; by default the one that `getEventLoop()` gives
   */
  constructor(
    streamReader: StreamReader,
    clientConnectedCb?:
      | ClientConnectedCallback
      | null
      | { clientConnectedCb?: ClientConnectedCallback | null | undefined; loop?: Loop | null | undefined },
    loop?: Loop | null | { loop?: Loop | null | undefined },
  ) {
    const rest = firstOrOptions<{
      clientConnectedCb?: ClientConnectedCallback | null | undefined;
      loop?: Loop | null | undefined;
    }>('loop', loop, {});
    const options = firstOrOptions('clientConnectedCb', clientConnectedCb, rest);
    checkKeywords('StreamReaderProtocol', options, ['clientConnectedCb', 'loop']);
    super({ loop: options.loop });
    this._weakReader = new WeakRef(streamReader);
    this._clientConnectedCb = options.clientConnectedCb ?? null;
    this._strongReader = this._clientConnectedCb === null ? null : streamReader;
    streamReader._holder = this;
  }

  private get _reader(): StreamReader | null {
    return this._strongReader ?? this._weakReader?.deref() ?? null;
  }

  /** @internal */
  get _isServerSide(): boolean {
    return this._clientConnectedCb !== null;
  }

  /** @internal */
  _replaceTransport(transport: Transport): void {
    this._overSsl = transport.getExtraInfo('sslcontext') !== null;
    this._reader?._replaceTransport(transport);
  }

  /** All that is received and not read: TLS begins with it. @internal */
  _takeBuffered(): Buffer[] {
    return this._reader?._takeBuffered() ?? [];
  }

  /** The reader gets the transport, and the callback is called. Python: `StreamReaderProtocol.connection_made`. */
  override connectionMade(transport: BaseTransport): void {
    const reader = this._reader;
    reader?.setTransport(transport);
    this._overSsl = transport.getExtraInfo('sslcontext') !== null;
    if (this._clientConnectedCb === null || reader === null) return;
    this._handle(this._clientConnectedCb, reader, transport as Transport);
    if (reader._waiter === null) this._strongReader = null;
  }

  private _handle(callback: ClientConnectedCallback, reader: StreamReader, transport: Transport): void {
    try {
      const result = callback(reader, new StreamWriter(transport, this, reader, this._loop)) as unknown;
      const isCoroutine = iscoroutine(result) || (isPromiseLike(result) && !isfuture(result));
      if (isCoroutine) this._watch(this._loop.createTask(result) as Task, transport);
    } catch (error) {
      if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
      this._failed(error, transport);
    }
  }

  private _watch(task: Task, transport: Transport): void {
    this._task = task;
    this._handlers?.add(task);
    task.addDoneCallback(() => {
      this._task = null;
      if (task.cancelled()) transport.close();
      else if (task.exception() !== null) this._failed(task.exception(), transport);
    });
  }

  private _failed(exception: unknown, transport: Transport): void {
    this._loop.callExceptionHandler({
      message: 'Unhandled exception in client_connected_cb',
      exception,
      transport,
      peername: transport.getExtraInfo('peername'),
    });
    transport.close();
  }

  /** The reader gets the bytes. Python: `StreamReaderProtocol.data_received`. */
  override dataReceived(data: Buffer): void {
    this._reader?.feedData(data);
  }

  /**
   * The reader comes to its end. Python: `StreamReaderProtocol.eof_received`.
   *
   * @returns `true`, so that one can go on writing; `false` with TLS, which cannot be open on one side only.
   */
  override eofReceived(): boolean {
    this._reader?.feedEof();
    // TLS cannot be open on one side only.
    return !this._overSsl;
  }

  /**
   * The reader comes to its end, or fails with the error; those who wait in `waitClosed()` go on. Python:
   * `StreamReaderProtocol.connection_lost`.
   */
  override connectionLost(exc: Error | null): void {
    const reader = this._reader;
    if (exc === null) reader?.feedEof();
    else reader?.setException(exc);
    super.connectionLost(exc);
    this._lostWith = exc;
    for (const waiter of this._closeWaiters ?? []) {
      if (waiter.done()) continue;
      if (exc === null) waiter.setResult();
      else waiter.setException(exc);
    }
    this._closeWaiters = null;
    this._strongReader = this._weakReader = null;
  }

  /** @internal */
  override *_waitClosed(): Coroutine {
    if (this._connectionLost) {
      if (this._lostWith !== null) throw this._lostWith;
      return;
    }
    const waiters = (this._closeWaiters ??= new Set());
    const waiter = this._loop.createFuture<void>() as Future<void>;
    waiters.add(waiter);
    try {
      yield* waiter;
    } finally {
      waiters.delete(waiter);
    }
  }
}
