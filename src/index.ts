/**
 * tsyncio: asyncio for TypeScript.
 *
 * @packageDocumentation
 */
export type {
  Awaitable,
  AwaitableLike,
  AwaitedResult,
  Coroutine,
  CoroutineFunction,
  Suspension,
} from './base/awaitable.js';
export { iscoroutine, iscoroutinefunction } from './base/awaitable.js';
export {
  BaseException,
  BlockingIOError,
  BrokenBarrierError,
  BrokenPipeError,
  CancelledError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  DeadlockError,
  EOFError,
  type ErrorOptions,
  FileExistsError,
  FileNotFoundError,
  GeneratorExit,
  IncompleteReadError,
  InterruptedError,
  InvalidStateError,
  IsADirectoryError,
  KeyboardInterrupt,
  KeyError,
  LimitOverrunError,
  LookupError,
  NotADirectoryError,
  NotImplementedError,
  OSError,
  type OSErrorFields,
  PermissionError,
  ProcessLookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SendfileNotAvailableError,
  StopAsyncIteration,
  SystemExit,
  TimeoutError,
  ValueError,
} from './base/errors.js';
export {
  BaseExceptionGroup,
  type ExceptionClass,
  type ExceptionCondition,
  ExceptionGroup,
  type GroupMember,
  type GroupSplit,
  isException,
} from './base/exception-group.js';
export {
  exceptStar,
  exceptStarSync,
  type StarClause,
  type StarClauseSync,
  type StarCondition,
} from './base/except-star.js';
export { formatExceptionGroup } from './base/format-exception-group.js';
export { CancelRequest } from './base/cancel-request.js';
export { logger, type LogHandler, type LogLevel, type LogRecord } from './base/log.js';
export type {
  ContextLike,
  ContextOption,
  ExceptionContext,
  FutureLike,
  HandleLike,
  Loop,
  TaskOptions,
  TimerHandleLike,
} from './base/loop.js';
export * from './contextvars/index.js';
export * from './futures/index.js';
export * from './tasks/index.js';
export * from './protocols/index.js';
export * from './loop/index.js';
import './transports/index.js';
import './ssl/register.js';
export * from './streams/index.js';
export * from './subprocess/index.js';
export * from './sync/index.js';
export * from './queues/index.js';
export * from './interop/index.js';
