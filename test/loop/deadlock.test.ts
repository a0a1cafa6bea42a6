import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  type Coroutine,
  createTask,
  DeadlockError,
  type Future,
  gather,
  getRunningLoop,
  Queue,
  shield,
  type Task,
  TaskGroup,
  wait,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { ForeignFuture } from '../tasks/foreign-future.js';

/** The report of a program that cannot end; lines of files without their places. */
function reportOf(main: () => Coroutine<unknown>): string[] {
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => undefined);
  try {
    loop.runUntilCompleteSync(loop.createTask(main(), { name: 'main' }));
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .filter((line) => !/^ {6}at /.test(line));
  } finally {
    loop.close();
  }
  throw new Error('it ended');
}

function* awaits(task: () => Task): Coroutine {
  yield* task();
}

describe('the report of a deadlock', () => {
  it('names the call in which a task waits', () => {
    expect(
      reportOf(function* () {
        yield* new Queue().get();
      }),
    ).toEqual(['  main: waits for <Future pending cb=[Task.task_wakeup()]> in Queue.get()']);
  });

  it('names the tasks that are waited for by gather, by wait and in a group', () => {
    const report = reportOf(function* () {
      const queue = new Queue();
      const [a, b] = [createTask(queue.get(), { name: 'a' }), createTask(queue.get(), { name: 'b' })];
      createTask(
        (function* () {
          yield* gather(a, b);
        })(),
        { name: 'gathers' },
      );
      createTask(
        (function* () {
          yield* wait([a, b]);
        })(),
        { name: 'waits' },
      );
      yield* asyncWith(new TaskGroup(), function* (group) {
        for (let i = 0; i < 12; i++) group.createTask(queue.get(), { name: `g${i}` });
      });
    });
    expect(report.slice(0, 1)).toEqual([
      '  main: waits for tasks g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, 2 more',
    ]);
    expect(report).toContain('  gathers: waits for tasks a, b');
    expect(report).toContain('  waits: waits for tasks a, b');
    expect(report).toHaveLength(17);
  });

  it('names each circle of tasks once, and no other', () => {
    const report = reportOf(function* () {
      const tasks: Task[] = [];
      for (const [i, next] of [1, 2, 0, 2, 5, 4].entries()) {
        tasks.push(
          createTask(
            awaits(() => tasks[next]!),
            { name: `t${i}` },
          ),
        );
      }
      yield* gather(...tasks);
    });
    expect(report.filter((line) => line.includes('circle'))).toEqual([
      '  a circle: t0 waits for t1 waits for t2 waits for t0',
      '  a circle: t4 waits for t5 waits for t4',
    ]);
  });

  it('names one of two circles that share a task', () => {
    const report = reportOf(function* () {
      const tasks: Task[] = [];
      tasks.push(
        createTask(
          (function* () {
            yield* wait([tasks[1]!, tasks[2]!]);
          })(),
          { name: 't0' },
        ),
        createTask(
          awaits(() => tasks[0]!),
          { name: 't1' },
        ),
        createTask(
          awaits(() => tasks[0]!),
          { name: 't2' },
        ),
      );
      yield* tasks[0]!;
    });
    expect(report.filter((line) => line.includes('circle'))).toEqual([
      '  a circle: t0 waits for t1 waits for t0',
    ]);
  });

  it('names each task once that waits by several ways, and the call where no task is waited for', () => {
    const report = reportOf(function* () {
      const loop = getRunningLoop();
      const stuck = createTask(new Queue().get(), { name: 'stuck' });
      createTask(
        (function* () {
          yield* wait([loop.createFuture()]);
        })(),
        { name: 'waits' },
      );
      createTask(
        (function* () {
          yield* loop.createFuture();
        })(),
        { name: 'direct' },
      );
      createTask(
        (function* () {
          yield* new ForeignFuture(loop as VirtualEventLoop) as unknown as Future;
        })(),
        { name: 'foreign' },
      );
      yield* gather(shield(stuck), shield(stuck));
    });
    expect(report[0]).toBe('  main: waits for task stuck');
    expect(report[2]).toMatch(/^ {2}waits: waits for <Future .*> in wait\w*\(\)$/);
    expect(report[3]).toMatch(/^ {2}direct: waits for <Future [^>]*>$/);
    expect(report[4]).toBe('  foreign: waits for <ForeignFuture>');
  });
});
