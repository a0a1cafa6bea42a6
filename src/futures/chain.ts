/*
 * Two futures tied together, of which one is asyncio's and the other a concurrent one: the result travels from the
 * source to the destination, a cancellation of the destination back to the source. All that happens to asyncio's future
 * happens in a round of its loop.
 */
import {
  awaitWork,
  ConcurrentCancelledError,
  type ConcurrentFutureLike,
  ConcurrentInvalidStateError,
} from '../base/concurrent.js';
import { CancelledError, InvalidStateError } from '../base/errors.js';
import { CANCELLED, type Future, PENDING, RESULT } from './future.js';

/** `destination` gets what the concurrent `source` is completed with. */
export function chainToAsyncio<T>(source: ConcurrentFutureLike<T>, destination: Future<T>): void {
  const loop = destination._loop;
  const deliver = (): void => {
    copyState(source, destination);
  };
  let awaited = true;
  const noLongerAwaited = (): void => {
    if (awaited) awaitWork(loop, -1);
    awaited = false;
  };
  awaitWork(loop, 1);
  destination.addDoneCallback(() => {
    noLongerAwaited();
    if (destination.cancelled()) source.cancel();
  });
  source.addDoneCallback(() => {
    noLongerAwaited();
    if (!loop.isClosed()) loop.callSoon(deliver);
  });
}

function copyState<T>(source: ConcurrentFutureLike<T>, destination: Future<T>): void {
  if (destination._status !== PENDING) return;
  if (source.cancelled()) {
    destination.cancel();
    return;
  }
  const error = source.exception();
  if (error === null) destination._complete(RESULT, source.result());
  else destination._fail(toAsyncio(error));
}

/** The concurrent `destination` gets what asyncio's `source` is completed with. */
export function chainToConcurrent<T>(source: Future<T>, destination: ConcurrentFutureLike<T>): void {
  const loop = source._loop;
  destination.addDoneCallback(() => {
    if (destination.cancelled() && !loop.isClosed()) loop.callSoon(() => source.cancel());
  });
  source.addDoneCallback(() => {
    if (source._status === CANCELLED) destination.cancel();
    if (!destination.setRunningOrNotifyCancel()) return;
    const error = source.exception();
    if (error === null) destination.setResult(source.result());
    else destination.setException(error);
  });
}

/** concurrent.futures' own errors become asyncio's of the same names. */
function toAsyncio(error: unknown): unknown {
  if (error instanceof ConcurrentCancelledError) return new CancelledError(error.message, { cause: error });
  if (error instanceof ConcurrentInvalidStateError)
    return new InvalidStateError(error.message, { cause: error });
  return error;
}
