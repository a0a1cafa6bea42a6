// Blocking work beside a sleep, with context.
import { gather, run, sleep, toThread, type Coroutine } from 'tsyncio';
import { workerFunction } from 'tsyncio/concurrent';
import { ContextVar } from 'tsyncio/contextvars';
import { isMainThread } from 'node:worker_threads';
import { print, tuple } from './python.js';

const request = new ContextVar<string>('request');
const events: string[] = [];

/** Block until the loop has set `flag`. Python's program sleeps for a tenth of a second, and looks at the clock. */
export function blockingIo(flag: Int32Array): [events: string[], overlapped: boolean, ...unknown[]] {
  events.push('start blocking_io');
  const overlapped = Atomics.wait(flag, 0, 0, 10_000) !== 'timed-out';
  events.push('blocking_io complete');
  // The thread has an `events` of its own: it is a result like any other.
  return [events, overlapped, request.get(), isMainThread];
}

function* sleepAndSet(flag: Int32Array): Coroutine<void> {
  yield* sleep(0.1);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

function* main(): Coroutine<void> {
  request.set('request-1');
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const [[events, overlapped, ...result]] = yield* gather(
    toThread(workerFunction(import.meta.url, blockingIo), flag),
    sleepAndSet(flag),
  );
  print(events);
  print('context seen, main thread:', tuple(...result));
  print('overlapped:', overlapped);
}

if (isMainThread) {
  await run(main());
}
