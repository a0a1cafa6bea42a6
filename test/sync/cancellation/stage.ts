/*
 * A stage for the question "what if a task is cancelled just now?", asked at every moment of a small play.
 *
 * Whatever the loop runs is a step of a task or a callback, so a task can only be cancelled between two of them. The
 * loop here puts a probe in front of each that is queued; the probes are counted, and each is one moment.
 */
import type { Runnable } from '../../../src/base/loop.js';
import { type Coroutine, createTask, sleep, type Task } from '../../../src/index.js';
import { VirtualEventLoop } from '../../../src/testing/index.js';

/** Somebody who waits for something: the part in which it is cancelled. */
export class Contender<T = unknown> {
  readonly index: number;
  started = false;
  /** Whether it got what it waited for. */
  got = false;
  value: T | undefined;
  task!: Task<void>;
  /** Whether a cancellation was asked for that was not too late. */
  struck = false;

  constructor(index: number) {
    this.index = index;
  }
}

/** What happens around one operation, and what must hold in the end. */
export interface Play<T = unknown> {
  /** The operation that is cancelled. */
  operation(contender: Contender<T>): Coroutine<T>;
  /** What a contender does with what it got. */
  use?(contender: Contender<T>): Coroutine;
  /** Gives the contenders what they wait for, `pace` turns apart. */
  drive(contenders: readonly Contender<T>[], pace: number): Coroutine;
  /** Throws if anything was lost. */
  check(contenders: readonly Contender<T>[]): void;
}

/** A row of the table. */
export interface Scenario {
  readonly name: string;
  readonly make: () => Play<never>;
}

/** Cancel contender `victim` at a moment. */
export interface Strike {
  readonly moment: number;
  readonly victim: number;
}

/** Where a contender stood when it was struck: a column of the table. */
export type Standing = 'before it starts' | 'while it waits' | 'woken, in the same round' | 'after';

export const CONTENDERS = 3;

/** What came of a performance. */
export interface Performance {
  /** How many moments there were. */
  readonly moments: number;
  /** Where the victims stood. */
  readonly standings: ReadonlySet<Standing>;
}

class StruckLoop extends VirtualEventLoop {
  moments = 0;
  private readonly _strike: (moment: number) => void;

  constructor(strike: (moment: number) => void) {
    super();
    this._strike = strike;
  }

  override _enqueue(runnable: Runnable): void {
    super._enqueue({
      _cancelled: false,
      _run: () => {
        this._strike(this.moments++);
      },
    });
    super._enqueue(runnable);
  }
}

/** Perform a play once, with these strikes. */
export function perform(scenario: Scenario, pace: number, strikes: readonly Strike[]): Performance {
  const standings = new Set<Standing>();
  const contenders = Array.from({ length: CONTENDERS }, (_, index) => new Contender<never>(index));
  const loop = new StruckLoop((moment) => {
    for (const strike of strikes) {
      if (strike.moment !== moment) continue;
      const victim = contenders[strike.victim]!;
      // Made a task only in the first round.
      if ((victim.task as Task | undefined) === undefined) continue;
      standings.add(standing(victim));
      if (victim.task.cancel()) victim.struck = true;
    }
  });
  function* stage(): Coroutine {
    const play = scenario.make();
    for (const contender of contenders) contender.task = createTask(act(play, contender));
    yield* play.drive(contenders, pace);
    for (const contender of contenders) {
      if (!contender.task.done()) throw new Error(`contender ${contender.index} was forgotten`);
      if (!contender.struck) contender.task.result();
    }
    play.check(contenders);
  }
  try {
    loop.runUntilCompleteSync(stage());
  } finally {
    loop.close();
  }
  return { moments: loop.moments, standings };
}

function* act(play: Play<never>, contender: Contender<never>): Coroutine {
  contender.started = true;
  contender.value = yield* play.operation(contender);
  contender.got = true;
  if (play.use !== undefined) yield* play.use(contender);
}

function standing(victim: Contender): Standing {
  if (victim.got || victim.task.done()) return 'after';
  if (!victim.started) return 'before it starts';
  // A task keeps what it waited for until its step: done, it is on its way.
  return victim.task._futWaiter?.done() === true ? 'woken, in the same round' : 'while it waits';
}

/** Let rounds pass until all contenders are done, at most so many. */
export function* untilDone(contenders: readonly Contender[], rounds = 20): Coroutine {
  for (let i = 0; i < rounds && contenders.some(({ task }) => !task.done()); i++) yield* sleep(0);
}
