import { describe, expect, it, vi } from 'vitest';
import { type Coroutine, createTask, EventLoop, run, sleep } from '../../src/index.js';
import { drivers } from '../helpers/drivers.js';
import { recordLog } from '../helpers/log.js';
import { runChild } from '../helpers/child.js';

describe('debug mode', () => {
  it('is off, and can be turned on and off', () => {
    const loop = new EventLoop();
    expect(loop.getDebug()).toBe(false);
    loop.setDebug(true);
    expect(loop.getDebug()).toBe(true);
    loop.setDebug(false);
    expect(loop.getDebug()).toBe(false);
    loop.close();
  });

  it('is on where the environment says so', async () => {
    const source = `import { EventLoop } from 'tsyncio'; console.log(new EventLoop().getDebug());`;
    const outputs = await Promise.all(
      ['1', '0', undefined].map((TSYNCIO_DEBUG) => runChild(source, { env: { TSYNCIO_DEBUG } })),
    );
    expect(outputs.map(({ stdout }) => stdout)).toEqual(['true\n', 'false\n', 'false\n']);
  });

  it('refuses coroutines and coroutine functions as callbacks', () => {
    recordLog();
    const loop = new EventLoop();
    function* coroutine(): Coroutine {
      yield;
    }
    // Without it they are called as any function is.
    loop.callSoon(coroutine);
    loop.setDebug(true);
    const refusal = (method: string): TypeError =>
      new TypeError(`coroutines cannot be used with ${method}()`);
    expect(() => loop.callSoon(coroutine)).toThrow(refusal('call_soon'));
    expect(() => loop.callSoonThreadsafe(coroutine)).toThrow(refusal('call_soon_threadsafe'));
    expect(() => loop.callLater(60, coroutine)).toThrow(refusal('call_at'));
    expect(() => loop.callAt(60, coroutine)).toThrow(refusal('call_at'));
    for (const object of [coroutine(), sleep(0)]) {
      expect(() => loop.callSoon(object as never)).toThrow(refusal('call_soon'));
    }
    loop.close();
  });
});

describe.each(drivers)('debug mode, on the $name driver', (driver) => {
  it('logs callbacks and steps that take long', async () => {
    const log = recordLog();
    const loop = driver.newLoop();
    // Time passes as the callbacks say.
    let ahead = 0;
    const time = loop.time.bind(loop);
    loop.time = () => time() + ahead;
    loop.setDebug(true);
    expect(loop.slowCallbackDuration).toBe(0.1);
    function busy(seconds: number): void {
      ahead += seconds;
    }
    loop.callSoon(busy, 30);
    loop.callSoon(busy, 0.001);
    function* main(): Coroutine {
      busy(40);
      yield* sleep(0);
      busy(0.001);
    }
    await driver.runUntilComplete(loop, loop.createTask(main(), { name: 'slow task' }));
    loop.close();
    const warnings = log.filter(({ level }) => level === 'warning').map(({ message }) => message);
    expect(warnings.length).toBe(2);
    expect(warnings[0]).toMatch(
      /^Executing <Handle busy\(30\) created at .*debug-mode\.test\.ts:\d+:\d+> took 30\.\d{3} seconds$/,
    );
    expect(warnings[1]).toMatch(/^Executing <Task pending name='slow task' .*> took 40\.\d{3} seconds$/);
  });

  it('logs none without it, and takes another bound', async () => {
    const log = recordLog();
    const loop = driver.newLoop();
    let ahead = 0;
    const time = loop.time.bind(loop);
    loop.time = () => time() + ahead;
    loop.callSoon(() => (ahead += 30));
    await driver.runUntilComplete(loop, sleep(0));
    loop.setDebug(true);
    loop.slowCallbackDuration = 100;
    loop.callSoon(() => (ahead += 30));
    await driver.runUntilComplete(loop, sleep(0));
    loop.close();
    expect(log.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  it('runs the same rounds: cancelled handles are skipped, errors reported', async () => {
    recordLog();
    const loop = driver.newLoop();
    loop.setDebug(true);
    const reports: unknown[] = [];
    loop.setExceptionHandler((_loop, { exception }) => reports.push(exception));
    const calls: string[] = [];
    loop.callSoon(() => calls.push('never')).cancel();
    loop.callSoon(() => {
      throw new Error('no');
    });
    loop.callSoon(() => {
      calls.push('a');
      loop.callSoon(() => calls.push('b'));
    });
    await driver.runUntilComplete(loop, sleep(0));
    expect(calls).toEqual(['a', 'b']);
    expect(reports).toEqual([new Error('no')]);
    loop.close();
  });
});

describe('a coroutine that nobody awaits', () => {
  function* work(): Coroutine {
    yield* sleep(0);
  }

  /** The warnings of a run in which `act` is called. */
  async function warningsOf(act: (loop: EventLoop) => void, debug = true): Promise<string[]> {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation((message, category) => {
      warnings.push(`${String(category)}: ${String(message)}`);
    });
    const loop = new EventLoop();
    function* main(): Coroutine {
      act(loop);
      yield* sleep(0);
      yield* sleep(0);
    }
    try {
      await run(main(), { debug, loopFactory: () => loop });
    } finally {
      emit.mockRestore();
    }
    return warnings;
  }

  it('is told by the name of the callback that returned it', async () => {
    const callback = (): unknown => work();
    const byCallback = ' returned was never awaited (make a task of it in the callback)';
    expect(await warningsOf((loop) => loop.callSoon(callback))).toEqual([
      `RuntimeWarning: coroutine that callback 'callback'${byCallback}`,
    ]);
    expect(await warningsOf((loop) => loop.callSoon(() => work()))).toEqual([
      `RuntimeWarning: coroutine that callback '<lambda>'${byCallback}`,
    ]);
    expect(await warningsOf((loop) => loop.callSoon(callback), false)).toEqual([]);
  });

  it('is told to be one where a coroutine function was scheduled before debug mode was turned on', async () => {
    const act = (loop: EventLoop): void => {
      loop.callSoon(work);
      loop.setDebug(true);
    };
    expect(await warningsOf(act, false)).toEqual([
      "RuntimeWarning: coroutine 'work' was never awaited (a callback is called, not awaited: make a task in it)",
    ]);
  });

  it('is told by the name of the task that returned it', async () => {
    function* returning(): Coroutine<unknown> {
      yield* sleep(0);
      return work();
    }
    const act = (): void => {
      createTask(returning(), { name: 't' });
    };
    expect(await warningsOf(act)).toEqual([
      "RuntimeWarning: coroutine that task 't' returned was never awaited (write `return yield* coroutine()`)",
    ]);
  });

  const source = (main: string): string => `
    import { createTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
    process.on('warning', ({ name, message }) => { console.log(name + ': ' + message); });
    function* work(): Coroutine {}
    function* main(): Coroutine { ${main} yield* sleep(0); yield* sleep(0); }
    await run(main(), { debug: DEBUG });
  `;

  it.each([
    [
      'getRunningLoop().callSoon(() => work());',
      "RuntimeWarning: coroutine that callback '<lambda>' returned was never awaited",
    ],
    [
      'createTask((function* () { return work(); })(), { name: "t" });',
      "RuntimeWarning: coroutine that task 't' returned was never awaited",
    ],
  ])('is warned of where a callback or a task returns it: %s', async (main, expected) => {
    const inDebugMode = await runChild(source(main).replace('DEBUG', 'true'));
    expect(inDebugMode.stdout).toContain(expected);
    const otherwise = await runChild(source(main).replace('DEBUG', 'false'));
    expect(otherwise.stdout).toBe('');
  });
});
