import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  ContextVar,
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  getRunningLoop,
  run,
  runSync,
  sleep,
  type Task,
} from '../../src/index.js';
import { runChild } from '../helpers/child.js';

const storage = new AsyncLocalStorage<string>();
const seen = (): string => storage.getStore() ?? 'none';

/** What is seen in each of three steps, of which one comes out of Node's own loop. */
function* threeSteps(): Coroutine<string[]> {
  const found = [seen()];
  yield* sleep(0);
  found.push(seen());
  yield* sleep(0.002);
  found.push(seen());
  return found;
}

describe('a task', () => {
  it('runs in the async context in which it was made, in each step', async () => {
    function* main(): Coroutine<string[][]> {
      const tasks = ['a', 'b'].map((name) => storage.run(name, () => createTask(threeSteps())));
      return yield* gather(createTask(threeSteps()), ...tasks);
    }
    const expected = ['none', 'a', 'b'].map((name) => [name, name, name]);
    expect(await run(main())).toEqual(expected);
    expect(runSync(main())).toEqual(expected);
  });

  it('hands its async context on to the tasks that it makes', async () => {
    function* parent(): Coroutine<string[]> {
      yield* sleep(0);
      return yield* createTask(threeSteps());
    }
    function* main(): Coroutine<string[]> {
      return yield* storage.run('handed on', () => createTask(parent()));
    }
    expect(await run(main())).toEqual(['handed on', 'handed on', 'handed on']);
  });

  it('has the async context of whoever runs the loop, if it is made in nobody else’s', async () => {
    expect(await storage.run('outside', () => run(threeSteps()))).toEqual(['outside', 'outside', 'outside']);
    expect(storage.run('outside', () => runSync(threeSteps()))).toEqual(['outside', 'outside', 'outside']);
  });

  it('has nothing of the async context of whoever wakes the loop', async () => {
    function* main(): Coroutine<string> {
      const future = getRunningLoop().createFuture<void>();
      storage.run('of the waker', () => setTimeout(() => future.setResult(), 1));
      yield* future;
      return seen();
    }
    expect(await run(main())).toBe('none');
  });

  it('that a callback of Node makes while the loop waits has that callback’s', async () => {
    function* main(): Coroutine<string[]> {
      const loop = getRunningLoop();
      const made = loop.createFuture<Task<string[]>>();
      storage.run('request 7', () => setTimeout(() => made.setResult(loop.createTask(threeSteps())), 1));
      return yield* yield* made;
    }
    expect(await run(main())).toEqual(['request 7', 'request 7', 'request 7']);
  });

  it('keeps context variables by their own rules', async () => {
    const variable = new ContextVar<string>('variable');
    function* child(): Coroutine<string[]> {
      yield* sleep(0);
      variable.set('child');
      return [seen(), variable.get()];
    }
    function* main(): Coroutine<unknown> {
      variable.set('main');
      const task = storage.run('store', () => createTask(child()));
      const found = yield* task;
      return [found, seen(), variable.get()];
    }
    expect(await run(main())).toEqual([['store', 'child'], 'none', 'main']);
  });
});

describe('a callback', () => {
  it('by callSoon, callLater and callAt runs in the async context in which it was scheduled', async () => {
    function* main(): Coroutine<string[]> {
      const loop = getRunningLoop();
      const found: string[] = [];
      const note = (): void => {
        found.push(seen());
      };
      storage.run('soon', () => loop.callSoon(note));
      storage.run('later', () => loop.callLater(0.001, note));
      storage.run('at', () => loop.callAt(loop.time() + 0.002, note));
      loop.callSoon(note);
      yield* sleep(0.05);
      return found;
    }
    expect(await run(main())).toEqual(['soon', 'none', 'later', 'at']);
  });

  it('by addDoneCallback runs in that of the loop', async () => {
    function* main(): Coroutine<string[]> {
      const future = getRunningLoop().createFuture<void>();
      const found: string[] = [];
      storage.run('added', () => future.addDoneCallback(() => found.push(seen())));
      future.setResult();
      yield* sleep(0);
      return found;
    }
    expect(await run(main())).toEqual(['none']);
  });
});

describe('asyncContext', () => {
  it('switches it off for a loop, and on again', async () => {
    const loop = new EventLoop();
    onTestFinished(() => loop.close());
    expect(loop.asyncContext).toBe(true);
    loop.asyncContext = false;
    expect(loop.asyncContext).toBe(false);
    function* main(): Coroutine<string[]> {
      const task = storage.run('made', () => createTask(threeSteps()));
      storage.run('timer', () => setTimeout(() => undefined, 0));
      return yield* task;
    }
    expect((await loop.runUntilComplete(main())).slice(0, 1)).toEqual(['none']);
    expect(loop.runUntilCompleteSync(main())).toEqual(['none', 'none', 'none']);
    loop.asyncContext = true;
    expect(await loop.runUntilComplete(main())).toEqual(['made', 'made', 'made']);
  });

  it('can be switched off by the environment', async () => {
    const { stdout } = await runChild(
      `import { EventLoop } from 'tsyncio';
       console.log(new EventLoop().asyncContext);`,
      { env: { TSYNCIO_ASYNC_CONTEXT: '0' } },
    );
    expect(stdout).toBe('false\n');
  });

  it.each(['run', 'runSync'])(
    'is there for the first AsyncLocalStorage that a program uses, inside a round of %s',
    async (how) => {
      const { stdout, stderr } = await runChild(`
        import { AsyncLocalStorage } from 'node:async_hooks';
        import { createTask, ${how}, sleep, type Coroutine } from 'tsyncio';

        const storage = new AsyncLocalStorage<string>();
        function* child(): Coroutine {
          yield* sleep(0.001);
          console.log('child', storage.getStore());
        }
        function* main(): Coroutine {
          const before = createTask(child());
          yield* sleep(0);
          yield* storage.run('first', () => createTask(child()));
          yield* before;
          console.log('main', storage.getStore());
        }
        await ${how}(main());
      `);
      expect(stderr).toBe('');
      expect(stdout).toBe('child undefined\nchild first\nmain undefined\n');
    },
  );

  it('is there for the first AsyncLocalStorage that a program uses, in a callback of Node', async () => {
    const { stdout, stderr } = await runChild(`
      import { AsyncLocalStorage } from 'node:async_hooks';
      import { createTask, getRunningLoop, run, sleep, type Coroutine, type Task } from 'tsyncio';

      const storage = new AsyncLocalStorage<string>();
      function* child(): Coroutine {
        yield* sleep(0.001);
        console.log('child', storage.getStore());
      }
      function* main(): Coroutine {
        const made = getRunningLoop().createFuture<Task>();
        setTimeout(() => storage.run('request', () => made.setResult(createTask(child()))), 1);
        yield* yield* made;
        console.log('main', storage.getStore());
      }
      await run(main());
    `);
    expect(stderr).toBe('');
    expect(stdout).toBe('child request\nmain undefined\n');
  });
});

describe('the context manager of OpenTelemetry', () => {
  const manager = new AsyncLocalStorageContextManager();
  const key = createContextKey('request');
  beforeAll(() => {
    context.setGlobalContextManager(manager.enable());
  });
  afterAll(() => {
    context.disable();
  });

  it('finds its active context in each step of each task', async () => {
    function* handle(): Coroutine<unknown[]> {
      const found = [context.active().getValue(key)];
      yield* sleep(0.001);
      found.push(context.active().getValue(key));
      const inner = context.with(context.active().setValue(key, 'inner'), () => createTask(threeValues()));
      found.push(...(yield* inner), context.active().getValue(key));
      return found;
    }
    function* threeValues(): Coroutine<unknown[]> {
      const found: unknown[] = [];
      for (let i = 0; i < 3; i++) {
        found.push(context.active().getValue(key));
        yield* sleep(0);
      }
      return found;
    }
    function* main(): Coroutine<unknown[][]> {
      return yield* gather(
        ...[1, 2].map((id) => context.with(ROOT_CONTEXT.setValue(key, id), () => createTask(handle()))),
      );
    }
    expect(await run(main())).toEqual([1, 2].map((id) => [id, id, 'inner', 'inner', 'inner', id]));
    expect(context.active().getValue(key)).toBeUndefined();
  });
});
