/*
 * Bodies of messages, read piece by piece: the reader of the connection keeps no more of a body than its limit.
 */
import {
  asyncFor,
  BREAK,
  asyncWith,
  type AnyAsyncIterable,
  type AsyncIterableLike,
  type AsyncIteratorLike,
  type Coroutine,
  StopAsyncIteration,
  type StreamReader,
  timeoutAt,
  TimeoutError,
  getRunningLoop,
} from 'tsyncio';
import { HttpError, readFields, readLine } from './messages.js';

const PIECE = 65536; // bytes
const NOTHING: Buffer = Buffer.alloc(0);

/** What delimits a body: so many bytes, chunks, or the end of the stream. */
export type Framing = number | 'chunked' | 'stream';

export interface BodyLimits {
  /** Bytes; a body with more of them is an HttpError 413. */
  maxBody: number;
  /** Seconds from the first read to the end; what takes longer is an HttpError 408. `null` for no limit. */
  bodyTimeout: number | null;
}

/** A body that is being received: `all()` of it, or piece by piece with `read()` or asyncFor. */
export class Body implements AsyncIterableLike<Buffer>, AsyncIteratorLike<Buffer> {
  /** Whether all of it has been read. */
  ended: boolean;
  /** Whether it could not be read. */
  failed: boolean = false;
  /** Called before the first byte is waited for. */
  onFirstRead: (() => void) | null = null;
  private readonly _reader: StreamReader;
  private readonly _framing: Framing;
  private readonly _limits: BodyLimits;
  private _begun: boolean = false;
  private _deadline: number | null = null;
  private _received: number = 0;
  /** Of the whole body, or of the chunk. */
  private _left: number;

  constructor(reader: StreamReader, framing: Framing, limits: BodyLimits) {
    this._reader = reader;
    this._framing = framing;
    this._limits = limits;
    this._left = typeof framing === 'number' ? framing : 0;
    this.ended = framing === 0;
    if (this._left > limits.maxBody) throw new HttpError(413, 'the body is too large');
  }

  /** Some bytes; none at the end. */
  *read(): Coroutine<Buffer> {
    if (this.ended) return NOTHING;
    if (!this._begun) {
      this._begun = true;
      if (this._limits.bodyTimeout !== null) {
        this._deadline = getRunningLoop().time() + this._limits.bodyTimeout;
      }
      this.onFirstRead?.();
    }
    try {
      const piece = yield* asyncWith(timeoutAt(this._deadline), () => this._next());
      this._received += piece.length;
      if (this._received > this._limits.maxBody) throw new HttpError(413, 'the body is too large');
      return piece;
    } catch (error) {
      this.failed = true;
      if (error instanceof TimeoutError) throw new HttpError(408, 'the body did not come in time');
      throw error;
    }
  }

  /** The whole of it. */
  *all(): Coroutine<Buffer> {
    const pieces: Buffer[] = [];
    for (;;) {
      const piece = yield* this.read();
      if (piece.length === 0) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces.push(piece);
    }
  }

  /** Read what is left, for nothing. */
  *skip(): Coroutine {
    while (!this.ended) yield* this.read();
  }

  /** The whole of it, as JSON. */
  *json(): Coroutine<unknown> {
    const text = (yield* this.all()).toString();
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (error instanceof SyntaxError) throw new HttpError(400, `the body is no JSON: ${error.message}`);
      throw error;
    }
  }

  aiter(): this {
    return this;
  }

  *anext(): Coroutine<Buffer> {
    const piece = yield* this.read();
    if (piece.length === 0) throw new StopAsyncIteration();
    return piece;
  }

  private *_next(): Coroutine<Buffer> {
    if (this._framing === 'chunked') return yield* this._nextOfChunk();
    const piece = yield* this._reader.read(this._framing === 'stream' ? PIECE : Math.min(this._left, PIECE));
    if (this._framing === 'stream') this.ended = piece.length === 0;
    else {
      if (piece.length === 0) throw new HttpError(400, 'the stream ended within the body');
      this._left -= piece.length;
      this.ended = this._left === 0;
    }
    return piece;
  }

  private *_nextOfChunk(): Coroutine<Buffer> {
    if (this._left === 0) {
      const line = yield* readLine(this._reader, 400);
      // The extensions behind the semicolon mean nothing to anybody.
      const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line ?? '');
      if (size === null) throw new HttpError(400, 'no size of a chunk');
      this._left = Number.parseInt(size[1]!, 16);
      if (this._left === 0) {
        yield* readFields(this._reader);
        this.ended = true;
        return NOTHING;
      }
    }
    const piece = yield* this._reader.read(Math.min(this._left, PIECE));
    if (piece.length === 0) throw new HttpError(400, 'the stream ended within a chunk');
    this._left -= piece.length;
    if (this._left === 0 && (yield* readLine(this._reader, 400)) !== '') {
      throw new HttpError(400, 'a chunk longer than its size');
    }
    return piece;
  }
}

/** What can be sent as a body: bytes, a text, or something that gives one piece after another. */
export type Content = string | Uint8Array | Pieces;
export type Pieces = AnyAsyncIterable<string | Uint8Array>;

/** Whether all of it is there, so that its length is known. */
export function isWhole(content: Content): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}

/** Send what comes piece by piece, each as a chunk, or as it is where the other side knows no chunks. */
export function* sendPieces(
  pieces: Pieces,
  chunked: boolean,
  send: (parts: (string | Uint8Array)[]) => Coroutine,
): Coroutine {
  try {
    yield* asyncFor(pieces, function* (piece) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      // A chunk of no bytes would be the last one.
      if (bytes.length > 0)
        yield* send(chunked ? [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'] : [bytes]);
    });
    yield* send(chunked ? ['0\r\n\r\n'] : []);
  } finally {
    // A loop that is left early by an error leaves the generator where it is.
    if (isAclosable(pieces)) yield* pieces.aclose();
  }
}

/** What gives the pieces is not wanted: have it clean up. */
export function* closePieces(pieces: Pieces): Coroutine {
  if (isAclosable(pieces)) yield* pieces.aclose();
  // One of JavaScript's is closed by leaving a loop over it.
  else if (Symbol.asyncIterator in pieces) {
    yield* asyncFor(pieces, function* () {
      return BREAK;
    });
  }
}

function isAclosable(thing: object): thing is { aclose(): Coroutine } {
  return 'aclose' in thing;
}
