import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  type Future,
  gather,
  shield,
  sleep,
  Task,
  ValueError,
} from '../../src/index.js';
import { caught, hosted, onLoop, oneRound, thrownBy, turns, virtually, withChosen } from './support.js';

describe('shield', () => {
  it('gives the result of what it shields', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      expect(Object.is(outer, inner)).toBe(false);
      inner.setResult(42);
      expect(yield* outer).toBe(42);
    });
  });

  it('gives its error', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture();
      const outer = shield(inner);
      const error = new ValueError('no');
      inner.setException(error);
      yield* turns();
      expect(outer.exception()).toBe(error);
    });
  });

  it('gives back a future that is done', () => {
    virtually(function* (loop) {
      const done = loop.createFuture<number>();
      done.setResult(1);
      expect(shield(done)).toBe(done);
    });
  });

  it('is cancelled if what it shields is', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture();
      const outer = shield(inner);
      yield* turns();
      inner.cancel();
      yield* turns();
      expect(outer.cancelled()).toBe(true);
    });
  });

  it('lets what it shields go on when it is cancelled, and takes its callback away', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      yield* turns();
      outer.cancel();
      yield* turns();
      expect(outer.cancelled()).toBe(true);
      expect(inner.done()).toBe(false);
      expect(String(inner)).toBe('<Future pending>');
      inner.setResult(1);
      yield* turns();
      expect(inner.result()).toBe(1);
    });
  });

  it('that is cancelled together with the end of what it shields stays cancelled', () => {
    virtually(function* (loop) {
      for (const end of [(f: Future<number>) => f.setResult(1), (f: Future<number>) => f.cancel()]) {
        const inner = loop.createFuture<number>();
        const outer = shield(inner);
        end(inner);
        outer.cancel('why');
        yield* turns(2);
        expect(yield* thrownBy(outer)).toMatchObject({ name: 'CancelledError', message: 'why' });
      }
    });
  });

  it('that was cancelled says nothing of a later error: somebody else may have asked for that', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture();
      const outer = shield(inner);
      yield* turns();
      outer.cancel();
      yield* turns();
      inner.setException(new ValueError('later'));
      yield* turns();
      expect((inner.exception() as Error).message).toBe('later');
    });
  });

  it('that was cancelled leaves an error that nobody asks for to be reported once, by what it shielded', () => {
    let inner!: Future;
    const reports = onLoop((loop) => {
      inner = loop.createFuture();
      const outer = shield(inner);
      const again = shield(inner);
      outer.cancel();
      again.cancel();
      oneRound(loop);
      inner.setException(new ValueError('unseen'));
      oneRound(loop);
    });
    expect(reports.map((report) => report.message)).toEqual(['Future exception was never retrieved']);
    expect(reports[0]!.future).toBe(inner);
  });

  it('leaves no callback behind, though the same future is shielded twice', () => {
    virtually(function* (loop) {
      const inner = loop.createFuture();
      const outers = [shield(inner), shield(inner)];
      expect(String(inner)).toBe('<Future pending cb=[onInnerDone(), onInnerDone()]>');
      outers[0]!.cancel();
      yield* turns();
      expect(String(inner)).toBe('<Future pending cb=[onInnerDone()]>');
      outers[1]!.cancel();
      yield* turns();
      expect(String(inner)).toBe('<Future pending>');
    });
  });

  it('in a task that is cancelled lets the shielded coroutine finish', () => {
    virtually(function* () {
      const trace: string[] = [];
      function* work(): Coroutine {
        yield* sleep(2);
        trace.push('finished');
      }
      const task = createTask(
        (function* () {
          yield* shield(work());
          trace.push('never here');
        })(),
      );
      yield* sleep(1);
      task.cancel('why');
      expect(yield* thrownBy(task)).toMatchObject({ name: 'CancelledError', message: 'why' });
      expect(trace).toEqual([]);
      yield* sleep(2);
      expect(trace).toEqual(['finished']);
    });
  });

  it('in a task that is cancelled takes its callback off the shielded task', () => {
    virtually(function* () {
      const inner = createTask(sleep(2));
      const task = createTask(
        (function* () {
          yield* shield(inner);
        })(),
      );
      yield* turns();
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      yield* turns();
      expect(inner._listener).toBe(null);
      yield* inner;
    });
  });

  it('around a gather protects all its children', () => {
    virtually(function* (loop) {
      const children = [loop.createFuture<number>(), loop.createFuture<number>()];
      const parent = gather(...children);
      const outer = shield(parent);
      yield* turns();
      outer.cancel();
      yield* turns();
      expect(outer.cancelled()).toBe(true);
      children.forEach((child, i) => child.setResult(i));
      expect(yield* parent).toEqual([0, 1]);
    });
  });

  it('inside a gather keeps what it shields alive', () => {
    virtually(function* (loop) {
      const children = [loop.createFuture<number>(), loop.createFuture<number>()];
      const outers = children.map((child) => shield(child));
      const parent = gather(...outers);
      yield* turns();
      parent.cancel();
      expect(yield* thrownBy(parent)).toBeInstanceOf(CancelledError);
      expect(outers.map((outer) => outer.cancelled())).toEqual([true, true]);
      children.forEach((child, i) => child.setResult(i));
      yield* turns();
    });
  });

  it('makes a task of a coroutine, in the running loop or in the chosen one; it needs one', () => {
    virtually(function* (loop) {
      const outer = shield(sleep(0, 'a'));
      expect(outer.getLoop()).toBe(loop);
      expect(outer).not.toBeInstanceOf(Task);
      expect(yield* outer).toBe('a');
    });
    onLoop((loop) => {
      const outer = withChosen(loop, () => shield(sleep(0, 'a')));
      expect(outer.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(outer)).toBe('a');
      expect(caught(() => shield(sleep(0)))).toMatchObject({
        name: 'RuntimeError',
        message: "There is no current event loop in thread 'MainThread'.",
      });
    });
  });

  it('takes a promise', async () => {
    await hosted(function* () {
      expect(yield* shield(Promise.resolve('p'))).toBe('p');
    });
  });

  it('refuses what cannot be awaited', () => {
    expect(caught(() => shield(1 as never))).toMatchObject({
      name: 'TypeError',
      message: 'An asyncio.Future, a coroutine or an awaitable is required',
    });
  });
});
