// Asynchronous generators: close them explicitly, in the right order.
import {
  asyncFor,
  asyncGenerator,
  asyncWith,
  BREAK,
  run,
  sleep,
  type AsyncContextManager,
  type AsyncGeneratorObject,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

const events: string[] = [];

function cursor(): AsyncGeneratorObject<number> {
  return asyncGenerator(function* (emit) {
    try {
      yield* emit(1);
    } finally {
      events.push('cursor closed');
    }
  });
}

function rows(): AsyncGeneratorObject<number> {
  return asyncGenerator(function* (emit) {
    try {
      yield* emit(2);
    } finally {
      yield* sleep(0.01);
      events.push('rows closed');
    }
  });
}

/** Python's `contextlib.aclosing`. */
function aclosing<T>(agen: AsyncGeneratorObject<T>): AsyncContextManager<AsyncGeneratorObject<T>> {
  return {
    *aenter() {
      return agen;
    },
    *aexit() {
      yield* agen.aclose();
    },
  };
}

function* main(): Coroutine<void> {
  yield* asyncWith(aclosing(cursor()), function* (cursorGen) {
    yield* asyncFor(cursorGen, function* () {
      yield* asyncWith(aclosing(rows()), function* (rowsGen) {
        yield* asyncFor(rowsGen, function* () {
          return BREAK;
        });
      });
      events.push('rows block left');
      return BREAK;
    });
  });
  events.push('cursor block left');
}

await run(main());
print(events);
