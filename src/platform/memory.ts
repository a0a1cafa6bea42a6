/*
 * Memory that many share.
 */
import { builtinOrNull } from './builtin.js';

let mark: ((object: object) => void) | null | undefined;

/**
 * `size` bytes that are not cleared, to be handed out in pieces. They cannot be given away to another thread, as what
 * `Buffer.allocUnsafe` gives cannot: whoever transferred the `buffer` of one piece would take those of all others along.
 */
export function allocateSlab(size: number): Buffer {
  mark ??= builtinOrNull('node:worker_threads')?.markAsUntransferable ?? null;
  const slab = Buffer.allocUnsafeSlow(size);
  mark?.(slab.buffer);
  return slab;
}
