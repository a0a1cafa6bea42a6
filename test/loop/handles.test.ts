import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Context, type Coroutine, EventLoop, Handle, sleep, TimerHandle } from '../../src/index.js';

let loop: EventLoop;
beforeEach(() => {
  loop = new EventLoop();
});
afterEach(() => {
  loop.close();
});

function noop(..._args: unknown[]): void {}

describe('a handle', () => {
  it('knows its callback, its arguments and its context', () => {
    const context = new Context();
    const handle = loop.callSoon(noop, 1, 'two', { context });
    expect(handle._callback).toBe(noop);
    expect(handle._args).toEqual([1, 'two']);
    expect(handle.getContext()).toBe(context);
    expect(handle.cancelled()).toBe(false);
  });

  it('forgets callback and arguments when it is cancelled, and stays cancelled', () => {
    const handle = loop.callSoon(noop, 'argument');
    handle.cancel();
    handle.cancel();
    expect(handle.cancelled()).toBe(true);
    expect(handle._callback).not.toBe(noop);
    expect(handle._args).toEqual([]);
    // Whoever runs it nevertheless runs nothing.
    handle._run();
  });

  it('says what it would call', () => {
    const lambda = (
      () => () =>
        undefined
    )();
    expect(String(loop.callSoon(noop, 1, 'a'))).toBe("<Handle noop(1, 'a')>");
    expect(String(loop.callSoon(lambda))).toBe('<Handle <lambda>()>');
    const cancelled = loop.callSoon(noop);
    cancelled.cancel();
    expect(String(cancelled)).toBe('<Handle cancelled>');
  });

  it('says in debug mode where it was made, and what it would have called', () => {
    loop.setDebug(true);
    const handle = loop.callSoon(noop, 1);
    const at = String.raw`created at \S*handles\.test\.ts:\d+:\d+`;
    expect(String(handle)).toMatch(new RegExp(`^<Handle noop\\(1\\) ${at}>$`));
    handle.cancel();
    expect(String(handle)).toMatch(new RegExp(`^<Handle cancelled noop\\(1\\) ${at}>$`));
    // Twice is once: the text is not made anew, of nothing.
    handle.cancel();
    expect(String(handle)).toMatch(/^<Handle cancelled noop\(1\) /);
    loop.setDebug(false);
  });

  it('has a text whatever its arguments are, odd coroutines included', () => {
    const odd = {
      next: noop,
      throw: noop,
      return: noop,
      [Symbol.iterator]: noop,
      toString(): string {
        throw new Error('no text');
      },
    };
    expect(String(loop.callSoon(noop, odd))).toBe('<Handle noop(<object>)>');
    function* coroutine(): Coroutine {
      yield* sleep(0);
    }
    expect(String(loop.callSoon(noop, coroutine()))).toBe('<Handle noop(<Generator object>)>');
  });

  it('calls with none, one and more arguments', () => {
    const calls: unknown[][] = [];
    const note = (...args: unknown[]): unknown => calls.push(args);
    for (const args of [[], [1], [1, 2], [1, 2, 3]]) loop.callSoon(note, ...args);
    loop.stop();
    loop.runForeverSync();
    expect(calls).toEqual([[], [1], [1, 2], [1, 2, 3]]);
  });
});

describe('a handle whose context is entered already', () => {
  it('is not called, and the error is reported', () => {
    const reports: unknown[] = [];
    const calls: string[] = [];
    loop.setExceptionHandler((_loop, { message, exception }) => reports.push(message, exception));
    const context = new Context();
    context.run(() => {
      loop.callSoon(() => calls.push('entered twice'), { context });
      loop.callSoon(() => calls.push('next'));
      loop.runUntilCompleteSync(sleep(0));
    });
    expect(calls).toEqual(['next']);
    expect(reports).toEqual([
      expect.stringContaining('Exception in callback'),
      expect.objectContaining({
        name: 'RuntimeError',
        message: expect.stringContaining('cannot enter context'),
      }),
    ]);
  });
});

describe('a timer handle', () => {
  it('is a handle with a time', () => {
    const timer = loop.callAt(123, noop, 'x');
    expect(timer).toBeInstanceOf(Handle);
    expect(timer).toBeInstanceOf(TimerHandle);
    expect(timer.when()).toBe(123);
    expect(timer._args).toEqual(['x']);
    expect(timer.cancelled()).toBe(false);
  });

  it('counts as cancelled once, in the loop too', () => {
    const timer = loop.callLater(10, noop);
    timer.cancel();
    timer.cancel();
    expect(timer.cancelled()).toBe(true);
    expect(loop._scheduled.cancelledCount).toBe(1);
  });

  it('says when it is due', () => {
    const timer = loop.callAt(123, noop);
    expect(String(timer)).toBe('<TimerHandle when=123 noop()>');
    timer.cancel();
    expect(String(timer)).toBe('<TimerHandle cancelled when=123>');
  });

  it('says in debug mode where it was made', () => {
    loop.setDebug(true);
    const timer = loop.callAt(123, noop);
    const at = String.raw`created at \S*handles\.test\.ts:\d+:\d+`;
    expect(String(timer)).toMatch(new RegExp(`^<TimerHandle when=123 noop\\(\\) ${at}>$`));
    timer.cancel();
    expect(String(timer)).toMatch(new RegExp(`^<TimerHandle cancelled when=123 noop\\(\\) ${at}>$`));
    loop.setDebug(false);
  });
});
