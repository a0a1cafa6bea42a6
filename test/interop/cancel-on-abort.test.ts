import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  abortable,
  asyncWith,
  cancelOnAbort,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  ValueError,
} from '../../src/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

describe('cancelOnAbort', () => {
  it('cancels what the body waits for, and throws the reason of the signal', () => {
    virtually(function* (loop) {
      const controller = new AbortController();
      const reason = new Error('enough');
      loop.callLater(1, () => {
        controller.abort(reason);
      });
      const scope = asyncWith(cancelOnAbort(controller.signal), function* (signal) {
        expect(signal).toBe(controller.signal);
        yield* sleep(60);
      });
      expect(yield* thrownBy(scope)).toBe(reason);
      expect(loop.time()).toBe(1);
      expect(currentTask()!.cancelling()).toBe(0);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    });
  });

  it('ends a task group with all its tasks', () => {
    virtually(function* (loop) {
      const controller = new AbortController();
      loop.callLater(1, () => {
        controller.abort(new Error('enough'));
      });
      const tasks: Task[] = [];
      const error = yield* thrownBy(
        asyncWith(cancelOnAbort(controller.signal), () =>
          asyncWith(new TaskGroup(), function* (group) {
            for (let i = 0; i < 3; i++) tasks.push(group.createTask(sleep(60)));
          }),
        ),
      );
      expect(String(error)).toBe('Error: enough');
      expect(tasks.map((task) => task.cancelled())).toEqual([true, true, true]);
    });
  });

  it('does not begin the body if the signal is aborted already', () => {
    virtually(function* () {
      let begun = false;
      const scope = asyncWith(cancelOnAbort(AbortSignal.abort(new Error('before'))), function* () {
        begun = true;
      });
      expect(String(yield* thrownBy(scope))).toBe('Error: before');
      expect(begun).toBe(false);
    });
  });

  it('gives the result of the body, and hears of nothing afterwards', () => {
    virtually(function* () {
      const controller = new AbortController();
      const result = yield* asyncWith(cancelOnAbort(controller.signal), () => sleep(1, 'result'));
      expect(result).toBe('result');
      controller.abort();
      yield* turns(2);
    });
  });

  it('lets an error of the body go before, and forgets its own cancellation if the body ends all the same', () => {
    virtually(function* () {
      for (const outcome of ['error', 'result']) {
        const controller = new AbortController();
        const scope = asyncWith(cancelOnAbort(controller.signal), function* () {
          controller.abort();
          if (outcome === 'error') throw new ValueError('of the body');
          return outcome;
        });
        if (outcome === 'error') expect(yield* thrownBy(scope)).toStrictEqual(new ValueError('of the body'));
        else expect(yield* scope).toBe('result');
        yield* turns(2);
        expect(currentTask()!.cancelling()).toBe(0);
      }
    });
  });

  it('lets a cancellation from outside go before', () => {
    virtually(function* () {
      const controller = new AbortController();
      const task = createTask(asyncWith(cancelOnAbort(controller.signal), () => sleep(60)));
      yield* turns(2);
      controller.abort();
      task.cancel('outside');
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    });
  });

  it('stands in and around timeouts', () => {
    virtually(function* (loop) {
      const { signal } = new AbortController();
      const error = yield* thrownBy(
        asyncWith(timeout(1), () => asyncWith(cancelOnAbort(signal), () => sleep(60))),
      );
      expect((error as Error).name).toBe('TimeoutError');
      const controller = new AbortController();
      loop.callLater(1, () => {
        controller.abort(new Error('enough'));
      });
      const other = asyncWith(cancelOnAbort(controller.signal), () => asyncWith(timeout(5), () => sleep(60)));
      expect(String(yield* thrownBy(other))).toBe('Error: enough');
    });
  });

  it('takes AbortSignal.timeout, and hands the end on to what is abortable', async () => {
    let inner: AbortSignal | undefined;
    function* main(): Coroutine<unknown> {
      return yield* thrownBy(
        asyncWith(cancelOnAbort(AbortSignal.timeout(10)), () =>
          abortable((signal) => {
            inner = signal;
            return new Promise(() => {});
          }),
        ),
      );
    }
    const error = await run(main());
    expect([(error as Error).name, error instanceof DOMException]).toEqual(['TimeoutError', true]);
    expect(inner!.reason).toBeInstanceOf(CancelledError);
  });

  it('wants a task, and is entered once', () => {
    const scope = cancelOnAbort(new AbortController().signal);
    virtually(function* () {
      getRunningLoop().callSoon(() => {
        expect(thrown(() => scope.aenter().next())).toBeInstanceOf(RuntimeError);
      });
      yield* turns(2);
      yield* asyncWith(scope, () => sleep(0));
      expect(yield* thrownBy(asyncWith(scope, () => sleep(0)))).toBeInstanceOf(RuntimeError);
    });
  });
});
