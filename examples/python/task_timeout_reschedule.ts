// Start with null, set the deadline later; timeoutAt; misuse.
import {
  asyncWith,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  timeout,
  timeoutAt,
  TimeoutError,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const cm = timeout(null);
  try {
    yield* asyncWith(cm, function* () {
      print(cm, cm.when());
      const deadline = loop.time() + 0.02;
      cm.reschedule(deadline);
      print(cm.when() === deadline);
      yield* sleep(10);
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  if (cm.expired()) print("Looks like we haven't finished on time.");

  try {
    yield* asyncWith(timeoutAt(loop.time() + 0.02), function* () {
      yield* sleep(10);
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('deadline passed');
  }

  for (const wrong of [() => cm.reschedule(1), () => timeout(1).reschedule(1)]) {
    try {
      wrong();
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      print('RuntimeError:', error);
    }
  }
}

await run(main());
