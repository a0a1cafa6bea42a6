// A home-made sleep with a future and a watcher task.
import { createTask, Future, gather, getRunningLoop, run, type Coroutine } from 'tsyncio';
import { print } from './python.js';

class YieldToEventLoop {
  *[Symbol.iterator](): Coroutine<void> {
    yield;
  }
}

function monotonic(): number {
  return getRunningLoop().time();
}

function* otherWork(): Coroutine<void> {
  print('I like work. Work work.');
}

function* sleepWatcher(future: Future<void>, timeToWake: number): Coroutine<void> {
  for (;;) {
    if (monotonic() >= timeToWake) {
      future.setResult();
      break;
    }
    yield* new YieldToEventLoop();
  }
}

function* asyncSleep(seconds: number): Coroutine<void> {
  const future = new Future<void>();
  const timeToWake = monotonic() + seconds;
  const watcherTask = createTask(sleepWatcher(future, timeToWake));
  yield* future;
  yield* watcherTask;
}

function* simplerAsyncSleep(seconds: number): Coroutine<void> {
  const timeToWake = monotonic() + seconds;
  while (monotonic() < timeToWake) yield* new YieldToEventLoop();
}

function* main(): Coroutine<void> {
  const workTasks = [1, 2, 3].map(() => createTask(otherWork()));
  const began = monotonic();
  print('Beginning asynchronous sleep');
  yield* createTask(asyncSleep(0.05));
  print('Done asynchronous sleep:', monotonic() - began >= 0.05);
  yield* simplerAsyncSleep(0.05);
  print('Done simpler sleep:', monotonic() - began >= 0.1);
  yield* gather(...workTasks);
}

await run(main());
