/*
 * What the shell does with `producer | filter | consumer`: three programs at once, each reading what the one before it writes,
 * over pipes of the system's. Not a byte passes through this process but the last program's output.
 *
 *     node dist-examples/pipeline.js      the numbers of one to a hundred that have a 7 in them, counted
 */
import { closeSync } from 'node:fs';
import { createSubprocessExec, gather, run, subprocess, type Coroutine } from 'tsyncio';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** What became of a pipeline. */
export interface PipelineResult {
  /** What the last program wrote. */
  readonly output: string;
  /** The exit status of each, in order; minus the number of a signal. */
  readonly statuses: readonly number[];
}

/**
 * Run the commands as a pipeline. If one cannot be started, those before it are killed, and the error goes on.
 */
export function* pipeline(...commands: readonly Command[]): Coroutine<PipelineResult> {
  const processes: subprocess.Process[] = [];
  /** Where the next one reads from; the first reads nothing. */
  let stdin: number = subprocess.DEVNULL;
  try {
    for (const [i, [program, ...args]] of commands.entries()) {
      const isLast = i === commands.length - 1;
      const [reader, writer] = isLast ? [subprocess.DEVNULL, subprocess.PIPE] : subprocess.pipe();
      try {
        processes.push(yield* createSubprocessExec(program, ...args, { stdin, stdout: writer }));
      } finally {
        // The children have them. With an end left open here, nobody would ever see the end of the data.
        for (const fd of [stdin, writer]) if (fd >= 0) closeSync(fd);
        stdin = reader;
      }
    }
    const [output] = yield* processes.at(-1)!.communicate();
    const statuses = yield* gather(...processes.map((process) => process.wait()));
    return { output: String(output), statuses };
  } catch (error) {
    if (stdin >= 0) closeSync(stdin);
    for (const process of processes) if (process.returncode === null) process.kill();
    yield* gather(...processes.map((process) => process.wait()));
    throw error;
  }
}

export function* main(): Coroutine {
  const { output, statuses } = yield* pipeline(['seq', '100'], ['grep', '7'], ['wc', '-l']);
  console.log(`${output.trim()} numbers; exit statuses ${statuses.join(', ')}`);
}

if (process.argv[1] === import.meta.filename) await run(main());
