import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Context, ContextVar, copyContext, EventLoop, Handle, sleep } from '../../src/index.js';
import { drivers } from '../helpers/drivers.js';

describe.each(drivers)('callSoon, on the $name driver', (driver) => {
  let loop: EventLoop;
  beforeEach(() => {
    loop = driver.newLoop();
  });
  afterEach(() => {
    loop.close();
  });

  it('calls back with the arguments, once the loop runs and not before', async () => {
    const calls: unknown[] = [];
    const handle = loop.callSoon((...args: unknown[]) => calls.push(args), 1, 'two', null);
    expect(handle).toBeInstanceOf(Handle);
    expect(calls).toEqual([]);
    loop.callSoon(() => {
      loop.stop();
    });
    await driver.runForever(loop);
    expect(calls).toEqual([[1, 'two', null]]);
  });

  it('knows the types of the arguments, of callbacks that take any number too', async () => {
    const calls: unknown[] = [];
    loop.callSoon((text) => calls.push(text.length), 'text');
    loop.callSoon((text, n) => calls.push(text.length + n), 'text', 1, { context: new Context() });
    loop.callSoon(calls.push.bind(calls), 'one', 2, null);
    loop.callLater(0, calls.push.bind(calls), 'three', 4, { context: new Context() });
    await driver.runUntilComplete(loop, sleep(0.001));
    expect(calls).toEqual([4, 5, 'one', 2, null, 'three', 4]);
  });

  it('calls back in the order in which it was called, threadsafe or not, and each callback once', async () => {
    const calls: number[] = [];
    const note = (n: number): unknown => calls.push(n);
    loop.callSoon(note, 1);
    loop.callSoonThreadsafe(note, 2);
    loop.callSoon(note, 3);
    loop.callSoonThreadsafe(note, 4);
    await driver.runUntilComplete(loop, sleep(0.001));
    expect(calls).toEqual([1, 2, 3, 4]);
  });

  it('leaves what callbacks schedule to the next round', async () => {
    const calls: string[] = [];
    loop.callSoon(() => {
      calls.push('a');
      loop.callSoon(() => calls.push('c'));
    });
    loop.callSoon(() => {
      calls.push('b');
      loop.stop();
    });
    await driver.runForever(loop);
    expect(calls).toEqual(['a', 'b']);
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['a', 'b', 'c']);
  });

  it('does not call what was cancelled, in time or in the very round', async () => {
    const calls: string[] = [];
    const inTime = loop.callSoon(() => calls.push('never'));
    inTime.cancel();
    inTime.cancel();
    loop.callSoon(() => {
      late.cancel();
    });
    const late = loop.callSoon(() => calls.push('never either'));
    const safe = loop.callSoonThreadsafe(() => calls.push('nor this'));
    safe.cancel();
    await driver.runUntilComplete(loop, sleep(0));
    expect(calls).toEqual([]);
    expect([inTime, late, safe].map((handle) => handle.cancelled())).toEqual([true, true, true]);
  });

  it('goes on after a callback that fails', async () => {
    const failures: unknown[] = [];
    loop.setExceptionHandler((_loop, { exception }) => failures.push(exception));
    const calls: string[] = [];
    const error = new Error('no');
    loop.callSoon(() => {
      throw error;
    });
    loop.callSoon(() => calls.push('after'));
    await driver.runUntilComplete(loop, sleep(0));
    expect(calls).toEqual(['after']);
    expect(failures).toEqual([error]);
  });
});

describe('the context of a callback', () => {
  const variable = new ContextVar<string>('variable', { default: 'none' });
  const run = (loop: EventLoop): void => {
    loop.runUntilCompleteSync(sleep(0));
    loop.close();
  };

  it('is a copy of the one at the time of the call', () => {
    const loop = new EventLoop();
    const seen: string[] = [];
    copyContext().run(() => {
      variable.set('then');
      loop.callSoon(() => {
        seen.push(variable.get());
        variable.set('in the callback');
      });
      variable.set('later');
      loop.callSoon(() => seen.push(variable.get()));
    });
    run(loop);
    expect(seen).toEqual(['then', 'later']);
    expect(variable.get()).toBe('none');
  });

  it('is the very one that is given', () => {
    const loop = new EventLoop();
    const context = new Context();
    const handle = loop.callSoon((value: string) => variable.set(value), 'given', { context });
    expect(handle.getContext()).toBe(context);
    loop.callLater(0, (value: string) => variable.set(`${variable.get()} ${value}`), 'twice', { context });
    loop.runUntilCompleteSync(sleep(0.002));
    expect(context.get(variable)).toBe('given twice');
    loop.close();
  });

  it('is not taken from an object that holds more than that, or no Context: those are arguments', () => {
    const loop = new EventLoop();
    const got: unknown[] = [];
    const more = { context: new Context(), name: 'x' };
    const other = { context: 'of another kind' };
    loop.callSoon((arg: unknown) => got.push(arg), more);
    loop.callSoon((arg: unknown) => got.push(arg), other);
    loop.callSoon((arg: unknown) => got.push(arg), null);
    run(loop);
    expect(got).toEqual([more, other, null]);
  });
});

describe('callSoon refuses', () => {
  it('what cannot be called', () => {
    const loop = new EventLoop();
    expect(() => loop.callSoon(7 as never)).toThrow(
      new TypeError('a callable object was expected by call_soon(), got 7'),
    );
    expect(() => loop.callSoonThreadsafe(null as never)).toThrow(
      new TypeError('a callable object was expected by call_soon_threadsafe(), got null'),
    );
    expect(() => loop.callLater(60, 'x' as never)).toThrow(
      new TypeError("a callable object was expected by call_at(), got 'x'"),
    );
    loop.close();
  });

  it('anything, when the loop is closed', () => {
    const loop = new EventLoop();
    loop.close();
    const nothing = (): void => undefined;
    for (const call of [
      () => loop.callSoon(nothing),
      () => loop.callSoonThreadsafe(nothing),
      () => loop.callLater(1, nothing),
      () => loop.callAt(1, nothing),
    ]) {
      expect(call).toThrow('Event loop is closed');
    }
  });
});
