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
 */
export function getEventLoop(): EventLoop {
  return requireLoop() as EventLoop;
}

/** Choose the loop that {@link getEventLoop} gives while none is running; `null` for none. Python: `asyncio.set_event_loop`. */
export function setEventLoop(loop: BaseEventLoop | null | undefined): void {
  if (loop != null && !(loop instanceof BaseEventLoop)) {
    const type = (loop as object).constructor.name;
    throw new TypeError(`loop must be an instance of AbstractEventLoop or None, not '${type}'`);
  }
  chooseLoop(loop ?? null);
}

/** A new loop. Python: `asyncio.new_event_loop`. */
export function newEventLoop(): EventLoop {
  return new EventLoop();
}

/** The loop whose round is under way, or `null`. For authors of loops. Python: `asyncio._get_running_loop`. */
export function _getRunningLoop(): Loop | null {
  return runningLoop();
}

/** Say that a round of `loop` is under way, or none. For authors of loops. Python: `asyncio._set_running_loop`. */
export function _setRunningLoop(loop: Loop | null): void {
  setRunningLoop(loop);
}
