import { describe, expect, it } from 'vitest';
import {
  allTasks,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  FlowControlMixin,
  getRunningLoop,
  runSync,
  sleep,
  StreamReader,
  StreamReaderProtocol,
} from '../../src/index.js';
import { DefaultSelector } from '../../src/selectors/index.js';
import { AF_INET, NI_NUMERICHOST, NI_NUMERICSERV, SOCK_DGRAM, socket } from '../../src/socket/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';

const inVirtualTime = (main: Coroutine): void => {
  runSync(main, { loopFactory: () => new VirtualEventLoop() });
};

describe('what Python takes by position or by name is taken either way', () => {
  it('by currentTask() and allTasks(): the loop', () => {
    const other = new EventLoop();
    inVirtualTime(
      (function* () {
        const loop = getRunningLoop();
        const task = createTask(sleep(1));
        expect(currentTask({ loop })).toBe(currentTask(loop));
        expect(currentTask({ loop })).not.toBeNull();
        expect(currentTask({})).toBe(currentTask());
        expect(currentTask({ loop: other })).toBeNull();
        expect(allTasks({ loop })).toEqual(allTasks(loop));
        expect(allTasks({ loop })).toContain(task);
        expect(allTasks({ loop: other }).size).toBe(0);
        expect(allTasks({ loop: null })).toEqual(allTasks());
        yield* task;
      })(),
    );
    other.close();
    expect(() => currentTask({ lop: other } as never)).toThrow(
      "currentTask() got an unexpected keyword argument 'lop'; it takes loop",
    );
  });

  it('by the classes of streams: the loop, and what is called for a connection', () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    const callback = function* (): Coroutine {
      ran.push('called');
    };
    expect(new FlowControlMixin(loop)._loop).toBe(loop);
    expect(new FlowControlMixin({ loop })._loop).toBe(loop);
    expect(() => new FlowControlMixin({ lop: loop } as never)).toThrow("unexpected keyword argument 'lop'");
    for (const reader of [
      new StreamReader(10, loop),
      new StreamReader(10, { loop }),
      new StreamReader({ limit: 10, loop }),
    ]) {
      expect(reader._limit).toBe(10);
      for (const protocol of [
        new StreamReaderProtocol(reader, callback, loop),
        new StreamReaderProtocol(reader, callback, { loop }),
        new StreamReaderProtocol(reader, { clientConnectedCb: callback, loop }),
      ]) {
        expect([protocol._loop, protocol._isServerSide]).toEqual([loop, true]);
      }
      expect(new StreamReaderProtocol(reader, { loop })._isServerSide).toBe(false);
      expect(new StreamReaderProtocol(reader, null, { loop })._isServerSide).toBe(false);
    }
    expect(() => new StreamReaderProtocol(new StreamReader({ loop }), { cb: callback } as never)).toThrow(
      "StreamReaderProtocol() got an unexpected keyword argument 'cb'; it takes clientConnectedCb, loop",
    );
    expect(ran).toEqual([]);
    loop.close();
  });

  it('by loop.shutdownDefaultExecutor(): the timeout', () => {
    inVirtualTime(
      (function* () {
        const loop = getRunningLoop();
        yield* loop.shutdownDefaultExecutor({ timeout: 5 });
        yield* loop.shutdownDefaultExecutor({});
        expect(() => loop.shutdownDefaultExecutor({ time: 5 } as never)).toThrow(
          "shutdownDefaultExecutor() got an unexpected keyword argument 'time'; it takes timeout",
        );
      })(),
    );
  });

  it('by loop.getnameinfo(): the flags', () => {
    const flags = NI_NUMERICHOST | NI_NUMERICSERV;
    inVirtualTime(
      (function* () {
        const loop = getRunningLoop();
        expect(yield* loop.getnameinfo(['127.0.0.1', 80], { flags })).toEqual(['127.0.0.1', '80']);
        expect(yield* loop.getnameinfo(['127.0.0.1', 80], flags)).toEqual(['127.0.0.1', '80']);
        expect(() => loop.getnameinfo(['127.0.0.1', 80], { flag: flags } as never)).toThrow(
          "getnameinfo() got an unexpected keyword argument 'flag'; it takes flags",
        );
      })(),
    );
  });

  it.skipIf(noAddon)('by loop.getnameinfo(), where no flags are none', () => {
    inVirtualTime(
      (function* () {
        const loop = getRunningLoop();
        const names = yield* loop.getnameinfo(['127.0.0.1', 80]);
        expect(yield* loop.getnameinfo(['127.0.0.1', 80], {})).toEqual(names);
      })(),
    );
  });

  it.skipIf(noAddon)('by the constructor of a loop: the selector', () => {
    for (const make of [
      (selector: DefaultSelector) => new EventLoop(selector),
      (selector: DefaultSelector) => new EventLoop({ selector }),
    ]) {
      const selector = new DefaultSelector();
      const loop = make(selector);
      expect(loop._selector).toBe(selector);
      loop.close();
    }
    expect(() => new EventLoop({ selektor: null } as never)).toThrow(
      "unexpected keyword argument 'selektor'",
    );
  });

  it.skipIf(noAddon)('by loop.sockRecvfromInto(): how many bytes', () => {
    using receiver = new socket(AF_INET, SOCK_DGRAM);
    using sender = new socket(AF_INET, SOCK_DGRAM);
    receiver.bind(['127.0.0.1', 0]);
    receiver.setblocking(false);
    const sizes: number[] = [];
    runSync(
      (function* (): Coroutine {
        const loop = getRunningLoop();
        for (const nbytes of [2, { nbytes: 2 }, {}, undefined]) {
          sender.sendto('ping', receiver.getsockname());
          sizes.push((yield* loop.sockRecvfromInto(receiver, Buffer.alloc(10), nbytes))[0]);
        }
      })(),
    );
    expect(sizes).toEqual([2, 2, 4, 4]);
  });
});
