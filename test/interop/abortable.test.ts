import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  abortable,
  CancelledError,
  type Coroutine,
  createTask,
  type ExceptionContext,
  EventLoop,
  RuntimeError,
  run,
  sleep,
  TimeoutError,
  waitFor,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Run hosted, and give what reached the exception handler. */
async function reported(main: (loop: EventLoop) => Coroutine<unknown>): Promise<ExceptionContext[]> {
  const loop = new EventLoop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  try {
    await loop.runUntilComplete(main(loop));
  } finally {
    loop.close();
  }
  return reports;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((resolving) => (resolve = resolving));
  return { promise, resolve };
}

async function serving(handler: Parameters<typeof createServer>[1]): Promise<[server: Server, url: string]> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
}

describe('abortable', () => {
  it('gives the result of the operation, and leaves its signal alone', async () => {
    let signal: AbortSignal | undefined;
    const result = await run(
      abortable(async (given) => {
        signal = given;
        return 'result';
      }),
    );
    expect(result).toBe('result');
    expect(signal!.aborted).toBe(false);
  });

  it('passes on what the operation fails with, and ends whatever else has its signal', async () => {
    const error = new Error('no');
    let signal: AbortSignal | undefined;
    const failing = abortable(async (given) => {
      signal = given;
      throw error;
    });
    await expect(run(failing)).rejects.toBe(error);
    expect(signal!.reason).toBe(error);
    await expect(
      run(
        abortable(() => {
          throw error;
        }),
      ),
    ).rejects.toBe(error);
  });

  it('aborts fetch when the task is cancelled, and the server sees it', async () => {
    const asked = deferred();
    const left = deferred();
    const [server, url] = await serving((_request, response) => {
      asked.resolve();
      response.on('close', left.resolve);
    });
    const reports = await reported(function* () {
      const task = createTask(abortable((signal) => fetch(url, { signal })));
      yield* wrapFuture(asked.promise);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      yield* wrapFuture(left.promise);
      yield* wrapFuture(pause(5));
    });
    expect(reports).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  it('takes a response of fetch, and aborts its body when the task is cancelled in it', async () => {
    const [server, url] = await serving((_request, response) => {
      response.write('begun');
    });
    function* main(): Coroutine<unknown> {
      return yield* thrownBy(
        waitFor(
          abortable(async (signal) => (await fetch(url, { signal })).text()),
          0.1,
        ),
      );
    }
    expect(await run(main())).toBeInstanceOf(TimeoutError);
    server.closeAllConnections();
    server.close();
  });

  it('resumes a cancelled task at once, whatever the operation makes of the signal', async () => {
    const late = new Error('late');
    const reports = await reported(function* (loop) {
      let reject!: (error: Error) => void;
      const task = createTask(
        abortable(
          () =>
            new Promise((_, rejecting) => {
              reject = rejecting;
            }),
        ),
      );
      yield* turns(2);
      const before = loop.time();
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(loop.time() - before).toBeLessThan(1);
      reject(late);
      yield* wrapFuture(pause(1));
    });
    expect(reports.map(({ exception }) => exception)).toEqual([late]);
  });

  it('waits for the end of a cancelled operation where that is asked for', async () => {
    const trace: string[] = [];
    await run(
      (function* (): Coroutine {
        const task = createTask(
          abortable(
            async (signal) => {
              await new Promise((resolve) => {
                signal.addEventListener('abort', resolve);
              });
              await pause(5);
              trace.push('rolled back');
              throw signal.reason;
            },
            { untilSettled: true },
          ),
        );
        yield* turns(2);
        task.cancel('stop');
        const error = yield* thrownBy(task);
        trace.push('resumed');
        expect((error as CancelledError).message).toBe('stop');
      })(),
    );
    expect(trace).toEqual(['rolled back', 'resumed']);
  });

  it('gives up that wait when it is cancelled again', async () => {
    await run(
      (function* (): Coroutine {
        const task = createTask(abortable(() => new Promise(() => {}), { untilSettled: true }));
        yield* turns(2);
        task.cancel('first');
        yield* turns(2);
        expect(task.done()).toBe(false);
        task.cancel('second');
        expect(((yield* thrownBy(task)) as CancelledError).message).toBe('second');
      })(),
    );
  });

  it('discards a result that nobody takes: one that comes late, and one that came with the cancellation', async () => {
    const discarded: string[] = [];
    const reports = await reported(function* () {
      const discard = (result: string): void => void discarded.push(result);
      const late = createTask(abortable(() => pause(5, 'late'), { discard }));
      let resolve!: (result: string) => void;
      const promise = new Promise<string>((resolving) => (resolve = resolving));
      const atOnce = createTask(abortable(() => promise, { discard }));
      yield* turns(2);
      late.cancel();
      resolve('at once');
      // The future is done, and the task has not seen it yet.
      yield* wrapFuture(promise.then(() => atOnce.cancel()));
      for (const task of [late, atOnce]) expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(yield* abortable(() => pause(0, 'taken'), { discard })).toBe('taken');
      yield* wrapFuture(pause(20));
    });
    expect(discarded.sort()).toEqual(['at once', 'late']);
    expect(reports).toEqual([]);
  });

  it('reports what discarding throws', async () => {
    const reports = await reported(function* () {
      const task = createTask(
        abortable(() => pause(1, 'late'), {
          discard: () => {
            throw new Error('cannot');
          },
        }),
      );
      yield* turns(2);
      task.cancel();
      yield* thrownBy(task);
      yield* wrapFuture(pause(20));
    });
    expect(reports.map(({ message }) => message)).toEqual([
      'A result that nobody took could not be discarded',
    ]);
  });

  it('aborts the signal when its coroutine is closed', async () => {
    let signal: AbortSignal | undefined;
    await run(
      (function* (): Coroutine {
        const coro = abortable((given) => {
          signal = given;
          return new Promise(() => {});
        });
        coro.next();
        coro.return(undefined);
        yield* sleep(0);
      })(),
    );
    expect(signal!.aborted).toBe(true);
  });

  it('begins nothing while the loop blocks', () => {
    virtually(function* () {
      let begun = false;
      const error = yield* thrownBy(
        abortable(async () => {
          begun = true;
        }),
      );
      expect(error).toBeInstanceOf(RuntimeError);
      expect(begun).toBe(false);
    });
  });
});
