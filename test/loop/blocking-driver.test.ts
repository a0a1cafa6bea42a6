/*
 * What is true of the blocking driver alone: Node waits.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  RuntimeError,
  sleep,
  wrapFuture,
} from '../../src/index.js';
import { socketpair } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';

const REFUSAL = new RuntimeError(
  'a promise cannot be waited for while the loop blocks (runSync, runUntilCompleteSync, runForeverSync): nothing ' +
    'could settle it; use run(), runUntilComplete() or runForever()',
);

let loop: EventLoop;
beforeEach(() => {
  loop = new EventLoop();
});
afterEach(() => {
  loop.close();
});

describe('the blocking driver', () => {
  it('returns the result when it is there; nothing of Node’s goes on meanwhile', async () => {
    const events: string[] = [];
    const timer = new Promise<void>((resolve) => {
      setTimeout(() => {
        events.push('Node timer');
        resolve();
      }, 1);
    });
    void Promise.resolve().then(() => events.push('promise'));
    const started = performance.now();
    events.push(loop.runUntilCompleteSync(sleep(0.02, 'slept')));
    expect(performance.now() - started).toBeGreaterThan(19);
    expect(events).toEqual(['slept']);
    await timer;
    expect(events).toEqual(['slept', 'promise', 'Node timer']);
  });

  it('sleeps rather than spins: a nap takes few rounds', () => {
    let rounds = 0;
    const runOnce = loop._runOnce.bind(loop);
    loop._runOnce = () => {
      rounds++;
      runOnce();
    };
    loop.runUntilCompleteSync(sleep(0.03));
    expect(rounds).toBeLessThan(10);
  });

  it('refuses promises, wherever they come in, instead of hanging', () => {
    function* refused(wait: () => Coroutine<unknown>): Coroutine<unknown> {
      try {
        yield* wait();
      } catch (error) {
        return error;
      }
      return null;
    }
    const ways: (() => Coroutine<unknown>)[] = [
      function* () {
        return yield* wrapFuture(Promise.resolve());
      },
      function* () {
        return yield* createTask(Promise.resolve());
      },
      function* () {
        return yield* gather(Promise.resolve());
      },
    ];
    for (const way of ways) expect(loop.runUntilCompleteSync(refused(way))).toEqual(REFUSAL);
  });

  it('says so of a promise that it is to run, too', () => {
    expect(() => loop.runUntilCompleteSync(Promise.resolve(1))).toThrow(REFUSAL);
  });
});

describe.skipIf(noAddon)('the blocking driver, waiting for a descriptor', () => {
  it('is woken by it before the timer that is set', () => {
    const [a, b] = socketpair();
    const trace: string[] = [];
    loop.addReader(a, () => {
      trace.push(a.recv(10).toString());
      loop.stop();
    });
    loop.callLater(0.005, () => b.send('sent'));
    const late = loop.callLater(60, () => trace.push('late'));
    loop.runForeverSync();
    late.cancel();
    expect(trace).toEqual(['sent']);
    a.close();
    b.close();
  });
});
