/*
 * The report of a program that can go no further: every task that is left, the line it stands on, what it waits for.
 */
import { DeadlockError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { allTasks, Task } from '../tasks/index.js';

/** The error for a loop that has nothing left to wait for. */
export function deadlock(loop: Loop): DeadlockError {
  const tasks = [...allTasks(loop)];
  if (tasks.length === 0) {
    return new DeadlockError(
      'deadlock: the event loop is waiting, but no task is left, no timer is set and no file descriptor is watched',
    );
  }
  const are = tasks.length === 1 ? '1 task waits' : `${tasks.length} tasks wait`;
  return new DeadlockError(
    `deadlock: ${are} for what can no longer happen: nothing is ready, no timer is set and no file descriptor is watched\n` +
      tasks.map(describeTask).join('\n'),
  );
}

/** A few lines on one task. */
export function describeTask(task: Task): string {
  // One of another make, by _registerTask.
  if (!(task instanceof Task)) return `  ${String(task)}`;
  const frames = task.getStack();
  const lines = [`  ${task.getName()}: ${waitsFor(task)}`];
  // Innermost first, as JavaScript's stacks are.
  for (const frame of frames.reverse()) {
    lines.push(`      at ${frame.name} (${frame.filename}:${frame.lineno}:${frame.colno})`);
  }
  return lines.join('\n');
}

function waitsFor(task: Task): string {
  const waiter = task._futWaiter;
  const name = (waiter as Partial<Task> | null)?.getName?.();
  return name === undefined ? `waits for ${String(waiter)}` : `waits for task ${name}`;
}
