// Introspection: currentTask(), allTasks(), names, coroutine and context.
import { allTasks, createTask, currentTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* child(): Coroutine<string> {
  yield* sleep(0.01);
  return currentTask()!.getName();
}

function* main(): Coroutine<void> {
  const me = currentTask()!;
  // A generator does not tell the name of its function, but a task's string form does.
  print(me.getName(), /coro=<(\w+)/.exec(String(me))?.[1], me.done());
  const task = createTask(child(), { name: 'worker' });
  print([...allTasks()].map((t) => t.getName()).sort());
  task.setName(17);
  print('name seen inside:', yield* task);
  print([...allTasks()].map((t) => t.getName()).sort());
  getRunningLoop().callSoon(() => print('in a plain callback:', currentTask()));
  yield* sleep(0);
}

await run(main());
