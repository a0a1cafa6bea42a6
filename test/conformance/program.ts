/*
 * What a conformance program is, and where the programs come from: little random programs that use asyncio, each
 * with the trace that CPython 3.15 gave for it. README.md beside this file describes their language.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** `[op, argument, ...]`; the tables in statements/ say what each does. */
export type Statement = readonly [op: string, ...args: unknown[]];

/** The statements of one coroutine, or of one block inside it. */
export type Block = readonly Statement[];

/** What happened: the loop's time, the label of the task or `-` for a plain callback, and what. */
export type Entry = readonly [time: number, who: string, what: string, ...args: unknown[]];

/** A future, lock, queue ... of a program: its kind, and its size where it has one. */
export type ObjectSpec = readonly [kind: string, size?: number];

/** One program with the trace to compare with. */
export interface Program {
  readonly id: string;
  readonly objects: Readonly<Record<string, ObjectSpec>>;
  readonly coros: Readonly<Record<string, Block>>;
  readonly trace: readonly Entry[];
}

/** The families of programs, with how many programs each has. */
export const PROFILES: Readonly<Record<string, number>> = {
  core: 288,
  cancel: 287,
  groups: 254,
  waits: 269,
  futures: 298,
  mixed: 282,
  locks: 293,
  queues: 293,
  contend: 300,
};

/** The programs of one profile, those with the shortest traces first. */
export function loadPrograms(profile: string): Program[] {
  const file = new URL(`programs/${profile}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Program);
}

/** The program of that id, which begins with its profile: `core-1-104`. */
export function findProgram(id: string): Program {
  const program = loadPrograms(id.split('-', 1)[0] ?? '').find((candidate) => candidate.id === id);
  if (program === undefined) throw new Error(`there is no program ${id}`);
  return program;
}

/**
 * Whether the program ended before its clock ever moved, so that no timer but those due at once has fired. (The last
 * entry is the latest.) Such a program gives the same trace on a real clock, as long as its timers are far away.
 */
export function isTimeless(program: Program): boolean {
  return program.trace.at(-1)?.[0] === 0;
}
