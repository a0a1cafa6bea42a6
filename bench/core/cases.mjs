/*
 * The same small programs three times: on tsyncio, with native promises, and (in cases.py) on asyncio and uvloop.
 * Each case does `ops` operations; what is measured is the CPU time of one.
 */
import * as ts from '../../dist/index.js';

/** A coroutine that goes `depth` deep by `yield*`, and gives up its turn at the bottom `times` times. */
function* dive(depth, times) {
  if (depth > 1) {
    yield* dive(depth - 1, times);
    return;
  }
  for (let i = 0; i < times; i++) yield* ts.sleep(0);
}

async function diveNative(depth, times) {
  if (depth > 1) {
    await diveNative(depth - 1, times);
    return;
  }
  for (let i = 0; i < times; i++) await null;
}

function* nothing() {
  /* returns at once */
}

async function nothingNative() {
  /* returns at once */
}

function* yieldTimes(times) {
  for (let i = 0; i < times; i++) yield* ts.sleep(0);
}

async function yieldTimesNative(times) {
  for (let i = 0; i < times; i++) await null;
}

function deferred() {
  let resolve;
  const promise = new Promise((r) => {
    resolve = r;
  });
  return { promise, resolve };
}

/** Every case: its name, the operations of a run, and the program in both forms. */
export const cases = [
  {
    name: 'sleep(0), 1 task',
    ops: 300_000,
    tsyncio: (ops) => yieldTimes(ops),
    native: (ops) => yieldTimesNative(ops),
  },
  {
    name: 'sleep(0), 1,000 tasks',
    ops: 500_000,
    *tsyncio(ops) {
      const tasks = [];
      for (let i = 0; i < 1000; i++) tasks.push(ts.createTask(yieldTimes(ops / 1000)));
      for (const task of tasks) yield* task;
    },
    async native(ops) {
      const tasks = [];
      for (let i = 0; i < 1000; i++) tasks.push(yieldTimesNative(ops / 1000));
      for (const task of tasks) await task;
    },
  },
  {
    name: 'create + await a task',
    ops: 200_000,
    *tsyncio(ops) {
      for (let i = 0; i < ops; i++) yield* ts.createTask(nothing());
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await nothingNative();
    },
  },
  {
    name: 'create + await a task that yields once',
    ops: 200_000,
    *tsyncio(ops) {
      for (let i = 0; i < ops; i++) yield* ts.createTask(yieldTimes(1));
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await yieldTimesNative(1);
    },
  },
  {
    name: 'create + await a task with a name',
    ops: 200_000,
    *tsyncio(ops) {
      const options = { name: 'worker' };
      for (let i = 0; i < ops; i++) yield* ts.createTask(nothing(), options);
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await nothingNative();
    },
  },
  {
    name: 'eager task that ends at once',
    ops: 200_000,
    *tsyncio(ops) {
      for (let i = 0; i < ops; i++) yield* ts.createTask(nothing(), { eagerStart: true });
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await nothingNative();
    },
  },
  {
    name: 'eager task that yields once',
    ops: 200_000,
    *tsyncio(ops) {
      for (let i = 0; i < ops; i++) yield* ts.createTask(yieldTimes(1), { eagerStart: true });
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await yieldTimesNative(1);
    },
  },
  {
    name: 'eager task by the factory',
    ops: 200_000,
    *tsyncio(ops) {
      const loop = ts.getRunningLoop();
      loop.setTaskFactory(ts.eagerTaskFactory);
      for (let i = 0; i < ops; i++) yield* ts.createTask(nothing(), { name: 'worker' });
    },
    async native(ops) {
      for (let i = 0; i < ops; i++) await nothingNative();
    },
  },
  {
    name: 'future: setResult to resumption',
    ops: 200_000,
    *tsyncio(ops) {
      const loop = ts.getRunningLoop();
      let future = loop.createFuture();
      const consumer = ts.createTask(
        (function* () {
          for (let i = 0; i < ops; i++) yield* future;
        })(),
      );
      yield* ts.sleep(0);
      for (let i = 0; i < ops; i++) {
        const done = future;
        future = loop.createFuture();
        done.setResult(null);
        yield* ts.sleep(0);
      }
      yield* consumer;
    },
    async native(ops) {
      let future = deferred();
      const consumer = (async () => {
        for (let i = 0; i < ops; i++) await future.promise;
      })();
      await null;
      for (let i = 0; i < ops; i++) {
        const done = future;
        future = deferred();
        done.resolve(null);
        await null;
      }
      await consumer;
    },
  },
  {
    name: 'gather of 10,000',
    ops: 100_000,
    *tsyncio(ops) {
      for (let i = 0; i < ops; i += 10_000) {
        yield* ts.gather(...Array.from({ length: 10_000 }, () => yieldTimes(1)));
      }
    },
    async native(ops) {
      for (let i = 0; i < ops; i += 10_000) {
        await Promise.all(Array.from({ length: 10_000 }, () => yieldTimesNative(1)));
      }
    },
  },
  {
    name: 'timer set and cancelled',
    ops: 300_000,
    *tsyncio(ops) {
      const loop = ts.getRunningLoop();
      const callback = () => undefined;
      for (let i = 0; i < ops; i++) {
        loop.callLater(10, callback).cancel();
        if (i % 100 === 0) yield* ts.sleep(0);
      }
    },
    async native(ops) {
      const callback = () => undefined;
      for (let i = 0; i < ops; i++) {
        clearTimeout(setTimeout(callback, 10_000));
        if (i % 100 === 0) await null;
      }
    },
  },
  {
    name: 'timer that fires',
    ops: 100_000,
    *tsyncio(ops) {
      const loop = ts.getRunningLoop();
      const done = loop.createFuture();
      let left = ops;
      const callback = () => {
        if (--left === 0) done.setResult(null);
      };
      for (let i = 0; i < ops; i++) loop.callLater((i % 50) / 10_000, callback);
      yield* done;
    },
    async native(ops) {
      await new Promise((resolve) => {
        let left = ops;
        const callback = () => {
          if (--left === 0) resolve();
        };
        for (let i = 0; i < ops; i++) setTimeout(callback, (i % 50) / 10);
      });
    },
  },
  {
    name: 'yield* depth 1',
    ops: 300_000,
    tsyncio: (ops) => dive(1, ops),
    native: (ops) => diveNative(1, ops),
  },
  {
    name: 'yield* depth 10',
    ops: 200_000,
    tsyncio: (ops) => dive(10, ops),
    native: (ops) => diveNative(10, ops),
  },
  {
    name: 'yield* depth 100',
    ops: 30_000,
    tsyncio: (ops) => dive(100, ops),
    native: (ops) => diveNative(100, ops),
  },
];
