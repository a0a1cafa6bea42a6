/*
 * The core where there is no Node: bundled for a browser, run in a world that has what every browser has and no more.
 */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as tsyncio from '../../src/index.js';

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
let code = '';
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'tsyncio',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  code = outputFiles[0]!.text;
});

interface World {
  tsyncio: typeof tsyncio;
  warnings: unknown[][];
  evaluate(source: string): unknown;
}

/** One end of a channel. */
class Port {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  other: Port | null = null;

  postMessage(data: unknown): void {
    setImmediate(() => this.other!.onmessage?.({ data }));
  }
}

/** As in a browser, each message is a task of its own. Node's MessageChannel delivers up to 1000 of them before any timer. */
class Channel {
  readonly port1 = new Port();
  readonly port2 = new Port();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

/** A browser's globals, and the library in it. */
function browser(): World {
  const warnings: unknown[][] = [];
  const globals = createContext({
    setTimeout,
    clearTimeout,
    queueMicrotask,
    MessageChannel: Channel,
    performance: { now: () => performance.now() },
    console: { log: console.log, warn: (...args: unknown[]) => warnings.push(args), error: console.error },
  });
  runInContext(code, globals);
  return {
    tsyncio: (globals as unknown as { tsyncio: typeof tsyncio }).tsyncio,
    warnings,
    evaluate: (source) => runInContext(source, globals),
  };
}

describe('in a browser', () => {
  it('the library needs nothing of Node to be imported', () => {
    const world = browser();
    expect(world.evaluate('typeof process + typeof setImmediate + typeof Buffer + typeof require')).toBe(
      'undefined'.repeat(4),
    );
    expect(typeof world.tsyncio.run).toBe('function');
  });

  it('run() runs tasks, timers, queues and promises', async () => {
    const result = await browser().evaluate(`
      const { run, sleep, createTask, Queue, gather, wrapFuture, waitFor } = tsyncio;
      function* produce(queue) {
        for (let i = 0; i < 3; i++) {
          yield* sleep(0.002);
          yield* queue.put(i);
        }
      }
      function* main() {
        const queue = new Queue();
        const producer = createTask(produce(queue));
        const got = [];
        for (let i = 0; i < 3; i++) got.push(yield* queue.get());
        yield* producer;
        const promised = yield* wrapFuture(Promise.resolve('promise'));
        let timedOut = false;
        try {
          yield* waitFor(sleep(10), 0.001);
        } catch (error) {
          timedOut = error.name === 'TimeoutError';
        }
        return [got.join(), promised, timedOut, (yield* gather(sleep(0, 1), sleep(0, 2))).join()].join(' ');
      }
      run(main());
    `);
    expect(result).toBe('0,1,2 promise true 1,2');
  });

  it('a busy loop lets timers of the page fire', async () => {
    const fired = await browser().evaluate(`
      let fired = false;
      let steps = 0;
      setTimeout(() => { fired = true; }, 1);
      function* busy() {
        while (!fired && steps++ < 1e7) yield* tsyncio.sleep(0);
        return fired;
      }
      tsyncio.run(busy());
    `);
    expect(fired).toBe(true);
  });

  it('what needs Node says so', () => {
    const world = browser();
    expect(() => {
      world.evaluate('new tsyncio.EventLoop().addReader(0, () => undefined)');
    }).toThrow('the tsyncio addon is not available: it needs Node.js');
    expect(world.evaluate('new tsyncio.EventLoop().removeReader(0)')).toBe(false);
  });
});
