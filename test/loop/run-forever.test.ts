import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  _getRunningLoop,
  type Coroutine,
  type EventLoop,
  KeyboardInterrupt,
  sleep,
  SystemExit,
} from '../../src/index.js';
import { drivers } from '../helpers/drivers.js';

describe.each(drivers)('runForever, on the $name driver', (driver) => {
  let loop: EventLoop;
  const calls: string[] = [];
  const note = (text: string): unknown => calls.push(text);
  beforeEach(() => {
    loop = driver.newLoop();
    calls.length = 0;
  });
  afterEach(() => {
    loop.close();
  });

  it('ends after the round in which stop() is called, the rest of which is run', async () => {
    loop.callSoon(() => {
      note('a');
      loop.stop();
      loop.callSoon(note, 'c');
    });
    loop.callSoon(note, 'b');
    await driver.runForever(loop);
    expect(calls).toEqual(['a', 'b']);
  });

  it('runs exactly one round if stop() was called before', async () => {
    loop.callSoon(() => {
      note('a');
      loop.callSoon(note, 'b');
    });
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['a']);
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['a', 'b']);
  });

  it('goes on where it stopped, with what was scheduled in the last round and while it stood still', async () => {
    loop.callSoon(() => {
      loop.stop();
      loop.callSoon(note, 'last round');
      loop.callLater(0.001, note, 'timer');
    });
    await driver.runForever(loop);
    loop.callSoon(note, 'meanwhile');
    expect(calls).toEqual([]);
    loop.callLater(0.005, () => {
      loop.stop();
    });
    await driver.runForever(loop);
    expect(calls).toEqual(['last round', 'meanwhile', 'timer']);
  });

  it('tells that it runs, and which loop it is, only while it runs', async () => {
    expect([loop.isRunning(), _getRunningLoop()]).toEqual([false, null]);
    loop.callSoon(() => {
      expect(loop.isRunning()).toBe(true);
      expect(_getRunningLoop()).toBe(loop);
      loop.stop();
      note('checked');
    });
    await driver.runForever(loop);
    expect([loop.isRunning(), _getRunningLoop()]).toEqual([false, null]);
    expect(calls).toEqual(['checked']);
  });

  it('refuses to run twice at once, or inside of another loop', async () => {
    const other = driver.newLoop();
    const refusals: unknown[] = [];
    loop.setExceptionHandler((_loop, { exception }) => refusals.push(exception));
    function* main(): Coroutine {
      for (const inner of [loop, other]) {
        try {
          inner.runForeverSync();
        } catch (error) {
          refusals.push(error);
        }
        inner.runForever().catch((error: unknown) => refusals.push(error));
        try {
          inner.runUntilCompleteSync(sleep(0));
        } catch (error) {
          refusals.push(error);
        }
        inner.runUntilComplete(sleep(0)).catch((error: unknown) => refusals.push(error));
      }
      yield* sleep(0);
    }
    await driver.runUntilComplete(loop, main());
    await Promise.resolve();
    expect(refusals.map(String).sort()).toEqual([
      ...Array<string>(4).fill('RuntimeError: Cannot run the event loop while another loop is running'),
      ...Array<string>(4).fill('RuntimeError: This event loop is already running'),
    ]);
    other.close();
  });

  it.each([new KeyboardInterrupt(), new SystemExit(3)])('is left at once by %s', async (error) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    loop.callSoon(note, 'before');
    loop.callSoon(() => {
      throw error;
    });
    loop.callSoon(note, 'after');
    await expect(driver.runForever(loop)).rejects.toBe(error);
    expect(calls).toEqual(['before']);
    expect(loop.isRunning()).toBe(false);
    expect(_getRunningLoop()).toBe(null);
    // It is as good as new, and what was left is still to be done.
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['before', 'after']);
    expect(reports).toEqual([]);
  });

  it('is left by the same errors of a task, which keeps them', async () => {
    const error = new SystemExit(1);
    function* exits(): Coroutine {
      yield* sleep(0);
      throw error;
    }
    const task = loop.createTask(exits());
    await expect(driver.runForever(loop)).rejects.toBe(error);
    expect(task.exception()).toBe(error);
  });
});
