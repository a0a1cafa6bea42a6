// Error handling API: custom handler and context keys.
import { getRunningLoop, run, sleep, type Coroutine, type EventLoop, type ExceptionContext } from 'tsyncio';
import { print, repr } from './python.js';

class ZeroDivisionError extends Error {
  override name = 'ZeroDivisionError';
}

function handler(_loop: EventLoop, context: ExceptionContext): void {
  print('message:', context.message?.split(' at ')[0]);
  print('exception:', repr(context.exception));
  print('keys:', Object.keys(context).sort());
}

function brokenCallback(): void {
  throw new ZeroDivisionError('in a callback');
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  print('default:', loop.getExceptionHandler());
  loop.setExceptionHandler(handler);
  loop.callSoon(brokenCallback);
  yield* sleep(0);
  loop.callExceptionHandler({ message: 'reported by hand', extra: 1 });
  yield* sleep(0);
  try {
    // @ts-expect-error: the compiler sees it too
    loop.setExceptionHandler('text');
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    print('TypeError:', error);
  }
  print('the loop goes on');
}

await run(main());
