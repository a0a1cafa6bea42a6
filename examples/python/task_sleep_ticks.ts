// Sleeping: show a tick every period until an end time on the loop clock.
import { getRunningLoop, run, sleep, ValueError, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* displayTicks(): Coroutine<number> {
  const loop = getRunningLoop();
  const endTime = loop.time() + 0.48;
  let number = 0;
  for (;;) {
    number += 1;
    print('tick', number);
    if (loop.time() + 0.1 >= endTime) break;
    yield* sleep(0.1);
  }
  print('sleep result:', yield* sleep(0, 'value'));
  try {
    yield* sleep(NaN);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
  return number;
}

print('ticks:', await run(displayTicks()));
