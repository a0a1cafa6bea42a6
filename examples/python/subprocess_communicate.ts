// communicate with input, redirections, signals.
import {
  createSubprocessExec,
  createSubprocessShell,
  FileNotFoundError,
  ProcessLookupError,
  run,
  subprocess,
  TimeoutError,
  waitFor,
  type Coroutine,
} from 'tsyncio';
import { print, repr, tuple } from './python.js';

const { PIPE, STDOUT } = subprocess;

function* main(): Coroutine {
  let proc = yield* createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
  print(repr(tuple(...(yield* proc.communicate('some input')))), proc.returncode);

  proc = yield* createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: STDOUT });
  print(repr(tuple(...(yield* proc.communicate()))));

  proc = yield* createSubprocessExec(process.execPath, '-e', 'setTimeout(() => {}, 60_000)');
  print('running:', proc.returncode, proc.stdin, proc.stdout);
  proc.terminate();
  print('after terminate():', yield* proc.wait());
  try {
    proc.kill();
  } catch (error) {
    if (!(error instanceof ProcessLookupError)) throw error;
    print('ProcessLookupError: the transport is already finished');
  }

  try {
    yield* waitFor(createSubprocessExec('/no/such/program'), 5);
  } catch (error) {
    if (!(error instanceof FileNotFoundError)) throw error;
    print('FileNotFoundError:', error.path);
  }

  proc = yield* createSubprocessShell('exec sleep 60');
  try {
    yield* waitFor(proc.wait(), 0.05);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    proc.kill();
  }
  print('killed:', yield* proc.wait());
}

await run(main());
