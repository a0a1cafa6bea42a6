// Position from asyncWith, reset() and abort().
import {
  asyncWith,
  Barrier,
  BrokenBarrierError,
  createTask,
  gather,
  run,
  sleep,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* party(barrier: Barrier, log: string[]): Coroutine<void> {
  try {
    yield* asyncWith(barrier, function* (position) {
      if (position === 0) log.push('End of *draining phase*');
    });
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
    log.push(`broken: ${error.message}`);
  }
}

function* main(): Coroutine<void> {
  const barrier = new Barrier(2);
  const log: string[] = [];
  yield* gather(party(barrier, log), party(barrier, log));
  print(log);

  log.length = 0;
  let task = createTask(party(barrier, log));
  yield* sleep(0);
  print('waiting', barrier.nWaiting, 'of', barrier.parties);
  yield* barrier.reset();
  yield* task;
  print(log, 'broken:', barrier.broken);

  log.length = 0;
  task = createTask(party(barrier, log));
  yield* sleep(0);
  yield* barrier.abort();
  yield* task;
  yield* party(barrier, log);
  print(log, 'broken:', barrier.broken);
}

await run(main());
