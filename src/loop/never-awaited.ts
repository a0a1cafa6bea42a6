/*
 * Coroutines that nobody awaits. A generator that is dropped leaves no trace in JavaScript; what can be seen are those
 * that come out of a callback or of a task as its result: somebody wrote `return work()` for `return yield* work()`, or gave
 * a coroutine function where a plain one is called. Debug mode looks for them.
 */
import { iscoroutine, iscoroutinefunction } from '../base/awaitable.js';
import type { Runnable } from '../base/loop.js';
import { warn } from '../platform/host.js';
import { Task } from '../tasks/index.js';
import { Handle } from './handles.js';

/** `ran` has run, and `returned` is what it gave. Python: `RuntimeWarning: coroutine 'x' was never awaited`. */
export function warnOfCoroutine(ran: Runnable, returned: unknown): void {
  if (ran instanceof Task) {
    if (!ran.done() || !iscoroutine(ran._value)) return;
    warn(
      `coroutine that task '${ran.getName()}' returned was never awaited (write \`return yield* coroutine()\`)`,
      'RuntimeWarning',
    );
  } else if (ran instanceof Handle && iscoroutine(returned))
    warn(returnedByCallback(ran._callback), 'RuntimeWarning');
}

function returnedByCallback(callback: { readonly name: string }): string {
  const name = callback.name === '' ? '<lambda>' : callback.name;
  return iscoroutinefunction(callback)
    ? `coroutine '${name}' was never awaited (a callback is called, not awaited: make a task in it)`
    : `coroutine that callback '${name}' returned was never awaited (make a task of it in the callback)`;
}
