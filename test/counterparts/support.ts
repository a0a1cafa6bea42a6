/*
 * Programs that nobody here wrote, as processes: started, spoken to, ended with the test.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, onTestFinished } from 'vitest';
import { type Coroutine, wrapFuture } from '../../src/index.js';

/** The tests of this file need `program`: where it is missing they are skipped, and say so. */
export function needs(program: string, versionArg = '--version'): void {
  const { error } = spawnSync(program, [versionArg], { stdio: 'ignore' });
  beforeEach(({ skip }) => skip(error !== undefined, `${program} is not installed`));
}

export interface Ended {
  stdout: string;
  stderr: string;
  /** The exit code; the signal where one ended it. */
  code: number | NodeJS.Signals | null;
}

/** A process, and what it has written so far. */
export class Counterpart {
  readonly process: ChildProcess;
  private readonly _out: Buffer[] = [];
  private readonly _err: Buffer[] = [];
  private readonly _ended: Promise<Ended>;

  constructor(program: string, args: readonly string[], stdin: string | Uint8Array | null) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process = child;
    child.stdout.on('data', (data: Buffer) => this._out.push(data));
    child.stderr.on('data', (data: Buffer) => this._err.push(data));
    // It may end before it has read everything.
    child.stdin.on('error', () => undefined);
    if (stdin !== null) child.stdin.end(stdin);
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    this._ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(killer);
        resolve({ stdout: this.stdout, stderr: this.stderr, code: code ?? signal });
      });
    });
  }

  get stdout(): string {
    return Buffer.concat(this._out).toString('latin1');
  }

  get stderr(): string {
    return Buffer.concat(this._err).toString('latin1');
  }

  /** Wait for its end. */
  *ended(): Coroutine<Ended> {
    return yield* wrapFuture(this._ended);
  }

  /** Wait until it has written what `pattern` matches, on either stream. */
  *written(pattern: RegExp): Coroutine<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`it ended and never wrote ${String(pattern)}: ${this.stdout}${this.stderr}`);
      }
      yield* wrapFuture(new Promise((resolve) => setTimeout(resolve, 5)));
    }
  }
}

/** Start a program that stays until it is told to end, or until the test is over. */
export function start(program: string, args: readonly string[]): Counterpart {
  const counterpart = new Counterpart(program, args, null);
  onTestFinished(() => {
    counterpart.process.kill('SIGKILL');
  });
  return counterpart;
}

/** Run a program to its end. */
export function command(
  program: string,
  args: readonly string[],
  stdin: string | Uint8Array = '',
): Coroutine<Ended> {
  return new Counterpart(program, args, stdin).ended();
}

/** A directory for the time of the test. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'counterparts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
