/*
 * What a stream of Node's has brought, and the protocol was not given yet: chunks in order, then the end.
 */

/** A queue of chunks. It is nearly always empty, or has one. */
export class Incoming {
  private readonly _chunks: Buffer[] = [];
  private _first: number = 0;

  /** Whether there is no chunk. */
  get isEmpty(): boolean {
    return this._first === this._chunks.length;
  }

  /** Append a chunk. */
  push(chunk: Buffer): void {
    this._chunks.push(chunk);
  }

  /** Take the first chunk. There must be one. */
  shift(): Buffer {
    const chunk = this._chunks[this._first++]!;
    if (this.isEmpty) this.clear();
    return chunk;
  }

  /** Put the rest of a chunk back in its place. */
  unshift(chunk: Buffer): void {
    if (this._first > 0) this._chunks[--this._first] = chunk;
    else this._chunks.unshift(chunk);
  }

  /** Forget all. */
  clear(): void {
    this._chunks.length = 0;
    this._first = 0;
  }
}
