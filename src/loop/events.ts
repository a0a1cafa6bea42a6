/*
 * Which loop: the running one, the one that was chosen, a new one.
 */
import { chooseLoop, requireLoop, requireRunningLoop, runningLoop, setRunningLoop } from '../base/running.js';
import type { Loop } from '../base/loop.js';
import { BaseEventLoop } from './base-loop.js';
import { EventLoop } from './selector-loop.js';

/**
 * The loop that is running. In a coroutine or a callback of a loop, that one; in a callback of Node's, the hosted loop
 * that is under way in this thread, if there is exactly one.
 *
 * Python: `asyncio.get_running_loop`.
 *
 * @throws RuntimeError if there is none.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   console.log(loop.isRunning());
 * }
 *
 * await run(main());
 * try {
 *   getRunningLoop();
 * } catch (e) {
 *   console.log((e as Error).name);
 * }
 * // true
 * // RuntimeError
 * ```
 */
export function getRunningLoop(): EventLoop {
  return requireRunningLoop() as EventLoop;
}

/**
 * The running loop, or the one that {@link setEventLoop} has chosen. It makes none.
 *
 * Python: `asyncio.get_event_loop`.
 *
 * @throws RuntimeError if there is neither.
 *
 * @example
 * ```ts
 * import { getEventLoop, newEventLoop, setEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * setEventLoop(loop);
 * console.log(getEventLoop() === loop);
 * setEventLoop(null);
 * loop.close();
 * // true
 * ```
 */
export function getEventLoop(): EventLoop {
  return requireLoop() as EventLoop;
}

/**
 * Choose the loop that {@link getEventLoop} gives while none is running; `null` for none. It is not needed with {@link run}.
 *
 * Python: `asyncio.set_event_loop`.
 *
 * @throws TypeError for what is no loop.
 *
 * @example
 * ```ts
 * import { Future, newEventLoop, setEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * setEventLoop(loop);
 * const future = new Future<string>(); // belongs to it
 * loop.callSoon(() => future.setResult('ready'));
 * console.log(await loop.runUntilComplete(future));
 * setEventLoop(null);
 * loop.close();
 * // ready
 * ```
 */
export function setEventLoop(loop: BaseEventLoop | null | undefined): void {
  if (loop != null && !(loop instanceof BaseEventLoop)) {
    const type = (loop as object).constructor.name;
    throw new TypeError(`loop must be an instance of AbstractEventLoop or None, not '${type}'`);
  }
  chooseLoop(loop ?? null);
}

/**
 * A new loop, which does not run yet and is not chosen by itself. Close it in the end.
 *
 * Python: `asyncio.new_event_loop`.
 *
 * @example
 * ```ts
 * import { newEventLoop, sleep } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * try {
 *   console.log(await loop.runUntilComplete(sleep(0.01, 'done')));
 * } finally {
 *   loop.close();
 * }
 * // done
 * ```
 */
export function newEventLoop(): EventLoop {
  return new EventLoop();
}

/**
 * The loop whose round is under way, or `null`: in a callback of Node's, {@link getRunningLoop} may know of one all the
 * same. For authors of loops.
 *
 * Python: `asyncio._get_running_loop`.
 *
 * @example
 * ```ts
 * import { _getRunningLoop, getRunningLoop, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(_getRunningLoop() === getRunningLoop());
 * }
 *
 * await run(main());
 * console.log(_getRunningLoop());
 * // true
 * // null
 * ```
 */
export function _getRunningLoop(): Loop | null {
  return runningLoop();
}

/**
 * Say that a round of `loop` is under way, or none. For authors of loops.
 *
 * Python: `asyncio._set_running_loop`.
 *
 * @example
 * ```ts
 * import { _setRunningLoop, getRunningLoop, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * _setRunningLoop(loop);
 * console.log(getRunningLoop() === loop);
 * _setRunningLoop(null);
 * loop.close();
 * // true
 * ```
 */
export function _setRunningLoop(loop: Loop | null): void {
  setRunningLoop(loop);
}
