/*
 * What can be asked of the JavaScript engine and the computer below it.
 */
import { builtinOrNull } from './builtin.js';

/** Whether `source` is a program, by its syntax. Where nobody can tell, it passes for one. */
export function parses(source: string): boolean {
  const vm = builtinOrNull('node:vm');
  if (vm === null) return true;
  try {
    new vm.Script(source);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** How many threads can run at once. */
export function parallelism(): number {
  const os = builtinOrNull('node:os');
  return os?.availableParallelism() ?? 1;
}
