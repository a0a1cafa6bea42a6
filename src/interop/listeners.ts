/*
 * Listening to emitters of any make: Node's EventEmitter, those like it, and EventTarget.
 */

/** A listener, as {@link EmitterLike} and {@link EventTargetLike} take it: only `any` fits all emitters. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an emitter's own types are narrower or wider than `unknown`
export type EventListenerLike = (...args: any[]) => void;

/**
 * An object with `on` and `off`: an EventEmitter, or what looks like one. {@link waitForEvent} and {@link iterateEvents}
 * listen to it.
 */
export interface EmitterLike {
  /** Call `listener` with each event of a name. */
  on(event: string, listener: EventListenerLike): unknown;
  /** Cease to. */
  off(event: string, listener: EventListenerLike): unknown;
}

/**
 * An object with `addEventListener` and `removeEventListener`: an EventTarget, or what looks like one. {@link waitForEvent} and
 * {@link iterateEvents} listen to it.
 */
export interface EventTargetLike {
  /** Call `listener` with each event of a name. */
  addEventListener(event: string, listener: EventListenerLike): void;
  /** Cease to. */
  removeEventListener(event: string, listener: EventListenerLike): void;
}

/** Listeners that are all removed together. */
export class Listeners {
  private readonly _source: EmitterLike | EventTargetLike;
  private _all: [event: string, listener: EventListenerLike][] = [];

  constructor(source: EmitterLike | EventTargetLike) {
    this._source = source;
  }

  /** Call `listener` with the arguments of an event. */
  add(event: string, listener: (...args: unknown[]) => void): void {
    this._all.push([event, listener]);
    if ('on' in this._source) this._source.on(event, listener);
    else this._source.addEventListener(event, listener);
  }

  /** Remove all of them. */
  remove(): void {
    for (const [event, listener] of this._all) {
      if ('on' in this._source) this._source.off(event, listener);
      else this._source.removeEventListener(event, listener);
    }
    this._all = [];
  }
}

/** @throws TypeError for what cannot be listened to. */
export function checkSource(func: string, source: unknown): void {
  const it = (source ?? {}) as Partial<EmitterLike & EventTargetLike>;
  const isEmitter = typeof it.on === 'function' && typeof it.off === 'function';
  if (
    isEmitter ||
    (typeof it.addEventListener === 'function' && typeof it.removeEventListener === 'function')
  ) {
    return;
  }
  throw new TypeError(`${func}(): an EventEmitter or an EventTarget was expected`);
}

/** What an 'error' event tells: its argument, or the error in the Event. */
export function errorOf(argument: unknown): unknown {
  if (argument instanceof Error) return argument;
  return (argument as { error?: unknown } | null | undefined)?.error ?? argument;
}

interface StreamState {
  readonly closed?: unknown;
  readonly errored?: unknown;
}

/** Whether this is a stream that has emitted its 'close': nothing will come any more. */
export function isClosed(source: object): boolean {
  return (source as StreamState).closed === true;
}

/** The error that a stream was destroyed with, or null. */
export function destroyedWith(source: object): unknown {
  return (source as StreamState).errored ?? null;
}
