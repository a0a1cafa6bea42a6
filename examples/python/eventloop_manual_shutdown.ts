// Closing a hand-made loop with shutdownAsyncgens().
import {
  anext,
  asyncGenerator,
  newEventLoop,
  RuntimeError,
  sleep,
  type AsyncGeneratorObject,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function ticker(): AsyncGeneratorObject<string> {
  return asyncGenerator(function* (emit) {
    try {
      for (;;) {
        yield* emit('tick');
        yield* sleep(0);
      }
    } finally {
      yield* sleep(0);
      print('ticker closed');
    }
  });
}

const holder: AsyncGeneratorObject<string>[] = [];

function* use(): Coroutine<void> {
  const agen = ticker();
  holder.push(agen);
  print(yield* anext(agen), yield* anext(agen));
}

const loop = newEventLoop();
try {
  loop.createTask(use()).addDoneCallback(() => loop.stop());
  await loop.runForever();
} finally {
  await loop.runUntilComplete(loop.shutdownAsyncgens());
  loop.close();
}
try {
  loop.callSoon(print);
} catch (error) {
  if (!(error instanceof RuntimeError)) throw error;
  print('RuntimeError:', error);
}
