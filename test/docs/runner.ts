/*
 * How blocks are run: many in one process, one after the other, as batch.mjs does it. What a block leaves behind, or how
 * it ends, may not show in the next, so only a clean pass counts there. Whatever else comes of it, the block is run
 * again as a page's reader would run it, in a process of its own, and what comes of that counts.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { bundleBatch, bundleScripts } from './bundle.js';

export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** It had a process of its own. */
  readonly alone: boolean;
}

const SECONDS_A_BLOCK = 45;
/** A process keeps the modules of each block that it has run. */
const BLOCKS_A_PROCESS = 100;
const MARK = '\0end of block\0';
const batchScript = fileURLToPath(new URL('./batch.mjs', import.meta.url));
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NO_COLOR: '1',
  NODE_OPTIONS: '',
  NODE_V8_COVERAGE: undefined,
});

/** A process that runs blocks one after the other. */
class BatchProcess {
  private readonly _process: ChildProcess;
  private readonly _jobs: Writable;
  private readonly _printed: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  private _done: (outcome: Outcome | null) => void = () => {};
  private _left = BLOCKS_A_PROCESS;
  private _ended = false;

  constructor(library: string) {
    this._process = spawn(process.execPath, [batchScript, library], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: environment(),
    });
    this._jobs = this._process.stdio[3] as Writable;
    // A process that has ended says so by its end.
    this._jobs.on('error', () => {});
    for (const name of ['stdout', 'stderr'] as const) {
      this._process[name]!.setEncoding('utf8').on('data', (text: string) => {
        this._printed[name] += text;
        this._look();
      });
    }
    this._process.on('close', () => {
      this._ended = true;
      this._done(null);
    });
  }

  get usable(): boolean {
    return this._left > 0 && !this._ended;
  }

  /** What came of a block that ended as it should; `null` for any other, and there is no process any more. */
  async run(path: string): Promise<Outcome | null> {
    this._left--;
    this._printed.stdout = this._printed.stderr = '';
    const timer = setTimeout(() => this._process.kill('SIGKILL'), SECONDS_A_BLOCK * 1000);
    try {
      return await new Promise<Outcome | null>((resolve) => {
        this._done = resolve;
        if (this._ended) resolve(null);
        this._jobs.write(`${path}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this._jobs.end();
  }

  private _look(): void {
    const { stdout, stderr } = this._printed;
    if (!stdout.endsWith(MARK) || !stderr.endsWith(MARK)) return;
    const own = (text: string): string => text.slice(0, -MARK.length);
    this._done({ code: 0, stdout: own(stdout), stderr: own(stderr), alone: false });
  }
}

/** Run a script in a process of its own. */
function runAlone(script: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { timeout: SECONDS_A_BLOCK * 1000, env: environment() };
    execFile(process.execPath, ['--enable-source-maps', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal ?? 'killed');
      resolve({ code, stdout, stderr, alone: true });
    });
  });
}

/**
 * Run blocks of code, as many at once as there are cores. `passes` says whether an outcome is as it should be. The
 * promises come back in the order of the blocks.
 */
export async function runAll(
  codes: readonly string[],
  outdir: string,
  passes: (outcome: Outcome, index: number) => boolean,
): Promise<Promise<Outcome>[]> {
  const { library, paths } = await bundleBatch(codes, `${outdir}/batch`);
  let scripts: Promise<string[]> | undefined;
  const done: ((outcome: Outcome) => void)[] = [];
  const failed: ((error: unknown) => void)[] = [];
  const outcomes = codes.map(
    (_, index) =>
      new Promise<Outcome>((resolve, reject) => {
        done[index] = resolve;
        failed[index] = reject;
      }),
  );
  let next = 0;
  const lane = async (): Promise<void> => {
    let batch = new BatchProcess(library);
    for (let index = next++; index < codes.length; index = next++) {
      if (!batch.usable) {
        batch.end();
        batch = new BatchProcess(library);
      }
      try {
        let outcome = await batch.run(paths[index]!);
        if (outcome === null || !passes(outcome, index)) {
          scripts ??= bundleScripts(codes, `${outdir}/alone`);
          outcome = await runAlone((await scripts)[index]!);
        }
        done[index]!(outcome);
      } catch (error) {
        failed[index]!(error);
      }
    }
    batch.end();
  };
  for (let i = Math.min(availableParallelism(), codes.length); i > 0; i--) void lane();
  return outcomes;
}

/** The lines that were printed. */
export function linesOf(printed: string): string[] {
  const text = printed.trimEnd();
  return text === '' ? [] : text.split('\n');
}

/** Whether `printed` is what a block states; `...` as a line stands for any number of lines. */
export function matches(printed: readonly string[], stated: readonly string[]): boolean {
  const [first, ...rest] = stated;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === '...')
    return printed.some((_, i) => matches(printed.slice(i), rest)) || rest.length === 0;
  return printed[0]?.trimEnd() === first.trimEnd() && matches(printed.slice(1), rest);
}
