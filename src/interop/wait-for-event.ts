import { EOFError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { Future } from '../futures/index.js';
import {
  checkSource,
  destroyedWith,
  type EmitterLike,
  errorOf,
  type EventTargetLike,
  isClosed,
  Listeners,
} from './listeners.js';

/** The next event: the listeners are gone at the very moment when it is done. */
class EventFuture<A extends readonly unknown[]> extends Future<A> {
  private readonly _listeners: Listeners;

  constructor(loop: Loop, source: EmitterLike | EventTargetLike, event: string) {
    super({ loop });
    this._listeners = new Listeners(source);
    if (isClosed(source)) this._alreadyClosed(source, event);
    else this._subscribe(event);
  }

  private _alreadyClosed(source: object, event: string): void {
    const error = destroyedWith(source);
    if (event === 'close') this.setResult([] as unknown as A);
    else this._fail(error ?? new EOFError(`'${event}' cannot come any more: the stream is closed`));
  }

  private _subscribe(event: string): void {
    const listeners = this._listeners;
    listeners.add(event, (...args) => {
      listeners.remove();
      this.setResult(args as unknown as A);
    });
    if (event !== 'error') {
      listeners.add('error', (error) => {
        listeners.remove();
        this._fail(errorOf(error));
      });
    }
    if (event !== 'close') {
      listeners.add('close', () => {
        listeners.remove();
        this._fail(new EOFError(`'close' came, and not '${event}'`));
      });
    }
  }

  override cancel(msg?: unknown): boolean {
    this._listeners.remove();
    return super.cancel(msg);
  }
}

/**
 * Wait for one event of an EventEmitter or EventTarget: `const [socket] = yield* waitForEvent(server, 'connection')`.
 *
 * It listens from the call on, so that what is done between the call and the wait cannot make it miss the event. An
 * `'error'` that comes first is thrown; and a `'close'` that comes first ends the wait, too: a stream that was destroyed
 * will never tell that it drained. A stream that is closed already fails at once. All listeners are removed when the
 * event comes, or the wait is cancelled.
 *
 * Not in Python.
 *
 * @param source - an EventEmitter, an EventTarget, or what looks like one of them
 * @param event - the name of the event
 * @returns a future of the arguments of the event; for an EventTarget, that is the Event alone.
 * @throws what came as `'error'`; EOFError for a `'close'`; RuntimeError if no loop is running; TypeError if `source` cannot
 * be listened to.
 *
 * @example
 * ```ts
 * import { EventEmitter } from 'node:events';
 * import { getRunningLoop, run, waitForEvent, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const emitter = new EventEmitter();
 *   getRunningLoop().callSoon(() => emitter.emit('ready', 'now', 1));
 *   const [when, times] = yield* waitForEvent<[string, number]>(emitter, 'ready');
 *   console.log(when, times, emitter.listenerCount('error'));
 * }
 *
 * await run(main());
 * // now 1 0
 * ```
 */
export function waitForEvent<A extends readonly unknown[] = unknown[]>(
  source: EmitterLike | EventTargetLike,
  event: string,
): Future<A> {
  checkSource('waitForEvent', source);
  return new EventFuture<A>(requireRunningLoop(), source, event);
}
