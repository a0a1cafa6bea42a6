/*
 * ../scheduler/five-sleepers.ts on tsyncio: 2.5 seconds of sleep in half a second, on the virtual clock and on the real one.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/five-sleepers.js
 */
import { asyncWith, type Coroutine, getRunningLoop, run, sleep, TaskGroup } from 'tsyncio';
import { VirtualEventLoop } from 'tsyncio/testing';

export function* sleeper(): Coroutine {
  for (let i = 1; i <= 5; i++) yield* sleep(0.1);
}

/** How long five of them take, on the clock of the loop that runs this. */
export function* measure(): Coroutine<number> {
  const loop = getRunningLoop();
  const start = loop.time();
  yield* asyncWith(new TaskGroup(), function* (group) {
    for (let i = 0; i < 5; i++) group.createTask(sleeper());
  });
  return loop.time() - start;
}

export async function main(): Promise<void> {
  const virtual = await run(measure(), { loopFactory: () => new VirtualEventLoop() });
  console.log(`virtual time: ${virtual.toFixed(3)} s`);
  console.log(`real time: ${(await run(measure())).toFixed(3)} s`);
}

if (process.argv[1] === import.meta.filename) await main();

// virtual time: 0.500 s
// real time: <seconds> s
