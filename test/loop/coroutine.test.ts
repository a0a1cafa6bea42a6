import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  coroutine,
  createTask,
  gather,
  iscoroutine,
  iscoroutinefunction,
  run,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { runChild } from '../helpers/child.js';

/** Collect what is garbage, and let the finalizers run: they do in turns of the host of their own. */
async function collect(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as unknown as { gc: () => void }).gc();
  }
  await new Promise((resolve) => setImmediate(resolve));
}

/** The warnings that come while `act` runs, and what it dropped is collected. */
async function warningsOf(act: () => unknown): Promise<string[]> {
  const warnings: string[] = [];
  const listen = ({ name, message }: Error): void => {
    // Others have nothing to do with it.
    if (name === 'RuntimeWarning') warnings.push(`${name}: ${message}`);
  };
  process.on('warning', listen);
  try {
    await act();
    await collect();
    return warnings;
  } finally {
    process.off('warning', listen);
  }
}

const double = coroutine(function* double(x: number): Coroutine<number> {
  yield;
  return 2 * x;
});

describe('A coroutine of coroutine()', () => {
  it('is warned of when it is collected, and has not begun', async () => {
    expect(
      await warningsOf(() => {
        double(1);
      }),
    ).toEqual(["RuntimeWarning: coroutine 'double' was never awaited"]);
  });

  it('is not warned of when it was awaited, run as a task, closed or thrown into', async () => {
    const warnings = await warningsOf(async () => {
      function* main(): Coroutine<number[]> {
        return yield* gather(double(1), createTask(double(2)), double(yield* double(3)));
      }
      expect(await run(main())).toEqual([2, 4, 12]);
      double(4).return(0);
      expect(() => double(5).throw(new RangeError('no'))).toThrow('no');
    });
    expect(warnings).toEqual([]);
  });

  it('is not warned of when its task is cancelled before it begins', async () => {
    const warnings = await warningsOf(() => {
      const loop = new VirtualEventLoop();
      const task = loop.createTask(double(1));
      task.cancel();
      expect(() => loop.runUntilCompleteSync(task)).toThrow();
      loop.close();
    });
    expect(warnings).toEqual([]);
  });

  it('is warned of when Node has nothing left to do, and not once more when it is collected', async () => {
    const warnings = await warningsOf(() => {
      const kept = double(1);
      process.emit('beforeExit', 0);
      process.emit('beforeExit', 0);
      expect(iscoroutine(kept)).toBe(true);
    });
    expect(warnings).toEqual(["RuntimeWarning: coroutine 'double' was never awaited"]);
  });

  it('shows the frames of the library where the stack has no others', async () => {
    const { stackTraceLimit } = Error;
    function* main(): Coroutine {
      Error.stackTraceLimit = 1;
      double(1);
      Error.stackTraceLimit = stackTraceLimit;
    }
    const [warning] = await warningsOf(() => run(main(), { debug: true }));
    expect(warning).toMatch(/Coroutine created at \(most recent call last\)\n +at .*coroutine\.ts/);
  });

  it('is warned of once, with the place that made it, in debug mode', async () => {
    function* main(): Coroutine {
      double(1);
    }
    const [warning, ...others] = await warningsOf(() => run(main(), { debug: true }));
    expect(others).toEqual([]);
    const [text, header, ...frames] = warning!.split('\n');
    expect([text, header]).toEqual([
      "RuntimeWarning: coroutine 'double' was never awaited",
      'Coroutine created at (most recent call last)',
    ]);
    expect(frames.at(-1)).toMatch(/at main .*coroutine\.test\.ts/);
  });

  it('is warned of at the end of a program that ends before it is collected', async () => {
    const { stdout, stderr, code } = await runChild(`
      import { coroutine, run, type Coroutine } from 'tsyncio';
      process.on('warning', ({ name, message }) => { console.log(name + ': ' + message); });
      function* test(): Coroutine {}
      const tracked = coroutine(test);
      function* main(): Coroutine { tracked(); }
      await run(main());
      console.log('end');
    `);
    expect({ stdout, code }).toEqual({
      stdout: "end\nRuntimeWarning: coroutine 'test' was never awaited\n",
      code: 0,
    });
    expect(stderr).toContain("RuntimeWarning: coroutine 'test' was never awaited");
  });

  it('is a coroutine, and its function a coroutine function of the same name', () => {
    expect(double.name).toBe('double');
    expect(iscoroutinefunction(double)).toBe(true);
    const coro = double(1);
    expect(iscoroutine(coro)).toBe(true);
    coro.return(0);
  });

  it('may be that of a method', async () => {
    const { stdout } = await runChild(`
      import { coroutine, run, type Coroutine } from 'tsyncio';
      process.on('warning', ({ name, message }) => { console.log(name + ': ' + message); });
      class Account {
        balance = 5;
        @coroutine
        *fetch(factor: number): Coroutine<number> {
          yield;
          return this.balance * factor;
        }
      }
      const account = new Account();
      account.fetch(1);
      console.log(await run(account.fetch(2)));
    `);
    expect(stdout).toBe("10\nRuntimeWarning: coroutine 'fetch' was never awaited\n");
  });

  it('needs a function*', () => {
    expect(() => coroutine(() => double(1))).toThrow(TypeError);
    expect(() => coroutine(null as never)).toThrow('coroutine(): a function* was expected, got null');
    expect(coroutine(function* () {}).name).toBe('');
  });

  it('has no name to tell where its function has none', async () => {
    const warnings = await warningsOf(() => {
      coroutine((() => function* (): Coroutine {})())();
    });
    expect(warnings).toEqual(["RuntimeWarning: coroutine '<anonymous>' was never awaited"]);
  });
});
