/**
 * A pipe between this process and the child: {@link subprocess.Process.stdin}, `stdout` or `stderr`.
 *
 * Python: `asyncio.subprocess.PIPE`.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const child = yield* createSubprocessExec('echo', 'hello', { stdout: subprocess.PIPE });
 *   console.log(String(yield* child.stdout!.read()).trim());
 *   yield* child.wait();
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export const PIPE = -1;
/**
 * For `stderr`: where `stdout` goes.
 *
 * Python: `asyncio.subprocess.STDOUT`.
 *
 * @example
 * ```ts
 * import { createSubprocessShell, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const { PIPE, STDOUT } = subprocess;
 *   const child = yield* createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: STDOUT });
 *   const [both] = yield* child.communicate();
 *   console.log(String(both).trim().split('\n'));
 * }
 *
 * await run(main());
 * // [ 'out', 'err' ]
 * ```
 */
export const STDOUT = -2;
/**
 * Nothing to be read; what is written is dropped.
 *
 * Python: `asyncio.subprocess.DEVNULL`.
 *
 * @example
 * ```ts
 * import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const child = yield* createSubprocessExec('echo', 'nobody hears it', { stdout: subprocess.DEVNULL });
 *   console.log(yield* child.wait(), child.stdout);
 * }
 *
 * await run(main());
 * // 0 null
 * ```
 */
export const DEVNULL = -3;
