/*
 * All statements by their op. A statement is a function of the machine and of its arguments; it is a coroutine
 * exactly where it waits.
 */
import type { Coroutine } from '../../../src/index.js';
import type { Machine } from '../machine.js';
import { FUTURES } from './futures.js';
import { LOCKS } from './locks.js';
import { PLAIN } from './plain.js';
import { QUEUES } from './queues.js';
import { SCOPES } from './scopes.js';
import { TASKS } from './tasks.js';

/** Statements by op. */
export type Statements = Readonly<
  Record<string, (machine: Machine, ...args: never[]) => Coroutine<void> | void>
>;

export const STATEMENTS: Statements = { ...PLAIN, ...TASKS, ...SCOPES, ...FUTURES, ...LOCKS, ...QUEUES };
