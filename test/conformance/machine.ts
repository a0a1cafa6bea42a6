/*
 * The interpreter of the conformance programs: it runs one program on one loop and records what happened.
 *
 * It uses the library's public API alone, as a user would. It is made of nested generators, so that between the
 * statements of a program nothing is awaited but what a statement awaits itself.
 */
import {
  allTasks,
  type Awaitable,
  type Coroutine,
  createTask,
  currentTask,
  type EventLoop,
  type Task,
  type TimerHandle,
  wait,
} from '../../src/index.js';
import { makeObject } from './objects.js';
import type { Block, Entry, Program, Statement } from './program.js';
import { STATEMENTS } from './statements/index.js';
import { GivenUp, Return, show, state } from './values.js';

/** Seconds between two rounds of the watchdog, which ends what would wait for ever. */
const CANCEL_EVERY = 1000;

/** Rounds of the watchdog, and entries of a trace, that no recorded program reaches. */
const MAX_ROUNDS = 25;
const MAX_ENTRIES = 400;

/** The table of variables, the trace, and the tasks of one run. */
export class Machine {
  readonly loop: EventLoop;
  readonly trace: Entry[] = [];
  /** Objects, tasks and timer handles by their name, shared by all coroutines of the program. */
  readonly env: Map<string, unknown> = new Map();
  readonly #program: Program;
  readonly #timeScale: number;
  readonly #copies = new Map<string, number>();
  readonly #anonymous = new Map<string, string>();
  #watch: TimerHandle | undefined;
  #rounds = 0;

  /** @param timeScale - every delay of the program is multiplied by it. */
  constructor(program: Program, loop: EventLoop, timeScale: number = 1) {
    this.#program = program;
    this.loop = loop;
    this.#timeScale = timeScale;
  }

  /** Set everything up; the program has run when the task that this returns is done. */
  start(): Task<void> {
    this.loop.setExceptionHandler((_loop, context) => {
      this.#onLoopError(context.message ?? '', context.exception);
    });
    const outer = this.loop.createTask(this.#outer(), { name: 'outer' });
    this.#watch = this.loop.callLater(this.seconds(CANCEL_EVERY), () => {
      this.#watchdog();
    });
    return outer;
  }

  /** Take the watchdog off the loop, which a real loop would otherwise go on waiting for. */
  finish(): void {
    this.#watch?.cancel();
  }

  // -- recording

  /** Append an entry: the time, who runs, and this. */
  log(...what: [string, ...unknown[]]): void {
    const task = currentTask();
    this.#append(task === null ? '-' : this.label(task), ...what);
    if (this.trace.length > MAX_ENTRIES) throw this.giveUp('its trace does not end');
  }

  #append(who: string, ...what: [string, ...unknown[]]): void {
    this.trace.push([this.loop.time(), who, ...what]);
  }

  /** Stop a program that has gone wrong: a task might swallow the error alone. */
  giveUp(why: string): GivenUp {
    this.loop.stop();
    return new GivenUp(why);
  }

  /** A task's name; the tasks that the library named itself are #1, #2 ... as they turn up. */
  label(task: Task<unknown>): string {
    const name = task.getName();
    if (!name.startsWith('Task-')) return name;
    const known = this.#anonymous.get(name) ?? `#${String(this.#anonymous.size + 1)}`;
    this.#anonymous.set(name, known);
    return known;
  }

  /** The name for a new task: t1, then t1.2, t1.3 ... where the same statement runs again. */
  nameFor(variable: string): string {
    const count = (this.#copies.get(variable) ?? 0) + 1;
    this.#copies.set(variable, count);
    return count === 1 ? variable : `${variable}.${String(count)}`;
  }

  #onLoopError(message: string, error: unknown): void {
    // When these two come depends on the garbage collector.
    if (message.includes('never retrieved') || message.includes('was destroyed')) return;
    // What follows is how the language shows a callback.
    const [start] = /^Exception in callback/.exec(message) ?? [message];
    this.#append('-', 'handler', start, show(error));
  }

  // -- variables

  /** A variable that the statement takes for granted. */
  object<T>(name: string): T {
    if (!this.env.has(name)) throw new GivenUp(`${name} is used before it is set`);
    return this.env.get(name) as T;
  }

  /** What a ref names: `@c1` is a fresh call of c1, anything else a variable, which may be undefined. */
  item(ref: string): Awaitable<unknown> | undefined {
    return ref.startsWith('@')
      ? this.call(ref.slice(1))
      : (this.env.get(ref) as Awaitable<unknown> | undefined);
  }

  /** The refs' targets, without the undefined ones. */
  items(refs: readonly string[]): Awaitable<unknown>[] {
    return refs.map((ref) => this.item(ref)).filter((item) => item !== undefined);
  }

  /** A delay of the program, on the clock of the loop. */
  seconds(delay: number): number {
    return delay * this.#timeScale;
  }

  /** The same where there may be none. */
  timeout(delay: number | null): number | null {
    return delay === null ? null : this.seconds(delay);
  }

  // -- running

  /** A coroutine that runs a body; its result is what the body returns, or else its own name. */
  *call(name: string): Coroutine<unknown> {
    try {
      yield* this.block(this.#program.coros[name] ?? []);
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    }
    return name;
  }

  /** Run statements in the current task. */
  *block(statements: Block): Coroutine<void> {
    for (const statement of statements) {
      const waiting = this.#execute(statement);
      if (waiting !== undefined) yield* waiting;
    }
  }

  /** Run statements that cannot wait, in a plain callback. */
  syncBlock(statements: Block): void {
    for (const statement of statements) this.#execute(statement);
  }

  #execute([op, ...args]: Statement): Coroutine<void> | undefined {
    const run = STATEMENTS[op];
    if (run === undefined) throw new GivenUp(`there is no statement ${op}`);
    return run(this, ...(args as never[])) ?? undefined;
  }

  *#outer(): Coroutine<void> {
    for (const [name, spec] of Object.entries(this.#program.objects)) {
      this.env.set(name, makeObject(this.loop, spec));
    }
    const main = createTask(this.call('main'), { name: 'main' });
    yield* wait([main]);
    this.log('main', state(main));
    for (let rest = this.#live(); rest.length > 0; rest = this.#live()) {
      for (const task of rest) task.cancel('end');
      yield* wait(rest);
      for (const task of rest) this.log('end', this.label(task), state(task));
    }
    this.log('bye');
  }

  #watchdog(): void {
    this.#rounds += 1;
    if (this.#rounds > MAX_ROUNDS) throw this.giveUp('the watchdog cannot end it');
    this.#append('-', 'watchdog', this.#rounds);
    for (const task of this.#live()) task.cancel('watchdog');
    this.#watch = this.loop.callLater(this.seconds(CANCEL_EVERY), () => {
      this.#watchdog();
    });
  }

  /** The tasks that are not done, but `outer`: the named ones by name, then the others in the order of their making. */
  #live(): Task<unknown>[] {
    const tasks = [...allTasks(this.loop)].filter((task) => task.getName() !== 'outer' && !task.done());
    const order = (task: Task<unknown>): number => Number(/^Task-(\d+)$/.exec(task.getName())?.[1] ?? 0);
    return tasks.sort((a, b) => order(a) - order(b) || compareStrings(a.getName(), b.getName()));
  }
}

/** By code units: t10 comes before t2. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
