import { afterEach, describe, expect, it } from 'vitest';
import {
  _getRunningLoop,
  _setRunningLoop,
  BaseEventLoop,
  type Coroutine,
  createTask,
  EventLoop,
  Future,
  getEventLoop,
  getRunningLoop,
  newEventLoop,
  RuntimeError,
  SelectorEventLoop,
  setEventLoop,
  sleep,
} from '../../src/index.js';
import { drivers, hosted } from '../helpers/drivers.js';

const NO_LOOP = new RuntimeError("There is no current event loop in thread 'MainThread'.");
const NOT_RUNNING = new RuntimeError('no running event loop');

afterEach(() => {
  setEventLoop(null);
});

describe('getEventLoop', () => {
  it('never makes a loop', () => {
    expect(() => getEventLoop()).toThrow(NO_LOOP);
    expect(() => new Future()).toThrow(NO_LOOP);
  });

  it('gives the loop that was chosen, until it is taken back', () => {
    const loop = newEventLoop();
    setEventLoop(loop);
    expect(getEventLoop()).toBe(loop);
    expect(() => getRunningLoop()).toThrow(NOT_RUNNING);
    setEventLoop(undefined);
    expect(() => getEventLoop()).toThrow(NO_LOOP);
    loop.close();
  });

  it('takes nothing but loops', () => {
    expect(() => {
      setEventLoop('loop' as never);
    }).toThrow(new TypeError("loop must be an instance of AbstractEventLoop or None, not 'String'"));
    expect(() => {
      setEventLoop({} as never);
    }).toThrow(new TypeError("loop must be an instance of AbstractEventLoop or None, not 'Object'"));
  });
});

describe.each(drivers)('in a loop on the $name driver', (driver) => {
  it('getEventLoop and getRunningLoop give that loop, whatever was chosen', async () => {
    const other = newEventLoop();
    setEventLoop(other);
    const loop = driver.newLoop();
    function* main(): Coroutine<unknown[]> {
      const before = [getEventLoop(), getRunningLoop(), _getRunningLoop()];
      yield* sleep(0.001);
      return [...before, getEventLoop(), getRunningLoop(), _getRunningLoop()];
    }
    const seen = await driver.runUntilComplete(loop, main());
    expect(seen.every((one) => one === loop)).toBe(true);
    expect(getEventLoop()).toBe(other);
    expect(() => getRunningLoop()).toThrow(NOT_RUNNING);
    loop.close();
    other.close();
  });

  it('so do they in plain callbacks', async () => {
    const loop = driver.newLoop();
    const seen: unknown[] = [];
    loop.callSoon(() => seen.push(getEventLoop(), getRunningLoop()));
    await driver.runUntilComplete(loop, sleep(0));
    expect(seen).toEqual([loop, loop]);
    loop.close();
  });
});

describe('between the rounds of hosted loops', () => {
  const nodeTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('one is the running loop for Node’s callbacks too', async () => {
    const loop = hosted.newLoop();
    const done = loop.runUntilComplete(sleep(0.02));
    await nodeTurn();
    expect(_getRunningLoop()).toBe(null);
    expect(getRunningLoop()).toBe(loop);
    expect(getEventLoop()).toBe(loop);
    const task = createTask(sleep(0, 'made outside'));
    expect(await task).toBe('made outside');
    await done;
    expect(() => getRunningLoop()).toThrow(NOT_RUNNING);
    loop.close();
  });

  it('two are none, with an error that says what to do', async () => {
    const [first, second] = [hosted.newLoop(), hosted.newLoop()];
    const done = Promise.all([first.runUntilComplete(sleep(0.01)), second.runUntilComplete(sleep(0.01))]);
    await nodeTurn();
    const coro = sleep(0);
    expect(() => createTask(coro)).toThrow(
      new RuntimeError(
        'no running event loop: 2 loops are under way in this thread, and this is called from outside ' +
          'their rounds; call the method of the loop that is meant, such as loop.createTask()',
      ),
    );
    expect(() => getEventLoop()).toThrow(NO_LOOP);
    // By its method each loop takes it.
    expect(await second.createTask(sleep(0, 'by the method'))).toBe('by the method');
    await done;
    first.close();
    second.close();
  });

  it('none is none', async () => {
    await nodeTurn();
    expect(() => createTask(sleep(0))).toThrow(NOT_RUNNING);
  });
});

describe('authors of loops', () => {
  it('say which loop runs', () => {
    const loop = newEventLoop();
    _setRunningLoop(loop);
    try {
      expect(_getRunningLoop()).toBe(loop);
      expect(getRunningLoop()).toBe(loop);
      // A loop that is said to run lets no other run.
      expect(() => {
        loop.runForeverSync();
      }).toThrow(new RuntimeError('Cannot run the event loop while another loop is running'));
    } finally {
      _setRunningLoop(null);
    }
    expect(_getRunningLoop()).toBe(null);
    loop.close();
  });
});

describe('newEventLoop', () => {
  it('makes the loop of this platform, and chooses it not', () => {
    const loop = newEventLoop();
    expect(loop).toBeInstanceOf(EventLoop);
    expect(loop).toBeInstanceOf(SelectorEventLoop);
    expect(loop).toBeInstanceOf(BaseEventLoop);
    expect(() => getEventLoop()).toThrow(NO_LOOP);
    loop.close();
  });
});
