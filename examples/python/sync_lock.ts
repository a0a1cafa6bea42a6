// Lock by asyncWith, fairness, errors.
import { asyncWith, Lock, run, RuntimeError, sleep, TaskGroup, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* user(name: string, lock: Lock, log: string[]): Coroutine<void> {
  yield* asyncWith(lock, function* () {
    log.push(`${name} in`);
    yield* sleep(0);
    log.push(`${name} out`);
  });
}

function* main(): Coroutine<void> {
  const lock = new Lock();
  const log: string[] = [];
  yield* asyncWith(new TaskGroup(), function* (group) {
    for (const name of 'abc') group.createTask(user(name, lock, log));
  });
  print(log);

  print(yield* lock.acquire(), lock.locked());
  lock.release();
  print(lock.locked());
  try {
    lock.release();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    print('RuntimeError:', error);
  }
}

await run(main());
