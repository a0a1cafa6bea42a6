// Condition with waitFor() and notify().
import { asyncWith, Condition, createTask, gather, run, RuntimeError, sleep, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* consumer(name: string, cond: Condition, items: number[], log: string[]): Coroutine<void> {
  yield* asyncWith(cond, function* () {
    yield* cond.waitFor(() => items.length > 0);
    log.push(`${name} took ${items.shift()}`);
  });
}

function* main(): Coroutine<void> {
  const cond = new Condition();
  const items: number[] = [];
  const log: string[] = [];
  const tasks = ['a', 'b', 'c'].map((name) => createTask(consumer(name, cond, items, log)));
  yield* sleep(0);
  yield* asyncWith(cond, function* () {
    items.push(1, 2);
    cond.notify(2);
    log.push(`notified, locked: ${cond.locked() ? 'True' : 'False'}`);
  });
  yield* sleep(0.01);
  print(log);
  yield* asyncWith(cond, function* () {
    items.push(3);
    cond.notifyAll();
  });
  yield* gather(...tasks);
  print(log.at(-1));
  const calls: (() => Coroutine<unknown> | void)[] = [() => cond.notify(), () => cond.wait()];
  for (const call of calls) {
    try {
      const result = call();
      if (result) yield* result;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      print('RuntimeError:', error);
    }
  }
}

await run(main());
