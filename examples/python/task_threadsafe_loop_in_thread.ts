// Scheduling from other threads: the loop lives in another thread.
import { Event, getRunningLoop, run, runCoroutineThreadsafe, sleep, type Coroutine } from 'tsyncio';
import { ThreadPoolExecutor, transfer, workerFunction } from 'tsyncio/concurrent';
import { once } from 'node:events';
import { isMainThread, MessageChannel, type MessagePort } from 'node:worker_threads';
import { print } from './python.js';

// Threads share no objects: what goes to the loop are messages, the arguments of a sleep() or the wish that it stop.
type Message = [delay: number, result: number] | 'stop';

/** In the thread, `port` stands for those who have the loop. */
function* main(port: MessagePort): Coroutine<string> {
  const loop = getRunningLoop();
  const stopEvent = new Event();
  port.on('message', (message: Message) => {
    if (message === 'stop') stopEvent.set();
    else {
      const future = runCoroutineThreadsafe(sleep(...message), loop);
      future.addDoneCallback(() => port.postMessage(future.result()));
    }
  });
  port.postMessage('the loop runs');
  yield* stopEvent.wait();
  port.close();
  return 'loop main ended';
}

export function runMain(port: MessagePort): Promise<string> {
  return run(main(port));
}

async function loopInThread(body: (loop: MessagePort) => Promise<void>): Promise<void> {
  const { port1: loop, port2: port } = new MessageChannel();
  const pool = new ThreadPoolExecutor(1);
  const complete = pool.submit(workerFunction(import.meta.url, runMain), transfer(port));
  await once(loop, 'message');
  try {
    await body(loop);
  } finally {
    loop.postMessage('stop' satisfies Message);
  }
  print(await complete);
  await pool.shutdown();
}

if (isMainThread) {
  await loopInThread(async (loop) => {
    const future = once(loop, 'message');
    loop.postMessage([0.01, 3] satisfies Message);
    print('result:', ...(await future));
  });
}
