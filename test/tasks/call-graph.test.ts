import { describe, expect, it, vi } from 'vitest';
import type { Future } from '../../src/index.js';
import {
  asCompleted,
  asyncWith,
  captureCallGraph,
  type CallGraphOptions,
  CancelledError,
  type Coroutine,
  createTask,
  formatCallGraph,
  FrameCallGraphEntry,
  FIRST_COMPLETED,
  futureAddToAwaitedBy,
  FutureCallGraph,
  futureDiscardFromAwaitedBy,
  gather,
  getRunningLoop,
  printCallGraph,
  shield,
  sleep,
  Task,
  TaskGroup,
  timeout,
  ValueError,
  wait,
  waitFor,
} from '../../src/index.js';
import { ForeignFuture } from './foreign-future.js';
import { caught, thrownBy, turns, virtually } from './support.js';

type Walked = [string, string[], Walked[]];

/** The graph in few words: name, stack (`a` for coroutines, `s` for plain functions), who waits. */
function walk(graph: FutureCallGraph | null): Walked {
  const { future, callStack, awaitedBy } = graph!;
  const name =
    future instanceof Task ? `T<${future.getName().startsWith('Task-') ? 'anon' : future.getName()}>` : 'F';
  return [
    name,
    callStack.map(({ frame }) => `${frame.isCoroutine ? 'a' : 's'} ${frame.name}`),
    awaitedBy.map(walk).sort(([a], [b]) => a.localeCompare(b)),
  ];
}

/** The names of those who wait. */
function waiters(future: Future): string[] {
  return captureCallGraph(future)!.awaitedBy.map(({ future: waiter }) => walk(captureCallGraph(waiter))[0]);
}

function* capturing(into: (graph: Walked) => void): Coroutine {
  yield* sleep(0);
  into(walk(captureCallGraph()));
}

function* main(body: () => Coroutine<unknown>): Coroutine<unknown> {
  return yield* body();
}

describe('The call graph', () => {
  it('goes from a task of a group to whoever is inside of the group, and to those that wait for the task', () => {
    let graph: Walked | undefined;
    let text = '';
    function c5(): void {
      graph = walk(captureCallGraph());
      text = formatCallGraph();
    }
    function* c4(): Coroutine {
      yield* sleep(0);
      c5();
    }
    function* c3(): Coroutine {
      yield* c4();
    }
    function* c2(): Coroutine {
      yield* c3();
    }
    function* c1(task: Task): Coroutine {
      yield* task;
    }
    function* inGroup(): Coroutine {
      yield* asyncWith(new TaskGroup(), function* (group) {
        const task = group.createTask(c2(), { name: 'c2_root' });
        group.createTask(c1(task), { name: 'sub_main_1' });
        group.createTask(c1(task), { name: 'sub_main_2' });
      });
    }
    virtually(() => main(inGroup) as Coroutine);
    const root: Walked = ['T<anon>', ['a inGroup', 'a main'], []];
    expect(graph).toEqual([
      'T<c2_root>',
      ['s c5', 'a c4', 'a c3', 'a c2'],
      [root, ['T<sub_main_1>', ['a c1'], [root]], ['T<sub_main_2>', ['a c1'], [root]]],
    ]);
    expect(text).toContain(' in async inGroup()');
    expect(text).toContain(' in c5()');
  });

  it('goes through waitFor with a time that is over, while it cancels', () => {
    let graph: Walked | undefined;
    function* stubborn(): Coroutine {
      try {
        yield* sleep(10);
      } finally {
        yield* sleep(0);
        graph = walk(captureCallGraph());
      }
    }
    function* waits(task: Task): Coroutine {
      yield* thrownBy(waitFor(task, 0));
    }
    virtually(function* () {
      const task = createTask(stubborn(), { name: 'stubborn' });
      yield* sleep(1);
      yield* createTask(waits(task), { name: 'waits' });
      expect(waiters(task)).toEqual([]);
    });
    expect(graph).toMatchObject([
      'T<stubborn>',
      ['a stubborn'],
      [['T<waits>', ['a thrownBy', 'a thrownBy', 'a waits'], [['T<anon>', expect.anything(), []]]]],
    ]);
  });

  it('goes through gather', () => {
    let graph: Walked | undefined;
    function* deep(): Coroutine {
      yield* capturing((it) => (graph = it));
    }
    function* gathers(): Coroutine {
      yield* gather(deep(), sleep(0));
    }
    virtually(gathers);
    expect(graph).toEqual([
      'T<anon>',
      ['a capturing', 'a deep'],
      [['F', [], [['T<anon>', ['a gathers'], []]]]],
    ]);
  });

  it('has no edge to a gather that failed from a child that goes on', () => {
    function* fails(): Coroutine {
      yield* sleep(0);
      throw new ValueError('no');
    }
    virtually(function* () {
      const survivor = createTask(sleep(1), { name: 'survivor' });
      const all = gather(survivor, fails());
      yield* turns();
      expect(waiters(survivor)).toEqual(['F']);
      expect(yield* thrownBy(all)).toBeInstanceOf(ValueError);
      expect(waiters(survivor)).toEqual([]);
      yield* survivor;
    });
  });

  it('goes through shield, as long as the shield is up', () => {
    let graph: Walked | undefined;
    function* shields(task: Task): Coroutine {
      yield* shield(task);
    }
    virtually(function* () {
      const inner = createTask(
        capturing((it) => (graph = it)),
        { name: 'inner' },
      );
      yield* createTask(shields(inner), { name: 'outer' });
      const long = createTask(sleep(1));
      const outer = createTask(shields(long));
      yield* turns();
      expect(waiters(long)).toEqual(['F']);
      outer.cancel();
      expect(yield* thrownBy(outer)).toBeInstanceOf(CancelledError);
      expect(waiters(long)).toEqual([]);
      yield* long;
    });
    expect(graph![2][0]!.slice(0, 2)).toEqual(['F', []]);
    expect(graph![2][0]![2][0]!.slice(0, 2)).toEqual(['T<outer>', ['a shields']]);
  });

  it('goes through a timeout as if it were not there', () => {
    let graph: Walked | undefined;
    function* c1(): Coroutine {
      yield* asyncWith(timeout(1), function* () {
        yield* sleep(0);
        yield* capturing((it) => (graph = it));
      });
    }
    function* waits(): Coroutine {
      yield* createTask(c1(), { name: 'c1' });
    }
    virtually(waits);
    expect(graph!.flat(3).filter((entry) => entry !== 'a <anonymous>')).toEqual([
      'T<c1>',
      'a capturing',
      'a c1',
      'T<anon>',
      'a waits',
    ]);
  });

  it('goes through wait', () => {
    let graph: Walked | undefined;
    virtually(function* () {
      const t1 = createTask(capturing((it) => (graph = it)));
      const t2 = createTask(sleep(1));
      function* waits(): Coroutine {
        yield* wait([t1, t2]);
      }
      yield* createTask(waits(), { name: 'waits' });
      expect(waiters(t2)).toEqual([]);
    });
    expect(graph![2].map(([name, stack]) => [name, stack])).toEqual([['T<waits>', ['a waits']]]);
  });

  it('goes through wait no more when that ends before all is done', () => {
    virtually(function* () {
      const slow = createTask(sleep(1));
      const quick = createTask(sleep(0.1));
      function* waits(): Coroutine {
        yield* wait([slow, quick], { returnWhen: FIRST_COMPLETED });
        yield* sleep(1);
      }
      const waiting = createTask(waits(), { name: 'waits' });
      yield* turns(2);
      expect(waiters(slow)).toEqual(['T<waits>']);
      yield* sleep(0.2);
      expect(waiting.done()).toBe(false);
      expect(waiters(slow)).toEqual([]);
      yield* wait([slow, waiting]);
    });
  });

  it('has no edge to a gather that ended because another child was cancelled', () => {
    virtually(function* () {
      const survivor = createTask(sleep(1));
      const sibling = createTask(sleep(1));
      const all = gather(survivor, sibling);
      yield* turns();
      expect(waiters(survivor)).toEqual(['F']);
      sibling.cancel();
      expect((yield* thrownBy(all)).name).toBe('CancelledError');
      expect(waiters(survivor)).toEqual([]);
      yield* survivor;
    });
  });

  it('goes through asCompleted to the task that began it', () => {
    let graph: Walked | undefined;
    virtually(function* () {
      const t1 = createTask(capturing((it) => (graph = it)));
      function* waits(): Coroutine {
        for (const next of asCompleted([t1])) yield* next;
      }
      yield* createTask(waits(), { name: 'waits' });
      expect(waiters(t1)).toEqual([]);
    });
    expect(graph![2].map(([name, stack]) => [name, stack])).toEqual([['T<waits>', ['a waits']]]);
  });

  it('has no edge through asCompleted any more after its timeout', () => {
    virtually(function* () {
      const slow = createTask(sleep(5));
      function* waits(): Coroutine {
        for (const next of asCompleted([slow], { timeout: 1 })) yield* thrownBy(next);
        expect(waiters(slow)).toEqual([]);
      }
      const task = createTask(waits(), { name: 'waits' });
      yield* turns();
      expect(waiters(slow)).toEqual(['T<waits>']);
      yield* task;
      yield* slow;
    });
  });

  it('goes from a task to the task that awaits it', () => {
    let graph: Walked | undefined;
    function* c1(): Coroutine {
      yield* capturing((it) => (graph = it));
    }
    function* c2(): Coroutine {
      yield* createTask(c1(), { name: 'there there' });
    }
    virtually(() => main(c2) as Coroutine);
    expect(graph).toEqual(['T<there there>', ['a capturing', 'a c1'], [['T<anon>', ['a c2', 'a main'], []]]]);
  });

  it('of a future has those who wait for it', () => {
    function* a2(future: Future): Coroutine {
      yield* future;
    }
    function* a1(future: Future): Coroutine {
      yield* a2(future);
    }
    function* b1(future: Future): Coroutine {
      yield* future;
    }
    virtually(function* (loop) {
      const future = loop.createFuture();
      const tasks = [createTask(a1(future), { name: 'task A' }), createTask(b1(future), { name: 'task B' })];
      yield* turns(2);
      expect(walk(captureCallGraph(future))).toEqual([
        'F',
        [],
        [
          ['T<task A>', ['a a2', 'a a1'], []],
          ['T<task B>', ['a b1'], []],
        ],
      ]);
      expect(formatCallGraph(future)).toMatch(
        /^\* Future\(id=0x[\da-f]+\)\n {2}\+ Awaited by:\n {4}\* Task\(name='task A', id=0x/,
      );
      future.setResult(null);
      // They are queued by now, and have not gone on yet.
      expect(waiters(future)).toEqual(['T<task A>', 'T<task B>']);
      yield* gather(...tasks);
      expect(waiters(future)).toEqual([]);
    });
  });

  it('of a task that is done has no stack, however it ended', () => {
    function* fails(): Coroutine {
      throw new ValueError('no');
    }
    virtually(function* () {
      const tasks = [createTask(sleep(0)), createTask(fails())];
      yield* wait(tasks);
      expect(tasks.map((task) => captureCallGraph(task)!.callStack)).toEqual([[], []]);
      expect(tasks[1]!.exception()).toBeInstanceOf(ValueError);
    });
  });

  it('ends where it would begin anew, if tasks wait for one another in a circle', () => {
    virtually(
      function* () {
        const tasks: Task[] = [];
        function* waits(i: number): Coroutine {
          yield* tasks[1 - i]!;
        }
        tasks.push(createTask(waits(0), { name: 'one' }), createTask(waits(1), { name: 'two' }));
        yield* turns();
        expect(walk(captureCallGraph(tasks[0]))).toEqual([
          'T<one>',
          ['a waits'],
          [['T<two>', ['a waits'], [['T<one>', [], []]]]],
        ]);
        expect(formatCallGraph(tasks[0])).toMatch(
          /\n {8}\* Task\(name='one', id=0x[\da-f]+\) \(as above: they wait for one another\)$/,
        );
        // A cancellation comes back to the first, and ends the circle.
        tasks[0]!.cancel('enough');
        yield* wait(tasks);
        expect(tasks.map((task) => task.cancelled())).toEqual([true, true]);
      },
      { reports: [] },
    );
  });

  it('has the edges that a user draws, between futures of this package', () => {
    virtually(function* (loop) {
      const [future, one, two] = [
        loop.createFuture(),
        createTask(sleep(1), { name: 'one' }),
        loop.createFuture(),
      ];
      futureDiscardFromAwaitedBy(future, one);
      futureAddToAwaitedBy(future, one);
      futureAddToAwaitedBy(future, one);
      futureAddToAwaitedBy(future, two);
      futureAddToAwaitedBy(future, new ForeignFuture(loop) as unknown as Future);
      expect(waiters(future)).toEqual(['T<one>', 'F']);
      futureDiscardFromAwaitedBy(future, one);
      expect(waiters(future)).toEqual(['F']);
      yield* one;
    });
  });
});

describe('Capturing the call graph', () => {
  function* captured(options: CallGraphOptions): Coroutine<string[]> {
    function called(): string[] {
      return walk(captureCallGraph(options))[1];
    }
    yield* sleep(0);
    return called();
  }
  function* captures(options: CallGraphOptions): Coroutine<string[]> {
    return yield* captured(options);
  }

  it.each([
    [{}, ['s called', 'a captured', 'a captures']],
    [{ depth: 2 }, ['a captured', 'a captures']],
    [{ limit: null }, ['s called', 'a captured', 'a captures']],
    [{ limit: 2 }, ['s called', 'a captured']],
    [{ limit: -2 }, ['a captured', 'a captures']],
    [{ limit: 0 }, []],
  ])('with %j gives of the current task %j', (options, expected) => {
    virtually(function* () {
      expect(yield* createTask(captures(options))).toEqual(expected);
    });
  });

  it('takes the current task by itself, and its options as well', () => {
    virtually(function* () {
      const task = (getRunningLoop() as unknown as { _currentTask: Task })._currentTask;
      expect(captureCallGraph(task, { limit: 1 })!.future).toBe(task);
      expect(captureCallGraph(null)!.future).toBe(task);
    });
  });

  it('gives nothing in a callback, where no task is current', () => {
    const file = { write: vi.fn() };
    virtually(function* (loop) {
      const seen: unknown[] = [];
      loop.callSoon(() => {
        seen.push(captureCallGraph(), formatCallGraph());
        printCallGraph({ file });
      });
      yield* turns();
      expect(seen).toEqual([null, '']);
    });
    expect(file.write).not.toHaveBeenCalled();
  });

  it('needs a future where no loop runs, one of this package, and options that there are', () => {
    expect(caught(() => captureCallGraph()).message).toBe(
      'capture_call_graph() is called outside of a running event loop and no *future* to introspect was provided',
    );
    expect(caught(() => captureCallGraph(new (class Foreign {})() as Future))).toEqual(
      new TypeError('<Foreign object> object does not appear to be compatible with asyncio.Future'),
    );
    expect(caught(() => captureCallGraph({ dept: 1 } as CallGraphOptions)).message).toContain("'dept'");
    virtually(function* (loop) {
      yield* sleep(0);
      const graph = captureCallGraph(loop.createFuture());
      expect([graph!.callStack, graph!.awaitedBy]).toEqual([[], []]);
      expect(captureCallGraph()!.callStack[0]).toBeInstanceOf(FrameCallGraphEntry);
      expect(graph).toBeInstanceOf(FutureCallGraph);
    });
  });

  it('prints to standard output, or to a file', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const file = { write: vi.fn() };
    try {
      virtually(function* (loop) {
        const future = loop.createFuture();
        yield* sleep(0);
        printCallGraph(future);
        printCallGraph(future, { file });
      });
      expect(log.mock.calls).toEqual([[expect.stringMatching(/^\* Future\(id=0x[\da-f]+\)$/)]]);
      expect(file.write.mock.calls).toEqual([[`${String(log.mock.calls[0]![0])}\n`]]);
    } finally {
      log.mockRestore();
    }
  });
});
