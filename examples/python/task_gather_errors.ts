// gather(): first error propagates, others go on; returnExceptions collects.
import {
  CancelledError,
  createTask,
  gather,
  getRunningLoop,
  KeyError,
  run,
  sleep,
  ValueError,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* work(name: string, delay: number, error?: Error): Coroutine<string> {
  try {
    yield* sleep(delay);
  } catch (error) {
    if (error instanceof CancelledError) print(name, 'cancelled');
    throw error;
  }
  if (error) throw error;
  print(name, 'finished');
  return name;
}

function* main(): Coroutine<void> {
  const slow = createTask(work('slow', 0.05));
  try {
    yield* gather(work('bad', 0.01, new ValueError('boom')), slow);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('gather raised', error);
  }
  print('slow goes on:', !slow.done());
  yield* slow;

  print(yield* gather(work('a', 0.02), work('b', 0.01, new KeyError('b')), { returnExceptions: true }));

  const victim = createTask(work('victim', 10));
  getRunningLoop().callLater(0.01, () => victim.cancel());
  let outer = gather(victim, work('other', 0.02));
  try {
    yield* outer;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('child cancelled; outer.cancelled() =', outer.cancelled());
  }
  yield* sleep(0.03);

  outer = gather(work('x', 10), work('y', 10));
  getRunningLoop().callLater(0.01, () => outer.cancel());
  try {
    yield* outer;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('outer cancelled');
  }
}

await run(main());
