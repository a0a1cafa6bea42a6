import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  _enterTask,
  _leaveTask,
  Context,
  ContextVar,
  type Coroutine,
  copyContext,
  createTask,
  EventLoop,
  type ExceptionContext,
  Handle,
  KeyboardInterrupt,
  logger,
  sleep,
  SystemExit,
} from '../../src/index.js';
import { recordLog } from '../helpers/log.js';

let loop: EventLoop;
beforeEach(() => {
  loop = new EventLoop();
});
afterEach(() => {
  loop.close();
});

/** Run for one round. */
function runOnce(): void {
  loop.stop();
  loop.runForeverSync();
}

function zeroDivision(): void {
  throw new RangeError('division by zero');
}

describe('an error of a callback', () => {
  it('is reported with the message, the error and the handle', () => {
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    const handle = loop.callSoon(zeroDivision);
    runOnce();
    expect(reports).toEqual([
      {
        message: 'Exception in callback zeroDivision()',
        exception: new RangeError('division by zero'),
        handle,
      },
    ]);
    expect(reports[0]!.handle).toBe(handle);
    expect(handle).toBeInstanceOf(Handle);
  });

  it('of a timer too, with its arguments; a function without a name is a lambda', () => {
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    const handle = loop.callLater(
      0,
      (() => (_what: string) => {
        throw new Error('no');
      })(),
      'argument',
    );
    runOnce();
    expect(reports.map(({ message }) => message)).toEqual(["Exception in callback <lambda>('argument')"]);
    expect(reports[0]!.handle).toBe(handle);
  });

  it('is reported with where the callback was scheduled, in debug mode', () => {
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    loop.setDebug(true);
    loop.callSoon(zeroDivision);
    runOnce();
    expect(reports[0]!.message).toMatch(
      /^Exception in callback zeroDivision\(\) scheduled at .*exception-handler\.test\.ts:\d+:\d+$/,
    );
    expect(reports[0]!.sourceTraceback).toContain('exception-handler.test.ts');
    recordLog();
  });

  it('is logged, where there is no handler', () => {
    const log = recordLog();
    loop.callSoon(zeroDivision);
    runOnce();
    expect(log).toEqual([
      {
        level: 'error',
        message: 'Exception in callback zeroDivision()\nhandle: <Handle zeroDivision()>',
        error: new RangeError('division by zero'),
      },
    ]);
  });
});

describe('an error of a task’s step, outside of its coroutine,', () => {
  it.each([false, true])('is reported, in debug mode: %s', (debug) => {
    if (debug) recordLog();
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    loop.setDebug(debug);
    const other = {};
    loop.callSoon(() => {
      _enterTask(loop, other);
    });
    const task = loop.createTask(sleep(0));
    runOnce();
    _leaveTask(loop, other);
    expect(reports.map(({ message }) => message)).toEqual(['Exception in callback']);
    expect(String(reports[0]!.exception)).toMatch(/^RuntimeError: Cannot enter into task <Task pending /);
    expect(task.done()).toBe(false);
    loop.setDebug(false);
  });
});

describe('the default handler', () => {
  it('logs the message, and what is known, sorted by key', () => {
    const log = recordLog();
    loop.callExceptionHandler({ zebra: 'stripes', message: 'Something went wrong', apple: [1, 'two'] });
    loop.defaultExceptionHandler({ future: null });
    expect(log).toEqual([
      { level: 'error', message: "Something went wrong\napple: [1, 'two']\nzebra: 'stripes'" },
      { level: 'error', message: 'Unhandled exception in event loop\nfuture: null' },
    ]);
  });

  it('shows where the object was made, without the line that says so', () => {
    const log = recordLog();
    const stack = 'Error: created at\n    at f (x.ts:1:2)\n    at g (x.ts:3:4)';
    loop.defaultExceptionHandler({ message: 'm', sourceTraceback: stack, handleTraceback: stack });
    expect(log[0]!.message).toBe(
      'm\nHandle created at (most recent call first):\n    at f (x.ts:1:2)\n    at g (x.ts:3:4)\n' +
        'Object created at (most recent call first):\n    at f (x.ts:1:2)\n    at g (x.ts:3:4)',
    );
  });

  it('prints to standard error, with the stack of the error', () => {
    const printed: unknown[][] = [];
    const { error } = console;
    console.error = (...args: unknown[]) => printed.push(args);
    try {
      const failure = new Error('no');
      loop.callExceptionHandler({ message: 'with an error', exception: failure });
      loop.callExceptionHandler({ message: 'without' });
      logger.warning('a warning');
      logger.info('not shown');
      logger.debug('nor this');
      expect(printed).toEqual([['with an error\n', failure], ['without'], ['a warning']]);
    } finally {
      console.error = error;
    }
  });

  it('that fails is logged', () => {
    const log = recordLog();
    class Broken extends EventLoop {
      override defaultExceptionHandler(): void {
        throw new TypeError('broken');
      }
    }
    const broken = new Broken();
    broken.callSoon(zeroDivision);
    broken.runUntilCompleteSync(sleep(0));
    broken.close();
    expect(log).toEqual([
      { level: 'error', message: 'Exception in default exception handler', error: new TypeError('broken') },
    ]);
  });

  it('that fails while it is told of a handler that failed is logged as well', () => {
    const log = recordLog();
    class Broken extends EventLoop {
      override defaultExceptionHandler(context: ExceptionContext): void {
        expect(context).toEqual({
          message: 'Unhandled error in exception handler',
          exception: new Error('custom'),
          context: { message: 'original' },
        });
        throw new TypeError('broken');
      }
    }
    const broken = new Broken();
    broken.setExceptionHandler(() => {
      throw new Error('custom');
    });
    broken.callExceptionHandler({ message: 'original' });
    broken.close();
    expect(log).toEqual([
      {
        level: 'error',
        message:
          'Exception in default exception handler while handling an unexpected error in custom exception handler',
        error: new TypeError('broken'),
      },
    ]);
  });

  it.each([new KeyboardInterrupt(), new SystemExit(1)])('lets %s pass', (error) => {
    class Interrupted extends EventLoop {
      override defaultExceptionHandler(): void {
        throw error;
      }
    }
    const interrupted = new Interrupted();
    expect(() => {
      interrupted.callExceptionHandler({ message: 'm' });
    }).toThrow(error);
    interrupted.close();
  });
});

describe('a handler of one’s own', () => {
  it('gets the loop and the report, and can be taken back', () => {
    const log = recordLog();
    const got: unknown[][] = [];
    const handler = (...args: unknown[]): unknown => got.push(args);
    expect(loop.getExceptionHandler()).toBe(null);
    loop.setExceptionHandler(handler);
    expect(loop.getExceptionHandler()).toBe(handler);
    loop.callSoon(zeroDivision);
    runOnce();
    expect(got).toEqual([
      [loop, expect.objectContaining({ message: 'Exception in callback zeroDivision()' })],
    ]);
    expect(log).toEqual([]);

    loop.setExceptionHandler(null);
    expect(loop.getExceptionHandler()).toBe(null);
    loop.callSoon(zeroDivision);
    runOnce();
    expect(got.length).toBe(1);
    expect(log.length).toBe(1);
  });

  it('may call the default one', () => {
    const log = recordLog();
    loop.setExceptionHandler((given, context) => {
      given.defaultExceptionHandler(context);
    });
    loop.callExceptionHandler({ message: 'passed on' });
    expect(log).toEqual([{ level: 'error', message: 'passed on' }]);
  });

  it('must be callable', () => {
    expect(() => {
      loop.setExceptionHandler('spam' as never);
    }).toThrow(new TypeError("A callable object or None is expected, got 'spam'"));
  });

  it('that fails is logged with what it was told', () => {
    const log = recordLog();
    loop.setExceptionHandler(() => {
      throw new Error('broken');
    });
    loop.callSoon(zeroDivision);
    runOnce();
    expect(log.length).toBe(1);
    expect(log[0]!.message).toMatch(/^Unhandled error in exception handler\ncontext: /);
    expect(log[0]!.error).toEqual(new Error('broken'));
  });

  it.each([new KeyboardInterrupt(), new SystemExit(1)])('lets %s pass', (error) => {
    loop.setExceptionHandler(() => {
      throw error;
    });
    expect(() => {
      loop.callExceptionHandler({ message: 'm' });
    }).toThrow(error);
    loop.callSoon(zeroDivision);
    expect(runOnce).toThrow(error);
  });
});

describe('the handler runs in the context of', () => {
  const request = new ContextVar<string>('request', { default: 'none' });
  let seen: string[];
  beforeEach(() => {
    seen = [];
    loop.setExceptionHandler(() => seen.push(request.get()));
  });

  it('the handle', () => {
    const context = new Context();
    context.run(() => request.set('of the handle'));
    const handle = loop.callSoon(() => undefined, { context });
    loop.callExceptionHandler({ message: 'm', handle });
    loop.callSoon(zeroDivision, { context });
    runOnce();
    expect(seen).toEqual(['of the handle', 'of the handle']);
  });

  it('the task', () => {
    function* main(): Coroutine {
      request.set('of the task');
      yield* sleep(0);
    }
    const task = loop.createTask(main());
    loop.runUntilCompleteSync(task);
    loop.callExceptionHandler({ message: 'm', task });
    loop.callExceptionHandler({ message: 'm', future: task });
    expect(seen).toEqual(['of the task', 'of the task']);
  });

  it('the task that runs at that moment', () => {
    function* main(): Coroutine {
      request.set('of the task');
      const inner = createTask(sleep(0));
      yield* inner;
      loop.callExceptionHandler({ message: 'm', task });
    }
    const task = loop.createTask(main());
    loop.runUntilCompleteSync(task);
    expect(seen).toEqual(['of the task']);
  });

  it('its caller, where the report names nothing that has one', () => {
    copyContext().run(() => {
      request.set('of the caller');
      loop.callExceptionHandler({ message: 'm', future: 'none' });
    });
    expect(seen).toEqual(['of the caller']);
  });
});
