/*
 * Random programs on a reader, each with what CPython's StreamReader did; reader-programs.py made them.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  type Coroutine,
  gather,
  IncompleteReadError,
  LimitOverrunError,
  OSError,
  StreamReader,
  type Task,
  Transport,
} from '../../src/index.js';
import { turns, virtually } from '../helpers/virtual.js';

type Step =
  | ['feed', string]
  | ['read' | 'exactly', number]
  | ['until', string | string[]]
  | ['line' | 'cancel' | 'eof' | 'fail'];

interface Program {
  limit: number;
  steps: Step[];
  /** After each step: the reads that ended, bytes that are buffered, whether at the end, calls of the transport. */
  trace: [ended: [number, unknown][], buffered: number, atEof: boolean, calls: string[]][];
}

class FakeTransport extends Transport {
  calls: string[] = [];
  override pauseReading(): void {
    this.calls.push('pause');
  }
  override resumeReading(): void {
    this.calls.push('resume');
  }
}

function outcome(task: Task<Buffer>): unknown {
  if (task.cancelled()) return 'cancelled';
  const error = task.exception() as Error | null;
  if (error === null) return String(task.result());
  const { name } = error;
  // Which option to set is added here, in parentheses.
  const message = error.message.replace(/ \(\d+ bytes; .*\)$/, '');
  if (error instanceof IncompleteReadError) {
    return { name, message, partial: String(error.partial), expected: error.expected };
  }
  return error instanceof LimitOverrunError ? { name, message, consumed: error.consumed } : { name, message };
}

function start(reader: StreamReader, step: Step): Coroutine<Buffer> | null {
  switch (step[0]) {
    case 'read':
      return reader.read(step[1]);
    case 'exactly':
      return reader.readexactly(step[1]);
    case 'until':
      return reader.readuntil(step[1]);
    case 'line':
      return reader.readline();
    default:
      return null;
  }
}

function act(reader: StreamReader, step: Step, tasks: readonly Task<Buffer>[]): void {
  if (step[0] === 'feed') reader.feedData(step[1]);
  else if (step[0] === 'eof') reader.feedEof();
  else if (step[0] === 'fail') reader.setException(new OSError('failed'));
  else if (step[0] === 'cancel') for (const task of tasks) task.cancel();
}

function traceOf({ limit, steps }: Program): Program['trace'] {
  return virtually(function* (loop): Coroutine<Program['trace']> {
    const reader = new StreamReader({ limit });
    const transport = new FakeTransport();
    reader.setTransport(transport);
    const tasks: Task<Buffer>[] = [];
    const ended = new Set<Task<Buffer>>();
    const trace: Program['trace'] = [];
    for (const step of steps) {
      const coro = start(reader, step);
      if (coro === null) act(reader, step, tasks);
      else tasks.push(loop.createTask(coro));
      yield* turns(3);
      const done = tasks.filter((task) => task.done() && !ended.has(task));
      for (const task of done) ended.add(task);
      trace.push([
        done.map((task) => [tasks.indexOf(task), outcome(task)]),
        reader._buffer.length,
        reader.atEof(),
        transport.calls,
      ]);
      transport.calls = [];
    }
    for (const task of tasks) task.cancel();
    yield* gather(...tasks, { returnExceptions: true });
    return trace;
  });
}

it("random programs on a reader do what they do with CPython's", () => {
  const programs = gunzipSync(readFileSync(new URL('reader-programs.jsonl.gz', import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Program);
  expect(programs).toHaveLength(400);
  for (const program of programs) {
    expect(traceOf(program), JSON.stringify([program.limit, program.steps])).toEqual(program.trace);
  }
});
