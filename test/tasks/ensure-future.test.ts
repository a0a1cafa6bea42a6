import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  ensureFuture,
  Future,
  getRunningLoop,
  sleep,
  Task,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { ForeignFuture } from './foreign-future.js';
import { caught, hosted, onLoop, thrownBy, virtually, withChosen } from './support.js';

function* notmuch(): Coroutine<string> {
  return 'ok';
}

/** An object with a coroutine of its own. */
class Awaitable {
  *[Symbol.iterator](): Coroutine<string> {
    return yield* notmuch();
  }
}

describe('ensureFuture', () => {
  it('makes a task of a coroutine, in the loop given', () => {
    onLoop((loop) => {
      const task = ensureFuture(notmuch(), { loop });
      expect(task).toBeInstanceOf(Task);
      expect(task.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
    });
  });

  it('makes it in the running loop, or else in the chosen one, and needs one', () => {
    virtually(function* (loop) {
      const task = ensureFuture(notmuch());
      expect(task.getLoop()).toBe(loop);
      yield* task;
    });
    onLoop((loop) => {
      const task = withChosen(loop, () => ensureFuture(notmuch(), { loop: null }));
      expect(task.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
      expect(caught(() => ensureFuture(notmuch()))).toMatchObject({
        name: 'RuntimeError',
        message: "There is no current event loop in thread 'MainThread'.",
      });
      expect(caught(() => ensureFuture(new Awaitable()))).toMatchObject({ name: 'RuntimeError' });
    });
  });

  it('gives back a future as it is', () => {
    onLoop((loop) => {
      const future = loop.createFuture();
      expect(ensureFuture(future)).toBe(future);
      expect(ensureFuture(future, { loop })).toBe(future);
    });
  });

  it('gives back a task as it is', () => {
    onLoop((loop) => {
      const task = loop.createTask(notmuch());
      expect(ensureFuture(task)).toBe(task);
      expect(ensureFuture(task, { loop })).toBe(task);
      loop.runUntilCompleteSync(task);
    });
  });

  it('gives back a future of another make as it is', () => {
    onLoop((loop) => {
      const future = new ForeignFuture<number>(loop);
      expect(ensureFuture(future, { loop }) as unknown).toBe(future);
    });
  });

  it.each([
    ['future', (loop: VirtualEventLoop): Future => loop.createFuture()],
    ['task', (loop: VirtualEventLoop): Future => loop.createTask(sleep(0)) as Task],
  ])('refuses a %s of another loop', (_kind, make) => {
    onLoop((loop) => {
      const other = new VirtualEventLoop();
      const future = make(loop);
      const error = caught(() => ensureFuture(future, { loop: other }));
      expect(error).toBeInstanceOf(ValueError);
      expect(error.message).toBe(
        'The future belongs to a different loop than the one specified as the loop argument',
      );
      other.close();
      if (future instanceof Task) loop.runUntilCompleteSync(future);
    });
  });

  it('makes a task of an awaitable object', () => {
    onLoop((loop) => {
      const task = ensureFuture(new Awaitable(), { loop });
      expect(task).toBeInstanceOf(Task);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
    });
  });

  it('wraps a promise', async () => {
    await hosted(function* () {
      const future = ensureFuture(Promise.resolve('p'));
      expect(future).toBeInstanceOf(Future);
      expect(future.getLoop()).toBe(getRunningLoop());
      expect(yield* future).toBe('p');
      const error = new ValueError('rejected');
      expect(yield* thrownBy(ensureFuture(Promise.reject(error)))).toBe(error);
      const explicit = ensureFuture(Promise.resolve('p'), { loop: getRunningLoop() });
      expect(yield* explicit).toBe('p');
    });
  });

  it.each([['ok'], [1], [null], [undefined], [{}], [[1]], [new Map()], [notmuch]])('refuses %o', (value) => {
    onLoop((loop) => {
      const error = caught(() => ensureFuture(value as never, { loop }));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toBe('An asyncio.Future, a coroutine or an awaitable is required');
    });
  });
});

describe('createTask', () => {
  it('makes a task in the running loop', () => {
    virtually(function* (loop) {
      const task = createTask(notmuch());
      expect(task).toBeInstanceOf(Task);
      expect(task.getLoop()).toBe(loop);
      expect(yield* task).toBe('ok');
    });
  });

  it('takes a promise: the task waits for it', async () => {
    await hosted(function* (loop) {
      const tasks = [createTask(Promise.resolve('a')), loop.createTask(Promise.resolve('b'), { name: 'b' })];
      expect(tasks[0]).toBeInstanceOf(Task);
      expect(tasks[1]!.getName()).toBe('b');
      expect(yield* tasks[0]!).toBe('a');
      expect(yield* tasks[1]!).toBe('b');
    });
  });

  it('of a promise can be cancelled: the wait ends', async () => {
    await hosted(function* () {
      const task = createTask(new Promise<string>(() => {}));
      yield* sleep(1);
      task.cancel('enough');
      expect((yield* thrownBy(task)).message).toBe('enough');
      expect(task.cancelled()).toBe(true);
    });
  });
});
