import { describe, expect, it } from 'vitest';
import {
  cancel,
  Cancelled,
  type Coroutine,
  join,
  Kernel,
  recv,
  send,
  sleep,
  spawn,
  type Task,
} from '../../../examples/seeds/tale/08-whole.js';
import * as sixth from '../../../examples/seeds/tale/06-io.js';
import { socketpair } from '../../../src/socket/index.js';
import { noAddon } from '../../helpers/addon.js';

function run<T>(main: () => Coroutine<T>): T {
  return new Kernel().run(main());
}

/** What comes out of `coroutine`. */
function* thrownBy(coroutine: Coroutine<unknown>): Coroutine<unknown> {
  try {
    yield* coroutine;
  } catch (error) {
    return error;
  }
  return undefined;
}

function* giving<T>(value: T): Coroutine<T> {
  yield* sleep(0);
  return value;
}

function* failing(error: unknown): Coroutine<never> {
  yield* sleep(0);
  throw error;
}

describe.skipIf(noAddon)('the whole kernel', () => {
  it('returns what main returns, and throws what it throws', () => {
    expect(run(() => giving(42))).toBe(42);
    const error = new RangeError('no');
    expect(() => run(() => failing(error))).toThrow(error);
  });

  it('gives the result of a child, before and after its end, as often as it is asked', () => {
    run(function* () {
      const child = yield* spawn(giving('value'));
      expect(yield* join(child)).toBe('value');
      expect(yield* join(child)).toBe('value');
      expect(child.result()).toBe('value');
    });
  });

  it('gives the error of a child to all who join', () => {
    const error = new Error('once');
    run(function* () {
      const child = yield* spawn(failing(error));
      const first = yield* spawn(thrownBy(join(child)));
      const second = yield* spawn(thrownBy(join(child)));
      expect(yield* join(first)).toBe(error);
      expect(yield* join(second)).toBe(error);
      expect(yield* thrownBy(join(child))).toBe(error);
    });
  });

  it('does not lose an error that nobody joined', () => {
    const error = new Error('lost?');
    expect(() =>
      run(function* () {
        yield* spawn(failing(error));
      }),
    ).toThrow(new AggregateError([error], 'tasks failed that nobody joined'));
  });

  it('cancels a task before its first turn: nothing of it runs', () => {
    let ran = false;
    run(function* () {
      const child = yield* spawn(
        (function* (): Coroutine {
          ran = true;
        })(),
      );
      expect(yield* cancel(child)).toBe(true);
      expect(yield* thrownBy(join(child))).toBeInstanceOf(Cancelled);
    });
    expect(ran).toBe(false);
  });

  it('cancels a task whose alarm has just rung', () => {
    run(function* () {
      const child: Task = yield* spawn(sleep(0));
      yield* sleep(0); // ours and the child's alarm have rung; ours was set first, so it is our turn
      yield* cancel(child);
      expect(yield* thrownBy(join(child))).toBeInstanceOf(Cancelled);
      expect(yield* cancel(child)).toBe(false);
    });
  });

  it('cancels a task that waits for a socket, which others can wait for then', () => {
    const [near, far] = socketpair();
    near.setblocking(false);
    far.setblocking(false);
    run(function* () {
      const child = yield* spawn(recv(near, 10));
      yield* sleep(0);
      yield* cancel(child);
      expect(yield* thrownBy(join(child))).toBeInstanceOf(Cancelled);
      yield* send(far, 'still there');
      expect((yield* recv(near, 100)).toString()).toBe('still there');
    });
    near.close();
    far.close();
  });

  it('cancels a task that waits for another, which goes on', () => {
    run(function* () {
      const child = yield* spawn(giving(1));
      const waits = yield* spawn(join(child));
      yield* cancel(waits);
      expect(yield* thrownBy(join(waits))).toBeInstanceOf(Cancelled);
      expect(yield* join(child)).toBe(1);
    });
  });

  it('says so when all wait for one another', () => {
    expect(() =>
      run(function* () {
        const tasks: Task[] = [];
        function* waitsFor(index: number): Coroutine {
          yield* sleep(0);
          yield* join(tasks[index]!);
        }
        tasks.push(yield* spawn(waitsFor(1)));
        tasks.push(yield* spawn(waitsFor(0)));
      }),
    ).toThrow('deadlock: 2 tasks wait for one another');
  });

  it('reads and writes one socket at the same time', () => {
    const [near, far] = socketpair();
    near.setblocking(false);
    far.setblocking(false);
    const size = 1_000_000; // more than the system buffers
    function* swallow(): Coroutine<number> {
      let count = 0;
      while (count < size) count += (yield* recv(far, 65_536)).length;
      yield* send(far, 'enough');
      return count;
    }
    run(function* () {
      const reader = yield* spawn(recv(near, 10));
      const writer = yield* spawn(send(near, Buffer.alloc(size)));
      const other = yield* spawn(swallow());
      yield* join(writer);
      expect(yield* join(other)).toBe(size);
      expect((yield* join(reader)).toString()).toBe('enough');
    });
    near.close();
    far.close();
  });
});

describe.skipIf(noAddon)('the kernel of step 6', () => {
  it('lets others go on while one waits for a socket', () => {
    const [near, far] = socketpair();
    near.setblocking(false);
    far.setblocking(false);
    const log: string[] = [];
    function* waits(): sixth.Coroutine {
      log.push((yield* sixth.recv(near, 10)).toString());
    }
    new sixth.Kernel().run(
      (function* (): sixth.Coroutine {
        const waiting = yield* sixth.spawn(waits());
        for (const turn of ['1', '2', '3']) {
          log.push(turn);
          yield* sixth.nice();
        }
        yield* sixth.send(far, 'x');
        yield* sixth.join(waiting);
      })(),
    );
    expect(log).toEqual(['1', '2', '3', 'x']);
    near.close();
    far.close();
  });
});
