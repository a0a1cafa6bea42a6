/**
 * What belongs to child processes: where their standard streams go ({@link subprocess.PIPE}, {@link subprocess.STDOUT},
 * {@link subprocess.DEVNULL}), and the class of a child. {@link createSubprocessExec} starts one.
 *
 * Python: `asyncio.subprocess`.
 */
export { DEVNULL, PIPE, STDOUT } from './constants.js';
export { pipe } from './pipe.js';
export { Process } from './process.js';
export { SubprocessStreamProtocol } from './stream-protocol.js';
