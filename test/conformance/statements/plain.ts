/*
 * Statements that need little of the library: logging, raising, returning, sleeping, repeating, trying.
 */
import { type Coroutine, sleep } from '../../../src/index.js';
import type { Machine } from '../machine.js';
import type { Block } from '../program.js';
import { Boom, GivenUp, matches, Return, show } from '../values.js';
import type { Statements } from './index.js';

type Handler = readonly [kind: string, body: Block, reraise: boolean];

export const PLAIN: Statements = {
  log(machine, text: string) {
    machine.log('log', text);
  },

  raise(_machine, text: string) {
    throw new Boom(text);
  },

  return(_machine, value: unknown) {
    throw new Return(value);
  },

  *sleep(machine, seconds: number): Coroutine<void> {
    yield* sleep(machine.seconds(seconds));
  },

  *repeat(machine, times: number, body: Block): Coroutine<void> {
    for (let n = 0; n < times; n++) yield* machine.block(body);
  },

  *try(machine: Machine, body: Block, handlers: readonly Handler[], final: Block): Coroutine<void> {
    try {
      yield* machine.block(body);
    } catch (error) {
      if (error instanceof Return || error instanceof GivenUp) throw error;
      const handler = handlers.find(([kind]) => matches(kind, error));
      if (handler === undefined) throw error;
      const [, handle, reraise] = handler;
      machine.log('caught', show(error));
      yield* machine.block(handle);
      if (reraise) throw error;
    } finally {
      yield* machine.block(final);
    }
  },
};
