export { Barrier, type BarrierOptions } from './barrier.js';
export { Condition, type ConditionOptions, type LockLike } from './condition.js';
export { Event } from './event.js';
export type { Acquirable, Held } from './held.js';
export { Lock } from './lock.js';
export type { LoopBound } from './loop-bound.js';
export { BoundedSemaphore, Semaphore, type SemaphoreOptions } from './semaphore.js';
