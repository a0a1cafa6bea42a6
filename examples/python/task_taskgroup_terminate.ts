// Ending a group early by throwing in an extra task.
import { asyncWith, exceptStar, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
import { print } from './python.js';

/** Thrown to stop the group. */
class TerminateTaskGroup extends Error {}

function* forceTerminateTaskGroup(): Coroutine<never> {
  throw new TerminateTaskGroup();
}

function* job(taskId: number, sleepTime: number): Coroutine<void> {
  print(`Task ${taskId}: start`);
  yield* sleep(sleepTime);
  print(`Task ${taskId}: done`);
}

function* main(): Coroutine<void> {
  try {
    yield* asyncWith(new TaskGroup(), function* (group) {
      group.createTask(job(1, 0.02));
      group.createTask(job(2, 5));
      yield* sleep(0.1);
      group.createTask(forceTerminateTaskGroup());
    });
  } catch (error) {
    yield* exceptStar(error, [TerminateTaskGroup, () => print('group terminated')]);
  }
}

await run(main());
