import { RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';

/**
 * Refuse what only Node's own loop can do, while it cannot run.
 *
 * @param what - the beginning of the message: `a stream of Node's`
 * @throws RuntimeError in a loop that blocks.
 */
export function requireHosted(loop: Loop, what: string): void {
  if (!loop._blocking) return;
  throw new RuntimeError(
    `${what} cannot be used while the loop blocks (runSync, runUntilCompleteSync, runForeverSync): nothing of Node's ` +
      'goes on meanwhile; use run(), runUntilComplete() or runForever()',
  );
}
