// Read one line of a child's output and wait for its exit.
import { createSubprocessExec, run, subprocess, type Coroutine } from 'tsyncio';
import { print } from './python.js';

function* getLine(): Coroutine<string> {
  const code = 'console.log(new Date(Date.UTC(2024, 1, 29)).toISOString().slice(0, 10))';
  const proc = yield* createSubprocessExec(process.execPath, '-e', code, { stdout: subprocess.PIPE });
  const data = yield* proc.stdout!.readline();
  const line = data.toString().trimEnd();
  print('return code:', yield* proc.wait(), proc.returncode);
  return line;
}

print(`Date in the child: ${await run(getLine())}`);
