export { Future, isfuture, type DoneCallback, type FutureOptions } from './future.js';
export { futureAddToAwaitedBy, futureDiscardFromAwaitedBy } from './awaited-by.js';
export { wrapFuture } from './promises.js';
