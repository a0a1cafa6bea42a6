/*
 * Starting a child process.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import type { OSError } from '../base/errors.js';
import { osError, osErrorFromNode } from '../base/oserror.js';
import type { SelectorEventLoop, Stdio, SubprocessOptions } from '../loop/index.js';
import { descriptorOf } from '../pipes/pipe-end.js';
import { addonAvailable } from '../platform/addon.js';
import { builtin } from '../platform/builtin.js';
import { environment } from '../platform/host.js';
import type { ChildProcess, Readable, Writable } from '../platform/streams.js';
import { DEVNULL, PIPE, STDOUT } from './constants.js';
import { checkProgram, redirecting } from './redirect.js';
import { type SharedPipe, sharedPipe } from './shared-pipe.js';

/** A child, and this process's ends of its pipes. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

type NodeStdio = 'pipe' | 'ignore' | 'inherit' | number;

function stdioOf(value: Stdio | undefined): NodeStdio {
  if (value == null) return 'inherit';
  if (value === PIPE) return 'pipe';
  if (value === DEVNULL) return 'ignore';
  return descriptorOf(value);
}

/** Node's list: what each descriptor of the child is. */
function stdioList(options: SubprocessOptions, shared: SharedPipe | null): NodeStdio[] {
  const { stdin, stdout, stderr } = options;
  const out = shared === null ? stdioOf(stdout) : shared.writeFd;
  const list = [stdioOf(stdin), out, stderr === STDOUT ? sameAs(out) : stdioOf(stderr)];
  for (const fd of options.passFds ?? []) {
    while (list.length <= fd) list.push('ignore');
    list[fd] = fd;
  }
  return list;
}

/** For standard error, what standard output is. */
function sameAs(out: NodeStdio): NodeStdio {
  return out === 'inherit' ? 1 : out;
}

/** A path of the working directory, for messages and for Node. */
function cwdOf(cwd: SubprocessOptions['cwd']): string | undefined {
  if (cwd == null) return undefined;
  return cwd instanceof URL ? builtin('node:url').fileURLToPath(cwd) : cwd;
}

/**
 * Start a program.
 *
 * @throws FileNotFoundError, PermissionError, NotADirectoryError or another OSError, with the path that it is about.
 */
export function* spawn(
  loop: SelectorEventLoop,
  args: readonly string[],
  options: SubprocessOptions,
): Coroutine<Spawned> {
  if (sharesPipe(options) && !addonAvailable()) return yield* spawnRedirected(loop, args, options);
  const shared = sharesPipe(options) ? sharedPipe() : null;
  try {
    const child = startChild(args, options, shared);
    if (child.pid === undefined) throw yield* failureOf(loop, child, cwdOf(options.cwd));
    const { stdin, stdout, stderr } = child;
    return { child, stdin, stdout: shared?.reader() ?? stdout, stderr };
  } catch (error) {
    shared?.abandon();
    throw error;
  } finally {
    shared?.closeWriter();
  }
}

function sharesPipe({ stdout, stderr }: SubprocessOptions): boolean {
  return stdout === PIPE && stderr === STDOUT;
}

function spawnRedirected(
  loop: SelectorEventLoop,
  args: readonly string[],
  options: SubprocessOptions,
): Coroutine<Spawned> {
  const [program, ...rest] = args;
  const executable = options.executable ?? program!;
  checkProgram(executable, options.env?.PATH ?? environment('PATH') ?? '/bin:/usr/bin');
  return spawn(loop, redirecting([executable, ...rest]), { ...options, executable: null, stderr: null });
}

function startChild(
  [program, ...args]: readonly string[],
  options: SubprocessOptions,
  shared: SharedPipe | null,
): ChildProcess {
  const { executable, env, startNewSession, user, group } = options;
  const stdio = stdioList(options, shared);
  try {
    return builtin('node:child_process').spawn(executable ?? program!, args, {
      stdio,
      cwd: cwdOf(options.cwd),
      detached: startNewSession ?? false,
      windowsHide: true,
      ...(executable != null && { argv0: program }),
      ...(env != null && { env: env }),
      ...(user != null && { uid: user }),
      ...(group != null && { gid: group }),
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code.startsWith('ERR_')) throw error;
    throw badDirectory(cwdOf(options.cwd), error as Error) ?? osErrorFromNode(error as Error);
  }
}

/** Node tells by an event why there is no child. */
function* failureOf(
  loop: SelectorEventLoop,
  child: ChildProcess,
  cwd: string | undefined,
): Coroutine<OSError> {
  const failed = loop.createFuture<Error>();
  child.once('error', (error) => failed.setResult(error));
  const error = yield* failed;
  // Pipes to a child that never was.
  for (const stream of child.stdio) stream?.destroy();
  return badDirectory(cwd, error) ?? osErrorFromNode(error);
}

/** Node blames the program where it is the working directory that does not exist. */
function badDirectory(cwd: string | undefined, cause: Error): OSError | null {
  if (cwd === undefined) return null;
  const fs = builtin('node:fs');
  try {
    if (!fs.statSync(cwd).isDirectory()) {
      return osError({ errno: errnoOf('ENOTDIR'), syscall: 'chdir', path: cwd, cause });
    }
    fs.accessSync(cwd, fs.constants.X_OK);
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ENOENT';
    return osError({ errno: errnoOf(code), syscall: 'chdir', path: cwd, cause });
  }
}
