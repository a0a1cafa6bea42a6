/*
 * Errors that nobody asked for. Python reports them when the future is destroyed. Collection comes late here, or
 * never before the process ends; so a report is made when the future is collected or its loop closes, whichever is
 * first.
 *
 *   fails -> fresh --(end of a round)--> aging --(end of the next)--> record --(collected, or loop closed)--> reported
 *
 * Most errors are taken in the round after they were set, by the task that waited: those never reach the third stage,
 * which is the dear one. A record must not keep its future alive: it holds the error and a text, and the future weakly.
 */
import type { Loop } from '../base/loop.js';

/** What this file needs to know of a future. */
export interface FailedFuture {
  readonly _loop: Loop;
  readonly _sourceTraceback: string | null;
  readonly _value: unknown;
  _logTraceback: boolean;
}

interface Unretrieved {
  readonly future: WeakRef<FailedFuture>;
  readonly error: unknown;
  readonly text: string;
  readonly loop: Loop;
  readonly kind: string;
  readonly sourceTraceback: string | null;
}

/** The failed futures of one loop, by stage. */
export class UnretrievedErrors {
  /** Whether `age` has anything to do. */
  pending: boolean = false;
  private _fresh: FailedFuture[] = [];
  private _aging: FailedFuture[] = [];
  private readonly _records: Set<Unretrieved> = new Set();

  /** `future` failed. */
  add(future: FailedFuture): void {
    this._fresh.push(future);
    this.pending = true;
  }

  /** A round of the loop has ended. */
  age(): void {
    const aged = this._aging;
    this._aging = this._fresh;
    this._fresh = aged;
    for (const future of aged) if (future._logTraceback) this._records.add(makeRecord(future));
    aged.length = 0;
    this.pending = this._aging.length > 0;
  }

  /** Report all that is left: the loop closes. */
  reportAll(): void {
    this.age();
    this.age();
    for (const record of this._records) {
      collected.unregister(record);
      report(record);
    }
  }

  /** It is reported, or somebody asked for the error after all. */
  forget(record: Unretrieved): void {
    this._records.delete(record);
  }
}

const records = new WeakMap<FailedFuture, Unretrieved>();
const collected = new FinalizationRegistry<Unretrieved>(report);

/** Somebody asked for the error of `future`. */
export function forgetUnretrieved(future: FailedFuture): void {
  future._logTraceback = false;
  const record = records.get(future);
  if (record === undefined) return;
  records.delete(future);
  collected.unregister(record);
  unretrieved(record.loop).forget(record);
}

function unretrieved(loop: Loop): UnretrievedErrors {
  return loop._unretrieved as UnretrievedErrors;
}

/**
 * Until its text is asked for, the stack of an error keeps what its frames ran on: the task, if a step of it made the
 * error.
 */
function dropFrames(error: unknown): void {
  const stacks = new Map<unknown, string | undefined>();
  for (let e = error; e instanceof Error && !stacks.has(e); e = e.cause) stacks.set(e, e.stack);
}

function makeRecord(future: FailedFuture): Unretrieved {
  dropFrames(future._value);
  const record: Unretrieved = {
    future: new WeakRef(future),
    error: future._value,
    text: String(future),
    loop: future._loop,
    kind: future.constructor.name,
    sourceTraceback: future._sourceTraceback,
  };
  records.set(future, record);
  collected.register(future, record, record);
  return record;
}

function report(record: Unretrieved): void {
  unretrieved(record.loop).forget(record);
  const future = record.future.deref();
  if (future !== undefined) future._logTraceback = false;
  record.loop.callExceptionHandler({
    message: `${record.kind} exception was never retrieved`,
    exception: record.error,
    future: future ?? record.text,
    ...(record.sourceTraceback === null ? {} : { sourceTraceback: record.sourceTraceback }),
  });
}
