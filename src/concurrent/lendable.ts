import type { Future } from './future.js';

/**
 * What a call in a worker thread can be lent: functions of this thread, called on a loop of this thread.
 * src/loop/remote-loop.ts makes them.
 */
export abstract class Lendable {
  /** Call a function. Throws if there is none of that name. @internal */
  abstract _call(name: string, args: readonly unknown[]): void;
  /** Begin a coroutine. Throws if there is none of that name. @internal */
  abstract _start(name: string, args: readonly unknown[]): Future;
  /** A worker waits for the loop (1), or no longer (-1). @internal */
  abstract _waitedFor(change: 1 | -1): void;
}
