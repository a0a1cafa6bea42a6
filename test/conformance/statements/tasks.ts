/*
 * Statements that make tasks, await, cancel, and wait for several things at once.
 */
import {
  ALL_COMPLETED,
  asCompleted,
  type Coroutine,
  currentTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Future,
  gather,
  getRunningLoop,
  shield,
  Task,
  wait,
  waitFor,
} from '../../../src/index.js';
import { compareStrings, type Machine } from '../machine.js';
import { GivenUp, show, state } from '../values.js';
import type { Statements } from './index.js';

const RETURN_WHEN = { first: FIRST_COMPLETED, exception: FIRST_EXCEPTION, all: ALL_COMPLETED } as const;

/** The task that runs the statement. */
function ownTask(): Task<unknown> {
  const task = currentTask();
  if (task === null) throw new GivenUp('a statement for tasks stands in a callback');
  return task;
}

function sortedLabels(machine: Machine, futures: Iterable<Future<unknown>>): string[] {
  const labels = Array.from(futures, (future) => (future instanceof Task ? machine.label(future) : 'future'));
  return labels.sort(compareStrings);
}

export const TASKS: Statements = {
  spawn(machine, variable: string, coro: string) {
    const name = machine.nameFor(variable);
    machine.env.set(variable, getRunningLoop().createTask(machine.call(coro), { name }));
  },

  eager_spawn(machine, variable: string, coro: string) {
    const name = machine.nameFor(variable);
    const task = new Task(machine.call(coro), { loop: getRunningLoop(), name, eagerStart: true });
    machine.env.set(variable, task);
    machine.log('eager', task.getName(), state(task));
  },

  *await(machine, ref: string): Coroutine<void> {
    const target = machine.item(ref);
    if (target === undefined) machine.log('undefined', ref);
    else machine.log('got', ref, show(yield* target));
  },

  cancel(machine, variable: string, message: string | null) {
    const target = machine.env.get(variable) as Future<unknown> | undefined;
    if (target === undefined) machine.log('undefined', variable);
    else machine.log('cancel', variable, message === null ? target.cancel() : target.cancel(message));
  },

  cancelling(machine) {
    machine.log('cancelling', ownTask().cancelling());
  },

  uncancel(machine) {
    machine.log('uncancel', ownTask().uncancel());
  },

  state(machine, variable: string) {
    const target = machine.env.get(variable) as Future<unknown> | undefined;
    machine.log('state', variable, target === undefined ? 'undefined' : state(target));
  },

  *gather(machine, refs: readonly string[], returnExceptions: boolean): Coroutine<void> {
    machine.log('gathered', show(yield* gather(...machine.items(refs), { returnExceptions })));
  },

  *wait(
    machine,
    names: readonly string[],
    timeout: number | null,
    when: keyof typeof RETURN_WHEN,
  ): Coroutine<void> {
    const futures = names.map((name) => machine.env.get(name) as Future<unknown> | undefined);
    const defined = futures.filter((future) => future !== undefined);
    if (defined.length === 0) return machine.log('undefined', names);
    const options = { timeout: machine.timeout(timeout), returnWhen: RETURN_WHEN[when] };
    const [done, pending] = yield* wait(defined, options);
    machine.log('waited', sortedLabels(machine, done), sortedLabels(machine, pending));
  },

  *wait_for(machine, ref: string, timeout: number | null): Coroutine<void> {
    const target = machine.item(ref);
    if (target === undefined) machine.log('undefined', ref);
    else machine.log('waited_for', show(yield* waitFor(target, machine.timeout(timeout))));
  },

  *shield(machine, ref: string): Coroutine<void> {
    const target = machine.item(ref);
    if (target === undefined) machine.log('undefined', ref);
    else machine.log('shielded', show(yield* shield(target)));
  },

  *as_completed(machine, refs: readonly string[], timeout: number | null): Coroutine<void> {
    const options = { timeout: machine.timeout(timeout) };
    for (const next of asCompleted(machine.items(refs), options)) {
      machine.log('completed', show(yield* next));
    }
  },
};
