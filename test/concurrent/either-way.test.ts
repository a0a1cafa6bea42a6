/*
 * What Python takes by position or by name is taken by position or by name.
 */
import { expect, it } from 'vitest';
import {
  asCompleted,
  FIRST_COMPLETED,
  Future,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  wait,
} from '../../src/concurrent/index.js';
import type { PoolKind } from '../../src/concurrent/pool.js';
import { TimeoutError, ValueError } from '../../src/index.js';

const done = (): Future<number> => {
  const future = new Future<number>();
  future.setResult(1);
  return future;
};

it.each([
  ['threads', ThreadPoolExecutor],
  ['processes', ProcessPoolExecutor],
])('the number of workers of a pool of %s', async (_, Pool) => {
  for (const pool of [new Pool(3), new Pool({ maxWorkers: 3 }), new Pool(3, { maxTasksPerChild: 1 })]) {
    expect(pool._maxWorkers).toBe(3);
    await pool.shutdown();
  }
  expect(new Pool(null)._maxWorkers).toBe(new Pool()._maxWorkers);
  expect(() => new Pool(0)).toThrow(ValueError);
  // @ts-expect-error -- a name that there is not
  expect(() => new Pool(1, { maxTasks: 1 })).toThrow("unexpected keyword argument 'maxTasks'");
});

it('what the threads of a pool are called, and what begins them', async () => {
  const begin = (text: string): void => {
    (globalThis as { begun?: string }).begun = text;
  };
  const begun = (): string | undefined => (globalThis as { begun?: string }).begun;
  const rest = { initializer: begin, initargs: ['yes'] };
  for (const pool of [
    new ThreadPoolExecutor(1, 'either', begin, ['yes']),
    new ThreadPoolExecutor(1, 'either', begin, { initargs: ['yes'] }),
    new ThreadPoolExecutor(1, 'either', rest),
    new ThreadPoolExecutor(1, { threadNamePrefix: 'either', ...rest }),
    new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'either', ...rest }),
  ]) {
    expect([pool._maxWorkers, (pool as unknown as { _kind: PoolKind })._kind.namePrefix]).toEqual([
      1,
      'either',
    ]);
    expect(await pool.submit(begun)).toBe('yes');
    await pool.shutdown();
  }
});

it('how long result and exception wait', () => {
  const pending = new Future();
  expect(() => pending.result(0)).toThrow(TimeoutError);
  expect(() => pending.result({ timeout: 0 })).toThrow(TimeoutError);
  expect(() => pending.exception({ timeout: 0 })).toThrow(TimeoutError);
  expect(done().result({ timeout: 1 })).toBe(1);
  expect(done().exception({ timeout: null })).toBeNull();
  // @ts-expect-error -- a name that there is not
  expect(() => pending.result({ seconds: 0 })).toThrow(
    "result() got an unexpected keyword argument 'seconds'",
  );
});

it('how long wait waits, and for what', () => {
  const fs = [done(), new Future<number>()];
  for (const future of [
    wait(fs, 0),
    wait(fs, { timeout: 0 }),
    wait(fs, null, FIRST_COMPLETED),
    wait(fs, null, { returnWhen: FIRST_COMPLETED }),
    wait(fs, { returnWhen: FIRST_COMPLETED }),
  ]) {
    expect(future.result().done.size).toBe(1);
  }
  expect(() => wait(fs, 0, 'SOME' as typeof FIRST_COMPLETED)).toThrow("Invalid return condition: 'SOME'");
});

it('how long asCompleted waits', () => {
  for (const results of [asCompleted([new Future()], 0), asCompleted([new Future()], { timeout: 0 })]) {
    expect(() => [...results]).toThrow('1 (of 1) futures unfinished');
  }
});

it('whether shutdown waits', async () => {
  for (const options of [[false], [{ wait: false }], [false, {}]] as const) {
    const pool = new ThreadPoolExecutor(1);
    const future = pool.submit(() => 1);
    expect(pool.shutdown(...options).done()).toBe(true);
    expect(future.done()).toBe(false);
    await pool.shutdown(true);
    expect(future.result()).toBe(1);
  }
  const pool = new ThreadPoolExecutor(1);
  const future = pool.submit(() => 1);
  await pool.shutdown(true, { cancelFutures: true });
  expect(future.cancelled()).toBe(true);
  // @ts-expect-error -- a name that there is not
  expect(() => pool.shutdown({ cancel: true })).toThrow("unexpected keyword argument 'cancel'");
});
