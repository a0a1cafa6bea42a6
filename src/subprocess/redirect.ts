/*
 * Standard error into the pipe of standard output, without a pipe of our own: the shell does it, and becomes the program.
 */
import { errnoOf } from '../base/errno.js';
import { osError } from '../base/oserror.js';
import { builtin } from '../platform/builtin.js';

/** The command that runs `args` so. */
export function redirecting(args: readonly string[]): string[] {
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...args];
}

/**
 * What the shell would tell in a way of its own: that there is no such program.
 *
 * @throws FileNotFoundError or PermissionError with the program's name.
 */
export function checkProgram(program: string, path: string): void {
  const { accessSync, constants } = builtin('node:fs');
  const candidates = program.includes('/')
    ? [program]
    : path.split(':').map((folder) => `${folder}/${program}`);
  let code = 'ENOENT';
  for (const candidate of candidates) {
    try {
      accessSync(candidate, constants.X_OK);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') code = 'EACCES';
    }
  }
  const message = `spawn ${program} ${code}`;
  throw osError({ errno: errnoOf(code), syscall: `spawn ${program}`, path: program, message });
}
