/*
 * What is true of the hosted driver alone: it shares Node's thread, turn by turn.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  _registerTask,
  _setRunningLoop,
  _unregisterTask,
  type Coroutine,
  DeadlockError,
  EventLoop,
  runSync,
  sleep,
  wrapFuture,
} from '../../src/index.js';
import { runChild } from '../helpers/child.js';

const nodeTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nodeTimer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let loop: EventLoop;
beforeEach(() => {
  loop = new EventLoop();
});
afterEach(() => {
  vi.restoreAllMocks();
  loop.close();
});

/** Let each look at the clock take a tenth of a millisecond: how long a burst lasts is then a number of looks. */
function slowClock(): void {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.1));
}

describe('while a hosted loop is busy', () => {
  it('Node has a turn every few hundred callbacks', async () => {
    slowClock();
    let steps = 0;
    let done = false;
    function* busy(): Coroutine {
      // The bound keeps a driver that starves Node from hanging the test.
      while (!done && steps < 1_000_000) {
        steps++;
        yield* sleep(0);
      }
    }
    const end = loop.runUntilComplete(busy());
    let most = 0;
    for (let turn = 0; turn < 20; turn++) {
      const before = steps;
      await nodeTurn();
      most = Math.max(most, steps - before);
    }
    done = true;
    await end;
    // A burst of a millisecond is ten looks at this clock, one every 64 callbacks.
    expect(most).toBeGreaterThan(64);
    expect(most).toBeLessThanOrEqual(12 * 64);
  });

  it('a Node timer fires all the same', async () => {
    let fired = false;
    setTimeout(() => (fired = true), 1);
    function* busy(): Coroutine<number> {
      let steps = 0;
      while (!fired && steps < 1e8) {
        steps++;
        yield* sleep(0);
      }
      return steps;
    }
    expect(await loop.runUntilComplete(busy())).toBeLessThan(1e8);
    expect(fired).toBe(true);
  });

  it('with one resolved promise after another, Node has its turns and its timers too', async () => {
    slowClock();
    let turns = 0;
    let most = 0;
    let steps = 0;
    let before = 0;
    const immediate = (): void => {
      turns++;
      most = Math.max(most, steps - before);
      before = steps;
      if (turns < 20) setImmediate(immediate);
    };
    let fired = false;
    setTimeout(() => (fired = true), 1);
    setImmediate(immediate);
    function* busy(): Coroutine {
      while ((!fired || turns < 20) && steps < 1e6) {
        steps++;
        yield* wrapFuture(Promise.resolve());
      }
    }
    await loop.runUntilComplete(busy());
    expect(steps).toBeLessThan(1e6);
    expect(fired).toBe(true);
    // Each wake-up is a look at this clock, and a burst is ten of them.
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(12);
  });
});

describe('while a hosted loop is parked', () => {
  it('Node’s timers, immediates and promises go on', async () => {
    const events: string[] = [];
    const all = loop.createFuture<string>();
    const note = (event: string): void => {
      if (events.push(event) === 3) all.setResult('all of them');
    };
    const end = loop.runUntilComplete(all);
    void Promise.resolve().then(() => {
      note('promise');
    });
    setImmediate(() => {
      note('immediate');
    });
    setTimeout(() => {
      note('timer');
    }, 5);
    expect(await end).toBe('all of them');
    expect(events.sort()).toEqual(['immediate', 'promise', 'timer']);
  });

  it('a promise that is settled wakes it', async () => {
    function* main(): Coroutine<string> {
      return yield* wrapFuture(nodeTimer(5).then(() => 'settled'));
    }
    expect(await loop.runUntilComplete(main())).toBe('settled');
  });

  it('callSoon from a Node callback wakes it, once for any number', async () => {
    const calls: number[] = [];
    let rounds = 0;
    const end = loop.runForever();
    await nodeTimer(5);
    const runOnce = loop._runOnce.bind(loop);
    loop._runOnce = () => {
      rounds++;
      runOnce();
    };
    for (let i = 0; i < 100; i++) loop.callSoon(() => calls.push(i));
    loop.callSoon(() => {
      loop.stop();
    });
    await end;
    expect(calls.length).toBe(100);
    expect(rounds).toBe(1);
  });

  it('stop from a Node callback ends it', async () => {
    const end = loop.runForever();
    await nodeTurn();
    loop.stop();
    await end;
    expect(loop.isRunning()).toBe(false);
  });

  it('a timer that is due earlier than all others takes effect, and a later one does no harm', async () => {
    const calls: string[] = [];
    const end = loop.runUntilComplete(sleep(0.06));
    await nodeTurn();
    loop.callLater(3600, () => calls.push('in an hour'));
    loop.callLater(0.005, () => calls.push('soon'));
    await nodeTimer(30);
    expect(calls).toEqual(['soon']);
    await end;
  });

  it('a timer can be set where there was none', async () => {
    const end = loop.runForever();
    await nodeTurn();
    loop.callLater(0.001, () => {
      loop.stop();
    });
    await end;
    expect(loop._scheduled.length).toBe(0);
  });

  it('a timer that is cancelled does not fire, nor does it stay', async () => {
    const calls: string[] = [];
    const end = loop.runUntilComplete(sleep(0.02));
    const timer = loop.callLater(0.01, () => calls.push('never'));
    const far = loop.callLater(3600, () => calls.push('never'));
    await nodeTurn();
    timer.cancel();
    far.cancel();
    await end;
    expect(calls).toEqual([]);
    loop.stop();
    await loop.runForever();
    expect(loop._scheduled.length).toBe(0);
  });

  it('a blocking loop can run in a Node callback, and the parked one goes on after it', async () => {
    const end = loop.runUntilComplete(sleep(0.005, 'parked'));
    await nodeTurn();
    expect(runSync(sleep(0.01, 'blocked'))).toBe('blocked');
    expect(await end).toBe('parked');
  });
});

describe('under fake timers, which fire from where they are told to', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    // No time passes: the loop's timers are never due, and what wakes it does so by a microtask.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a timer of the loop’s does what was queued by another in the same job', async () => {
    const calls: string[] = [];
    loop.callLater(60, () => calls.push('not yet'));
    const end = loop.runForever();
    await nodeTurn();
    setTimeout(() => loop.callSoon(() => calls.push('queued')), 1);
    vi.advanceTimersByTime(61_000);
    expect(calls).toEqual(['queued']);
    await nodeTurn();
    expect(calls).toEqual(['queued']);
    loop.stop();
    await end;
  });

  it('no round begins within another', async () => {
    const calls: string[] = [];
    loop.callLater(60, () => calls.push('not yet'));
    const end = loop.runForever();
    await nodeTurn();
    loop.callSoon(() => {
      loop.callSoon(() => calls.push('next round'));
      vi.advanceTimersByTime(61_000);
      calls.push('this round');
    });
    await nodeTurn();
    expect(calls).toEqual(['this round', 'next round']);
    loop.stop();
    await end;
  });
});

describe('two hosted loops', () => {
  it('take turns', async () => {
    const other = new EventLoop();
    const trace: string[] = [];
    function* main(name: string): Coroutine {
      for (let i = 0; i < 3; i++) {
        trace.push(`${name}${String(i)}`);
        yield* sleep(0.003);
      }
    }
    await Promise.all([loop.runUntilComplete(main('a')), other.runUntilComplete(main('b'))]);
    expect(trace.map((entry) => entry[1])).toEqual(['0', '0', '1', '1', '2', '2']);
    other.close();
  });

  it('do not mix their rounds: one waits while another loop is said to run', async () => {
    const calls: string[] = [];
    const other = new EventLoop();
    loop.callSoon(() => calls.push('ran'));
    const end = loop.runUntilComplete(sleep(0));
    _setRunningLoop(other);
    await nodeTurn();
    await nodeTurn();
    expect(calls).toEqual([]);
    _setRunningLoop(null);
    await end;
    expect(calls).toEqual(['ran']);
    other.close();
  });
});

describe('a hosted loop that cannot go on', () => {
  it('rejects with the error of select()', async () => {
    class Broken extends EventLoop {
      override _select(): void {
        throw new Error('select failed');
      }
    }
    const broken = new Broken();
    await expect(broken.runForever()).rejects.toThrow('select failed');
    expect(broken.isRunning()).toBe(false);
    broken.close();
  });

  it('rejects when the host cannot watch its descriptors', async () => {
    class Unwatched extends EventLoop {
      override _watched = 1;
      override _select(): void {}
      override _hostWatch(onReady: (() => void) | null): void {
        if (onReady !== null) throw new Error('not watched');
      }
    }
    const unwatched = new Unwatched();
    await expect(unwatched.runForever()).rejects.toThrow('not watched');
    expect(unwatched.isRunning()).toBe(false);
    unwatched.close();
  });
});

describe('when Node has nothing left to do', () => {
  /** What Node does then. */
  const nothingLeft = (): void => {
    process.emit('beforeExit', 0);
  };

  it('a parked loop is in a deadlock', async () => {
    const end = loop.runUntilComplete(loop.createFuture());
    nothingLeft();
    await nodeTurn();
    nothingLeft();
    await expect(end).rejects.toThrow(DeadlockError);
    expect(loop.isRunning()).toBe(false);
  });

  it('a loop that has work or a timer is not', async () => {
    const end = loop.runUntilComplete(sleep(0.005, 'slept'));
    await nodeTurn();
    nothingLeft();
    loop.callSoon(() => undefined);
    nothingLeft();
    expect(await end).toBe('slept');
    nothingLeft();
  });

  it('tasks of another make are named too', async () => {
    const foreign = { done: () => false, getLoop: () => loop, toString: () => '<foreign task>' };
    _registerTask(foreign);
    const end = loop.runForever();
    await nodeTurn();
    nothingLeft();
    await expect(end).rejects.toThrow('\n  <foreign task>');
    _unregisterTask(foreign);
  });
});

describe('in a process of its own', () => {
  it('a loop that is done keeps nothing alive, closed or not, whatever is still scheduled', async () => {
    const { code, stdout, stderr } = await runChild(`
      import { EventLoop, sleep } from 'tsyncio';
      const loop = new EventLoop();
      loop.callLater(3600, () => console.log('never'));
      if (loop._selector !== null) loop.addReader(process.stdout.fd ?? 1, () => console.log('never'));
      console.log(await loop.runUntilComplete(sleep(0.01, 'done')));
    `);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
  });

  it('a loop that waits keeps the process alive', async () => {
    const { code, stdout } = await runChild(`
      import { run, sleep } from 'tsyncio';
      run(sleep(0.3)).then(() => console.log('waited'));
    `);
    expect([code, stdout]).toEqual([0, 'waited\n']);
  });

  it('a deadlock is told, with the tasks, and at once: cancelled timers do not count', async () => {
    const { code, stdout } = await runChild(`
      import { createTask, EventLoop, Future, sleep } from 'tsyncio';
      const loop = new EventLoop();
      function* waits() { yield* new Future(); }
      function* main() {
        loop.callLater(3600, () => undefined);
        loop.callLater(1800, () => undefined);
        yield* sleep(0.01);
        for (const timer of loop._scheduled.toArray()) timer.cancel();
        yield* createTask(waits(), { name: 'inner' });
      }
      try {
        await loop.runUntilComplete(loop.createTask(main(), { name: 'outer' }));
      } catch (error) {
        console.log(error.name);
        console.log(error.message.split('\\n').filter((line) => !line.includes(' at ')).join('\\n'));
      }
    `);
    expect(stdout).toBe(
      'DeadlockError\n' +
        'deadlock: 2 tasks wait for what can no longer happen: nothing is ready, no timer is set and no file descriptor is watched\n' +
        '  outer: waits for task inner\n' +
        '  inner: waits for <Future pending cb=[Task.task_wakeup()]>\n',
    );
    expect(code).toBe(0);
  });

  it('a deadlock is told when the last timer is cancelled from outside', async () => {
    const { stdout } = await runChild(`
      import { EventLoop } from 'tsyncio';
      const loop = new EventLoop();
      const timer = loop.callLater(3600, () => undefined);
      loop.runForever().catch((error) => console.log(error.message));
      setTimeout(() => timer.cancel(), 20);
    `);
    expect(stdout).toBe(
      'deadlock: the event loop is waiting, but no task is left, no timer is set and no file descriptor is watched\n',
    );
  });

  it(
    'a hundred thousand tasks sleep, are cancelled, and leave their memory',
    { timeout: 100_000 },
    async () => {
      const { stdout, stderr } = await runChild(
        `
      import { run, sleep, createTask, allTasks } from 'tsyncio';
      const used = () => { gc(); gc(); return process.memoryUsage().heapUsed; };
      function* many() {
        const tasks = Array.from({ length: 100_000 }, () => createTask(sleep(3600)));
        yield* sleep(0);
        const all = allTasks().size;
        for (const task of tasks) task.cancel();
        yield* sleep(0);
        yield* sleep(0);
        return [all, allTasks().size, tasks.every((task) => task.cancelled())];
      }
      function* main() {
        yield* many();
        yield* sleep(0.01);
        const before = used();
        const result = yield* many();
        yield* sleep(0.01);
        return [...result, used() - before];
      }
      console.log(JSON.stringify(await run(main())));
      `,
        { nodeArgs: ['--expose-gc'], timeout: 90 },
      );
      expect(stderr).toBe('');
      const [before, after, cancelled, grown] = JSON.parse(stdout) as [number, number, boolean, number];
      expect([before, after, cancelled]).toEqual([100_001, 1, true]);
      // Each task takes a few hundred bytes: 100,000 that stayed would be tens of megabytes.
      expect(grown).toBeLessThan(4_000_000);
    },
  );
});
