// Run shell commands one by one and together, collect output.
import { createSubprocessShell, gather, run, subprocess, type Coroutine } from 'tsyncio';
import { print, repr } from './python.js';

function* runCommand(cmd: string): Coroutine {
  const proc = yield* createSubprocessShell(cmd, { stdout: subprocess.PIPE, stderr: subprocess.PIPE });

  const [stdout, stderr] = yield* proc.communicate();

  print(`[${repr(cmd)} exited with ${proc.returncode}]`);
  if (stdout!.length > 0) print(`[stdout]\n${stdout!.toString().trimEnd()}`);
  if (stderr!.length > 0) print(`[stderr]\n${stderr!.toString().trimEnd()}`);
}

function* main(): Coroutine {
  yield* runCommand('echo hello; echo problem >&2; exit 3');
  yield* gather(runCommand('sleep 0.2; echo second'), runCommand('echo first'));
}

await run(main());
