export { Future, isfuture, type DoneCallback, type FutureOptions } from './future.js';
export { wrapFuture } from './promises.js';
