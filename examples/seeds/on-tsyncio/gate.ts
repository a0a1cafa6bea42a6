/*
 * The gate of ../minimal/loop.ts on tsyncio. What was a list of suspended coroutines and a thunk is one future, for which any
 * number of tasks may wait.
 *
 *     npm run build:js && npm run build:examples && node dist-examples/seeds/on-tsyncio/gate.js
 */
import { type Coroutine, createTask, type Future, gather, getRunningLoop, run, sleep } from 'tsyncio';

function* guest(name: string, gate: Future<string>): Coroutine {
  console.log(`${name} waits`);
  console.log(`${name} may pass: ${yield* gate}`);
}

function* porter(gate: Future<string>): Coroutine {
  for (let second = 1; second <= 2; second++) {
    console.log('the porter looks for the key');
    yield* sleep(0);
  }
  gate.setResult('sesame');
}

function* program(): Coroutine {
  const gate = getRunningLoop().createFuture<string>();
  yield* gather(createTask(guest('Ali', gate)), createTask(porter(gate)), createTask(guest('Baba', gate)));
}

export async function main(): Promise<void> {
  await run(program());
}

if (process.argv[1] === import.meta.filename) await main();

// Ali waits
// the porter looks for the key
// Baba waits
// the porter looks for the key
// Ali may pass: sesame
// Baba may pass: sesame
