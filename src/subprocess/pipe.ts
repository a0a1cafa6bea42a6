import { osError } from '../base/oserror.js';
import { addon } from '../platform/addon.js';

/**
 * A new pipe, for a child to read what another writes. A child gets the end that it is started with and no other; close
 * both here afterwards, with `closeSync` of `node:fs`.
 *
 * Python: `os.pipe`.
 *
 * @returns the descriptors of its ends.
 * @throws OSError if the system has no descriptors left; RuntimeError where there is no addon.
 *
 * @example
 * ```ts
 * import { closeSync } from 'node:fs';
 * import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const [reader, writer] = subprocess.pipe();
 *   const first = yield* createSubprocessExec('printf', 'b\\na\\n', { stdout: writer });
 *   const second = yield* createSubprocessExec('sort', { stdin: reader, stdout: subprocess.PIPE });
 *   closeSync(reader);
 *   closeSync(writer);
 *   const [stdout] = yield* second.communicate();
 *   console.log(JSON.stringify(String(stdout)), yield* first.wait());
 * }
 *
 * await run(main());
 * // "a\nb\n" 0
 * ```
 */
export function pipe(): [reader: number, writer: number] {
  const ends = new Int32Array(2);
  const result = addon().pipe(ends, false);
  if (result < 0) throw osError({ errno: result, syscall: 'pipe' });
  return [ends[0]!, ends[1]!];
}
