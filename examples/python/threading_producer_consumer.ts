// A thread-safe queue between a thread and a loop in another thread.
import { run, sleep, type Coroutine } from 'tsyncio';
import { ThreadPoolExecutor, transfer, workerFunction } from 'tsyncio/concurrent';
import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { print } from './python.js';

const consumed: number[] = [];
const SHUT_DOWN = null;

function producer(q: MessagePort): void {
  for (let i = 0; i < 5; i++) q.postMessage(i);
  q.postMessage(SHUT_DOWN);
}

function* consumer(q: MessagePort): Coroutine<void> {
  for (;;) {
    // What queue.get_nowait() is in Python: it does not wait.
    const received = receiveMessageOnPort(q) as { message: number | typeof SHUT_DOWN } | undefined;
    if (received === undefined) {
      yield* sleep(0.01);
      continue;
    }
    const item = received.message;
    if (item === SHUT_DOWN) break;
    consumed.push(item);
    yield* sleep(item / 200);
  }
}

/** In a thread, which has its own `consumed`. */
export async function runConsumer(q: MessagePort): Promise<number[]> {
  await run(consumer(q));
  return consumed;
}

if (isMainThread) {
  const { port1, port2: q } = new MessageChannel();
  const pool = new ThreadPoolExecutor(1);
  const thread = pool.submit(workerFunction(import.meta.url, runConsumer), transfer(port1));
  producer(q);
  print('consumed', await thread);
  q.close();
  await pool.shutdown();
}
