export { Barrier, type BarrierOptions } from './barrier.js';
export { Condition, type ConditionOptions, type LockLike } from './condition.js';
export { Event } from './event.js';
export { Acquirable, Held } from './held.js';
export { Lock } from './lock.js';
export { LoopBound } from './loop-bound.js';
export { BoundedSemaphore, Semaphore, type SemaphoreOptions } from './semaphore.js';
