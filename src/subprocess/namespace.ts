/**
 * What belongs to child processes. Python: `asyncio.subprocess`.
 */
export { DEVNULL, PIPE, STDOUT } from './constants.js';
export { pipe } from './pipe.js';
export { Process } from './process.js';
export { SubprocessStreamProtocol } from './stream-protocol.js';
