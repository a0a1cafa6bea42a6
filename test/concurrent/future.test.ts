import { describe, expect, it } from 'vitest';
import { CancelledError, Future, InvalidStateError, TimeoutError } from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';
import { recordLog } from '../helpers/log.js';

describe('a concurrent future', () => {
  it('goes from pending by running to finished', () => {
    const future = new Future<number>();
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, false, false]);
    expect(future.setRunningOrNotifyCancel()).toBe(true);
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, true, false]);
    future.setResult(3);
    expect([future.done(), future.running(), future.cancelled()]).toEqual([true, false, false]);
    expect(future.result()).toBe(3);
    expect(future.exception()).toBeNull();
  });

  it('keeps an error, and throws it each time it is asked for the result', () => {
    const future = new Future();
    const error = new RangeError('too far');
    future.setException(error);
    expect(future.exception()).toBe(error);
    expect(() => future.result()).toThrow(error);
    expect(() => future.result()).toThrow(error);
  });

  it('can be cancelled while it is pending, and only then', () => {
    const pending = new Future();
    expect(pending.cancel()).toBe(true);
    expect(pending.cancel()).toBe(true);
    expect(pending.cancelled()).toBe(true);
    expect(pending.setRunningOrNotifyCancel()).toBe(false);
    expect(pending.cancel()).toBe(true);
    expect(() => pending.result()).toThrow(CancelledError);
    expect(() => pending.exception()).toThrow(CancelledError);
    const running = new Future();
    running.setRunningOrNotifyCancel();
    expect(running.cancel()).toBe(false);
    running.setResult(1);
    expect(running.cancel()).toBe(false);
  });

  it('refuses what its state does not allow', () => {
    const future = new Future();
    future.setRunningOrNotifyCancel();
    expect(() => future.setRunningOrNotifyCancel()).toThrow(InvalidStateError);
    future.setResult(1);
    expect(() => future.setResult(2)).toThrow('FINISHED: <Future state=finished returned number>');
    expect(() => future.setException(new Error())).toThrow(InvalidStateError);
  });

  it('has errors of its own, which are ordinary ones', () => {
    expect(new CancelledError().name).toBe('CancelledError');
    expect(new InvalidStateError('x').name).toBe('InvalidStateError');
    expect(asyncio.isException(new CancelledError())).toBe(true);
    expect(new CancelledError()).not.toBeInstanceOf(asyncio.CancelledError);
  });

  it('calls its callbacks at once, in order, and logs what they throw', () => {
    const future = new Future<number>();
    const seen: string[] = [];
    const records = recordLog();
    future.addDoneCallback((f) => seen.push(`first ${f.result()}`));
    future.addDoneCallback(() => {
      throw new Error('callback');
    });
    future.addDoneCallback(() => seen.push('third'));
    future.setResult(1);
    expect(seen).toEqual(['first 1', 'third']);
    future.addDoneCallback(() => seen.push('late'));
    expect(seen).toEqual(['first 1', 'third', 'late']);
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'exception calling callback for <Future state=finished returned number>'],
    ]);
  });

  it('does not block for what nobody could complete meanwhile', () => {
    const future = new Future();
    expect(() => future.result()).toThrow(/nothing could complete it while this thread blocks/);
    expect(() => future.exception(5)).toThrow(asyncio.RuntimeError);
    expect(() => future.result(0)).toThrow(TimeoutError);
    expect(() => future.result('1' as never)).toThrow(TypeError);
  });

  it('can be awaited by async functions, by coroutines, and by asyncio functions', async () => {
    const [one, two, three] = [new Future<number>(), new Future<number>(), new Future<number>()];
    setTimeout(() => {
      one.setResult(1);
      two.setResult(2);
      three.setResult(3);
    }, 1);
    function* main(): asyncio.Coroutine<number[]> {
      return [yield* one, ...(yield* asyncio.gather(two, asyncio.wrapFuture(three)))];
    }
    expect(await asyncio.run(main())).toEqual([1, 2, 3]);
    expect(await one).toBe(1);
    const failed = new Future();
    failed.setException(new RangeError('no'));
    await expect(failed).rejects.toThrow(RangeError);
    const cancelled = new Future();
    cancelled.cancel();
    await expect(cancelled).rejects.toThrow(CancelledError);
  });

  it('says how it is', () => {
    const future = new Future<unknown>();
    expect(String(future)).toBe('<Future state=pending>');
    future.setRunningOrNotifyCancel();
    expect(String(future)).toBe('<Future state=running>');
    future.setException(new asyncio.TimeoutError());
    expect(String(future)).toBe('<Future state=finished raised TimeoutError>');
    const cancelled = new Future();
    cancelled.cancel();
    expect(String(cancelled)).toBe('<Future state=cancelled>');
    for (const [value, name] of [
      [null, 'null'],
      [[], 'Array'],
      [Object.create(null), 'object'],
    ] as const) {
      const done = new Future<unknown>();
      done.setResult(value);
      expect(String(done)).toBe(`<Future state=finished returned ${name}>`);
    }
  });

  it('takes a thrown undefined for an error', () => {
    const future = new Future();
    future.setException(undefined);
    expect(future.exception()).toBeInstanceOf(TypeError);
  });
});

describe('wrapFuture of a concurrent future', () => {
  it('cancels it when the wait is cancelled', async () => {
    const future = new Future();
    function* main(): asyncio.Coroutine {
      const task = asyncio.createTask(
        (function* () {
          yield* future;
        })(),
      );
      yield* asyncio.sleep(0);
      task.cancel();
      yield* asyncio.gather(task, { returnExceptions: true });
      yield* asyncio.sleep(0);
    }
    await asyncio.run(main());
    expect(future.cancelled()).toBe(true);
  });

  it('is cancelled when it is cancelled', async () => {
    const future = new Future();
    function* main(): asyncio.Coroutine<boolean> {
      const wrapped = asyncio.wrapFuture(future);
      future.cancel();
      yield* asyncio.wait([wrapped]);
      return wrapped.cancelled();
    }
    expect(await asyncio.run(main())).toBe(true);
  });

  it("turns its errors into asyncio's, and hands all others on as they are", async () => {
    const errors = [new CancelledError('c'), new InvalidStateError('i'), new RangeError('r')];
    function* main(): asyncio.Coroutine<unknown[]> {
      const wrapped = errors.map((error) => {
        const future = new Future();
        future.setException(error);
        return asyncio.wrapFuture(future);
      });
      yield* asyncio.wait(wrapped);
      return wrapped.map((future) => future.exception());
    }
    const [cancelled, invalid, range] = await asyncio.run(main());
    expect(cancelled).toBeInstanceOf(asyncio.CancelledError);
    expect(invalid).toBeInstanceOf(asyncio.InvalidStateError);
    expect(range).toBe(errors[2]);
  });

  it('gives nothing to a loop that is closed meanwhile', () => {
    const loop = new asyncio.EventLoop();
    const future = new Future();
    const wrapped = asyncio.wrapFuture(future, { loop });
    loop.close();
    future.setResult(1);
    expect(wrapped.done()).toBe(false);
  });

  it('is refused by a loop that blocks, unless it is done', () => {
    const pending = new Future();
    const done = new Future<number>();
    done.setResult(4);
    function* main(): asyncio.Coroutine<number> {
      expect(() => asyncio.wrapFuture(pending)).toThrow(/while the loop blocks/);
      return yield* done;
    }
    expect(asyncio.runSync(main())).toBe(4);
  });
});
