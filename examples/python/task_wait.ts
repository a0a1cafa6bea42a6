// Waiting primitives: the three conditions and the timeout.
import {
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  run,
  sleep,
  ValueError,
  wait,
  type Coroutine,
  type Task,
} from 'tsyncio';
import { print, repr } from './python.js';

function* job(name: string, delay: number, fail = false): Coroutine<string> {
  yield* sleep(delay);
  if (fail) throw new ValueError(name);
  return name;
}

function names(tasks: Iterable<Task<string>>): string[] {
  return [...tasks].map((task) => task.getName()).sort();
}

function start(...rows: [name: string, delay: number, fail?: boolean][]): Task<string>[] {
  return rows.map((row) => createTask(job(...row), { name: row[0] }));
}

function* main(): Coroutine<void> {
  let tasks = start(['a', 0.01], ['b', 0.05]);
  let [done, pending] = yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
  print('FIRST_COMPLETED', names(done), names(pending));
  [done, pending] = yield* wait(tasks);
  print('ALL_COMPLETED', names(done), names(pending));

  tasks = start(['ok', 0.01], ['bad', 0.02, true], ['late', 0.2]);
  [done, pending] = yield* wait(tasks, { returnWhen: FIRST_EXCEPTION });
  print('FIRST_EXCEPTION', names(done), names(pending));
  print('exceptions', [...done].map((t) => repr(t.exception())).sort());
  [done, pending] = yield* wait(pending, { timeout: 0.01 });
  print('timeout', names(done), names(pending), 'cancelled:', tasks[2]!.cancelled());
  tasks[2]!.cancel();

  try {
    yield* wait([]);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
}

await run(main());
