export { LifoQueue } from './lifo-queue.js';
export { type Comparable, type Compare } from './order.js';
export { PriorityQueue, type PriorityQueueOptions } from './priority-queue.js';
export { Queue, type QueueOptions, type Store } from './queue.js';
