/*
 * The program of ../tale/08-whole.ts on tsyncio: the same names but for `createTask` (spawn), and no `join` at all, since a task
 * can be awaited. What the kernel had to be written for comes with the loop.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/tale.js
 */
import { CancelledError, type Coroutine, createTask, getRunningLoop, run, sleep } from 'tsyncio';
import { type socket, socketpair } from 'tsyncio/socket';

export function* adder(sock: socket): Coroutine<number> {
  const loop = getRunningLoop();
  let text = '';
  for (
    let data = yield* loop.sockRecv(sock, 1024);
    data.length > 0;
    data = yield* loop.sockRecv(sock, 1024)
  ) {
    text += data.toString();
  }
  sock.close();
  return text.split('\n').reduce((sum, line) => sum + Number(line), 0);
}

function* program(): Coroutine<string> {
  const [near, far] = socketpair();
  near.setblocking(false);
  far.setblocking(false);

  const sum = createTask(adder(far));
  for (const number of [20, 21, 1]) yield* getRunningLoop().sockSendall(near, `${number}\n`);
  near.close();
  console.log(`the sum is ${yield* sum}, and still ${yield* sum}`);

  function* failing(): Coroutine<never> {
    throw new Error('no luck');
  }
  const failed = createTask(failing());
  try {
    yield* failed;
  } catch (error) {
    console.log(`awaiting threw: ${String(error)}`);
  }

  function* never(): Coroutine {
    console.log('this is not printed');
  }
  const unstarted = createTask(never());
  console.log(`cancelled: ${unstarted.cancel()}`);
  const sleeper = createTask(sleep(3600));
  yield* sleep(0);
  console.log(`cancelled: ${sleeper.cancel()}`);
  try {
    yield* sleeper;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    console.log('the sleeper was cancelled');
  }
  console.log(`cancelled again: ${sleeper.cancel()}`);
  return 'all done';
}

export async function main(): Promise<void> {
  console.log(await run(program()));
}

if (process.argv[1] === import.meta.filename) await main();

// the sum is 42, and still 42
// awaiting threw: Error: no luck
// cancelled: true
// cancelled: true
// the sleeper was cancelled
// cancelled again: false
// all done
