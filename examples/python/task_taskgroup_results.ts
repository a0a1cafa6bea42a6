// Results after the block; adding tasks from a child.
import { asyncWith, run, RuntimeError, sleep, TaskGroup, type Coroutine, type Task } from 'tsyncio';
import { print } from './python.js';

function* coro(value: number, group?: TaskGroup): Coroutine<number> {
  yield* sleep(0);
  if (group) extra.push(group.createTask(coro(value * 10)));
  return value;
}

const extra: Task<number>[] = [];

function* main(): Coroutine<void> {
  const group = new TaskGroup();
  const [one, two] = yield* asyncWith(group, function* () {
    return [group.createTask(coro(1)), group.createTask(coro(2, group))];
  });
  print(`Both tasks have completed now: ${one.result()}, ${two.result()}`);
  print('added by a child:', extra[0]!.result());
  try {
    const late = coro(3);
    group.createTask(late);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    print('RuntimeError:', error.message.split('>').at(-1)!.trim());
  }
}

await run(main());
