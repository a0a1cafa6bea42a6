/*
 * The writing end of a pipe, on its descriptor. Beside room for writing, the selector watches it for reading: that is
 * how the system tells that nobody is left at the other end.
 */
import { LOG_THRESHOLD_FOR_CONNLOST_WRITES } from '../base/constants.js';
import { BrokenPipeError, OSError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { osError } from '../base/oserror.js';
import type { SelectorEventLoop } from '../loop/index.js';
import type { BaseProtocol } from '../protocols/index.js';
import { EVENT_READ, EVENT_WRITE } from '../selectors/index.js';
import { POLLERR, POLLHUP, PollSet } from '../selectors/poll-set.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';
import { wouldBlock } from '../transports/errnos.js';
import { NOT_WRITABLE } from './pipe-end.js';
import { type PipeOptions, UnixPipeTransport } from './unix-pipe-transport.js';

/** The transport of `loop.connectWritePipe` for a descriptor. Python: `asyncio.unix_events._UnixWritePipeTransport`. */
export class UnixWritePipeTransport extends UnixPipeTransport {
  /** What waits to be written; of the first, `_skip` bytes are written already. */
  private _buffers: Uint8Array[] = [];
  private _skip: number = 0;
  private _bufferSize: number = 0;
  private _dropped: number = 0;

  constructor(loop: SelectorEventLoop, pipe: unknown, protocol: BaseProtocol, options: PipeOptions = {}) {
    super(loop, pipe, protocol, options, NOT_WRITABLE);
    this._begin(watchForEnd, options.waiter);
  }

  /** A device tells nothing of its other end. @internal */
  _watchForEnd(): void {
    if (this._kind !== 'device' && !this._closing) this._watch(EVENT_READ, readReady);
  }

  /** @internal */
  _readReady(): void {
    // A FIFO that is open for reading too is readable because of what was written to it.
    if (this._kind === 'fifo' && !this._isDeserted()) {
      this._unwatch(EVENT_READ);
      return;
    }
    this._debug('was closed by peer');
    this._close(this._bufferSize > 0 ? new BrokenPipeError() : null);
  }

  /** Whether nobody has the other end any more. */
  private _isDeserted(): boolean {
    const poll = new PollSet();
    poll.set(this._fd, 0);
    return poll.wait(0, 'poll') > 0 && (poll.readyEvents(0) & (POLLERR | POLLHUP)) !== 0;
  }

  override write(data: Bytes): void {
    const bytes = bytesOf(data);
    if (bytes.length === 0) return;
    if (this._dropped > 0 || this._closing) {
      this._drop();
      return;
    }
    let written = 0;
    if (this._buffers.length === 0) {
      written = this._addon.write(this._fd, bytes, 0, bytes.length);
      if (written === bytes.length) return;
      if (written < 0) {
        if (!wouldBlock(written)) {
          this._failed(written);
          return;
        }
        written = 0;
      }
      this._skip = written;
      this._watch(EVENT_WRITE, writeReady);
    }
    this._buffers.push(bytes);
    this._bufferSize += bytes.length - written;
    this._maybePauseProtocol();
  }

  private _drop(): void {
    if (this._dropped >= LOG_THRESHOLD_FOR_CONNLOST_WRITES) {
      logger.warning('pipe closed by peer or os.write(pipe, data) raised exception.');
    }
    this._dropped++;
  }

  private _failed(result: number): void {
    this._dropped++;
    this._fatalError(osError({ errno: result, syscall: 'write' }), 'Fatal write error on pipe transport');
  }

  override writelines(listOfData: Iterable<Bytes>): void {
    for (const data of listOfData) this.write(data);
  }

  /** @internal */
  _writeReady(): void {
    if (this._buffers.length === 0) return;
    const written = this._addon.writev(this._fd, this._buffers, this._skip);
    if (written < 0) {
      if (!wouldBlock(written)) this._failed(written);
      return;
    }
    this._forget(written);
    if (this._buffers.length > 0) return;
    this._unwatch(EVENT_WRITE);
    this._maybeResumeProtocol();
    // The protocol may have written more, or aborted.
    if (this._buffers.length > 0 || !this._closing || this._lost) return;
    this._unwatch(EVENT_READ);
    this._callConnectionLost(null);
  }

  /** The first `count` bytes that waited wait no longer. */
  private _forget(count: number): void {
    this._bufferSize -= count;
    let rest = count + this._skip;
    let done = 0;
    while (done < this._buffers.length && rest >= this._buffers[done]!.length) {
      rest -= this._buffers[done]!.length;
      done++;
    }
    this._buffers.splice(0, done);
    this._skip = rest;
  }

  override getWriteBufferSize(): number {
    return this._bufferSize;
  }

  override canWriteEof(): boolean {
    return true;
  }

  /** Close, when all is written: a pipe has no other way of telling the end. */
  override writeEof(): void {
    if (this._closing) return;
    this._closing = true;
    if (this._buffers.length === 0) this._close(null);
  }

  override close(): void {
    this.writeEof();
  }

  override abort(): void {
    this._close(null);
  }

  /** @internal */
  protected override _close(exc: unknown): void {
    this._buffers = [];
    this._skip = this._bufferSize = 0;
    super._close(exc);
  }

  /** @internal */
  protected override _isOrdinary(exc: unknown): boolean {
    return exc instanceof OSError;
  }

  /** `<UnixWritePipeTransport fd=8 idle bufsize=0>`. */
  override toString(): string {
    return this._describe(EVENT_WRITE, `bufsize=${this._bufferSize}`);
  }
}

function watchForEnd(transport: UnixWritePipeTransport): void {
  transport._watchForEnd();
}

function readReady(transport: UnixWritePipeTransport): void {
  transport._readReady();
}

function writeReady(transport: UnixWritePipeTransport): void {
  transport._writeReady();
}
