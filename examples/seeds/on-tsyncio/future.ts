/*
 * ../native/future.ts on tsyncio: the coroutines are the same, line by line; the future is the loop's. Nobody has to call `next`
 * any more: the task binds itself to the future, and is resumed once, when the future is done.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/future.js
 */
import { type Coroutine, createTask, type Future, getRunningLoop, run, sleep } from 'tsyncio';

export function* waiting(request: Future<string>): Coroutine<number> {
  const response = yield* request;
  return response.length;
}

export function* outer(request: Future<string>): Coroutine<string> {
  return `${yield* waiting(request)} bytes`;
}

function* program(): Coroutine {
  const future = getRunningLoop().createFuture<string>();
  const task = createTask(outer(future));
  yield* sleep(0);
  console.log(task.done());

  future.setResult('0123456789');
  console.log(yield* task);
  console.log(yield* outer(future)); // who comes late does not wait at all
}

export async function main(): Promise<void> {
  await run(program());
}

if (process.argv[1] === import.meta.filename) await main();

// false
// 10 bytes
// 10 bytes
