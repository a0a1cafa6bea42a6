/*
 * A worker that is a process of its own. It talks over Node's channel between processes.
 */
import { builtin } from '../builtin.js';
import type { Death, FromWorker, ToWorker, WorkerLink, WorkerOwner, WorkerSettings } from './protocol.js';
import { LOAD, workerProgram } from './source.js';

type ChildProcess = ReturnType<(typeof import('node:child_process'))['spawn']>;

/** The program comes as the first message. It gets its import() here, so that it starts from the working directory. */
const BOOTSTRAP = `process.once('message', (program) => (0, eval)(program)(${LOAD}))`;

/** Options of Node's command line that belong to the program it runs, with how many values each takes. */
const OF_THE_PROGRAM = new Map([
  ['-e', 1],
  ['--eval', 1],
  ['-p', 1],
  ['-pe', 1],
  ['--print', 1],
  ['-c', 0],
  ['--check', 0],
  ['-i', 0],
  ['--interactive', 0],
  ['--test', 0],
  ['--watch', 0],
  ['--input-type', 1],
]);

/** The options this process runs with, but those that say which program. */
function inheritedOptions(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!;
    const values = OF_THE_PROGRAM.get(option);
    if (values !== undefined) i += values;
    else if (!/^--(eval|print|input-type|inspect|test|watch)\b/.test(option)) kept.push(option);
  }
  return kept;
}

/** Start a process. */
export function startChild(settings: WorkerSettings, owner: WorkerOwner): WorkerLink {
  return new ChildLink(settings, owner);
}

class ChildLink implements WorkerLink {
  private readonly _owner: WorkerOwner;
  private readonly _child: ChildProcess;
  private _error: unknown = null;
  private _how: string | null = null;
  private _disconnected: boolean = false;
  private _gone: boolean = false;

  constructor(settings: WorkerSettings, owner: WorkerOwner) {
    const { spawn } = builtin('node:child_process');
    const { execPath, execArgv } = builtin('node:process');
    this._owner = owner;
    const options = [...inheritedOptions(execArgv), '--input-type=commonjs', '-e', BOOTSTRAP];
    this._child = spawn(execPath, options, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      argv0: settings.name,
    });
    this._child.on('message', (message: FromWorker) => {
      if (message.kind === 'dying') this._error = message.error;
      else this._owner.onMessage(message);
    });
    this._child.on('error', (error) => {
      this._error = error;
      if (this._child.pid === undefined) this._end(`could not be started: ${error.message}`);
    });
    this._child.on('exit', (code, signal) => {
      this._how = signal === null ? `exited with code ${String(code)}` : `was killed by ${signal}`;
      if (this._disconnected) this._end(this._how);
    });
    // What it sent last comes before this.
    this._child.on('disconnect', () => {
      this._disconnected = true;
      if (this._how !== null) this._end(this._how);
    });
    if (this._child.pid !== undefined) this._child.send(workerProgram());
  }

  get pid(): number | null {
    return this._child.pid ?? null;
  }

  post(message: ToWorker): void {
    // A child that is gone is reported by its exit.
    if (this._child.connected) this._child.send(message, () => undefined);
  }

  keepAlive(on: boolean): void {
    if (on) {
      this._child.ref();
      this._child.channel?.ref();
    } else {
      this._child.unref();
      this._child.channel?.unref();
    }
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this._child.kill(signal);
  }

  private _end(how: string): void {
    if (this._gone) return;
    this._gone = true;
    const death: Death = { how, error: this._error };
    this._owner.onGone(death);
  }
}
