// Handling keyboard interruption: SIGINT cancels the main task.
import {
  CancelledError,
  currentTask,
  getRunningLoop,
  KeyboardInterrupt,
  run,
  sleep,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  loop.callLater(0.02, () => process.kill(process.pid, 'SIGINT'));
  try {
    yield* sleep(10);
  } catch (error) {
    if (error instanceof CancelledError) {
      print('main task cancelled, cancelling() =', currentTask()!.cancelling());
    }
    throw error;
  } finally {
    print('clean-up');
  }
}

try {
  await run(main());
} catch (error) {
  if (!(error instanceof KeyboardInterrupt)) throw error;
  print('run() raised KeyboardInterrupt');
}
print('handler restored:', process.listenerCount('SIGINT') === 0);
