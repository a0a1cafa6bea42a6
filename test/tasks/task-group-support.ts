import {
  BaseException,
  BaseExceptionGroup,
  type Coroutine,
  eagerTaskFactory,
  sleep,
  type TaskFactory,
  ValueError,
} from '../../src/index.js';
import type { VirtualEventLoop } from '../../src/testing/index.js';
import { virtually, type VirtualOptions } from '../helpers/virtual.js';

/** Every test of task groups is done with tasks that start later and with tasks that start at once. */
export const kindsOfTasks: [string, TaskFactory | null][] = [
  ['tasks that start in the next round', null],
  ['tasks that start at once', eagerTaskFactory],
];

/** Runs a `main` as a task, in virtual time, on a loop whose tasks `factory` makes. */
export type InLoop = <T>(main: (loop: VirtualEventLoop) => Coroutine<T>, options?: VirtualOptions) => T;

export function inLoopWith(factory: TaskFactory | null): InLoop {
  return (main, options = {}) =>
    virtually((loop) => {
      loop.setTaskFactory(factory);
      return main(loop);
    }, options);
}

export class MyError extends Error {}
export class MyBaseError extends BaseException {}

/** `value`, after `delay` seconds. */
export function* later<T>(delay: number, value: T): Coroutine<T> {
  yield* sleep(delay);
  return value;
}

/** Fails after `delay` seconds. */
export function* crash(delay: number, error: Error = new ValueError('crashed')): Coroutine<never> {
  yield* sleep(delay);
  throw error;
}

/** Fails when it is cancelled. */
export function* crashWhenCancelled(error: Error): Coroutine {
  try {
    yield* sleep(10);
  } finally {
    // eslint-disable-next-line no-unsafe-finally -- the case
    throw error;
  }
}

/** What an error group holds, as the names of classes; groups in brackets. */
export function names(error: unknown): string {
  if (!(error instanceof BaseExceptionGroup)) return (error as Error).constructor.name;
  return `${error.constructor.name}(${error.exceptions.map(names).sort().join(' ')})`;
}
