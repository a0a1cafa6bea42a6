// One asynchronous generator must not be driven by two tasks.
import {
  asyncGenerator,
  createTask,
  run,
  RuntimeError,
  sleep,
  type AsyncGeneratorObject,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function consumer(): AsyncGeneratorObject<number, string> {
  return asyncGenerator(function* (emit) {
    for (let idx = 0; idx < 100; idx++) {
      yield* sleep(0);
      const message = yield* emit(idx);
      print('received', message);
    }
  });
}

function* amain(): Coroutine<void> {
  const agenerator = consumer();
  yield* agenerator.anext();
  const fa = createTask(agenerator.asend('A'));
  const fb = createTask(agenerator.asend('B'));
  print('first:', yield* fa);
  try {
    yield* fb;
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    print('RuntimeError:', error);
  }
  yield* agenerator.aclose();
}

await run(amain());
