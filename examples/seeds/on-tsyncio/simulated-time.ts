/*
 * The program of ../minimal/simulated-time.ts on tsyncio: the loop in virtual time is one of its loops, chosen where it is run.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/simulated-time.js
 */
import { type Coroutine, gather, getRunningLoop, run, sleep } from 'tsyncio';
import { VirtualEventLoop } from 'tsyncio/testing';

const HOUR = 3600;

function* bell(name: string, every: number, times: number): Coroutine {
  for (let i = 0; i < times; i++) {
    yield* sleep(every);
    console.log(`${getRunningLoop().time() / HOUR} h: ${name}`);
  }
}

function* program(): Coroutine {
  yield* gather(bell('a quarter of a day', 6 * HOUR, 4), bell('noon or midnight', 12 * HOUR, 2));
  console.log(`${getRunningLoop().time() / HOUR} hours have passed`);
}

export async function main(): Promise<void> {
  await run(program(), { loopFactory: () => new VirtualEventLoop() });
}

if (process.argv[1] === import.meta.filename) await main();

// 6 h: a quarter of a day
// 12 h: noon or midnight
// 12 h: a quarter of a day
// 18 h: a quarter of a day
// 24 h: noon or midnight
// 24 h: a quarter of a day
// 24 hours have passed
