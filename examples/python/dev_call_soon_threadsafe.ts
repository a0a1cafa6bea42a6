// Callbacks and cancellation from another thread.
import { Event, getRunningLoop, run, sleep, type Coroutine, type RemoteLoop } from 'tsyncio';
import { ThreadPoolExecutor } from 'tsyncio/concurrent';
import { isMainThread } from 'node:worker_threads';
import { print, tuple } from './python.js';

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const got = new Event();
  const log: unknown[] = [];
  const fut = loop.createFuture();

  function callback(...args: number[]): void {
    log.push(tuple(tuple(...args), isMainThread));
    got.set();
  }

  // What the thread may call: it has no closures of this one.
  const functions = { callback, cancel: () => fut.cancel() };

  function worker(loop: RemoteLoop<typeof functions>): void {
    loop.callSoonThreadsafe('callback', 1, 2);
    loop.callSoonThreadsafe('cancel');
  }

  const thread = new ThreadPoolExecutor();
  thread.submit(worker, loop.remote(functions));
  yield* got.wait();
  yield* thread.shutdown();
  yield* sleep(0.01);
  print(log, 'future cancelled:', fut.cancelled());
}

await run(main());
