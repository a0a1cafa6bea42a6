// The two-line greeting.
import { run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* main(): Coroutine<void> {
  print('Hello ...');
  yield* sleep(0.02);
  print('... World!');
}

await run(main());
