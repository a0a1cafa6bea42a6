// A coroutine that was never awaited gives a RuntimeWarning, if `coroutine` has made its function.
import { coroutine, run, sleep, type Coroutine } from 'tsyncio';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { print } from './python.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const test = coroutine(function* test(): Coroutine<void> {
  print('never scheduled');
});

function* main(): Coroutine<void> {
  // eslint-disable-next-line tsyncio/no-floating-coroutines -- what this is about
  test();
  yield* sleep(0.01); // what was made in a turn of the host's is garbage after it
  gc();
}

// The warning comes after the collection, in a turn of its own. Node would print it to stderr.
process.removeAllListeners('warning');
process.on('warning', (item) => {
  print(`${item.name}: ${item.message}`);
});
await run(main());
