import { getEventListeners } from 'node:events';
import { setImmediate as hostTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  ContextVar,
  copyContext,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  toPromise,
  ValueError,
  wrapFuture,
} from '../../src/index.js';

/** Run an async function while a loop is under way. */
function hosted<T>(main: () => Promise<T>): Promise<T> {
  return run(
    (function* (): Coroutine<T> {
      return yield* wrapFuture(hostTurn().then(main));
    })(),
  );
}

function* greet(name: string): Coroutine<string> {
  yield* sleep(0.001);
  return `hello ${name}`;
}

describe('toPromise', () => {
  it('runs a coroutine from an async function', async () => {
    expect(await hosted(() => toPromise(greet('world')))).toBe('hello world');
  });

  it('is rejected with what the coroutine throws', async () => {
    const error = new ValueError('no');
    function* fails(): Coroutine {
      yield;
      throw error;
    }
    await hosted(async () => {
      await expect(toPromise(fails())).rejects.toBe(error);
    });
  });

  it('takes futures, tasks, awaitable objects and promises', async () => {
    await hosted(async () => {
      const future = getRunningLoop().createFuture<number>();
      future.setResult(1);
      const object = { [Symbol.iterator]: () => greet('object') };
      expect(await toPromise(future)).toBe(1);
      expect(await toPromise(createTask(greet('task')))).toBe('hello task');
      expect(await toPromise(object)).toBe('hello object');
      expect(await toPromise(Promise.resolve(2))).toBe(2);
      await expect(toPromise(3 as never)).rejects.toBeInstanceOf(TypeError);
    });
  });

  it('passes name and context on to the task', async () => {
    const who = new ContextVar('who', { default: 'nobody' });
    const context = copyContext();
    context.run(() => who.set('ann'));
    function* tell(): Coroutine<string> {
      return `${currentTask()!.getName()} ${who.get()}`;
    }
    expect(await hosted(() => toPromise(tell(), { name: 'teller', context }))).toBe('teller ann');
  });

  it('cancels the task when the signal is aborted, and gives the signal’s reason', async () => {
    await hosted(async () => {
      const controller = new AbortController();
      const trace: string[] = [];
      function* work(): Coroutine {
        try {
          yield* sleep(60);
        } catch (error) {
          trace.push((error as Error).name);
          yield* sleep(0.001);
          trace.push('cleaned up');
          throw error;
        }
      }
      const promise = toPromise(work(), { signal: controller.signal });
      await hostTurn();
      const reason = new Error('enough');
      controller.abort(reason);
      await expect(promise).rejects.toBe(reason);
      expect(trace).toEqual(['CancelledError', 'cleaned up']);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    });
  });

  it('gives what the task ends with if that is something else', async () => {
    await hosted(async () => {
      const controller = new AbortController();
      function* stubborn(): Coroutine<string> {
        try {
          yield* sleep(60);
        } catch {
          // It goes on: that is the point.
        }
        return 'all the same';
      }
      const promise = toPromise(stubborn(), { signal: controller.signal });
      await hostTurn();
      controller.abort();
      expect(await promise).toBe('all the same');
    });
  });

  it('is rejected with a CancelledError if somebody else cancels the task', async () => {
    await hosted(async () => {
      const controller = new AbortController();
      const task = createTask(sleep(60));
      const promise = toPromise(task, { signal: controller.signal });
      task.cancel('by hand');
      await expect(promise).rejects.toBeInstanceOf(CancelledError);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    });
  });

  it('runs nothing if the signal is aborted already, and closes the coroutine', async () => {
    await hosted(async () => {
      const reason = new Error('too late');
      const signal = AbortSignal.abort(reason);
      let ran = false;
      function* work(): Coroutine {
        ran = true;
      }
      const coro = work();
      await expect(toPromise(coro, { signal })).rejects.toBe(reason);
      expect(coro.next()).toEqual({ done: true, value: undefined });
      expect(ran).toBe(false);
      const future = getRunningLoop().createFuture();
      await expect(toPromise(future, { signal })).rejects.toBe(reason);
      expect(future.cancelled()).toBe(true);
      await expect(toPromise(Promise.resolve(1), { signal })).rejects.toBe(reason);
    });
  });

  it('leaves no listener on the signal when all is well', async () => {
    await hosted(async () => {
      const { signal } = new AbortController();
      for (let i = 0; i < 20; i++) await toPromise(greet('you'), { signal });
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
  });

  it('needs a loop that is under way, or one that is given', async () => {
    const coro = greet('nobody');
    await expect(toPromise(coro)).rejects.toStrictEqual(new RuntimeError('no running event loop'));
    expect(coro.next().done).toBe(true);
    const loop = new EventLoop();
    const promise = toPromise(greet('later'), { loop });
    await loop.runUntilComplete(sleep(0.01));
    expect(await promise).toBe('hello later');
    loop.close();
  });
});
