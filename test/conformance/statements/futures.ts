/*
 * Statements on futures, callbacks, timer handles and context variables.
 */
import { ContextVar, type Future, InvalidStateError, type TimerHandle } from '../../../src/index.js';
import type { Machine } from '../machine.js';
import type { Block } from '../program.js';
import { Boom, GivenUp, state } from '../values.js';
import type { Statements } from './index.js';

const VARIABLES: ReadonlyMap<string, ContextVar<unknown>> = new Map(
  ['x', 'y'].map((name) => [name, new ContextVar<unknown>(name, { default: null })]),
);

function contextVariable(name: string): ContextVar<unknown> {
  const variable = VARIABLES.get(name);
  if (variable === undefined) throw new GivenUp(`there is no context variable ${name}`);
  return variable;
}

/** Complete a future, which may be done already. */
function complete(machine: Machine, name: string, act: (future: Future<unknown>) => void): void {
  try {
    act(machine.object<Future<unknown>>(name));
  } catch (error) {
    if (!(error instanceof InvalidStateError)) throw error;
    machine.log('invalid', name);
  }
}

export const FUTURES: Statements = {
  set_result(machine, name: string, value: unknown) {
    complete(machine, name, (future) => {
      future.setResult(value);
    });
  },

  set_exception(machine, name: string, text: string) {
    complete(machine, name, (future) => {
      future.setException(new Boom(text));
    });
  },

  on_done(machine, name: string, tag: string) {
    const target = machine.env.get(name) as Future<unknown> | undefined;
    if (target === undefined) return machine.log('undefined', name);
    target.addDoneCallback((future) => {
      machine.log('callback', tag, state(future));
    });
  },

  call_soon(machine, tag: string) {
    machine.loop.callSoon(() => {
      machine.log('soon', tag);
    });
  },

  call_later(machine, seconds: number, name: string, statements: Block) {
    const handle = machine.loop.callLater(machine.seconds(seconds), () => {
      machine.syncBlock(statements);
    });
    machine.env.set(name, handle);
  },

  handle_cancel(machine, name: string) {
    const handle = machine.env.get(name) as TimerHandle | undefined;
    if (handle === undefined) return machine.log('undefined', name);
    handle.cancel();
    machine.log('handle', name, handle.cancelled());
  },

  context_set(_machine, name: string, value: unknown) {
    contextVariable(name).set(value);
  },

  context_get(machine, name: string) {
    machine.log('context', name, contextVariable(name).get());
  },
};
