/*
 * The reading end of a pipe, on its descriptor.
 */
import { errnoOf } from '../base/errno.js';
import { OSError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import type { SelectorEventLoop } from '../loop/index.js';
import type { BaseProtocol, Protocol } from '../protocols/index.js';
import { EVENT_READ } from '../selectors/index.js';
import { scratchBytes } from '../socket/bytes.js';
import { wouldBlock } from '../transports/errnos.js';
import { NOT_READABLE } from './pipe-end.js';
import { type PipeOptions, UnixPipeTransport } from './unix-pipe-transport.js';

const EIO: number = errnoOf('EIO');
/** So many bytes at most are read at once, for one pipe not to keep the others waiting. */
const MAX_SIZE = 256 * 1024;

/** The transport of `loop.connectReadPipe` for a descriptor. Python: `asyncio.unix_events._UnixReadPipeTransport`. */
export class UnixReadPipeTransport extends UnixPipeTransport {
  private _paused: boolean = false;

  constructor(loop: SelectorEventLoop, pipe: unknown, protocol: BaseProtocol, options: PipeOptions = {}) {
    super(loop, pipe, protocol, options, NOT_READABLE);
    this._begin(startReading, options.waiter);
  }

  /** @internal */
  _startReading(): void {
    if (this.isReading()) this._watch(EVENT_READ, readReady);
  }

  /** @internal */
  _readReady(): void {
    if (!this.isReading()) return;
    const scratch = scratchBytes();
    const nbytes = this._addon.read(this._fd, scratch, 0, MAX_SIZE);
    if (nbytes > 0) this._give(Buffer.from(scratch.subarray(0, nbytes)));
    else if (nbytes === 0) this._ended();
    else if (!wouldBlock(nbytes)) {
      this._fatalError(osError({ errno: nbytes, syscall: 'read' }), 'Fatal read error on pipe transport');
    }
  }

  private _give(data: Buffer): void {
    try {
      (this._protocol as Protocol).dataReceived(data);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.data_received() call failed.');
    }
  }

  private _ended(): void {
    this._debug('was closed by peer');
    this._soon(eofReceived);
    this._close(null);
  }

  override isReading(): boolean {
    return !this._closing && !this._paused;
  }

  override pauseReading(): void {
    if (!this.isReading()) return;
    this._paused = true;
    this._unwatch(EVENT_READ);
    this._debug('pauses reading');
  }

  override resumeReading(): void {
    if (this._closing || !this._paused) return;
    this._paused = false;
    this._startReading();
    this._debug('resumes reading');
  }

  override close(): void {
    if (!this._closing) this._close(null);
  }

  /** @internal */
  protected override _isOrdinary(exc: unknown): boolean {
    return exc instanceof OSError && exc.errno === EIO;
  }

  /** `<UnixReadPipeTransport fd=7 polling>`. */
  override toString(): string {
    return this._describe(EVENT_READ);
  }
}

function startReading(transport: UnixReadPipeTransport): void {
  transport._startReading();
}

function readReady(transport: UnixReadPipeTransport): void {
  transport._readReady();
}

function eofReceived(transport: UnixReadPipeTransport): void {
  (transport._protocol as Protocol | null)?.eofReceived();
}
