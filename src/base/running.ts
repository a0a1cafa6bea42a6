/*
 * Which loop is running. One slot for the loop whose round is under way; a list of the hosted loops that are under way
 * but parked between two rounds, so that Node's callbacks can make tasks too; and the loop that setEventLoop chose.
 *
 * JavaScript gives each thread its own copy of this module, so module variables are thread-local.
 */
import { RuntimeError } from './errors.js';
import type { Loop } from './loop.js';

let running: Loop | null = null;
let current: Loop | null = null;
let hosted: readonly Loop[] = [];

/** The loop whose round is under way, or null. For drivers. */
export function runningLoop(): Loop | null {
  return running;
}

/** Make `loop` the one whose round is under way; null when the round ends. For drivers. */
export function setRunningLoop(loop: Loop | null): void {
  running = loop;
}

/** A hosted loop begins to run. For drivers. */
export function enterHosted(loop: Loop): void {
  hosted = [...hosted, loop];
}

/** A hosted loop has stopped. For drivers. */
export function leaveHosted(loop: Loop): void {
  hosted = hosted.filter((other) => other !== loop);
}

/** The running loop; between the rounds of a hosted loop that loop, if it is the only one; else null. */
export function currentlyRunning(): Loop | null {
  if (running !== null) return running;
  return hosted.length === 1 ? hosted[0]! : null;
}

/** The running loop, or a RuntimeError that says what to do. */
export function requireRunningLoop(): Loop {
  const loop = running ?? currentlyRunning();
  if (loop === null) throw new RuntimeError(noRunningLoop());
  return loop;
}

function noRunningLoop(): string {
  return hosted.length === 0
    ? 'no running event loop'
    : `no running event loop: ${hosted.length} loops are under way in this thread, and this is called from outside ` +
        'their rounds; call the method of the loop that is meant, such as loop.createTask()';
}

/** Choose the loop that getEventLoop gives where none is running. */
export function chooseLoop(loop: Loop | null): void {
  current = loop;
}

/** The running loop, else the chosen one, else a RuntimeError. Python: `asyncio.get_event_loop`. */
export function requireLoop(): Loop {
  const loop = currentlyRunning() ?? current;
  if (loop === null) throw new RuntimeError("There is no current event loop in thread 'MainThread'.");
  return loop;
}
