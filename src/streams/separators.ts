/*
 * What readuntil() looks for: one separator or several, and the one whose match ends first.
 */
import { ValueError } from '../base/errors.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';
import { asBuffer, type ByteQueue } from './byte-queue.js';

/** What {@link StreamReader.readuntil} looks for: one separator, or several. Python: `separator`. */
export type Separator = Bytes | readonly Bytes[];

/** A match, in bytes from the front. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** Separators, the shortest first. */
export class Separators {
  /** Bytes of the shortest. */
  readonly shortest: number;
  /** Bytes of the longest. */
  readonly longest: number;
  private readonly _patterns: readonly (Buffer | number)[];
  private readonly _lengths: readonly number[];

  constructor(separator: Separator) {
    const all = (Array.isArray(separator) ? (separator as readonly Bytes[]) : [separator as Bytes]).map(
      bytesOf,
    );
    if (all.length === 0) throw new ValueError('Separator should contain at least one element');
    all.sort((a, b) => a.length - b.length);
    this._lengths = all.map(({ length }) => length);
    this.shortest = this._lengths[0]!;
    this.longest = this._lengths.at(-1)!;
    if (this.shortest === 0) throw new ValueError('Separator should be at least one-byte string');
    // A single byte is found several times as fast when it is given as a number.
    this._patterns = all.map((pattern) => (pattern.length === 1 ? pattern[0]! : asBuffer(pattern)));
  }

  /** The match at or behind `offset` that ends first; of those that end at the same place, the one of the shortest. */
  find(bytes: ByteQueue, offset: number): Match | null {
    let match: Match | null = null;
    for (const [i, pattern] of this._patterns.entries()) {
      const start = bytes.indexOf(pattern, offset);
      if (start < 0) continue;
      const end = start + this._lengths[i]!;
      if (match === null || end < match.end) match = { start, end };
    }
    return match;
  }
}

/** The end of a line. A number, for there are no Buffers in a browser, where this file has to load. */
export const NEWLINE: Separators = new Separators(Uint8Array.of(10));
