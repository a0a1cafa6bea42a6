/* Worker threads and worker processes, as pools use them. */
export { startChild } from './child.js';
export { encodeError } from './encode-error.js';
export type {
  Death,
  EncodedError,
  FromWorker,
  FunctionReference,
  ToWorker,
  WorkerLink,
  WorkerOwner,
} from './protocol.js';
export { selectWithThreads, serveThreads } from './signal.js';
export { startThread } from './thread.js';
