/*
 * What the suites of child processes share.
 */
import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import {
  type BaseTransport,
  type Coroutine,
  type ExceptionContext,
  getRunningLoop,
  run,
  sleep,
  SubprocessProtocol,
  type SubprocessTransport,
} from '../../src/index.js';

/** Run `main` on a loop of its own; what reaches the exception handler fails the test. */
export async function running<T>(main: () => Coroutine<T>): Promise<T> {
  const reports: ExceptionContext[] = [];
  const result = await run(
    (function* () {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context));
      return yield* main();
    })(),
  );
  expect(reports).toEqual([]);
  return result;
}

/** A program of Node's, as arguments: `yield* createSubprocessExec(...nodeProgram('...'))`. */
export function nodeProgram(source: string, ...args: string[]): [string, ...string[]] {
  return [process.execPath, '-e', source, ...args];
}

/** Writes what it reads. */
export const ECHO: [string, ...string[]] = ['cat'];

/** How many descriptors this process has. */
export function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** The children of this process that nobody has reaped, or that still run. */
export function children(): string[] {
  const found: string[] = [];
  for (const thread of readdirSync('/proc/self/task')) {
    const list = process
      .getBuiltinModule('node:fs')
      .readFileSync(`/proc/self/task/${thread}/children`, 'utf8')
      .trim();
    if (list !== '') found.push(...list.split(' '));
  }
  return found;
}

/** Wait until `condition` holds. */
export function* eventually(condition: () => boolean, seconds = 10): Coroutine {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not so after ${seconds} s: ${condition.toString()}`);
    yield* sleep(0.002);
  }
}

/** Remembers what it was told. */
export class Recorder extends SubprocessProtocol {
  readonly events: string[] = [];
  readonly output: Record<number, string> = { 1: '', 2: '' };
  transport!: SubprocessTransport;
  lost = false;

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as SubprocessTransport;
    this.events.push('made');
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.output[fd] = this.output[fd]! + String(data);
    const event = `data ${fd}`;
    if (this.events.at(-1) !== event) this.events.push(event);
  }

  override pipeConnectionLost(fd: number, exc: Error | null): void {
    this.events.push(exc === null ? `pipe ${fd} lost` : `pipe ${fd} lost: ${exc.name}`);
  }

  override processExited(): void {
    this.events.push('exited');
  }

  override connectionLost(exc: Error | null): void {
    this.lost = true;
    this.events.push(exc === null ? 'lost' : `lost: ${exc.name}`);
  }
}
