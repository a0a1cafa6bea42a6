// Callbacks by callSoon, state errors, cancel message.
import { CancelledError, getRunningLoop, InvalidStateError, run, sleep, type Coroutine } from 'tsyncio';
import { print, tuple } from './python.js';

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  let fut = loop.createFuture<number>();
  const label = 'Future:';
  fut.addDoneCallback((f) => print(label, f.result()));
  fut.addDoneCallback(print);
  fut.addDoneCallback(print);
  print('registered twice, removed:', fut.removeDoneCallback(print));
  fut.setResult(42);
  print('result is set, callback has not run yet');
  yield* sleep(0);
  fut.addDoneCallback(() => print('late callback also goes through the loop'));
  print('after the late registration');
  yield* sleep(0);

  const calls = [
    () => fut.setResult(1),
    () => loop.createFuture().result(),
    () => loop.createFuture().exception(),
  ];
  for (const call of calls) {
    try {
      call();
    } catch (error) {
      if (!(error instanceof InvalidStateError)) throw error;
      print('InvalidStateError:', error.message.split(':')[0]);
    }
  }

  fut = loop.createFuture();
  print(fut.cancel('reason'), fut.cancel(), fut.cancelled(), fut.done());
  try {
    yield* fut;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    print('CancelledError', tuple(error.message));
  }
}

await run(main());
