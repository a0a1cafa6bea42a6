// TaskGroup.cancel() from body, child, outside and beforehand.
import {
  asyncWith,
  CancelledError,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  TaskGroup,
  type Coroutine,
} from 'tsyncio';
import { print } from './python.js';

function* job(name: string, seconds: number): Coroutine<string> {
  try {
    yield* sleep(seconds);
    print(name, 'finished');
    return name;
  } catch (error) {
    if (error instanceof CancelledError) print(name, 'cancelled');
    throw error;
  }
}

function* fromBody(): Coroutine<void> {
  yield* asyncWith(new TaskGroup(), function* (group) {
    group.createTask(job('slow', 10));
    yield* sleep(0);
    group.cancel();
    yield* sleep(0);
    print('not reached');
  });
  print('left the block quietly');
}

function* fromChild(): Coroutine<void> {
  function* first(group: TaskGroup, name: string, seconds: number): Coroutine<void> {
    yield* job(name, seconds);
    group.cancel();
  }

  yield* asyncWith(new TaskGroup(), function* (group) {
    group.createTask(first(group, 'fast', 0.01));
    group.createTask(first(group, 'slow', 10));
  });
  print('one winner');
}

function* fromOutside(): Coroutine<void> {
  const group = new TaskGroup();
  getRunningLoop().callLater(0.01, () => group.cancel());
  yield* asyncWith(group, function* () {
    yield* sleep(10);
  });
  print('ended from outside');
}

function* beforehand(): Coroutine<void> {
  const group = new TaskGroup();
  group.cancel();
  yield* asyncWith(group, function* () {
    print('body starts');
    yield* sleep(10);
    print('not reached');
  });
  print('cancelled on entry');
  group.cancel(); // harmless after the end
}

function* main(): Coroutine<void> {
  yield* fromBody();
  yield* fromChild();
  yield* fromOutside();
  yield* beforehand();
  print('cancelling:', currentTask()!.cancelling());
}

await run(main());
