/*
 * The three ways to run a loop, behind one interface, for suites that hold on each of them.
 */
import { type Awaitable, EventLoop } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

export interface Driver {
  readonly name: string;
  newLoop(): EventLoop;
  runForever(loop: EventLoop): Promise<void>;
  runUntilComplete<T>(loop: EventLoop, awaitable: Awaitable<T> | PromiseLike<T>): Promise<T>;
}

export const hosted: Driver = {
  name: 'hosted',
  newLoop: () => new EventLoop(),
  runForever: (loop) => loop.runForever(),
  runUntilComplete: (loop, awaitable) => loop.runUntilComplete(awaitable),
};

export const blocking: Driver = {
  name: 'blocking',
  newLoop: () => new EventLoop(),
  runForever: async (loop) => {
    loop.runForeverSync();
  },
  runUntilComplete: async (loop, awaitable) => loop.runUntilCompleteSync(awaitable),
};

export const virtual: Driver = { ...blocking, name: 'virtual', newLoop: () => new VirtualEventLoop() };

export const hostedVirtual: Driver = {
  ...hosted,
  name: 'hosted virtual',
  newLoop: () => new VirtualEventLoop(),
};

export const drivers: readonly Driver[] = [hosted, blocking, virtual, hostedVirtual];
