/*
 * What both ends of a pipe have in common: a descriptor that the selector watches, and an end that comes exactly once.
 *
 *   state      _closing  _pipe     left by
 *   open       false     there     close(), an error, the other side's end
 *   closing    true      there     connectionLost is called (a writing end sends what it has before that)
 *   closed     true      null
 */
import type { OSError } from '../base/errors.js';
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import { type Context, copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { SelectorEventLoop } from '../loop/index.js';
import { noteTransportClosed, noteTransportOpened } from '../loop/loop-events.js';
import { type Addon, addon } from '../platform/addon.js';
import { warn } from '../platform/host.js';
import { FlowControlTransport } from '../protocols/flow-control.js';
import type { BaseProtocol, ExtraInfo } from '../protocols/index.js';
import { EVENT_READ, EVENT_WRITE } from '../selectors/index.js';
import { closePipe, descriptorOf, kindOf, type PipeKind } from './pipe-end.js';

/** What both are made with. */
export interface PipeOptions {
  /** Is settled when connectionMade was called. */
  waiter?: Future<void> | null;
  /** What `getExtraInfo` knows already. */
  extra?: ExtraInfo | null;
}

/** A reading or a writing end. */
export abstract class UnixPipeTransport extends FlowControlTransport {
  declare readonly _loop: SelectorEventLoop;
  /** What the user gave; null when all is over. @internal */
  _pipe: unknown;
  /** @internal */
  readonly _fd: number;
  /** @internal */
  readonly _kind: PipeKind;
  /** @internal */
  readonly _addon: Addon = addon();
  /** @internal */
  _protocol: BaseProtocol | null;
  /** @internal */
  _closing: boolean = false;
  /** connectionLost is on its way, or was called. @internal */
  protected _lost: boolean = false;
  private readonly _context: Context = copyContext();

  constructor(
    loop: SelectorEventLoop,
    pipe: unknown,
    protocol: BaseProtocol,
    options: PipeOptions,
    refusal: string,
  ) {
    const fd = descriptorOf(pipe);
    const kind = kindOf(fd, refusal);
    loop._ensureFdNoTransport(fd);
    super(loop, { ...options.extra, pipe });
    this._pipe = pipe;
    this._fd = fd;
    this._kind = kind;
    this._protocol = protocol;
    this._addon.setNonblocking(fd, true);
    loop._transports.set(fd, this);
  }

  /** connectionMade, then what begins the work, then the waiter: each in a turn of its own. @internal */
  protected _begin(begin: (transport: this) => void, waiter: Future<void> | null | undefined): void {
    this._soon(connectionMade);
    this._soon(begin);
    if (waiter == null) return;
    this._loop._enqueue(new Handle(settle, [waiter], this._loop, this._context));
  }

  /** @internal */
  protected _soon(callback: (transport: this) => void): void {
    this._loop._enqueue(new Handle(callback, [this], this._loop, this._context));
  }

  /** @internal */
  protected _watch(event: number, callback: (transport: this) => void): void {
    this._loop._add(this._fd, event, new Handle(callback, [this], this._loop, this._context));
  }

  /** @internal */
  protected _unwatch(event: number): void {
    this._loop._remove(this._fd, event);
  }

  override setProtocol(protocol: BaseProtocol): void {
    this._protocol = protocol;
  }

  override getProtocol(): BaseProtocol {
    return this._protocol as BaseProtocol;
  }

  /** @internal */
  protected override _flowProtocol(): BaseProtocol | null {
    return this._protocol;
  }

  override isClosing(): boolean {
    return this._closing;
  }

  /** Something failed that ends the connection; only what the outside did is not reported. @internal */
  protected _fatalError(exc: unknown, message: string): void {
    if (exc instanceof KeyboardInterrupt || exc instanceof SystemExit) throw exc;
    // A terminal whose other side is gone answers EIO: its way of ending.
    if (this._isOrdinary(exc)) this._debug(`${message}: ${(exc as OSError).message}`);
    else {
      const context = { message, exception: exc, transport: this, protocol: this._protocol };
      this._loop.callExceptionHandler(context);
    }
    this._close(exc);
  }

  /** Whether an error is one of those that ends of pipes have. @internal */
  protected abstract _isOrdinary(exc: unknown): boolean;

  /** @internal */
  protected _close(exc: unknown): void {
    if (this._lost) return;
    this._lost = this._closing = true;
    this._unwatch(EVENT_WRITE);
    this._unwatch(EVENT_READ);
    this._loop._enqueue(new Handle(connectionLost, [this, exc], this._loop, this._context));
  }

  /** @internal */
  _callConnectionLost(exc: unknown): void {
    this._lost = true;
    try {
      this._protocol?.connectionLost(exc as Error | null);
    } finally {
      this._release();
      noteTransportClosed(this._loop, this, exc);
    }
  }

  /** The loop is closed under it. @internal */
  _abandoned(): void {
    if (!this._closing && this._loop.getDebug())
      warn(`unclosed transport ${String(this)}`, 'ResourceWarning');
    this._lost = this._closing = true;
    this._release();
  }

  private _release(): void {
    if (this._pipe === null) return;
    if (this._loop._transports.get(this._fd) === this) this._loop._transports.delete(this._fd);
    closePipe(this._pipe, this._fd);
    this._pipe = this._protocol = null;
  }

  /** @internal */
  protected _debug(what: string): void {
    if (this._loop.getDebug()) logger.debug(`${String(this)} ${what}`);
  }

  /** @internal */
  protected _describe(event: number, ...more: string[]): string {
    const parts = [this.constructor.name];
    if (this._pipe === null) parts.push('closed');
    else if (this._closing) parts.push('closing');
    parts.push(`fd=${this._fd}`);
    if (this._pipe === null) parts.push('closed');
    else parts.push(this._loop._handleOf(this._fd, event) === null ? 'idle' : 'polling', ...more);
    return `<${parts.join(' ')}>`;
  }
}

function connectionMade(transport: UnixPipeTransport): void {
  noteTransportOpened(transport._loop, transport);
  transport._protocol?.connectionMade(transport);
}

function connectionLost(transport: UnixPipeTransport, exc: unknown): void {
  transport._callConnectionLost(exc);
}

function settle(waiter: Future<void>): void {
  if (!waiter.done()) waiter.setResult();
}
