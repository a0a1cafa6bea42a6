// Debug mode: slow callbacks are reported.
import { getRunningLoop, logger, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

const records: string[] = [];

logger.handler = (record) => {
  const text = record.message.replace(/<(Task|Handle) .*>/, '<$1 ...>');
  records.push(text.replace(/\d+\.\d+/g, 'N'));
};

/** Block for `seconds`, as time.sleep() does. */
function block(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

function slow(): void {
  block(0.25);
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  loop.slowCallbackDuration = 0.2;
  print('debug:', loop.getDebug());
  loop.callSoon(slow);
  yield* sleep(0);
  block(0.25);
  yield* sleep(0);
  try {
    loop.callSoon(main);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    print('TypeError:', error);
  }
  loop.setDebug(false);
}

await run(main(), { debug: true });
for (const line of records) print(line);
