/*
 * Statements on queues.
 */
import {
  type Coroutine,
  type Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  ValueError,
} from '../../../src/index.js';
import { show } from '../values.js';
import type { Statements } from './index.js';

export const QUEUES: Statements = {
  *put(machine, name: string, value: unknown): Coroutine<void> {
    yield* machine.object<Queue<unknown>>(name).put(value);
    machine.log('put', name, value);
  },

  *get(machine, name: string): Coroutine<void> {
    machine.log('item', name, yield* machine.object<Queue<unknown>>(name).get());
  },

  put_nowait(machine, name: string, value: unknown) {
    try {
      machine.object<Queue<unknown>>(name).putNowait(value);
    } catch (error) {
      if (!(error instanceof QueueFull || error instanceof QueueShutDown)) throw error;
      machine.log('put_failed', name, show(error));
    }
  },

  get_nowait(machine, name: string) {
    try {
      machine.log('item', name, machine.object<Queue<unknown>>(name).getNowait());
    } catch (error) {
      if (!(error instanceof QueueEmpty || error instanceof QueueShutDown)) throw error;
      machine.log('get_failed', name, show(error));
    }
  },

  task_done(machine, name: string) {
    try {
      machine.object<Queue<unknown>>(name).taskDone();
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      machine.log('task_done_failed', name, show(error));
    }
  },

  *join(machine, name: string): Coroutine<void> {
    yield* machine.object<Queue<unknown>>(name).join();
    machine.log('joined', name);
  },

  shutdown(machine, name: string, immediate: boolean) {
    machine.object<Queue<unknown>>(name).shutdown(immediate);
  },

  qstate(machine, name: string) {
    const queue = machine.object<Queue<unknown>>(name);
    machine.log('queue', name, queue.qsize(), queue.empty(), queue.full());
  },
};
