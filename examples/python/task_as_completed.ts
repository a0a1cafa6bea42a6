// asCompleted(): asynchronous and plain iteration, timeout.
import { asCompleted, asyncFor, createTask, run, sleep, TimeoutError, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* connect(name: string, delay: number): Coroutine<string> {
  yield* sleep(delay);
  return name;
}

function* main(): Coroutine<void> {
  const ipv4 = createTask(connect('127.0.0.1', 0.03));
  const ipv6 = createTask(connect('::1', 0.01));
  yield* asyncFor(asCompleted([ipv4, ipv6]), function* (earliest) {
    const which = earliest === ipv6 ? 'IPv6' : 'IPv4';
    print(`${which} connection established: ${yield* earliest}`);
  });

  for (const nextConnect of asCompleted([connect('slow', 0.03), connect('fast', 0.01)])) {
    print('plain:', yield* nextConnect);
  }

  const tasks = [createTask(connect('quick', 0.01)), createTask(connect('never', 10))] as const;
  try {
    yield* asyncFor(asCompleted(tasks, { timeout: 0.05 }), function* (task) {
      print('before the deadline:', task.result());
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('TimeoutError; the other task is cancelled:', tasks[1].cancelled());
  }
  tasks[1].cancel();
}

await run(main());
