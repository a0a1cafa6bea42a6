import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  eagerTaskFactory,
  EventLoop,
  type ExceptionContext,
  type Future,
  KeyboardInterrupt,
  type LoopEvents,
  Protocol,
  type RoundFigures,
  sleep,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';
import { ForeignFuture } from '../tasks/foreign-future.js';
import { thrownBy, turns, virtually } from '../tasks/support.js';

const OF_TASKS = [
  'taskCreated',
  'taskStarted',
  'taskSuspended',
  'taskResumed',
  'cancelRequested',
  'taskCancelled',
  'taskDone',
] as const;

/** What happens to tasks from now on, in words, but for the current task. */
function record(loop: VirtualEventLoop): string[] {
  const found: string[] = [];
  const self = currentTask(loop);
  for (const name of OF_TASKS) {
    loop.events.on(name, (task: Parameters<LoopEvents[typeof name]>[0], ...more: unknown[]) => {
      if (task === self) return;
      const extra = name === 'taskSuspended' ? ` for ${more[0] === null ? 'its turn' : 'a future'}` : '';
      found.push(`${task.getName()} ${name.replace('task', '')}${extra}`);
    });
  }
  return found;
}

describe('the events of a loop', () => {
  it('tell the life of a task', () => {
    virtually(function* (loop) {
      const found = record(loop);
      function* life(): Coroutine {
        yield* sleep(0);
        yield* sleep(1);
      }
      yield* createTask(life(), { name: 'a' });
      expect(found).toEqual([
        'a Created',
        'a Started',
        'a Suspended for its turn',
        'a Resumed',
        'a Suspended for a future',
        'a Resumed',
        'a Done',
      ]);
    });
  });

  it('tell of a cancellation, with its message, and of the end', () => {
    virtually(function* (loop) {
      const found = record(loop);
      const messages: unknown[] = [];
      loop.events.on('cancelRequested', (_task, msg) => messages.push(msg));
      const task = createTask(sleep(1), { name: 'a' });
      yield* turns();
      task.cancel('enough');
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(found.slice(3)).toEqual(['a cancelRequested', 'a Resumed', 'a Cancelled', 'a Done']);
      expect(messages).toEqual(['enough']);
    });
  });

  it('tell of a task that was there before them as of one that goes on', () => {
    virtually(function* (loop) {
      const task = createTask(sleep(0), { name: 'old' });
      const found = record(loop);
      yield* task;
      expect(found[0]).toBe('old Resumed');
    });
  });

  it('tell of tasks that start eagerly, and of those that wait for foreign futures', () => {
    virtually(function* (loop) {
      const found = record(loop);
      loop.setTaskFactory(eagerTaskFactory);
      createTask(
        (function* () {
          return;
        })(),
        { name: 'eager' },
      );
      loop.setTaskFactory(null);
      expect(found).toEqual(['eager Created', 'eager Started', 'eager Done']);
      const future = new ForeignFuture(loop);
      const waits = createTask(
        (function* () {
          yield* future as unknown as Future;
        })(),
        { name: 'waits' },
      );
      yield* turns();
      future.inner.setResult(null);
      yield* waits;
      expect(found.slice(-2)).toEqual(['waits Resumed', 'waits Done']);
    });
  });

  it('tell of each round, with its figures', () => {
    virtually(function* (loop) {
      const begun: number[] = [];
      const ended: RoundFigures[] = [];
      loop.events.on('roundBegun', (number) => begun.push(number));
      loop.events.on('roundEnded', (figures) => ended.push(figures));
      const timer = loop.callLater(5, () => undefined);
      yield* turns();
      loop.callSoon(() => undefined);
      yield* turns(2);
      timer.cancel();
      expect(begun).toEqual([1, 2, 3]);
      expect(ended.map(({ number, ran, ready, timers }) => [number, ran, ready, timers])).toEqual([
        [1, 1, 2, 1],
        [2, 2, 1, 1],
      ]);
      for (const { waited, took } of ended) {
        expect(waited).toBeGreaterThanOrEqual(0);
        expect(took).toBeGreaterThan(0);
      }
    });
  });

  it('tell of a round that an interrupt ends, too', () => {
    const loop = new VirtualEventLoop();
    const numbers: number[] = [];
    loop.events.on('roundEnded', ({ number }) => numbers.push(number));
    loop.callSoon(() => {
      throw new KeyboardInterrupt();
    });
    expect(() => loop.runForeverSync()).toThrow(KeyboardInterrupt);
    expect(numbers).toEqual([1]);
    loop.close();
  });

  it('tell of callbacks and steps that are slow, in debug mode or not', () => {
    virtually(function* (loop) {
      const slow: [string, number][] = [];
      loop.events.on('callbackSlow', (callback, seconds) => slow.push([callback.constructor.name, seconds]));
      loop.slowCallbackDuration = 0;
      loop.callSoon(() => undefined);
      createTask(sleep(0));
      yield* turns();
      loop.slowCallbackDuration = 1;
      yield* turns();
      expect(slow).toEqual([
        ['Handle', 0],
        ['Task', 0],
      ]);
    });
  });

  it('leave the reports of errors that nobody took as they are', () => {
    const reports: ExceptionContext[] = [];
    virtually(
      function* (loop) {
        loop.events.on('roundEnded', () => undefined);
        createTask(
          (function* () {
            throw new Error('lost');
          })(),
        );
        yield* turns(5);
      },
      { reports },
    );
    expect(reports.map(({ message }) => message)).toEqual(['Task exception was never retrieved']);
  });

  it('survive a listener that fails: that is reported, and the task goes on', () => {
    const reports: ExceptionContext[] = [];
    virtually(
      function* (loop) {
        loop.events.on('taskDone', () => {
          throw new Error('of the listener');
        });
        expect(yield* createTask(sleep(0, 'fine'))).toBe('fine');
        loop.events.removeAllListeners();
      },
      { reports },
    );
    expect(reports).toEqual([
      { message: 'Exception in a listener of loop.events taskDone', exception: new Error('of the listener') },
    ]);
  });

  it('are told while somebody listens, and rounds counted only then', () => {
    virtually(function* (loop) {
      const numbers: number[] = [];
      const note = ({ number }: RoundFigures): void => void numbers.push(number);
      loop.events.on('roundEnded', note);
      yield* turns(3);
      loop.events.off('roundEnded', note);
      yield* turns(10);
      loop.events.once('roundEnded', note);
      yield* turns(10);
      loop.events.once('roundEnded', note);
      yield* turns(2);
      loop.events.on('taskStarted', () => undefined).removeAllListeners();
      expect(loop._observer).toBeNull();
      // The round in which the first listener was removed was begun, and not ended before him.
      expect(numbers).toEqual([1, 2, 4, 5]);
    });
  });

  it('are those of one emitter, the same each time', () => {
    const loop = new VirtualEventLoop();
    expect(loop.events).toBe(loop.events);
    expect(loop.events.eventNames()).toEqual([]);
    loop.close();
  });

  it.skipIf(noAddon)('tell of transports that open and close, on both sides', async () => {
    const loop = new EventLoop();
    const found: string[] = [];
    loop.events.on('transportOpened', (transport) => {
      found.push(`opened ${transport.isClosing()}`);
    });
    loop.events.on('transportClosed', (_transport, error) => {
      found.push(`closed ${String(error)}`);
    });
    function* main(): Coroutine {
      const server = yield* loop.createServer(() => new Protocol(), '127.0.0.1', 0);
      const port = server.sockets[0]!.getsockname<[string, number]>()[1];
      const [transport] = yield* loop.createConnection(() => new Protocol(), '127.0.0.1', port);
      yield* sleep(0.01);
      transport.close();
      yield* sleep(0.01);
      server.close();
      yield* server.waitClosed();
    }
    await loop.runUntilComplete(main());
    loop.close();
    expect(found.sort()).toEqual(['closed null', 'closed null', 'opened false', 'opened false']);
  });
});
