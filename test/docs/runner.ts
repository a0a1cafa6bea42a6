import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const SECONDS_A_BLOCK = 15;

function start(script: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = {
      timeout: SECONDS_A_BLOCK * 1000,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    };
    execFile(process.execPath, ['--enable-source-maps', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal ?? 'killed');
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Run scripts, each in a process of its own (a page's reader runs it so, and a loop left behind harms nobody else), as
 * many at once as there are cores. The promises come back in the order of the scripts.
 */
export function runAll(scripts: readonly string[]): Promise<Outcome>[] {
  const done: ((outcome: Outcome) => void)[] = [];
  const outcomes = scripts.map((_, index) => new Promise<Outcome>((resolve) => (done[index] = resolve)));
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < scripts.length; index = next++)
      done[index]!(await start(scripts[index]!));
  };
  for (let i = 0; i < availableParallelism(); i++) void lane();
  return outcomes;
}

/** Whether `printed` is what a block states; `...` as a line stands for any number of lines. */
export function matches(printed: readonly string[], stated: readonly string[]): boolean {
  const [first, ...rest] = stated;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === '...')
    return printed.some((_, i) => matches(printed.slice(i), rest)) || rest.length === 0;
  return printed[0]?.trimEnd() === first.trimEnd() && matches(printed.slice(1), rest);
}
