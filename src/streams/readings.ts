/*
 * What the methods of a reader return: each looks whether what it wants is buffered, and waits for more while it is not.
 *
 * What the connection failed with is looked at once, before anything else; afterwards whoever waits is told.
 */
import { IncompleteReadError, LimitOverrunError, ValueError } from '../base/errors.js';
import type { Future } from '../futures/index.js';
import { type ByteQueue, NO_BYTES } from './byte-queue.js';
import { Operation } from './operation.js';
import { NEWLINE, type Separator, Separators } from './separators.js';

const NEWLINE_BYTE = 10;

/** A reader, as what reads in it sees it. */
export interface Source {
  readonly _buffer: ByteQueue;
  readonly _limit: number;
  readonly _eof: boolean;
  readonly _exception: Error | null;
  readonly _paused: boolean;
  _maybeResumeTransport(): void;
  /** More is needed. To be waited for, and `_endWait` to be called afterwards in any case. */
  _beginWait(method: string): Future<void>;
  _endWait(waiter: Future<void>): void;
}

/** Waits in a reader. */
abstract class Reading<T> extends Operation<T> {
  protected readonly _reader: Source;

  constructor(reader: Source) {
    super();
    this._reader = reader;
  }

  /** The name of the method, for messages. */
  protected abstract get _method(): string;

  protected override _beginWait(): Future<void> {
    return this._reader._beginWait(this._method);
  }

  protected override _endWait(future: Future<void>): void {
    this._reader._endWait(future);
  }

  protected _throwFailure(): void {
    const failure = this._reader._exception;
    if (failure !== null) throw failure;
  }
}

/** `read(n)` of a positive `n`, or of none. */
export class ReadSome extends Reading<Buffer> {
  private readonly _size: number;

  constructor(reader: Source, size: number) {
    super(reader);
    this._size = size;
  }

  protected override get _method(): string {
    return 'read';
  }

  protected override _attempt(): Buffer | null {
    const reader = this._reader;
    const buffered = reader._buffer.length;
    if (!this._waited) {
      if (reader._exception !== null) throw reader._exception;
      if (this._size === 0) return NO_BYTES;
      if (buffered === 0 && !reader._eof) return null;
    }
    const data = reader._buffer.take(buffered < this._size ? buffered : this._size);
    if (reader._paused) reader._maybeResumeTransport();
    return data;
  }
}

/** `read()`: all up to the end. */
export class ReadAll extends Reading<Buffer> {
  private readonly _chunks: Buffer[] = [];

  protected override get _method(): string {
    return 'read';
  }

  protected override _attempt(): Buffer | null {
    const reader = this._reader;
    this._throwFailure();
    reader._buffer.takeChunks(this._chunks);
    if (reader._paused) reader._maybeResumeTransport();
    if (!reader._eof) return null;
    return this._chunks.length === 1 ? this._chunks[0]! : Buffer.concat(this._chunks);
  }
}

/** `readinto(room)`. */
export class ReadInto extends Reading<number> {
  private readonly _room: Uint8Array;

  constructor(reader: Source, room: Uint8Array) {
    super(reader);
    this._room = room;
  }

  protected override get _method(): string {
    return 'readinto';
  }

  protected override _attempt(): number | null {
    const reader = this._reader;
    if (!this._waited) {
      this._throwFailure();
      if (this._room.length === 0) return 0;
      if (reader._buffer.length === 0 && !reader._eof) return null;
    }
    const n = reader._buffer.takeInto(this._room);
    if (reader._paused) reader._maybeResumeTransport();
    return n;
  }
}

/** `readexactly(n)`. */
export class ReadExactly extends Reading<Buffer> {
  private readonly _size: number;

  constructor(reader: Source, size: number) {
    super(reader);
    this._size = size;
  }

  protected override get _method(): string {
    return 'readexactly';
  }

  protected override _attempt(): Buffer | null {
    const reader = this._reader;
    if (!this._waited) {
      if (this._size < 0) throw new ValueError('readexactly size can not be less than zero');
      this._throwFailure();
      if (this._size === 0) return NO_BYTES;
    }
    const buffer = reader._buffer;
    if (buffer.length < this._size) {
      if (reader._eof) throw new IncompleteReadError(buffer.take(buffer.length), this._size);
      return null;
    }
    const data = buffer.take(this._size);
    if (reader._paused) reader._maybeResumeTransport();
    return data;
  }
}

/** `readuntil(separator)`. */
export class ReadUntil extends Reading<Buffer> {
  private readonly _given: Separator;
  private _separators: Separators | null = null;
  /** No separator begins before it. */
  private _offset: number = 0;

  constructor(reader: Source, separator: Separator) {
    super(reader);
    this._given = separator;
  }

  protected override get _method(): string {
    return 'readuntil';
  }

  protected override _attempt(): Buffer | null {
    const separators = (this._separators ??= this._given === '\n' ? NEWLINE : new Separators(this._given));
    const reader = this._reader;
    if (!this._waited) this._throwFailure();
    if (reader._buffer.length - this._offset >= separators.shortest) {
      const data = this._search(separators);
      if (data !== null) return data;
    }
    // Only now: what came last may have brought the separator.
    if (reader._eof) throw new IncompleteReadError(reader._buffer.take(reader._buffer.length), null);
    return null;
  }

  private _search(separators: Separators): Buffer | null {
    const reader = this._reader;
    const buffer = reader._buffer;
    const match = separators.find(buffer, this._offset);
    if (match === null) {
      this._offset = Math.max(0, buffer.length + 1 - separators.longest);
      if (this._offset <= reader._limit) return null;
      throw overrun('Separator is not found, and chunk exceed the limit', reader._limit, this._offset);
    }
    if (match.start > reader._limit) {
      throw overrun('Separator is found, but chunk is longer than limit', reader._limit, match.start);
    }
    const data = buffer.take(match.end);
    if (reader._paused) reader._maybeResumeTransport();
    return data;
  }
}

/** `readline()`. */
export class ReadLine extends ReadUntil {
  constructor(reader: Source) {
    super(reader, '\n');
  }

  protected override _attempt(): Buffer | null {
    try {
      return super._attempt();
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial;
      if (!(error instanceof LimitOverrunError)) throw error;
      const buffer = this._reader._buffer;
      if (buffer.byteAt(error.consumed) === NEWLINE_BYTE) buffer.take(error.consumed + 1);
      else buffer.clear();
      this._reader._maybeResumeTransport();
      throw new ValueError(error.message);
    }
  }
}

function overrun(what: string, limit: number, consumed: number): LimitOverrunError {
  return new LimitOverrunError(
    `${what} (${limit} bytes; the option \`limit\` of openConnection, startServer and the like sets another)`,
    consumed,
  );
}
