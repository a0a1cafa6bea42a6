/*
 * Signals, as Node tells of them: `process.on('SIGTERM')`. Node's own delivery waits for Node's loop; while a loop
 * blocks, a SignalRelay stands in for it and calls the same listeners.
 */
import { addon } from './addon.js';
import { builtin, builtinOrNull } from './builtin.js';

/** The signals of this system by name, and their numbers; empty where nobody knows. */
export const SIGNAL_NUMBERS: Readonly<Record<string, number>> =
  builtinOrNull('node:os')?.constants.signals ?? {};

/** By number; the first of two names, as SIGABRT of SIGIOT. */
const names: ReadonlyMap<number, NodeJS.Signals> = new Map(
  Object.entries(SIGNAL_NUMBERS)
    .map(([name, signum]) => [signum, name as NodeJS.Signals] as const)
    .reverse(),
);

/** The name of a signal; `undefined` for a number that is none. */
export function signalName(signum: number): NodeJS.Signals | undefined {
  return names.get(signum);
}

/** Signals are told to the main thread alone. */
export function inMainThread(): boolean {
  return builtinOrNull('node:worker_threads')?.isMainThread === true;
}

/** Whether anybody listens for the signal. */
export function isListenedTo(name: NodeJS.Signals): boolean {
  return builtin('node:process').listenerCount(name) > 0;
}

/**
 * Call `callback` each time the signal comes, in place of what the system does by default.
 *
 * @returns what takes it back; with the last one the default is back, too.
 * @throws Node's error for a signal that cannot be caught.
 */
export function onSignal(name: NodeJS.Signals, callback: () => void): () => void {
  const process = builtin('node:process');
  process.on(name, callback);
  relay?.take(SIGNAL_NUMBERS[name]!);
  return () => {
    process.off(name, callback);
    if (name === 'SIGINT') standIn();
  };
}

/** Send a signal to this process. */
export function sendSelf(signum: number): void {
  const process = builtin('node:process');
  process.kill(process.pid, signum);
}

// -- SIGINT, while programs run ------------------------------------------------------------------------------------

/** Who is told of SIGINT while nobody else listens for it. One listener of Node's serves all. */
const standIns: Set<() => void> = new Set();
let stoodIn: boolean = false;
let defaultChosen: boolean = false;

function interrupted(): void {
  // Somebody else listens, and did not when the first of us began: it is theirs now, as after Python's signal.signal().
  if (builtin('node:process').listenerCount('SIGINT') > 1) {
    standDown();
    return;
  }
  for (const callback of [...standIns]) callback();
}

function standIn(): void {
  if (stoodIn || standIns.size === 0 || defaultChosen || isListenedTo('SIGINT')) return;
  stoodIn = true;
  onSignal('SIGINT', interrupted);
}

function standDown(): void {
  if (!stoodIn) return;
  stoodIn = false;
  builtin('node:process').off('SIGINT', interrupted);
}

/**
 * Call `callback` on SIGINT, in place of the end of the process: in the main thread, and as long as nobody else listens for
 * it. All who ask are called.
 *
 * @returns what takes it back.
 */
export function onSigint(callback: () => void): () => void {
  if (!inMainThread()) return () => undefined;
  standIns.add(callback);
  standIn();
  return () => {
    standIns.delete(callback);
    if (standIns.size === 0) standDown();
  };
}

/** SIGINT is to end the process, whoever would stand in for that; `false` takes it back. */
export function chooseSigintDefault(chosen: boolean): void {
  defaultChosen = chosen;
  if (chosen) standDown();
  else standIn();
}

// -- while a loop blocks -------------------------------------------------------------------------------------------

/**
 * The pipe, its end to read first. Once made it stays: a signal may be on its way in another thread while it is released, and
 * must not be written to what has the descriptor's number then.
 */
const ends: Int32Array = new Int32Array([-1, -1]);

function openPipe(): boolean {
  return ends[0]! >= 0 || addon().pipe(ends, true) >= 0;
}

/** A few more than ever come at once. */
const RELAY_BYTES = 64;

let relay: SignalRelay | null = null;

function setRelay(present: SignalRelay | null): void {
  relay = present;
}

/**
 * Node's delivery of signals while a loop blocks: the signals that the process listens for write their numbers to a pipe.
 * At most one at a time, in the main thread, and only where there is the addon.
 */
export class SignalRelay {
  private readonly _watch: (fd: number) => void;
  private readonly _taken: Set<number> = new Set();
  private _open: boolean = false;
  private readonly _arrived: number[] = [];
  private _childEnded: boolean = false;
  private readonly _bytes: Uint8Array = new Uint8Array(RELAY_BYTES);

  /** @param watch - is called once, with the descriptor that is readable when a signal has come; not before one is listened for */
  constructor(watch: (fd: number) => void) {
    this._watch = watch;
  }

  /** The descriptor, or `null` while no signal is listened for. */
  get fd(): number | null {
    return this._open ? ends[0]! : null;
  }

  /** Take over what is listened for. */
  begin(): void {
    setRelay(this);
    for (const event of builtin('node:process').eventNames()) {
      const signum = SIGNAL_NUMBERS[event as string];
      if (signum !== undefined) this.take(signum);
    }
  }

  /** Take over one signal. What cannot be taken is left to Node. */
  take(signum: number): void {
    if (!this._open) {
      if (!openPipe()) return;
      this._open = true;
      this._watch(ends[0]!);
    }
    this._taken.add(signum);
    addon().catchSignal(signum, ends[1]!);
  }

  /** Call the listeners of the signals that have come. What one throws comes out; the rest is called the next time. */
  deliver(): void {
    this._read();
    for (let signum = this._arrived.shift(); signum !== undefined; signum = this._arrived.shift()) {
      if (signum === SIGNAL_NUMBERS.SIGCHLD) this._childEnded = true;
      emit(signum);
    }
  }

  private _read(): void {
    if (!this._open) return;
    for (;;) {
      const count = addon().read(ends[0]!, this._bytes, 0, RELAY_BYTES);
      if (count > 0) this._arrived.push(...this._bytes.subarray(0, count));
      if (count < RELAY_BYTES) return;
    }
  }

  /** Give back to Node what was taken, and tell it of what was not delivered. */
  end(): void {
    setRelay(null);
    if (!this._open) return;
    for (const signum of this._taken) addon().releaseSignal(signum);
    this._read();
    this._open = false;
    for (const signum of this._arrived) if (isListenedTo(signalName(signum)!)) sendSelf(signum);
    // Node itself waits for this one, to see which of its child processes have ended.
    if (this._childEnded) sendSelf(SIGNAL_NUMBERS.SIGCHLD!);
  }
}

/** As Node does it: the event is called by the name that was listened for, which may be an alias. */
function emit(signum: number): void {
  const process: NodeJS.EventEmitter = builtin('node:process');
  for (const event of process.eventNames()) {
    if (SIGNAL_NUMBERS[event as string] === signum) process.emit(event, event, signum);
  }
}
