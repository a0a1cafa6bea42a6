import { describe, expect, it } from 'vitest';
import type { Future } from '../../src/index.js';
import {
  ContextVar,
  copyContext,
  type Coroutine,
  type ExceptionContext,
  sleep,
  ValueError,
} from '../../src/index.js';
import { turns, virtually } from '../helpers/virtual.js';

describe('addDoneCallback', () => {
  it.each([
    ['setResult', (future: Future): unknown => future.setResult('done')],
    ['setException', (future: Future): unknown => future.setException(new ValueError('no'))],
    ['cancel', (future: Future): unknown => future.cancel()],
  ])('has callbacks queued in their order by %s, and called by the loop, never at once', (_, complete) => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const called: [string, boolean][] = [];
      future.addDoneCallback((f) => called.push(['first', f === future]));
      future.addDoneCallback((f) => called.push(['second', f === future]));
      future.addDoneCallback((f) => called.push(['third', f === future]));
      yield* turns(2);
      expect(called).toEqual([]);
      complete(future);
      loop.callSoon(() => called.push(['queued after', true]));
      expect(called).toEqual([]);
      yield* turns();
      expect(called).toEqual([
        ['first', true],
        ['second', true],
        ['third', true],
        ['queued after', true],
      ]);
      future.cancel();
    });
  });

  it('queues the callback at once when the future is done already', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      future.setResult(null);
      const called: string[] = [];
      loop.callSoon(() => called.push('before'));
      future.addDoneCallback(() => called.push('done'));
      loop.callSoon(() => called.push('after'));
      expect(called).toEqual([]);
      yield* turns();
      expect(called).toEqual(['before', 'done', 'after']);
    });
  });

  it('calls one that was added twice twice, and none a second time', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      let count = 0;
      const callback = (): void => {
        count++;
      };
      future.addDoneCallback(callback);
      future.addDoneCallback(callback);
      future.setResult(null);
      yield* turns(3);
      expect(count).toBe(2);
    });
  });

  it('runs each in the context in which it was added, or in the one given', () => {
    virtually(function* (loop) {
      const variable = new ContextVar<string>('variable');
      const seen: string[] = [];
      const see = (): void => {
        seen.push(variable.get());
      };
      const done = loop.createFuture();
      done.setResult(null);
      for (const future of [loop.createFuture(), done]) {
        variable.set('when added');
        future.addDoneCallback(see);
        const given = copyContext();
        given.run(() => variable.set('given'));
        future.addDoneCallback(see, { context: given });
        variable.set('when completed');
        if (future !== done) future.setResult(null);
        yield* turns();
      }
      expect(seen).toEqual(['when added', 'given', 'when added', 'given']);
    });
  });

  it('reports what a callback throws, and calls the others', () => {
    const reports: ExceptionContext[] = [];
    const error = new ValueError('in a callback');
    const called: string[] = [];
    virtually(
      function* (loop) {
        const future = loop.createFuture();
        future.addDoneCallback(function failing() {
          throw error;
        });
        future.addDoneCallback(() => called.push('the other'));
        future.setResult(null);
        yield* turns();
      },
      { reports },
    );
    expect(called).toEqual(['the other']);
    expect(reports).toHaveLength(1);
    expect(reports[0]!.exception).toBe(error);
    expect(reports[0]!.message).toContain('Exception in callback failing(');
  });

  it('refuses what is no function, and what is no context', () => {
    virtually(function* (loop): Coroutine {
      const future = loop.createFuture();
      expect(() => {
        future.addDoneCallback(42 as never);
      }).toThrow(TypeError);
      expect(() => {
        future.addDoneCallback(() => undefined, { context: {} as never });
      }).toThrow('a contextvars.Context was expected, got');
      yield* sleep(0);
    });
  });
});

describe('removeDoneCallback', () => {
  const names = ['first', 'second', 'third'] as const;

  it.each([
    [['first'], ['second', 'third']],
    [['first', 'second'], ['third']],
    [['third'], ['first', 'second']],
    [['first', 'second', 'third'], []],
  ] as const)('of %j leaves %j, in their order', (removed, left) => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const called: string[] = [];
      const callbacks = {
        first: () => called.push('first'),
        second: () => called.push('second'),
        third: () => called.push('third'),
      };
      for (const name of names) future.addDoneCallback(callbacks[name]);
      for (const name of removed) expect(future.removeDoneCallback(callbacks[name])).toBe(1);
      future.setResult(null);
      yield* turns();
      expect(called).toEqual(left);
    });
  });

  it('tells how many entries it took: none, one, or all of one added again and again', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const called: string[] = [];
      const one = (): unknown => called.push('one');
      const often = (): unknown => called.push('often');
      const stays = (): unknown => called.push('stays');
      expect(future.removeDoneCallback(one)).toBe(0);
      future.addDoneCallback(often);
      future.addDoneCallback(stays);
      future.addDoneCallback(one);
      future.addDoneCallback(often);
      expect(future.removeDoneCallback(() => undefined)).toBe(0);
      expect(future.removeDoneCallback(one)).toBe(1);
      expect(future.removeDoneCallback(one)).toBe(0);
      expect(future.removeDoneCallback(often)).toBe(2);
      future.setResult(null);
      yield* turns();
      expect(called).toEqual(['stays']);
    });
  });

  it('cannot recall a callback that is queued already', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const called: string[] = [];
      const callback = (): unknown => called.push('called');
      future.addDoneCallback(callback);
      future.setResult(null);
      expect(future.removeDoneCallback(callback)).toBe(0);
      yield* turns();
      expect(called).toEqual(['called']);
    });
  });
});
