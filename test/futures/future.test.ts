import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  ensureFuture,
  Future,
  InvalidStateError,
  isfuture,
  RuntimeError,
  EventLoop,
  setEventLoop,
  sleep,
  ValueError,
  wrapFuture,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

let loop: VirtualEventLoop;

beforeEach(() => {
  loop = new VirtualEventLoop();
});

afterEach(() => {
  setEventLoop(null);
  loop.close();
});

/** A future of another make, as `isfuture` recognises them. */
class DuckFuture {
  _asyncioFutureBlocking = false;
  private _callbacks: (() => void)[] = [];
  private _done = false;
  private _error: unknown = null;
  private readonly _of: unknown;

  constructor(of: unknown) {
    this._of = of;
  }

  getLoop(): unknown {
    return this._of;
  }

  done(): boolean {
    return this._done;
  }

  cancel(): boolean {
    this.finish(new CancelledError());
    return true;
  }

  result(): string {
    if (this._error !== null) throw this._error;
    return 'quack';
  }

  finish(error: unknown = null): void {
    this._done = true;
    this._error = error;
    for (const callback of this._callbacks) loop.callSoon(callback);
  }

  addDoneCallback(callback: (future: this) => void): void {
    this._callbacks.push(() => {
      callback(this);
    });
  }

  *[Symbol.iterator](): Coroutine<string> {
    if (!this._done) {
      this._asyncioFutureBlocking = true;
      yield this as never;
    }
    return this.result();
  }
}

describe('a new future', () => {
  it('is neither done nor cancelled, and has no result and no error yet', () => {
    const future = new Future<number>({ loop });
    expect(future.done()).toBe(false);
    expect(future.cancelled()).toBe(false);
    expect(thrown(() => future.result())).toStrictEqual(new InvalidStateError('Result is not set.'));
    expect(thrown(() => future.exception())).toStrictEqual(new InvalidStateError('Exception is not set.'));
    expect(future._state).toBe('PENDING');
    expect(future.cancel()).toBe(true);
    expect(future.cancelled()).toBe(true);
  });

  it('belongs to the loop that it is given', () => {
    expect(new Future({ loop }).getLoop()).toBe(loop);
    expect(loop.createFuture().getLoop()).toBe(loop);
  });

  it('belongs to the running loop by default', () => {
    virtually(function* (running) {
      expect(new Future().getLoop()).toBe(running);
      expect(new Future({ loop: null }).getLoop()).toBe(running);
      yield* turns();
    });
  });

  it('belongs to the loop that was set, where none is running', () => {
    setEventLoop(loop);
    expect(new Future().getLoop()).toBe(loop);
  });

  it('cannot be made without any loop', () => {
    expect(thrown(() => new Future())).toStrictEqual(
      new RuntimeError("There is no current event loop in thread 'MainThread'."),
    );
  });

  it('takes its loop by name only', () => {
    setEventLoop(loop);
    expect(() => new Future(42 as never)).toThrow(TypeError);
    expect(() => new Future(loop as never)).toThrow('Future(): the loop is given by name: { loop }');
  });
});

describe('setResult', () => {
  it('completes the future, once', () => {
    const future = new Future<number>({ loop });
    future.setResult(42);
    expect(future.done()).toBe(true);
    expect(future.cancelled()).toBe(false);
    expect(future._state).toBe('FINISHED');
    expect(future.result()).toBe(42);
    expect(future.exception()).toBe(null);
    expect(
      thrown(() => {
        future.setResult(43);
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
    expect(
      thrown(() => {
        future.setException(new Error());
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
    expect(future.cancel()).toBe(false);
    expect(future.result()).toBe(42);
  });

  it('takes an array or an error as a result like any other', () => {
    const error = new ValueError('only a value');
    for (const value of [[1, 2], error, undefined, null]) {
      const future = new Future<unknown>({ loop });
      future.setResult(value);
      expect(future.result()).toBe(value);
      expect(future[Symbol.iterator]().next()).toEqual({ done: true, value });
    }
  });
});

describe('setException', () => {
  it('completes the future with an error, once', () => {
    const future = new Future({ loop });
    const error = new ValueError('no');
    future.setException(error);
    expect(future.done()).toBe(true);
    expect(thrown(() => future.result())).toBe(error);
    expect(future.exception()).toBe(error);
    expect(
      thrown(() => {
        future.setResult(1);
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
    expect(
      thrown(() => {
        future.setException(error);
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
  });

  it('makes an error of a class of errors', () => {
    const future = new Future({ loop });
    future.setException(RuntimeError);
    expect(future.exception()).toStrictEqual(new RuntimeError());
  });

  it('takes nothing but errors', () => {
    const future = new Future({ loop });
    for (const wrong of ['text', 42, null, undefined, {}, class {}, () => undefined]) {
      expect(
        thrown(() => {
          future.setException(wrong);
        }),
      ).toStrictEqual(new TypeError('invalid exception object'));
    }
    expect(future.done()).toBe(false);
  });
});

describe('cancel', () => {
  it('completes the future at once; a second time it does nothing', () => {
    const future = new Future({ loop });
    expect(future.cancel()).toBe(true);
    expect(future.done()).toBe(true);
    expect(future.cancelled()).toBe(true);
    expect(future._state).toBe('CANCELLED');
    expect(thrown(() => future.result())).toBeInstanceOf(CancelledError);
    expect(thrown(() => future.exception())).toBeInstanceOf(CancelledError);
    expect(
      thrown(() => {
        future.setResult(1);
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
    expect(
      thrown(() => {
        future.setException(new Error());
      }),
    ).toStrictEqual(new InvalidStateError('invalid state'));
    expect(future.cancel()).toBe(false);
  });

  it('gives its message to the CancelledError, a new one for each reader', () => {
    const future = new Future({ loop });
    future.cancel('my message');
    expect(future._cancelMessage).toBe('my message');
    const [first, second] = [
      thrown(() => future.result()),
      thrown(() => future.exception()),
    ] as CancelledError[];
    expect(first!.message).toBe('my message');
    expect(first!.args).toEqual(['my message']);
    expect(second!.args).toEqual(['my message']);
    expect(second).not.toBe(first);
  });

  it('leaves the CancelledError without a message where none was given', () => {
    const future = new Future({ loop });
    future.cancel();
    expect((thrown(() => future.result()) as CancelledError).args).toEqual([]);
  });

  it('has a message that can be replaced before anybody reads it', () => {
    const future = new Future({ loop });
    future.cancel('old');
    future._cancelMessage = 'new';
    expect((thrown(() => future.result()) as CancelledError).args).toEqual(['new']);
  });

  it('hands out the very error that a task died of to the first reader, and a new one to the next', () => {
    virtually(function* () {
      const died = new CancelledError('by hand');

      const task = createTask(
        (function* (): Coroutine {
          throw died;
        })(),
      );
      yield* turns(2);
      expect(thrown(() => task.result())).toBe(died);
      const later = thrown(() => task.result());
      expect(later).toBeInstanceOf(CancelledError);
      expect(later).not.toBe(died);
    });
  });
});

describe('yield* future', () => {
  it('does not suspend when it is done', () => {
    const done = new Future<number>({ loop });
    done.setResult(1);
    expect(done[Symbol.iterator]().next()).toEqual({ done: true, value: 1 });
    const failed = new Future({ loop });
    const error = new ValueError('no');
    failed.setException(error);
    expect(thrown(() => failed[Symbol.iterator]().next())).toBe(error);
  });

  it('gives the future up once, marked as waited for, and then its result', () => {
    const future = new Future<number>({ loop });
    function* twice(): Generator<unknown, void, unknown> {
      yield 'A';
      yield ['B', yield* future];
      yield ['C', yield* future];
    }
    const steps = twice();
    expect(steps.next().value).toBe('A');
    expect(future._asyncioFutureBlocking).toBe(false);
    expect(steps.next().value).toBe(future);
    expect(future._asyncioFutureBlocking).toBe(true);
    future.setResult(42);
    expect(steps.next().value).toEqual(['B', 42]);
    expect(steps.next().value).toEqual(['C', 42]);
    expect(steps.next().done).toBe(true);
  });

  it('cannot be resumed while the future is pending', () => {
    const future = new Future({ loop });
    const [one, other] = [future[Symbol.iterator](), future[Symbol.iterator]()];
    expect(one.next().value).toBe(future);
    expect(other.next().value).toBe(future);
    expect(thrown(() => one.next())).toStrictEqual(new RuntimeError("await wasn't used with future"));
    expect(thrown(() => other.next())).toStrictEqual(new RuntimeError("await wasn't used with future"));
  });

  it('throws what is thrown into it, and ends when it is closed', () => {
    const future = new Future({ loop });
    const error = new Error('thrown in');
    const iterator = future[Symbol.iterator]();
    iterator.next();
    expect(thrown(() => iterator.throw!(error))).toBe(error);
    expect(future[Symbol.iterator]().return!(7)).toEqual({ done: true, value: 7 });
    expect(future.done()).toBe(false);
    const iterable = iterator as unknown as Iterable<unknown>;
    expect(iterable[Symbol.iterator]()).toBe(iterator);
  });

  it('resumes in the next round if the future was completed between its being given up and the wait', () => {
    virtually(function* (running) {
      const future = running.createFuture<number>();
      function* byHand(): Coroutine<number> {
        const iterator = future[Symbol.iterator]();
        const { value } = iterator.next();
        future.setResult(42);
        yield value as never;
        return iterator.next().value as number;
      }
      expect(yield* createTask(byHand())).toBe(42);
    });
  });

  it('wakes all tasks that wait, in their order', () => {
    virtually(function* (running) {
      const future = running.createFuture<string>();
      const order: string[] = [];
      function* waits(name: string): Coroutine {
        order.push(`${name} ${yield* future}`);
      }
      for (const name of ['a', 'b', 'c']) createTask(waits(name));
      yield* turns();
      future.setResult('woken');
      yield* turns();
      expect(order).toEqual(['a woken', 'b woken', 'c woken']);
    });
  });

  it('throws the same error to each who waits, with the stack it had', () => {
    virtually(function* (running) {
      const future = running.createFuture();
      const error = new TypeError('once');
      const stack = error.stack;
      future.setException(error);
      for (let i = 0; i < 3; i++) expect(yield* thrownBy(future)).toBe(error);
      expect(error.stack).toBe(stack);
    });
  });
});

describe('isfuture', () => {
  it('is true for futures, tasks and what has the marker, not for classes or look-alikes', () => {
    virtually(function* (running) {
      expect(isfuture(running.createFuture())).toBe(true);
      expect(isfuture(createTask(sleep(0)))).toBe(true);
      expect(isfuture(new DuckFuture(running))).toBe(true);
      yield* turns(2);
    });
    // Answers to every name, as a mock does.
    const mock = new Proxy({}, { get: () => () => undefined });
    for (const other of [Future, DuckFuture, 42, null, undefined, {}, sleep(1), Promise.resolve(), mock]) {
      expect(isfuture(other)).toBe(false);
    }
  });

  it('lets a future of another make be waited for, and be passed where futures are', () => {
    const duck = new DuckFuture(loop);
    expect(wrapFuture(duck as never)).toBe(duck);
    expect(ensureFuture(duck as never)).toBe(duck);
    function* main(): Coroutine<string> {
      loop.callLater(1, () => {
        duck.finish();
      });
      return yield* duck;
    }
    expect(loop.runUntilCompleteSync(main())).toBe('quack');
  });
});

describe('the CancelledError of a future', () => {
  it('has a stack in debug mode alone: its frames would be the loop’s', () => {
    const stackOf = (debug: boolean): string => {
      const loop = new EventLoop();
      loop.setDebug(debug);
      const future = loop.createFuture();
      future.cancel('why');
      loop.close();
      try {
        future.result();
      } catch (error) {
        return (error as Error).stack!;
      }
      throw new Error('the future was not cancelled');
    };
    expect(stackOf(false)).toBe('CancelledError: why');
    expect(stackOf(true)).toMatch(/^CancelledError: why\n {4}at /);
    expect(new Error('later').stack).toContain(' at ');
  });
});
