import { open } from 'node:fs/promises';
import { setImmediate as hostTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  ExceptionGroup,
  openConnection,
  run,
  RuntimeError,
  Runner,
  sleep,
  startServer,
  TaskGroup,
  toPromise,
  ValueError,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Run an async function while a loop is under way. */
function hosted<T>(main: () => Promise<T>): Promise<T> {
  return run(
    (function* (): Coroutine<T> {
      return yield* wrapFuture(hostTurn().then(main));
    })(),
  );
}

describe('asyncWith on what `await using` takes', () => {
  class Resource implements AsyncDisposable {
    readonly trace: string[] = [];

    async [Symbol.asyncDispose](): Promise<void> {
      await hostTurn();
      this.trace.push('disposed');
    }
  }

  it('gives it to the body, and waits until it is disposed of', async () => {
    function* main(): Coroutine<string> {
      const result = yield* asyncWith(new Resource(), function* (resource) {
        resource.trace.push('used');
        return resource;
      });
      return result.trace.join(' ');
    }
    expect(await run(main())).toBe('used disposed');
  });

  it('disposes when the body fails or is cancelled, and passes that on', async () => {
    await run(
      (function* (): Coroutine {
        const [failed, cancelled] = [new Resource(), new Resource()];
        const error = new ValueError('no');
        const failing = asyncWith(failed, function* () {
          throw error;
        });
        expect(yield* thrownBy(failing)).toBe(error);
        const task = createTask(asyncWith(cancelled, () => sleep(60)));
        yield* turns(2);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect([failed.trace, cancelled.trace]).toEqual([['disposed'], ['disposed']]);
      })(),
    );
  });

  it('throws what disposing throws', async () => {
    const broken = { [Symbol.asyncDispose]: () => Promise.reject(new Error('cannot')) };
    await expect(run(asyncWith(broken, () => sleep(0)))).rejects.toThrow('cannot');
  });

  it('takes what is disposed of at once, also while the loop blocks, and `this`', () => {
    virtually(function* () {
      const trace: string[] = [];
      const resource = { [Symbol.dispose]: () => void trace.push('disposed') };
      const result = yield* asyncWith(
        resource,
        function* (this: string[], given) {
          expect(given).toBe(resource);
          this.push('used');
          return 7;
        },
        trace,
      );
      expect([result, trace]).toEqual([7, ['used', 'disposed']]);
    });
  });

  it('closes a file of Node’s', async () => {
    const handle = await open(import.meta.filename);
    function* main(): Coroutine<boolean> {
      return yield* asyncWith(handle, function* (file) {
        const { bytesRead } = yield* wrapFuture(file.read(Buffer.alloc(10)));
        return bytesRead === 10;
      });
    }
    expect(await run(main())).toBe(true);
    expect(handle.fd).toBe(-1);
  });
});

describe('await using', () => {
  it('a group of TaskGroup.open() waits for its tasks', async () => {
    await hosted(async () => {
      const trace: string[] = [];
      function* work(name: string): Coroutine {
        yield* sleep(0.001);
        trace.push(name);
      }
      {
        await using group = TaskGroup.open();
        group.createTask(work('a'));
        await hostTurn();
        group.createTask(work('b'));
      }
      expect(trace).toEqual(['a', 'b']);
    });
  });

  it('throws the errors of the tasks together, and cancels the others', async () => {
    await hosted(async () => {
      const others: CancelledError[] = [];
      function* waits(): Coroutine {
        try {
          yield* sleep(60);
        } catch (error) {
          others.push(error as CancelledError);
          throw error;
        }
      }
      function* fails(): Coroutine {
        yield* sleep(0.001);
        throw new ValueError('no');
      }
      async function use(): Promise<void> {
        await using group = TaskGroup.open();
        group.createTask(waits());
        group.createTask(fails());
      }
      const error = await use().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect((error as ExceptionGroup).exceptions).toEqual([new ValueError('no')]);
      expect(others).toHaveLength(1);
    });
  });

  it('can be cancelled, at once too, and then ends without an error', async () => {
    await hosted(async () => {
      for (const turn of [false, true]) {
        await using group = TaskGroup.open();
        const task = group.createTask(sleep(60));
        if (turn) await hostTurn();
        group.cancel();
        await group[Symbol.asyncDispose]();
        expect(task.cancelled()).toBe(true);
        expect(() => group.createTask(sleep(0))).toThrow(RuntimeError);
      }
    });
  });

  it('takes no group that was made otherwise, and wants a loop that runs', async () => {
    await expect(new TaskGroup()[Symbol.asyncDispose]()).rejects.toBeInstanceOf(RuntimeError);
    expect(() => TaskGroup.open()).toThrow(RuntimeError);
    const loop = new EventLoop();
    expect(() => TaskGroup.open({ loop })).toThrow('no running event loop');
    loop.close();
  });

  it('closes a Runner, a Server and a StreamWriter', async () => {
    await using runner = new Runner();
    expect(await runner.run(sleep(0.001, 'ran'))).toBe('ran');
    await runner.close();
    await hosted(async () => {
      const trace: string[] = [];
      {
        await using server = await toPromise(
          startServer(
            function* (reader, writer) {
              trace.push(String(yield* reader.read()));
              writer.close();
            },
            '127.0.0.1',
            0,
          ),
        );
        const [host, port] = server.sockets[0]!.getsockname();
        const [, made] = await toPromise(openConnection(host, port));
        await using writer = made;
        writer.write('hello');
      }
      await toPromise(sleep(0.01));
      expect(trace).toEqual(['hello']);
    });
  });
});
