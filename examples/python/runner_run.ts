// run() gives the result, cancels leftovers and closes generators.
import {
  anext,
  asyncGenerator,
  createTask,
  run,
  sleep,
  type AsyncGeneratorObject,
  type Coroutine,
  type Task,
} from 'tsyncio';
import { print } from './python.js';

function* leftover(): Coroutine<void> {
  try {
    yield* sleep(10);
  } finally {
    print('leftover task cancelled');
  }
}

function numbers(): AsyncGeneratorObject<number> {
  return asyncGenerator(function* (emit) {
    try {
      yield* emit(1);
      yield* emit(2);
    } finally {
      print('async generator closed');
    }
  });
}

let kept!: [Task<void>, AsyncGeneratorObject<number>];

function* main(): Coroutine<string> {
  const agen = numbers();
  kept = [createTask(leftover()), agen];
  print('first:', yield* anext(agen));
  yield* sleep(0.01);
  print('hello');
  return 'result of main';
}

print(await run(main()));
print('closed:', kept[0].getLoop().isClosed());
try {
  // @ts-expect-error: the compiler sees it too
  await run(42);
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  print('TypeError:', error);
}
