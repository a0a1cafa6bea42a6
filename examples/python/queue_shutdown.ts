// shutdown() lets consumers drain; immediate drops everything.
import { createTask, gather, Queue, QueueShutDown, run, sleep, type Coroutine } from 'tsyncio';
import { print, repr } from './python.js';

function* consumer(queue: Queue<number>, log: (number | string)[]): Coroutine<void> {
  for (;;) {
    let item: number;
    try {
      item = yield* queue.get();
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
      log.push('shut down');
      return;
    }
    log.push(item);
    queue.taskDone();
  }
}

function* main(): Coroutine<void> {
  const queue = new Queue<number>({ maxsize: 2 });
  const log: (number | string)[] = [];
  yield* queue.put(1);
  yield* queue.put(2);
  const blocked = createTask(queue.put(3));
  yield* sleep(0);
  queue.shutdown();
  print('blocked put:', repr((yield* gather(blocked, { returnExceptions: true }))[0]));
  yield* consumer(queue, log);
  yield* queue.join();
  print(log);
  for (const call of [() => queue.getNowait(), () => queue.putNowait(4)]) {
    try {
      call();
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
      print('QueueShutDown');
    }
  }

  const dropped = new Queue<string>();
  dropped.putNowait('lost');
  const joining = createTask(dropped.join());
  yield* sleep(0);
  dropped.shutdown({ immediate: true });
  yield* joining;
  print('immediate:', dropped.qsize(), dropped);
}

await run(main());
