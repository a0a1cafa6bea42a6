// The three-party barrier, shown without addresses.
import { Barrier, createTask, run, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function show(barrier: Barrier): void {
  print(String(barrier).replace(/ object at 0x[0-9a-f]+/, ''));
}

function* exampleBarrier(): Coroutine<void> {
  const b = new Barrier(3);
  const tasks = [createTask(b.wait()), createTask(b.wait())];
  yield* sleep(0);
  show(b);
  const index = yield* b.wait();
  show(b);
  print('barrier passed');
  yield* sleep(0);
  show(b);
  print('own index', index, 'others', tasks.map((t) => t.result()).sort());
}

await run(exampleBarrier());
