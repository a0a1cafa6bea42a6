export { Task, type TaskConstructorOptions } from './task.js';
export type { StackFrame } from './stack.js';
export {
  _enterTask,
  _leaveTask,
  _registerTask,
  _swapCurrentTask,
  _unregisterTask,
  allTasks,
  currentTask,
} from './registry.js';
export { createTask, ensureFuture } from './create.js';
export { createEagerTaskFactory, eagerTaskFactory, type TaskConstructor, type TaskFactory } from './eager.js';
export {
  type CallGraphOptions,
  captureCallGraph,
  formatCallGraph,
  FrameCallGraphEntry,
  FutureCallGraph,
  printCallGraph,
  type PrintCallGraphOptions,
} from './graph.js';
export { sleep, type SleepOptions } from './sleep.js';
export { gather, type GatherOptions } from './gather.js';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  wait,
  type WaitOptions,
} from './wait.js';
export { waitFor } from './wait-for.js';
export { asCompleted, type AsCompletedIterator, type AsCompletedOptions } from './as-completed.js';
export { shield } from './shield.js';
export { Timeout, timeout, timeoutAt } from './timeouts.js';
export { TaskGroup } from './task-group.js';
export { asyncWith, type AsyncContextManager } from './async-with.js';
export { type Aclosable, aclosing } from './aclosing.js';
export {
  aiter,
  anext,
  type AnyAsyncIterable,
  asyncFor,
  type AsyncIterableLike,
  type AsyncIteratorLike,
  BREAK,
} from './async-iteration.js';
export { asyncGenerator, type AsyncGeneratorObject, type Emit } from './async-generator.js';
