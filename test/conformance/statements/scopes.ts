/*
 * Statements with a body in a scope: timeouts and task groups.
 */
import { asyncWith, type Coroutine, RuntimeError, TaskGroup, timeout } from '../../../src/index.js';
import type { Machine } from '../machine.js';
import type { Block } from '../program.js';
import { show } from '../values.js';
import type { Statements } from './index.js';

function spawnIn(machine: Machine, group: TaskGroup, variable: string, coro: string): void {
  const name = machine.nameFor(variable);
  machine.env.set(variable, group.createTask(machine.call(coro), { name }));
}

/** The group entered last, which may have ended since. */
function lastGroup(machine: Machine): TaskGroup | undefined {
  return machine.env.get('group') as TaskGroup | undefined;
}

export const SCOPES: Statements = {
  *timeout(machine, seconds: number | null, body: Block): Coroutine<void> {
    const scope = timeout(machine.timeout(seconds));
    yield* asyncWith(scope, () => machine.block(body));
    machine.log('in_time', scope.expired());
  },

  *reschedule(machine, first: number | null, second: number, body: Block): Coroutine<void> {
    const scope = timeout(machine.timeout(first));
    yield* asyncWith(scope, function* (): Coroutine<void> {
      scope.reschedule(machine.loop.time() + machine.seconds(second));
      yield* machine.block(body);
    });
    machine.log('in_time', scope.expired());
  },

  *group(machine, children: readonly (readonly [string, string])[], body: Block): Coroutine<void> {
    yield* asyncWith(new TaskGroup(), function* (group): Coroutine<void> {
      for (const [variable, coro] of children) spawnIn(machine, group, variable, coro);
      machine.env.set('group', group);
      yield* machine.block(body);
    });
    machine.log('group_done');
  },

  group_spawn(machine, variable: string, coro: string) {
    const group = lastGroup(machine);
    if (group === undefined) return machine.log('undefined', 'group');
    try {
      spawnIn(machine, group, variable, coro);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      machine.log('refused', variable, show(error));
    }
  },

  group_cancel(machine) {
    const group = lastGroup(machine);
    if (group === undefined) return machine.log('undefined', 'group');
    group.cancel();
    machine.log('group_cancel');
  },
};
