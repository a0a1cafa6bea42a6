/*
 * A program in a process of its own: for what ends a process, interrupts it, or must leave nothing behind.
 *
 * The program is TypeScript text that imports `tsyncio`; it gets the sources, in a bundle that all programs share. A
 * program that is to have them in its own is made by `bundle`.
 */
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedLibrary } from './library.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundles = join(root, 'temp', 'children');

/** What became of a child. */
export interface ChildResult {
  stdout: string;
  stderr: string;
  /** The exit code, or `null` if a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** What `process.argv` holds from the third on. */
  args?: readonly string[];
  /** Node's own options, such as `--expose-gc`. */
  nodeArgs?: readonly string[];
  /** Added to the environment; `undefined` takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Seconds until it is killed, so that a child that hangs fails its test with what it printed. */
  timeout?: number;
}

/** A child that runs. */
export class Child {
  /** Settled when it has ended and its output is complete. */
  readonly ended: Promise<ChildResult>;
  readonly pid: number;
  private readonly _process: ChildProcess;
  private _stdout = '';
  private _stderr = '';
  private _waiting: (() => void)[] = [];
  private _closed = false;

  constructor(child: ChildProcess, timeout: number, cleanUp: () => void) {
    this._process = child;
    this.pid = child.pid ?? -1;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this._stdout += text;
      this._look();
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this._stderr += text;
      this._look();
    });
    const killer = setTimeout(() => child.kill('SIGKILL'), timeout * 1000);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(killer);
        cleanUp();
        this._closed = true;
        this._look();
        resolve({ stdout: this._stdout, stderr: this._stderr, code, signal });
      });
    });
  }

  /** Wait until it has printed `text`, on either stream. */
  async printed(text: string): Promise<void> {
    while (!this._stdout.includes(text) && !this._stderr.includes(text)) {
      if (this._closed) {
        throw new Error(
          `the child ended without printing ${JSON.stringify(text)}:\n${this._stdout}${this._stderr}`,
        );
      }
      await new Promise<void>((resolve) => this._waiting.push(resolve));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this._process.kill(signal);
  }

  private _look(): void {
    const waiting = this._waiting;
    this._waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** As in vitest.config.ts: the package by its name is its sources. */
const packageSources: Plugin = {
  name: 'tsyncio',
  setup({ onResolve }) {
    onResolve({ filter: /^tsyncio(\/|$)/ }, ({ path }) => ({
      path: join(root, 'src', path.slice('tsyncio'.length), 'index.ts'),
    }));
  },
};

/** Bundle programs, with the package's sources, into a directory of their own below the package's. */
export async function bundle(options: BuildOptions, library: Plugin = packageSources): Promise<string> {
  mkdirSync(bundles, { recursive: true });
  const directory = mkdtempSync(join(bundles, 'child-'));
  await build({
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
    ...options,
    plugins: [...(options.plugins ?? []), library],
  });
  return directory;
}

/** Start the program in `file`; `cleanUp` is called when it has ended. */
export function spawnChild(file: string, options: ChildOptions = {}, cleanUp: () => void = () => {}): Child {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), file, ...(options.args ?? [])], {
    cwd: root,
    // What the test runner set for itself is no business of the child's.
    env: { ...process.env, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Child(child, options.timeout ?? 15, cleanUp);
}

/** Start `source` as a program. */
export async function startChild(source: string, options: ChildOptions = {}): Promise<Child> {
  const program = {
    contents: source,
    loader: 'ts',
    sourcefile: 'main.ts',
    resolveDir: join(root, 'test'),
  } as const;
  const directory = await bundle({ stdin: program, entryNames: 'main', sourcemap: 'inline' }, sharedLibrary);
  return spawnChild(
    join(directory, 'main.mjs'),
    { ...options, nodeArgs: ['--enable-source-maps', ...(options.nodeArgs ?? [])] },
    () => rmSync(directory, { recursive: true, force: true }),
  );
}

/** Run `source` as a program, to its end. */
export async function runChild(source: string, options: ChildOptions = {}): Promise<ChildResult> {
  return await (
    await startChild(source, options)
  ).ended;
}
