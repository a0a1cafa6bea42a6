import { describe, expect, it } from 'vitest';
import {
  BaseEventLoop,
  type Coroutine,
  createTask,
  EventLoop,
  type ExceptionContext,
  iscoroutine,
  RuntimeError,
  sleep,
} from '../../src/index.js';
import { drivers } from '../helpers/drivers.js';
import { recordLog } from '../helpers/log.js';

const nothing = (): void => undefined;

describe('close', () => {
  it.each([EventLoop, BaseEventLoop])('can be called again and again: %s', (Loop) => {
    const loop = new Loop();
    expect(loop.isClosed()).toBe(false);
    for (let i = 0; i < 3; i++) {
      loop.close();
      expect(loop.isClosed()).toBe(true);
    }
  });

  it('drops what is scheduled', () => {
    const loop = new EventLoop();
    const timer = loop.callLater(10, nothing);
    loop.callSoon(nothing);
    loop.close();
    expect([loop._ready.length, loop._scheduled.length]).toEqual([0, 0]);
    timer.cancel();
    expect(loop._scheduled.cancelledCount).toBe(0);
  });

  it('leaves a loop that refuses everything', () => {
    const loop = new EventLoop();
    const future = loop.createFuture();
    loop.close();
    const closed = new RuntimeError('Event loop is closed');
    const coro = sleep(0);
    for (const use of [
      () => loop.callSoon(nothing),
      () => loop.callLater(1, nothing),
      () => loop.callAt(loop.time(), nothing),
      () => loop.createTask(coro),
      () => loop.createTask(Promise.resolve()),
      () => {
        loop.runForeverSync();
      },
      () => loop.runUntilCompleteSync(future),
    ]) {
      expect(use).toThrow(closed);
    }
    // Nobody will ever await it: it was closed.
    expect(coro.next().done).toBe(true);
    expect(iscoroutine(coro)).toBe(true);
  });

  it('drops quietly what a future would have scheduled: the callback cannot run any more', () => {
    const loop = new EventLoop();
    const future = loop.createFuture();
    future.addDoneCallback(nothing);
    loop.close();
    expect(() => {
      future.setResult(1);
    }).toThrow('Event loop is closed');
  });

  it('reports the tasks that it leaves behind, with where they were made in debug mode', () => {
    const reports: ExceptionContext[] = [];
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    const plain = loop.createTask(sleep(1));
    loop.setDebug(true);
    const debug = loop.createTask(sleep(1));
    loop.close();
    expect(reports.map(({ message }) => message)).toEqual([
      'Task was destroyed but it is pending!',
      'Task was destroyed but it is pending!',
    ]);
    expect(reports[0]!.task).toBe(plain);
    expect(reports[1]!.task).toBe(debug);
    expect(reports[0]).not.toHaveProperty('sourceTraceback');
    expect(reports[1]!.sourceTraceback).toContain('close.test.ts');
  });

  it('does not report the coroutine that a run was for and that was stopped before its end', () => {
    const reports: unknown[] = [];
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    loop.callSoon(() => {
      loop.stop();
    });
    expect(() => loop.runUntilCompleteSync(sleep(10))).toThrow(RuntimeError);
    loop.close();
    expect(reports).toEqual([]);
  });

  it('is logged in debug mode', () => {
    const log = recordLog();
    const loop = new EventLoop();
    loop.close();
    expect(log).toEqual([]);
    const talkative = new EventLoop();
    talkative.setDebug(true);
    talkative.close();
    expect(log).toEqual([
      { level: 'debug', message: 'Close <SelectorEventLoop running=False closed=False debug=True>' },
    ]);
  });

  it.each(drivers)('is refused while the loop runs, on the $name driver', async (driver) => {
    const loop = driver.newLoop();
    function* main(): Coroutine<unknown> {
      yield* createTask(sleep(0));
      try {
        loop.close();
      } catch (error) {
        return error;
      }
      return null;
    }
    expect(await driver.runUntilComplete(loop, main())).toEqual(
      new RuntimeError('Cannot close a running event loop'),
    );
    loop.close();
  });

  it('is refused while a hosted loop is parked', async () => {
    const loop = new EventLoop();
    const done = loop.runUntilComplete(sleep(0.005));
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => {
      loop.close();
    }).toThrow('Cannot close a running event loop');
    await done;
    loop.close();
  });
});

describe('the text of a loop', () => {
  it('says its class and its state', () => {
    class MyLoop extends EventLoop {}
    const loop = new MyLoop();
    expect(String(loop)).toBe('<MyLoop running=False closed=False debug=False>');
    loop.callSoon(() => {
      expect(String(loop)).toBe('<MyLoop running=True closed=False debug=False>');
      loop.stop();
    });
    loop.runForeverSync();
    loop.setDebug(true);
    recordLog();
    loop.close();
    expect(String(loop)).toBe('<MyLoop running=False closed=True debug=True>');
  });
});
