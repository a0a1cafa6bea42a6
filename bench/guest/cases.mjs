/*
 * What runs in the measured process. Each case is a process of its own, so that no case finds what another has switched on.
 *
 *     node bench/guest/cases.mjs NAME       prints JSON
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { asyncWith, EventLoop, run, sleep, TaskGroup, wrapFuture } from '../../dist/index.js';

const client = fileURLToPath(new URL('client.mjs', import.meta.url));
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** p50, p99 and the longest of some milliseconds. */
function spread(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1),
  };
}

/** How late a timer of 10 ms is, in milliseconds, while `work` goes on. */
async function lateness(work) {
  const late = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(now - last - 10);
    last = now;
  }, 10);
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  // One that never came was late all the time.
  if (late.length === 0) late.push(took - 10);
  clearInterval(timer);
  return { ...spread(late), took };
}

const MILLION = 1_000_000;

function* millionPromises() {
  for (let i = 0; i < MILLION; i++) yield* wrapFuture(Promise.resolve(i));
}

async function millionAwaits() {
  for (let i = 0; i < MILLION; i++) await Promise.resolve(i);
}

/** Compute for so many microseconds. */
function compute(microseconds) {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

function* busy(microseconds) {
  for (;;) {
    if (microseconds > 0) compute(microseconds);
    yield* sleep(0);
  }
}

/** A group of `count` tasks that are always ready, each computing for so long in each step, while `promise` is pending. */
function* besideGroup(count, microseconds, promise) {
  yield* asyncWith(new TaskGroup(), function* (group) {
    for (let i = 0; i < count; i++) group.createTask(busy(microseconds));
    const result = yield* wrapFuture(promise);
    group.cancel();
    return result;
  });
}

/** CPU milliseconds of this process between two turns of Node's, until it is told to end. */
function turns() {
  const found = [];
  let going = true;
  let before = process.cpuUsage();
  const turn = () => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    found.push((user + system) / 1000);
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    going = false;
    return spread(found);
  };
}

/** How long a client in another process waits for the answers of a server in this one, while `work` goes on. */
async function answers(work) {
  const server = createServer((_request, response) => response.end('pong'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const child = fork(client, [String(server.address().port), process.env.GUEST_SECONDS ?? '2']);
  const ended = once(child, 'exit');
  const measured = once(child, 'message').then(([latencies]) => latencies);
  const turnsOver = turns();
  await work(measured);
  const { p50, p99 } = turnsOver();
  const latencies = await measured;
  await ended;
  server.close();
  return { ...spread(latencies), 'turn p50': p50, 'turn p99': p99 };
}

const group =
  (count, microseconds = 0) =>
  (promise) =>
    run(besideGroup(count, microseconds, promise));

/** Without a loop: Node itself computes for so long in each of its turns while `promise` is pending. */
async function nodeBusy(microseconds, promise) {
  let going = true;
  const turn = () => {
    if (!going) return;
    compute(microseconds);
    setImmediate(turn);
  };
  turn();
  await promise;
  going = false;
}

/** CPU nanoseconds for each of `count` operations, the best of some: what else the machine does only adds to it. */
async function cost(count, work) {
  let best = Infinity;
  for (let round = 0; round < 8; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) best = Math.min(best, ((user + system) * 1000) / count);
  }
  return best;
}

function* nothing() {}

/** What a task costs that ends at once, and a step, with the loop as `prepare` makes it. */
async function costs(prepare, within = (work) => work()) {
  const tasks = 100_000;
  const steps = 500_000;
  const on = async (main) => {
    const loop = new EventLoop();
    prepare(loop);
    await within(() => loop.runUntilComplete(main(loop)));
    loop.close();
  };
  const task = await cost(tasks, () =>
    on(function* (loop) {
      // In portions: it is tasks that are measured, and not how much memory there is.
      for (let i = 0; i < tasks; i += 1000) {
        for (let j = 0; j < 1000; j++) loop.createTask(nothing());
        yield* sleep(0);
      }
      yield* sleep(0);
    }),
  );
  const step = await cost(steps, () =>
    on(function* (loop) {
      const stepping = function* () {
        for (let i = 0; i < steps / 100; i++) yield;
      };
      const all = Array.from({ length: 100 }, () => loop.createTask(stepping()));
      for (const each of all) yield* each;
    }),
  );
  return { task, step };
}

const storage = new AsyncLocalStorage();
const EVENTS = [
  'taskCreated',
  'taskStarted',
  'taskSuspended',
  'taskResumed',
  'taskDone',
  'roundBegun',
  'roundEnded',
];

export const cases = {
  'timer, nothing to do': () => lateness(() => new Promise((resolve) => setTimeout(resolve, 2000))),
  'timer, a million promises awaited by an async function': () => lateness(millionAwaits),
  'timer, a million promises awaited by a coroutine': () => lateness(() => run(millionPromises())),
  'timer, 100 tasks that are always ready': () =>
    lateness(() => group(100)(new Promise((resolve) => setTimeout(resolve, 2000)))),

  'server, nothing to do': () => answers((promise) => promise),
  'server, no loop: Node computes for 1 ms a turn': () => answers((promise) => nodeBusy(1000, promise)),
  'server, 100 tasks that are always ready': () => answers(group(100)),
  'server, 100 tasks that compute for 10 µs a step': () => answers(group(100, 10)),
  'server, 100 tasks that compute for 100 µs a step': () => answers(group(100, 100)),
  'server, 100 tasks that compute for 1 ms a step': () => answers(group(100, 1000)),

  'context, off': () => costs((loop) => (loop.asyncContext = false)),
  'context, on, no AsyncLocalStorage': () => costs(() => undefined),
  'context, on, an AsyncLocalStorage in use': () =>
    costs(
      () => undefined,
      (work) => storage.run(1, work),
    ),
  'context, off, an AsyncLocalStorage in use': () =>
    costs(
      (loop) => (loop.asyncContext = false),
      (work) => storage.run(1, work),
    ),

  'events, never asked for': () => costs(() => undefined),
  'events, asked for, nobody listens': () => costs((loop) => void loop.events),
  'events, a listener for each of tasks and rounds': () =>
    costs((loop) => {
      for (const name of EVENTS) loop.events.on(name, () => undefined);
    }),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await cases[process.argv[2]]()));
}
