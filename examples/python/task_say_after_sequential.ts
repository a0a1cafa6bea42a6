// Waiting for one after the other adds the delays up.
import { getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* sayAfter(delay: number, what: string): Coroutine<void> {
  yield* sleep(delay);
  print(what);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const began = loop.time();
  yield* sayAfter(0.05, 'hello');
  yield* sayAfter(0.1, 'world');
  const took = loop.time() - began;
  print('delays added up:', took >= 0.149 && took < 0.5);
}

await run(main());
