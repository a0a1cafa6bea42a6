/*
 * How the process ends on a KeyboardInterrupt or SystemExit that nobody has caught: as Python's does, and as shells
 * expect. Node would end with status 1 on both.
 */
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import { builtinOrNull } from './builtin.js';
import { inMainThread } from './signals.js';
import { systemName } from './system.js';

/** What a shell says of a process that SIGINT has ended. */
const INTERRUPTED = 130;
/** Windows' STATUS_CONTROL_C_EXIT. */
const INTERRUPTED_ON_WINDOWS = 0xc000013a;

let installed = false;

/**
 * From now on, an uncaught KeyboardInterrupt ends the process by SIGINT, and an uncaught SystemExit with its code. A program
 * that handles uncaught errors itself does as it likes. Called when the first such error leaves a loop.
 */
export function exitAsShellsExpect(): void {
  const process = builtinOrNull('node:process');
  if (installed || process === null || !inMainThread()) return;
  installed = true;
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback())
      return;
    if (error instanceof SystemExit) process.exit(statusOf(error.code));
    if (error instanceof KeyboardInterrupt) endByInterrupt(process, error);
  });
}

function statusOf(code: unknown): number {
  if (code === null || code === undefined) return 0;
  if (typeof code === 'boolean') return Number(code);
  if (typeof code === 'number' && Number.isInteger(code)) return code & 0xff;
  console.error(String(code));
  return 1;
}

function endByInterrupt(process: NodeJS.Process, error: KeyboardInterrupt): never {
  console.error(error);
  if (systemName() === 'win32') process.exit(INTERRUPTED_ON_WINDOWS);
  process.on('exit', () => {
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  });
  process.exit(INTERRUPTED);
}
