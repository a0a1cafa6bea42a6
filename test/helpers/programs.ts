/*
 * Programs that nobody here wrote: a test that needs one is left out where it is missing, and says so.
 */
import { spawnSync } from 'node:child_process';

function isMissing(program: string, ...args: readonly string[]): boolean {
  const missing = spawnSync(program, args, { stdio: 'ignore' }).status !== 0;
  if (missing) console.log(`tests with ${program} are left out: it is not here`);
  return missing;
}

/** There is no python3 with its ssl module. */
export const noPython: boolean = isMissing('python3', '-c', 'import ssl');
