/*
 * The flow control of writing, for transports to inherit: when the protocol is told to pause, and when to go on.
 *
 *   flowing --(size > high)--> paused --(size <= low)--> flowing
 *
 * Both sides of the mark are looked at after every change of the buffer, and pauseWriting and resumeWriting alternate.
 */
import { isKeywords } from '../base/arguments.js';
import { DEFAULT_HIGH_WATER } from '../base/constants.js';
import { KeyboardInterrupt, SystemExit, ValueError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import type { BaseProtocol } from './protocols.js';
import { type ExtraInfo, Transport, type WriteBufferLimits } from './transports.js';

/** A transport with flow control. Python: `asyncio.transports._FlowControlMixin`. */
export abstract class FlowControlTransport extends Transport {
  /** @internal */
  readonly _loop: Loop;
  /** @internal */
  _protocolPaused: boolean = false;
  /** @internal */
  _lowWater: number = DEFAULT_HIGH_WATER >> 2;
  /** @internal */
  _highWater: number = DEFAULT_HIGH_WATER;

  constructor(loop: Loop, extra: ExtraInfo | null = null) {
    super(extra);
    this._loop = loop;
  }

  /** What the protocol is told. @internal */
  protected abstract _flowProtocol(): BaseProtocol | null;

  /** To be called when the buffer has grown. @internal */
  _maybePauseProtocol(): void {
    if (this._protocolPaused || this.getWriteBufferSize() <= this._highWater) return;
    this._protocolPaused = true;
    try {
      this._flowProtocol()?.pauseWriting();
    } catch (error) {
      this._flowFailed('protocol.pause_writing() failed', error);
    }
  }

  /** To be called when the buffer has shrunk. What it calls may write, and so fill the buffer again. @internal */
  _maybeResumeProtocol(): void {
    if (!this._protocolPaused || this.getWriteBufferSize() > this._lowWater) return;
    this._protocolPaused = false;
    try {
      this._flowProtocol()?.resumeWriting();
    } catch (error) {
      this._flowFailed('protocol.resume_writing() failed', error);
    }
  }

  private _flowFailed(message: string, exception: unknown): void {
    if (exception instanceof KeyboardInterrupt || exception instanceof SystemExit) throw exception;
    this._loop.callExceptionHandler({ message, exception, transport: this, protocol: this._flowProtocol() });
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this._lowWater, this._highWater];
  }

  /** @internal */
  _setWriteBufferLimits(high: number | null = null, low: number | null = null): void {
    const top = high ?? (low === null ? DEFAULT_HIGH_WATER : 4 * low);
    const bottom = low ?? Math.floor(top / 4);
    if (!(top >= bottom && bottom >= 0)) {
      throw new ValueError(`high (${top}) must be >= low (${bottom}) must be >= 0`);
    }
    this._highWater = top;
    this._lowWater = bottom;
  }

  override setWriteBufferLimits(high?: number | null | WriteBufferLimits, low?: number | null): void {
    const limits = isKeywords(high) ? (high as WriteBufferLimits) : { high: high as number | null, low };
    this._setWriteBufferLimits(limits.high, limits.low);
    this._maybePauseProtocol();
  }
}
