/*
 * Which task waits for which, and where they go round in circles: for the report of a deadlock.
 */
import { awaitedBy } from '../futures/awaited-by.js';
import type { Future } from '../futures/future.js';
import { Task } from './task.js';

/** For each task the tasks that it waits for: directly, in a group, by gather, wait, shield ... */
export type Waits = ReadonlyMap<Task, readonly Task[]>;

/** Who of `tasks` waits for whom. */
export function waitsOf(tasks: readonly Task[]): Waits {
  const waits = new Map<Task, Task[]>(tasks.map((task) => [task, []]));
  for (const task of tasks) {
    for (const waiter of waitingTasks(task)) waits.get(waiter)?.push(task);
  }
  return waits;
}

/** The tasks that wait for `task`, through futures such as gather's. */
function waitingTasks(task: Task): Set<Task> {
  const found = new Set<Task>();
  const seen = new Set<Future>();
  const todo: Future[] = awaitedBy(task);
  for (let future = todo.pop(); future !== undefined; future = todo.pop()) {
    if (seen.has(future)) continue;
    seen.add(future);
    if (future instanceof Task) found.add(future);
    else todo.push(...awaitedBy(future));
  }
  return found;
}

/**
 * The circles: each as the tasks on it, in the order in which each waits for the next, and the last for the first. No task
 * comes in two of them.
 */
export function circles(waits: Waits): Task[][] {
  const found: Task[][] = [];
  const finished = new Set<Task>();
  for (const start of waits.keys()) {
    // Depth first, by hand: a chain may be longer than the stack of calls.
    const path: { task: Task; next: number }[] = [];
    const place = new Map<Task, number>();
    const enter = (task: Task): void => {
      place.set(task, path.length);
      path.push({ task, next: 0 });
    };
    if (!finished.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = waits.get(top.task)![top.next++];
      if (next === undefined) {
        finished.add(top.task);
        place.delete(top.task);
        path.pop();
      } else if (place.has(next)) {
        const circle = path.slice(place.get(next)).map(({ task }) => task);
        if (!circle.some((task) => finished.has(task))) found.push(circle);
        for (const task of circle) finished.add(task);
      } else if (!finished.has(next)) enter(next);
    }
  }
  return found;
}
