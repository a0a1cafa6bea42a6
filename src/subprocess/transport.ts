/*
 * A child process and its pipes, as one transport.
 *
 * Its protocol hears nothing before all pipes are connected: `_pending` holds it back until then. connectionLost comes when
 * the child has exited and all of its pipes are closed, whoever holds their other ends; wait() needs only the former.
 */
import type { Coroutine } from '../base/awaitable.js';
import { KeyboardInterrupt, ProcessLookupError, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import { osErrorFromNode } from '../base/oserror.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { SelectorEventLoop } from '../loop/index.js';
import { noteTransportClosed, noteTransportOpened } from '../loop/loop-events.js';
import { warn } from '../platform/host.js';
import {
  type BaseProtocol,
  type BaseTransport,
  Protocol,
  SubprocessTransport,
  type SubprocessProtocol,
} from '../protocols/index.js';
import { signalNumber } from './signals.js';
import type { Spawned } from './spawn.js';

/** What the transport of one pipe tells the transport of the child. */
class PipeProtocol extends Protocol {
  readonly fd: number;
  transport: BaseTransport | null = null;
  isLost: boolean = false;
  private readonly _child: UnixSubprocessTransport;

  constructor(child: UnixSubprocessTransport, fd: number) {
    super();
    this._child = child;
    this.fd = fd;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport;
  }

  override connectionLost(exc: Error | null): void {
    this.isLost = true;
    this._child._pipeLost(this.fd, exc);
  }

  override dataReceived(data: Buffer): void {
    this._child._tell((protocol) => {
      protocol.pipeDataReceived(this.fd, data);
    });
  }

  override pauseWriting(): void {
    this._child._protocol?.pauseWriting();
  }

  override resumeWriting(): void {
    this._child._protocol?.resumeWriting();
  }

  override toString(): string {
    return `<PipeProtocol fd=${this.fd} pipe=${String(this.transport)}>`;
  }
}

/** The transport of `loop.subprocessExec`. Python: `asyncio.unix_events._UnixSubprocessTransport`. */
export class UnixSubprocessTransport extends SubprocessTransport {
  /** @internal */
  readonly _loop: SelectorEventLoop;
  /** null when all is over. @internal */
  _protocol: SubprocessProtocol | null;
  private readonly _spawned: Spawned;
  private readonly _pipes: Map<number, PipeProtocol> = new Map();
  /** Calls of the protocol that wait for the pipes; null once these are connected. */
  private _pending: Handle[] | null = [];
  private _pipesConnected: boolean = false;
  private _returncode: number | null = null;
  private _finished: boolean = false;
  private _closed: boolean = false;
  private _exitWaiters: Future<number>[] = [];
  private readonly _context: Context = copyContext();

  constructor(loop: SelectorEventLoop, protocol: BaseProtocol, spawned: Spawned, waiter: Future<void>) {
    super();
    this._loop = loop;
    this._protocol = protocol as SubprocessProtocol;
    this._spawned = spawned;
    this._extra.subprocess = spawned.child;
    spawned.child.on('exit', (code, signal) => {
      if (!loop.isClosed()) loop._enqueue(new Handle(exited, [this, code, signal], loop, this._context));
    });
    // It can be neither started nor killed: Node has no better place to tell a failed kill().
    spawned.child.on('error', (error) => {
      if (loop.getDebug()) logger.debug(`${String(this)}: ${error.message}`);
    });
    loop._listening.add(this);
    loop.createTask(this._connectPipes(waiter));
  }

  private *_connectPipes(waiter: Future<void>): Coroutine {
    const loop = this._loop;
    const { stdin, stdout, stderr } = this._spawned;
    try {
      if (stdin !== null) yield* loop.connectWritePipe(() => this._pipe(0), stdin);
      if (stdout !== null) yield* loop.connectReadPipe(() => this._pipe(1), stdout);
      if (stderr !== null) yield* loop.connectReadPipe(() => this._pipe(2), stderr);
    } catch (error) {
      if (error instanceof SystemExit || error instanceof KeyboardInterrupt) throw error;
      if (!waiter.done()) waiter.setException(error);
      return;
    }
    this._pipesConnected = true;
    this._soon((protocol) => {
      noteTransportOpened(loop, this);
      protocol.connectionMade(this);
    });
    for (const handle of this._pending!) loop._enqueue(handle);
    this._pending = null;
    if (!waiter.done()) waiter.setResult();
  }

  private _pipe(fd: number): PipeProtocol {
    const protocol = new PipeProtocol(this, fd);
    this._pipes.set(fd, protocol);
    return protocol;
  }

  // -- what the protocol is told ---------------------------------------------------------------------------------

  private _handle(call: (protocol: SubprocessProtocol) => void): Handle {
    return new Handle(tell, [this, call], this._loop, this._context);
  }

  private _soon(call: (protocol: SubprocessProtocol) => void): void {
    this._loop._enqueue(this._handle(call));
  }

  /** In a turn of its own, once the pipes are connected. @internal */
  _tell(call: (protocol: SubprocessProtocol) => void): void {
    if (this._pending === null) this._soon(call);
    else this._pending.push(this._handle(call));
  }

  /** @internal */
  _pipeLost(fd: number, exc: Error | null): void {
    this._tell((protocol) => {
      protocol.pipeConnectionLost(fd, exc);
    });
    this._tryFinish();
  }

  /** @internal */
  _exited(returncode: number): void {
    this._returncode = returncode;
    if (this._loop.getDebug()) logger.info(`${String(this)} exited with return code ${returncode}`);
    this._tell((protocol) => {
      protocol.processExited();
    });
    // Whoever waits sees, when it goes on, that all is over, if no pipe is open.
    this._tryFinish();
    const waiters = this._exitWaiters;
    this._exitWaiters = [];
    for (const waiter of waiters) if (!waiter.done()) waiter.setResult(returncode);
  }

  private _tryFinish(): void {
    if (this._finished || this._returncode === null) return;
    if (this._pipesConnected && [...this._pipes.values()].some(({ isLost }) => !isLost)) return;
    this._finished = true;
    this._loop._enqueue(new Handle(connectionLost, [this], this._loop, this._context));
  }

  /** @internal */
  _connectionLost(): void {
    try {
      if (this._pipesConnected) this._protocol?.connectionLost(null);
    } finally {
      this._loop._listening.delete(this);
      this._protocol = null;
      if (this._pipesConnected) noteTransportClosed(this._loop, this, null);
    }
  }

  // -- what users call -----------------------------------------------------------------------------------------

  override setProtocol(protocol: BaseProtocol): void {
    this._protocol = protocol as SubprocessProtocol;
  }

  override getProtocol(): BaseProtocol {
    return this._protocol as BaseProtocol;
  }

  override isClosing(): boolean {
    return this._closed;
  }

  override getPid(): number {
    return this._spawned.child.pid!;
  }

  override getReturncode(): number | null {
    return this._returncode;
  }

  override getPipeTransport(fd: number): BaseTransport | null {
    return this._pipes.get(fd)?.transport ?? null;
  }

  override sendSignal(signal: number | string): void {
    const number = signalNumber(signal);
    if (this._protocol === null) throw new ProcessLookupError(`process ${this.getPid()} has ended`);
    // Node knows of the end by itself: no other process that has got the number since is ever hit.
    try {
      this._spawned.child.kill(number);
    } catch (error) {
      throw osErrorFromNode(error as Error);
    }
  }

  override terminate(): void {
    this.sendSignal('SIGTERM');
  }

  override kill(): void {
    this.sendSignal('SIGKILL');
  }

  /** Close the pipes, and kill the child if it still runs. */
  override close(): void {
    if (this._closed) return;
    this._closed = true;
    for (const { transport } of this._pipes.values()) transport?.close();
    if (!this._pipesConnected) this._destroyStreams();
    if (this._returncode !== null) return;
    if (this._loop.getDebug()) logger.warning(`Close running child process: kill ${String(this)}`);
    this._spawned.child.kill('SIGKILL');
  }

  private _destroyStreams(): void {
    const { stdin, stdout, stderr } = this._spawned;
    for (const stream of [stdin, stdout, stderr]) stream?.destroy();
  }

  /** Wait until the child has exited. @internal */
  *_wait(): Coroutine<number> {
    if (this._returncode !== null) return this._returncode;
    const waiter = this._loop.createFuture<number>();
    this._exitWaiters.push(waiter);
    return yield* waiter;
  }

  /** The loop is closed under it. @internal */
  _abandoned(): void {
    const isRunning = this._returncode === null;
    if (!this._closed && (isRunning || this._loop.getDebug())) {
      warn(`unclosed transport ${String(this)}`, 'ResourceWarning');
    }
    this._closed = true;
    this._destroyStreams();
    if (isRunning) this._spawned.child.kill('SIGKILL');
  }

  /** `<UnixSubprocessTransport pid=42 running stdin=<...> stdout=<...>>`. */
  override toString(): string {
    const parts = [this.constructor.name];
    if (this._closed) parts.push('closed');
    parts.push(`pid=${this.getPid()}`);
    parts.push(this._returncode === null ? 'running' : `returncode=${this._returncode}`);
    for (const [fd, name] of ['stdin', 'stdout', 'stderr'].entries()) {
      const pipe = this._pipes.get(fd);
      if (pipe !== undefined) parts.push(`${name}=${String(pipe.transport)}`);
    }
    return `<${parts.join(' ')}>`;
  }
}

function tell(transport: UnixSubprocessTransport, call: (protocol: SubprocessProtocol) => void): void {
  if (transport._protocol !== null) call(transport._protocol);
}

function exited(transport: UnixSubprocessTransport, code: number | null, signal: string | null): void {
  transport._exited(code ?? -signalNumber(signal!));
}

function connectionLost(transport: UnixSubprocessTransport): void {
  transport._connectionLost();
}
