// Semaphore limits concurrency; BoundedSemaphore checks releases.
import {
  asyncWith,
  BoundedSemaphore,
  gather,
  run,
  Semaphore,
  sleep,
  ValueError,
  type Coroutine,
} from 'tsyncio';
import { dict, print } from './python.js';

function* work(sem: Semaphore, state: { now: number; peak: number }): Coroutine<void> {
  yield* asyncWith(sem, function* () {
    state.now += 1;
    state.peak = Math.max(state.peak, state.now);
    yield* sleep(0.005);
    state.now -= 1;
  });
}

function* main(): Coroutine<void> {
  let sem = new Semaphore(3);
  const state = { now: 0, peak: 0 };
  yield* gather(...Array.from({ length: 10 }, () => work(sem, state)));
  print(dict(state), 'locked:', sem.locked());

  sem = new Semaphore(1);
  sem.release();
  print('plain semaphore grew:', yield* sem.acquire(), yield* sem.acquire(), sem.locked());

  const bounded = new BoundedSemaphore(1);
  try {
    bounded.release();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
  try {
    new Semaphore(-1);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
}

await run(main());
