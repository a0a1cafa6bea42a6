/*
 * What becomes of errors that nobody can catch: the loop's exception handler. Nothing here throws, but for
 * KeyboardInterrupt and SystemExit: a loop must not stumble over its own reports.
 */
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { ExceptionContext } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import { Context } from '../contextvars/index.js';

/**
 * Takes reports of errors that nobody could catch: what {@link BaseEventLoop.setExceptionHandler} takes. It runs in the
 * context of the task, future or handle that is reported.
 *
 * Python: what `loop.set_exception_handler` takes.
 */
export type ExceptionHandler<L> = (loop: L, context: ExceptionContext) => unknown;

/** Whether an error ends the loop instead of being reported. */
export function endsLoop(error: unknown): boolean {
  return error instanceof KeyboardInterrupt || error instanceof SystemExit;
}

/** Log a report, as loops do that have no handler: the message, what is known, the error with its stack. */
export function logException(context: ExceptionContext): void {
  const lines = [context.message ?? 'Unhandled exception in event loop'];
  for (const key of Object.keys(context).sort()) {
    if (key !== 'message' && key !== 'exception') lines.push(describe(key, context[key]));
  }
  logger.error(lines.join('\n'), context.exception ?? undefined);
}

function describe(key: string, value: unknown): string {
  if (key === 'sourceTraceback' || key === 'handleTraceback') {
    const stack = String(value).split('\n').slice(1).join('\n');
    return key === 'sourceTraceback'
      ? `Object created at (most recent call first):\n${stack}`
      : `Handle created at (most recent call first):\n${stack}`;
  }
  return `${key}: ${reprValue(value)}`;
}

/** Call `handler`, or log; a handler that fails is logged too. */
export function report<L extends { defaultExceptionHandler(context: ExceptionContext): void }>(
  loop: L,
  handler: ExceptionHandler<L> | null,
  context: ExceptionContext,
): void {
  if (handler === null) {
    byDefault(loop, context, 'Exception in default exception handler');
    return;
  }
  try {
    callInContext(handler, loop, context);
  } catch (error) {
    if (endsLoop(error)) throw error;
    const failure = { message: 'Unhandled error in exception handler', exception: error, context };
    byDefault(
      loop,
      failure,
      'Exception in default exception handler while handling an unexpected error in custom exception handler',
    );
  }
}

function byDefault<L extends { defaultExceptionHandler(context: ExceptionContext): void }>(
  loop: L,
  context: ExceptionContext,
  onFailure: string,
): void {
  try {
    loop.defaultExceptionHandler(context);
  } catch (error) {
    if (endsLoop(error)) throw error;
    logger.error(onFailure, error);
  }
}

/** The handler runs in the context of what it is told of: its context variables tell which request that was. */
function callInContext<L>(handler: ExceptionHandler<L>, loop: L, context: ExceptionContext): void {
  const thing = (context.task ?? context.future ?? context.handle) as
    { getContext?: () => unknown } | undefined;
  const inContext = typeof thing?.getContext === 'function' ? thing.getContext() : null;
  // Already entered, when it is the very task or handle that runs: then we are in it.
  if (inContext instanceof Context && !inContext._entered) inContext.run(handler, loop, context);
  else handler(loop, context);
}
