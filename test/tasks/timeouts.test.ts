import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  ExceptionGroup,
  getRunningLoop,
  KeyError,
  RuntimeError,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  Timeout,
  timeoutAt,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { type VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

function* nothing(): Coroutine {
  // no wait
}

/** Make the loop busy: let its clock go on without its turning. */
function busy(loop: VirtualEventLoop, seconds: number): void {
  (loop as unknown as { _now: number })._now += seconds;
}

describe('timeout', () => {
  it('cancels a body that takes longer, and throws a TimeoutError', () => {
    virtually(function* (loop) {
      const cm = timeout(0.01);
      const error = yield* thrownBy(asyncWith(cm, () => sleep(10)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(cm.expired()).toBe(true);
      expect(loop.time()).toBeCloseTo(0.01);
    });
  });

  it('leaves a body alone that ends in time, and gives what it returns', () => {
    virtually(function* (loop) {
      const cm = timeout(10);
      expect(yield* asyncWith(cm, () => sleep(0.01, 'in time'))).toBe('in time');
      expect(cm.expired()).toBe(false);
      expect(cm.when()).toBe(10);
      yield* sleep(20);
      expect(loop.time()).toBeCloseTo(20.01);
      expect(currentTask()!.cancelling()).toBe(0);
    });
  });

  it.each([
    ['timeout', () => timeout(null)],
    ['timeout by name', () => timeout({ delay: null })],
    ['timeoutAt', () => timeoutAt(null)],
    ['timeoutAt by name', () => timeoutAt({ when: null })],
  ])('never expires without a deadline: %s', (_, make) => {
    virtually(function* () {
      const cm = make();
      yield* asyncWith(cm, function* () {
        expect(String(cm)).toBe('<Timeout [active] when=None>');
        yield* sleep(1e6);
      });
      expect(cm.expired()).toBe(false);
      expect(cm.when()).toBe(null);
    });
  });

  it('takes a time on the clock of the loop by timeoutAt', () => {
    virtually(function* (loop) {
      yield* sleep(5);
      for (const make of [timeoutAt, (when: number) => timeoutAt({ when })]) {
        const deadline = loop.time() + 0.01;
        const cm = make(deadline);
        expect(yield* thrownBy(asyncWith(cm, () => sleep(10)))).toBeInstanceOf(TimeoutError);
        expect(cm.expired()).toBe(true);
        expect(cm.when()).toBe(deadline);
        expect(loop.time()).toBeCloseTo(deadline);
      }
    });
  });

  it('takes its delay by name', () => {
    virtually(function* () {
      expect(timeout({ delay: 3 }).when()).toBe(3);
      expect(() => timeout({ dely: 3 } as never)).toThrow(
        "timeout() got an unexpected keyword argument 'dely'; it takes delay",
      );
      expect(() => timeoutAt({ delay: 3 } as never)).toThrow(TypeError);
      yield* turns();
    });
  });

  it('refuses what is no number of seconds', () => {
    virtually(function* () {
      expect(() => timeout('3' as never)).toThrow(TypeError);
      expect(() => timeout(NaN)).toThrow(ValueError);
      expect(() => timeoutAt('3' as never)).toThrow(TypeError);
      expect(() => new Timeout(NaN)).toThrow(ValueError);
      yield* turns();
    });
  });

  it('needs a running loop', () => {
    expect(thrown(() => timeout(1))).toStrictEqual(new RuntimeError('no running event loop'));
    expect(timeoutAt(1).when()).toBe(1);
  });

  describe('of no time', () => {
    it.each([
      ['0', () => timeout(0), () => sleep(10)],
      ['0 around a turn given up', () => timeout(0), () => sleep(0)],
      ['less than 0 around a turn given up', () => timeout(-11), () => sleep(0)],
      ['a moment in the past', () => timeoutAt(-1), () => sleep(0)],
    ])('%s expires at the first wait', (_, make, body) => {
      virtually(function* (loop) {
        const cm = make();
        expect(yield* thrownBy(asyncWith(cm, body))).toBeInstanceOf(TimeoutError);
        expect(cm.expired()).toBe(true);
        expect(cm.when()).toBeLessThanOrEqual(0);
        expect(loop.time()).toBe(0);
      });
    });

    it('lets a body pass that does not wait', () => {
      virtually(function* () {
        const cm = timeout(0);
        yield* asyncWith(cm, nothing);
        expect(cm.expired()).toBe(false);
        yield* sleep(1);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });
  });

  describe('and what the body throws', () => {
    it('passes an error of the body on unchanged', () => {
      virtually(function* () {
        const cm = timeout(0.01);
        const error = new KeyError('no such key');
        const seen = yield* thrownBy(
          asyncWith(cm, function* () {
            throw error;
          }),
        );
        expect(seen).toBe(error);
        expect((seen as Error).cause).toBe(undefined);
        expect(cm.expired()).toBe(false);
      });
    });

    it('shows the body a CancelledError, which is the cause of the TimeoutError', () => {
      virtually(function* () {
        let seen: unknown;
        const error = yield* thrownBy(
          asyncWith(timeout(0.01), function* () {
            try {
              yield* sleep(10);
            } catch (e) {
              seen = e;
              throw e;
            }
          }),
        );
        expect(seen).toBeInstanceOf(CancelledError);
        expect((seen as CancelledError).args).toEqual([]);
        expect((error as TimeoutError).cause).toBe(seen);
        expect((error as TimeoutError).message).toBe('');
      });
    });

    it('throws nothing if the body swallows the cancellation, and yet has expired', () => {
      virtually(function* () {
        const cm = timeout(0.01);
        const result = yield* asyncWith(cm, function* () {
          try {
            yield* sleep(10);
          } catch (e) {
            expect(e).toBeInstanceOf(CancelledError);
          }
          return 'went on';
        });
        expect(result).toBe('went on');
        expect(cm.expired()).toBe(true);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('passes an error on that the body throws because of the cancellation, and puts a TimeoutError before its cause', () => {
      virtually(function* () {
        let cancellation: unknown;
        const error = (yield* thrownBy(
          asyncWith(timeout(0.01), function* () {
            try {
              yield* sleep(1);
            } catch (e) {
              cancellation = e;
              // eslint-disable-next-line preserve-caught-error -- the cause of the cause
              throw new RangeError('crashed', { cause: new ValueError('on the way', { cause: e }) });
            }
          }),
        )) as Error;
        expect(error).toBeInstanceOf(RangeError);
        const between = error.cause as Error;
        expect(between).toBeInstanceOf(ValueError);
        expect(between.cause).toBeInstanceOf(TimeoutError);
        expect((between.cause as Error).cause).toBe(cancellation);
      });
    });

    it('leaves an error alone that does not name its cause', () => {
      virtually(function* () {
        const error = yield* thrownBy(
          asyncWith(timeout(0.01), function* () {
            try {
              yield* sleep(1);
            } finally {
              // eslint-disable-next-line no-unsafe-finally -- the case
              throw new RangeError('crashed', { cause: new Error('of its own') });
            }
          }),
        );
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).cause).toStrictEqual(new Error('of its own'));
      });
    });

    it('puts a TimeoutError before the causes of the errors in a group', () => {
      virtually(function* () {
        const error = (yield* thrownBy(
          asyncWith(timeout(0.01), () =>
            asyncWith(new TaskGroup(), function* (group) {
              group.createTask(
                (function* (): Coroutine {
                  try {
                    yield* sleep(2);
                  } catch (e) {
                    throw new RangeError('crashed in cleanup', { cause: e });
                  }
                })(),
              );
              yield* sleep(1);
            }),
          ),
        )) as ExceptionGroup;
        expect(error).toBeInstanceOf(ExceptionGroup);
        const [crash] = error.exceptions as [Error];
        expect(crash).toBeInstanceOf(RangeError);
        expect(crash.cause).toBeInstanceOf(TimeoutError);
        expect((crash.cause as Error).cause).toBeInstanceOf(CancelledError);
      });
    });
  });

  describe('and other cancellations', () => {
    it('passes a cancellation on that is not its own', () => {
      virtually(function* () {
        const cm = timeout(10);
        const task = createTask(
          asyncWith(cm, function* () {
            currentTask()!.cancel();
            yield* sleep(10);
          }),
        );
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(cm.expired()).toBe(false);
      });
    });

    it('passes one on that comes together with its own', () => {
      virtually(function* (loop) {
        const cm = timeout(1);
        const task: Task = createTask(asyncWith(cm, () => sleep(10)));
        loop.callAt(1, () => task.cancel('from outside'));
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(cm.expired()).toBe(true);
        expect(task.cancelling()).toBe(1);
      });
    });

    it('does not leave the task cancelled', () => {
      virtually(function* () {
        const task = createTask(
          (function* (): Coroutine<number> {
            expect(yield* thrownBy(asyncWith(timeout(0.001), () => sleep(10)))).toBeInstanceOf(TimeoutError);
            return currentTask()!.cancelling();
          })(),
        );
        expect(yield* task).toBe(0);
        expect(task.cancelled()).toBe(false);
      });
    });

    it('expires in a task that swallowed a cancellation before', () => {
      virtually(function* () {
        currentTask()!.cancel();
        expect(yield* thrownBy(sleep(1))).toBeInstanceOf(CancelledError);
        expect(currentTask()!.cancelling()).toBe(1);
        expect(yield* thrownBy(asyncWith(timeout(0), () => sleep(1)))).toBeInstanceOf(TimeoutError);
        expect(currentTask()!.cancelling()).toBe(1);
      });
    });

    it('passes a second cancellation on in such a task', () => {
      virtually(function* () {
        currentTask()!.cancel();
        expect(yield* thrownBy(sleep(1))).toBeInstanceOf(CancelledError);
        const error = yield* thrownBy(
          asyncWith(timeout(1), function* () {
            currentTask()!.cancel();
            yield* sleep(2);
          }),
        );
        expect(error).toBeInstanceOf(CancelledError);
      });
    });
  });

  describe('inside of another', () => {
    it('with the same deadline: only the outer one throws a TimeoutError', () => {
      virtually(function* () {
        const [outer, inner] = [timeoutAt(0.01), timeoutAt(0.01)];
        let between: unknown;
        const error = yield* thrownBy(
          asyncWith(outer, function* () {
            between = yield* thrownBy(asyncWith(inner, () => sleep(10)));
            throw between;
          }),
        );
        expect(between).toBeInstanceOf(CancelledError);
        expect(error).toBeInstanceOf(TimeoutError);
        expect([outer.expired(), inner.expired()]).toEqual([true, true]);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('expires alone when it is the shorter one', () => {
      virtually(function* () {
        const [outer, inner] = [timeout(2), timeout(1)];
        yield* asyncWith(outer, function* () {
          expect(yield* thrownBy(asyncWith(inner, () => sleep(10)))).toBeInstanceOf(TimeoutError);
          yield* sleep(0.5);
        });
        expect([outer.expired(), inner.expired()]).toEqual([false, true]);
      });
    });

    it('is not the one that expires when the outer one does', () => {
      virtually(function* () {
        const [outer, inner] = [timeout(1), timeout(2)];
        const error = yield* thrownBy(asyncWith(outer, () => asyncWith(inner, () => sleep(10))));
        expect(error).toBeInstanceOf(TimeoutError);
        expect([outer.expired(), inner.expired()]).toEqual([true, false]);
      });
    });

    it('expires after it, though both are due, when the loop was busy', () => {
      virtually(function* (loop) {
        const error = yield* thrownBy(
          asyncWith(timeout(0.002), () =>
            asyncWith(timeout(0.1), function* () {
              busy(loop, 0.01);
              yield* sleep(1);
            }),
          ),
        );
        expect(error).toBeInstanceOf(TimeoutError);
        expect(loop.time()).toBeCloseTo(0.01);
      });
    });

    it('lets what follows it be ended by the outer one, when the loop was busy beyond both', () => {
      virtually(function* (loop) {
        const trace: string[] = [];
        const error = yield* thrownBy(
          asyncWith(timeout(0.1), function* () {
            const inner = yield* thrownBy(
              asyncWith(timeout(0.01), function* () {
                busy(loop, 0.09);
                yield* sleep(1);
              }),
            );
            trace.push((inner as Error).name);
            yield* sleep(10);
            trace.push('not reached');
          }),
        );
        expect(error).toBeInstanceOf(TimeoutError);
        expect(trace).toEqual(['TimeoutError']);
        expect(loop.time()).toBeCloseTo(0.1);
      });
    });

    it('works in the cleaning up after the outer one', () => {
      virtually(function* () {
        let inner: unknown;
        const outer = yield* thrownBy(
          asyncWith(timeout(0.01), function* () {
            try {
              yield* sleep(1);
            } finally {
              inner = yield* thrownBy(asyncWith(timeout(0.01), () => sleep(10)));
            }
          }),
        );
        expect(inner).toBeInstanceOf(TimeoutError);
        expect(outer).toBeInstanceOf(TimeoutError);
      });
    });
  });

  describe('reschedule', () => {
    it('moves the deadline, and takes it away', () => {
      virtually(function* (loop) {
        const cm = timeoutAt(10);
        const task = createTask(asyncWith(cm, () => sleep(50)));
        yield* turns();
        expect(cm.when()).toBe(10);
        cm.reschedule(20);
        expect(cm.when()).toBe(20);
        yield* sleep(15);
        expect(cm.expired()).toBe(false);
        cm.reschedule(null);
        expect(cm.when()).toBe(null);
        yield* sleep(15);
        expect(task.done()).toBe(false);
        cm.reschedule(31);
        expect(yield* thrownBy(task)).toBeInstanceOf(TimeoutError);
        expect(loop.time()).toBeCloseTo(31);
      });
    });

    it('to a time that has passed ends the body at once', () => {
      virtually(function* (loop) {
        const cm = timeout(null);
        const error = yield* thrownBy(
          asyncWith(cm, function* () {
            yield* sleep(5);
            cm.reschedule(4);
            yield* sleep(5);
          }),
        );
        expect(error).toBeInstanceOf(TimeoutError);
        expect(loop.time()).toBe(5);
      });
    });

    it('leaves a task that is cancelled meanwhile cancelled', () => {
      virtually(function* () {
        const cm = timeout(10);
        const task = createTask(asyncWith(cm, () => sleep(50)));
        yield* turns();
        cm.reschedule(null);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(cm.expired()).toBe(false);
      });
    });

    it('refuses what is no time', () => {
      virtually(function* () {
        const cm = timeout(10);
        yield* asyncWith(cm, function* () {
          expect(() => {
            cm.reschedule('soon' as never);
          }).toThrow(TypeError);
          yield* sleep(1);
        });
        expect(cm.when()).toBe(10);
      });
    });

    it('is refused before the timeout is entered', () => {
      virtually(function* () {
        const cm = timeout(0.01);
        expect(
          thrown(() => {
            cm.reschedule(0.02);
          }),
        ).toStrictEqual(new RuntimeError('Timeout has not been entered'));
        yield* turns();
      });
    });

    it('is refused after the body has ended', () => {
      virtually(function* () {
        const cm = timeout(0.01);
        yield* asyncWith(cm, nothing);
        expect(
          thrown(() => {
            cm.reschedule(0.02);
          }),
        ).toStrictEqual(new RuntimeError('Cannot change state of finished Timeout'));
      });
    });

    it('is refused after it has expired, and while it expires', () => {
      virtually(function* () {
        const cm = timeout(0.01);
        let whileExpiring: unknown;
        yield* thrownBy(
          asyncWith(cm, function* () {
            try {
              yield* sleep(1);
            } finally {
              whileExpiring = thrown(() => {
                cm.reschedule(0.02);
              });
              expect(String(cm)).toBe('<Timeout [expiring]>');
              expect(cm.expired()).toBe(true);
            }
          }),
        );
        expect(whileExpiring).toStrictEqual(new RuntimeError('Cannot change state of expiring Timeout'));
        expect(
          thrown(() => {
            cm.reschedule(0.02);
          }),
        ).toStrictEqual(new RuntimeError('Cannot change state of expired Timeout'));
      });
    });
  });

  describe('used wrongly', () => {
    it.each([
      ['while it is entered', true],
      ['after it was left', false],
    ])('cannot be entered again %s', (_, nested) => {
      virtually(function* () {
        const cm = timeout(0.01);
        let error: unknown;
        const again = function* (): Coroutine {
          error = yield* thrownBy(asyncWith(cm, nothing));
        };
        yield* asyncWith(cm, nested ? again : nothing);
        if (!nested) yield* again();
        expect(error).toStrictEqual(new RuntimeError('Timeout has already been entered'));
      });
    });

    it('cannot be entered outside of a task', () => {
      virtually(function* () {
        let error: unknown;
        let cm!: Timeout;
        getRunningLoop().callSoon(() => {
          cm = timeout(0.01);
          error = thrown(() => cm.aenter().next());
        });
        yield* turns(2);
        expect(error).toStrictEqual(new RuntimeError('Timeout should be used inside a task'));
        expect(
          thrown(() => {
            cm.reschedule(0.02);
          }),
        ).toStrictEqual(new RuntimeError('Timeout has not been entered'));
      });
    });
  });

  it('tells its state in its text', () => {
    virtually(function* () {
      const cm = timeout(1.5);
      expect(String(cm)).toBe('<Timeout [created]>');
      yield* asyncWith(cm, function* () {
        expect(String(cm)).toBe('<Timeout [active] when=1.5>');
        yield* sleep(0);
      });
      expect(String(cm)).toBe('<Timeout [finished]>');
      const late = timeout(0.01);
      yield* thrownBy(asyncWith(late, () => sleep(10)));
      expect(String(late)).toBe('<Timeout [expired]>');
    });
  });
});
