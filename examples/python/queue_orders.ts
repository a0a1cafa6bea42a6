// PriorityQueue and LifoQueue, full and empty.
import { LifoQueue, PriorityQueue, QueueEmpty, QueueFull, run, ValueError, type Coroutine } from 'tsyncio';
import { print, tuple } from './python.js';

type Entry = [priority: number, name: string];

function* main(): Coroutine<void> {
  const priority = new PriorityQueue<Entry>();
  for (const entry of [
    [2, 'code'],
    [1, 'eat'],
    [3, 'sleep'],
  ] satisfies Entry[]) {
    priority.putNowait(entry);
  }
  const entries: Entry[] = [];
  for (let i = 0; i < 3; i++) entries.push(yield* priority.get());
  print(entries.map((entry) => tuple(...entry)));

  const lifo = new LifoQueue<string>({ maxsize: 2 });
  lifo.putNowait('old');
  lifo.putNowait('new');
  print('full:', lifo.full(), 'maxsize:', lifo.maxsize);
  try {
    lifo.putNowait('extra');
  } catch (error) {
    if (!(error instanceof QueueFull)) throw error;
    print('QueueFull');
  }
  print(lifo.getNowait(), lifo.getNowait());
  try {
    lifo.getNowait();
  } catch (error) {
    if (!(error instanceof QueueEmpty)) throw error;
    print('QueueEmpty');
  }
  lifo.taskDone();
  lifo.taskDone();
  try {
    lifo.taskDone();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
}

await run(main());
