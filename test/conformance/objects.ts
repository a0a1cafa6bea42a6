/*
 * The objects of the programs.
 */
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  type EventLoop,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
} from '../../src/index.js';
import type { ObjectSpec } from './program.js';

const MAKERS: Readonly<Record<string, (loop: EventLoop, size: number) => unknown>> = {
  future: (loop) => loop.createFuture(),
  lock: () => new Lock(),
  event: () => new Event(),
  condition: () => new Condition(),
  semaphore: (_loop, size) => new Semaphore(size),
  bounded: (_loop, size) => new BoundedSemaphore(size),
  barrier: (_loop, size) => new Barrier(size),
  queue: (_loop, size) => new Queue(size),
  priority: (_loop, size) => new PriorityQueue(size),
  lifo: (_loop, size) => new LifoQueue(size),
};

/** Make the object of a program that a spec describes. */
export function makeObject(loop: EventLoop, [kind, size = 0]: ObjectSpec): unknown {
  const make = MAKERS[kind];
  if (make === undefined) throw new Error(`there are no objects of kind ${kind}`);
  return make(loop, size);
}
