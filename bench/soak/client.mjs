/*
 * client.mjs PORT IDLE BUSY: opens the idle connections, says so, and keeps the busy ones busy. Each of these sends lines,
 * most of them short and some of them long, and awaits each back; after some hundred it is closed, and another opened,
 * until it is told to stop.
 */
import { gather, getRunningLoop, openConnection, run } from '../../dist/index.js';
import { sample } from './sample.mjs';

const [port, idle, busy] = process.argv.slice(2).map(Number);
const HOST = '127.0.0.1';
const LINES = [20, 100, 700, 1500, 60_000].map((size) => Buffer.from(`${'x'.repeat(size)}\n`));
const AT_ONCE = 100;

let requests = 0;
let connections = 0;
let stopping = false;

function* exchange(reader, writer, line) {
  writer.write(line);
  yield* writer.drain();
  const back = yield* reader.readline();
  if (!back.equals(line)) throw new Error(`sent ${line.length} bytes, and ${back.length} came back`);
  requests++;
}

function* connect() {
  connections++;
  return yield* openConnection(HOST, port);
}

function* close(writer) {
  writer.close();
  yield* writer.waitClosed();
}

function* worker(number) {
  for (let i = number; !stopping;) {
    const [reader, writer] = yield* connect();
    for (const end = i + 100 + number; i < end && !stopping; i++) {
      // One in fifty is long.
      yield* exchange(reader, writer, LINES[i % 50 === 0 ? 4 : i % 4]);
    }
    yield* close(writer);
  }
}

/** The idle ones, a hundred at a time. */
function* openIdle() {
  const all = [];
  while (all.length < idle) {
    const count = Math.min(AT_ONCE, idle - all.length);
    all.push(...(yield* gather(...Array.from({ length: count }, connect))));
  }
  return all;
}

function* ask([reader, writer]) {
  yield* exchange(reader, writer, LINES[0]);
  yield* close(writer);
}

/** How many of the idle ones still answer. */
function* countAlive(all) {
  let alive = 0;
  for (let i = 0; i < all.length; i += AT_ONCE) {
    const results = yield* gather(...all.slice(i, i + AT_ONCE).map(ask), { returnExceptions: true });
    alive += results.filter((result) => !(result instanceof Error)).length;
  }
  return alive;
}

function* main() {
  const loop = getRunningLoop();
  const all = yield* openIdle();
  process.send('open');
  process.on('message', (question) => {
    if (question === 'sample') process.send({ requests, connections, ...sample(loop) });
    else stopping = true;
  });
  yield* gather(...Array.from({ length: busy }, (_, number) => worker(number)));
  const alive = yield* countAlive(all);
  process.send({ alive }, () => process.disconnect());
}

await run(main());
