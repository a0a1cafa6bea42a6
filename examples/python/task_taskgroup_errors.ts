// Task groups: a failure cancels siblings and body, errors are grouped.
import {
  asyncWith,
  CancelledError,
  currentTask,
  exceptStar,
  KeyError,
  run,
  sleep,
  TaskGroup,
  ValueError,
  type Coroutine,
} from 'tsyncio';
import { print, repr } from './python.js';

function* fail(delay: number, exc: Error): Coroutine<never> {
  yield* sleep(delay);
  throw exc;
}

function* sibling(log: string[]): Coroutine<void> {
  try {
    yield* sleep(10);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    log.push('sibling cancelled');
    throw new ValueError('while cleaning up');
  }
}

function* main(): Coroutine<void> {
  const log: string[] = [];
  try {
    yield* asyncWith(new TaskGroup(), function* (group) {
      group.createTask(fail(0.01, new KeyError('k')));
      group.createTask(sibling(log));
      try {
        yield* sleep(10);
      } catch (error) {
        if (error instanceof CancelledError) log.push('body cancelled');
        throw error;
      }
    });
  } catch (error) {
    yield* exceptStar(
      error,
      [KeyError, (eg) => print('KeyErrors:', eg.exceptions.map(repr))],
      [ValueError, (eg) => print('ValueErrors:', eg.exceptions.map(repr))],
    );
  }
  print(log.sort());
  print('task still cancelling:', currentTask()!.cancelling());
}

await run(main());
