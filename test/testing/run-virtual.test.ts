import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  DeadlockError,
  ExceptionGroup,
  Future,
  getRunningLoop,
  logger,
  RuntimeError,
  sleep,
  TimeoutError,
} from '../../src/index.js';
import { runVirtual } from '../../src/testing/index.js';

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  return expect.fail('it threw nothing');
}

function* failing(message: string): Coroutine {
  throw new Error(message);
}

describe('runVirtual', () => {
  it('returns what a coroutine returns, or what the coroutine of a function does', () => {
    expect(runVirtual(sleep(3600, 'slept'))).toBe('slept');
    const time = runVirtual(function* () {
      yield* sleep(3600);
      return getRunningLoop().time();
    });
    expect(time).toBe(3600);
  });

  it('throws what the test throws', () => {
    expect(() => runVirtual(failing('wrong'))).toThrow('wrong');
  });

  it('is in debug mode, unless it is told otherwise', () => {
    const main = function* (): Coroutine<boolean> {
      return getRunningLoop().getDebug();
    };
    expect([runVirtual(main), runVirtual(main, { debug: false })]).toEqual([true, false]);
  });

  it('fails if tasks are left, and names them', () => {
    const error = thrownBy(() =>
      runVirtual(function* () {
        createTask(sleep(1), { name: 'first' });
        createTask(sleep(2), { name: 'second' });
        yield;
      }),
    );
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error.message).toMatch(/^tasks are left: <Task .*'first'.*, <Task .*'second'/s);
  });

  it('fails if an error was not taken, which is the cause', () => {
    const error = thrownBy(() =>
      runVirtual(function* () {
        createTask(failing('lost'));
        yield* sleep(1);
      }),
    );
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error.message).toBe('Task exception was never retrieved');
    expect((error.cause as Error).message).toBe('lost');
  });

  it('fails with all errors that were not taken', () => {
    const error = thrownBy(() =>
      runVirtual(function* () {
        getRunningLoop().callSoon(() => {
          throw new Error('one');
        });
        getRunningLoop().callExceptionHandler({ message: 'two' });
        yield* sleep(1);
      }),
    );
    expect(error).toBeInstanceOf(ExceptionGroup);
    const errors = (error as ExceptionGroup).exceptions as Error[];
    expect(errors.map(({ cause }) => (cause as Error | undefined)?.message)).toEqual([undefined, 'one']);
    expect(errors[0]!.message).toBe('two');
  });

  it('fails where nothing more can happen', () => {
    expect(
      thrownBy(() =>
        runVirtual(function* () {
          yield* new Future();
        }),
      ),
    ).toBeInstanceOf(DeadlockError);
  });

  it('ends a test that goes on for more than a day, and lets it clean up', () => {
    let cleanedUp = NaN;
    const error = thrownBy(() =>
      runVirtual(function* () {
        try {
          for (;;) yield* sleep(1000);
        } finally {
          yield* sleep(1);
          cleanedUp = getRunningLoop().time();
        }
      }),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.message).toBe('not over after 86400 seconds of virtual time');
    expect(error.cause).toBeInstanceOf(CancelledError);
    expect(cleanedUp).toBe(86_001);
  });

  it('takes another limit, or none', () => {
    expect(() => runVirtual(sleep(11), { limit: 10 })).toThrow('not over after 10 seconds of virtual time');
    expect(runVirtual(sleep(10, 'in time'), { limit: 10 })).toBe('in time');
    expect(runVirtual(sleep(1e9, 'in the end'), { limit: null })).toBe('in the end');
  });

  it('tells a cancellation of the test from the limit', () => {
    expect(() =>
      runVirtual(function* () {
        throw new CancelledError('by itself');
      }),
    ).toThrow(CancelledError);
  });

  it('refuses options that it does not have', () => {
    expect(() => runVirtual(sleep(0), { timeout: 1 } as never)).toThrow(
      "runVirtual() got an unexpected keyword argument 'timeout'; it takes debug, limit",
    );
  });

  describe('when the test fails', () => {
    const logged: unknown[] = [];
    const before = logger.handler;
    beforeEach(() => {
      logger.handler = ({ level, error }) => {
        if (level === 'error') logged.push(error);
      };
    });
    afterEach(() => {
      logger.handler = before;
    });

    it('logs the errors that nobody took', () => {
      expect(() =>
        runVirtual(function* () {
          getRunningLoop().callSoon(() => {
            throw new Error('lost');
          });
          yield* sleep(1);
          throw new Error('wrong');
        }),
      ).toThrow('wrong');
      expect(logged).toEqual([new Error('lost')]);
    });
  });
});
