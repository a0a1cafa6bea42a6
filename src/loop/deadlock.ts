/*
 * The report of a program that can go no further: every task that is left, the line it stands on, what it waits for, and
 * which of them wait for one another in a circle.
 */
import { DeadlockError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { allTasks, Task } from '../tasks/index.js';
import { waitsIn } from '../tasks/stack.js';
import { circles, type Waits, waitsOf } from '../tasks/waits.js';

/** So many names are given of the tasks that one waits for. */
const MAX_NAMES = 10;

/** The error for a loop that has nothing left to wait for. */
export function deadlock(loop: Loop): DeadlockError {
  const tasks = [...allTasks(loop)];
  if (tasks.length === 0) {
    return new DeadlockError(
      'deadlock: the event loop is waiting, but no task is left, no timer is set and no file descriptor is watched',
    );
  }
  const are = tasks.length === 1 ? '1 task waits' : `${tasks.length} tasks wait`;
  // Those of another make, by _registerTask, do not tell.
  const waits = waitsOf(tasks.filter((task) => task instanceof Task));
  return new DeadlockError(
    [
      `deadlock: ${are} for what can no longer happen: nothing is ready, no timer is set and no file descriptor is watched`,
      ...tasks.map((task) => describeTask(task, waits)),
      ...circles(waits).map(describeCircle),
    ].join('\n'),
  );
}

function describeCircle(circle: readonly Task[]): string {
  const names = [...circle, circle[0]!].map((task) => task.getName());
  return `  a circle: ${names.join(' waits for ')}`;
}

/** A few lines on one task. */
function describeTask(task: Task, waits: Waits): string {
  const awaited = waits.get(task);
  if (awaited === undefined) return `  ${String(task)}`;
  const frames = task.getStack();
  const lines = [`  ${task.getName()}: ${waitsFor(task, awaited)}`];
  // Innermost first, as JavaScript's stacks are.
  for (const frame of frames.reverse()) {
    lines.push(`      at ${frame.name} (${frame.filename}:${frame.lineno}:${frame.colno})`);
  }
  return lines.join('\n');
}

function waitsFor(task: Task, awaited: readonly Task[]): string {
  if (awaited.length > 0) {
    const names = awaited.slice(0, MAX_NAMES).map((other) => other.getName());
    if (awaited.length > MAX_NAMES) names.push(`${awaited.length - MAX_NAMES} more`);
    return `waits for ${awaited.length === 1 ? 'task' : 'tasks'} ${names.join(', ')}`;
  }
  const call = waitsIn(task);
  return `waits for ${String(task._futWaiter)}${call === null ? '' : ` in ${call}()`}`;
}
