/*
 * loop.events: what happens in a loop, told to whoever listens. The loop and its tasks ask at each turn whether there is an
 * observer, and there is none while nobody listens.
 */
import type { Runnable } from '../base/loop.js';
import type { TaskObserver } from '../base/observer.js';
import type { Future } from '../futures/index.js';
import { EventEmitter } from '../platform/emitter.js';
import { monotonic } from '../platform/host.js';
import type { BaseTransport } from '../protocols/index.js';
import { Task } from '../tasks/index.js';
import type { Handle } from './handles.js';

/**
 * What a round of a loop did, as the listeners of `roundEnded` in {@link LoopEvents} get it. Times are in seconds, and real
 * even where the loop's clock is not.
 */
export interface RoundFigures {
  /** Its number, from 1 on. Rounds are counted while somebody listens. */
  readonly number: number;
  /** How many callbacks and steps it ran. */
  readonly ran: number;
  /** How many wait for the next round. */
  readonly ready: number;
  /** How many timers are set. */
  readonly timers: number;
  /** How long it waited for I/O and timers, in seconds. A hosted loop does not: Node waits between its rounds. */
  readonly waited: number;
  /** How long the callbacks and steps took, in seconds. */
  readonly took: number;
}

/** The events of a loop, and what the listeners get: see {@link BaseEventLoop.events}. */
export interface LoopEvents {
  /** A task was made; nothing of it has run. */
  taskCreated: (task: Task) => void;
  /** The first step of a task begins. */
  taskStarted: (task: Task) => void;
  /** A task waits: for a future, or (`null`) for its next turn. */
  taskSuspended: (task: Task, waitsFor: Future | null) => void;
  /** A task goes on. */
  taskResumed: (task: Task) => void;
  /** `task.cancel(msg)` was called. Whether the task will end by it is up to the task. */
  cancelRequested: (task: Task, msg: unknown) => void;
  /** A task has ended cancelled; `taskDone` follows. */
  taskCancelled: (task: Task) => void;
  /** A task has ended: with a result, an error, or cancelled. */
  taskDone: (task: Task) => void;
  /** A callback or step took `seconds`, `loop.slowCallbackDuration` or longer. */
  callbackSlow: (callback: Handle | Task, seconds: number) => void;
  /** A round begins; the number is that of {@link RoundFigures}. */
  roundBegun: (number: number) => void;
  /** A round has ended. */
  roundEnded: (figures: RoundFigures) => void;
  /** A transport is there, of TLS after its handshake, and its protocol is about to be told. */
  transportOpened: (transport: BaseTransport) => void;
  /**
   * A transport is closed, and its protocol was told; with the error that closed it, or `null`. One whose connection is
   * upgraded to TLS ends here, too; its protocol is not told, and goes on with the next. Closing the loop tells of none.
   */
  transportClosed: (transport: BaseTransport, error: unknown) => void;
}

/** The emitter of a loop's events, {@link BaseEventLoop.events}: eventemitter3's, typed. */
export type LoopEventEmitter = EventEmitter<LoopEvents>;

/** What this file needs of a loop. */
interface ObservedLoop {
  callExceptionHandler(context: { message: string; exception: unknown }): void;
}

/** Turns what the loop and its tasks tell into events. */
export class LoopObserver implements TaskObserver {
  /** What `loop.events` is. */
  readonly emitter: LoopEventEmitter;
  private readonly _loop: ObservedLoop;
  /** The tasks that were made before our eyes and have not started. */
  private readonly _fresh: WeakSet<object> = new WeakSet();
  // Of the round that is under way.
  private _begun: boolean = false;
  private _rounds: number = 0;
  private _ran: number = 0;
  private _began: number = 0;
  private _waited: number = 0;
  private _paused: number = 0;

  /** @param become - is given the observer when the first listener comes, and null when the last has gone */
  constructor(loop: ObservedLoop, become: (observer: LoopObserver | null) => void) {
    this._loop = loop;
    this.emitter = watched((listening) => {
      if (!listening) this._begun = false;
      become(listening ? this : null);
    });
  }

  /** A listener that fails is reported, and disturbs neither the loop nor the other events. */
  private _emit<K extends keyof LoopEvents>(event: K, ...args: Parameters<LoopEvents[K]>): void {
    try {
      (this.emitter as unknown as EventEmitter<string>).emit(event, ...args);
    } catch (exception) {
      this._loop.callExceptionHandler({
        message: `Exception in a listener of loop.events ${event}`,
        exception,
      });
    }
  }

  taskCreated(task: Task): void {
    this._fresh.add(task);
    this._emit('taskCreated', task);
  }

  stepBegins(task: Task): void {
    this._emit(this._fresh.delete(task) ? 'taskStarted' : 'taskResumed', task);
  }

  stepEnded(task: Task): void {
    if (!task.done()) {
      this._emit('taskSuspended', task, task._futWaiter as Future | null);
      return;
    }
    if (task.cancelled()) this._emit('taskCancelled', task);
    this._emit('taskDone', task);
  }

  cancelRequested(task: Task, msg: unknown): void {
    this._emit('cancelRequested', task, msg);
  }

  callbackSlow(callback: Runnable, seconds: number): void {
    this._emit('callbackSlow', callback as unknown as Handle | Task, seconds);
  }

  roundBegins(): void {
    this._begun = true;
    this._emit('roundBegun', ++this._rounds);
    this._began = monotonic();
  }

  /** I/O and timers have been asked; `ran` callbacks and steps are to run. */
  roundWaited(ran: number): void {
    this._ran = ran;
    this._waited = monotonic();
  }

  /** The host has its turn in the middle of the round. */
  roundPauses(): void {
    this._paused = monotonic();
  }

  /** What the host took is not the round's. */
  roundGoesOn(): void {
    const gap = monotonic() - this._paused;
    this._began += gap;
    this._waited += gap;
  }

  roundEnds(ready: number, timers: number): void {
    // Somebody may have begun to listen in the middle of it.
    if (!this._begun) return;
    this._begun = false;
    this._emit('roundEnded', {
      number: this._rounds,
      ran: this._ran,
      ready,
      timers,
      waited: this._waited - this._began,
      took: monotonic() - this._waited,
    });
  }

  /** Run `runnable`; where that is a step of a task, tell of it. */
  run(runnable: Runnable): unknown {
    if (!(runnable instanceof Task)) return runnable._run();
    this.stepBegins(runnable);
    try {
      runnable._run();
    } finally {
      this.stepEnded(runnable);
    }
    return undefined;
  }

  transportOpened(transport: BaseTransport): void {
    this._emit('transportOpened', transport);
  }

  transportClosed(transport: BaseTransport, error: unknown): void {
    this._emit('transportClosed', transport, error);
  }
}

const CHANGE_LISTENERS = [
  'on',
  'addListener',
  'once',
  'off',
  'removeListener',
  'removeAllListeners',
] as const;

/** An emitter that tells, whenever that may have changed, whether anybody listens. */
function watched(changed: (listening: boolean) => void): LoopEventEmitter {
  const emitter = new EventEmitter<LoopEvents>();
  for (const name of CHANGE_LISTENERS) {
    const method = (emitter[name] as (...args: unknown[]) => unknown).bind(emitter);
    const value = (...args: unknown[]): unknown => {
      const returned = method(...args);
      changed(emitter.eventNames().length > 0);
      return returned;
    };
    Object.defineProperty(emitter, name, { value });
  }
  return emitter;
}

/** A loop, as far as transports of any make need to know it to tell of themselves. */
interface MaybeObserved {
  readonly _observer?: LoopObserver | null;
}

/** For transports: tell `loop.events` that `transport` is open. Call it once, just before `connectionMade`. */
export function noteTransportOpened(loop: object, transport: BaseTransport): void {
  (loop as MaybeObserved)._observer?.transportOpened(transport);
}

/** For transports: tell `loop.events` that `transport` is closed. Call it once, just after `connectionLost`. */
export function noteTransportClosed(loop: object, transport: BaseTransport, error: unknown): void {
  (loop as MaybeObserved)._observer?.transportClosed(transport, error);
}
