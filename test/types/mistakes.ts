/*
 * What must not compile. Nothing here is run: `npm run typecheck` is the test, which fails where an expected error
 * does not come.
 */
import {
  asCompleted,
  asyncWith,
  type Coroutine,
  createTask,
  ensureFuture,
  type Future,
  gather,
  getRunningLoop,
  run,
  shield,
  sleep,
  type Task,
  TaskGroup,
  wait,
  waitFor,
} from 'tsyncio';

declare const future: Future<string>;
declare const promise: Promise<string>;

function* find(): Coroutine<string> {
  yield* sleep(1);
  return 'found';
}

export function* withoutTheStar(): Coroutine<void> {
  // @ts-expect-error -- a future is awaited by `yield*`
  yield future;
  // @ts-expect-error -- so is a coroutine
  yield find();
  // @ts-expect-error -- and a promise by `yield* wrapFuture(promise)`
  yield promise;
  // @ts-expect-error -- a coroutine yields nothing
  yield 1;
  // A bare yield gives up one turn.
  yield;
}

export function* ofAnUnwrittenType(): Coroutine<void> {
  const forgets = function* () {
    const text: unknown = yield future;
    return text;
  };
  // @ts-expect-error -- it yields futures: it is no coroutine
  createTask(forgets());
  // @ts-expect-error -- nor can it be awaited in one
  yield* forgets();
}

export function* awaitingAPromise(): Coroutine<void> {
  // @ts-expect-error -- a promise has no `yield*` of its own
  yield* promise;
}

export function* wrongResults(): Coroutine<number> {
  // @ts-expect-error -- it is a string
  const number: number = yield* find();
  // @ts-expect-error -- so is the task's
  const task: Task<number> = createTask(find());
  // @ts-expect-error -- and what gather gives
  const [gathered]: [number] = yield* gather(find());
  // @ts-expect-error -- and waitFor
  const waited: number = yield* waitFor(find(), 1);
  // @ts-expect-error -- and shield
  const shielded: Future<number> = shield(find());
  console.log(number, task, gathered, waited, shielded);
  // @ts-expect-error -- and the coroutine must return what it says
  return yield* find();
}

export function wrongResultsSet(): void {
  // @ts-expect-error -- it is one of strings
  future.setResult(1);
  // @ts-expect-error -- a result is needed
  future.setResult();
  getRunningLoop().createFuture<void>().setResult();
}

export function functionsForCoroutines(): void {
  // @ts-expect-error -- call it: createTask(find())
  createTask(find);
  // @ts-expect-error -- call it
  ensureFuture(find);
  // @ts-expect-error -- call it
  void run(find);
  // @ts-expect-error -- call it
  gather(find);
  // @ts-expect-error -- call it
  waitFor(find, 1);
  // @ts-expect-error -- call it
  shield(find);
}

export function* notAwaitable(): Coroutine<void> {
  // @ts-expect-error -- a number cannot be awaited
  createTask(1);
  // @ts-expect-error -- nor can an array: gather(...finders)
  gather([find(), find()]);
  // @ts-expect-error -- a timeout is a number of seconds
  waitFor(find(), '1');
  // @ts-expect-error -- there must be one; null for ever
  waitFor(find());
  // @ts-expect-error -- wait takes futures: make tasks of coroutines
  yield* wait([find()]);
  // @ts-expect-error -- several of them
  yield* wait(future);
  // @ts-expect-error -- no such moment
  yield* wait([future], { returnWhen: 'WHENEVER' });
  // @ts-expect-error -- several of them
  asCompleted(future);
  // @ts-expect-error -- no such option
  createTask(find(), { title: 'finder' });
}

export function* bodies(): Coroutine<void> {
  // @ts-expect-error -- a body is a generator function
  yield* asyncWith(new TaskGroup(), async () => 1);
  yield* asyncWith(new TaskGroup(), function* (group) {
    // @ts-expect-error -- call it
    group.createTask(find);
  });
  // @ts-expect-error -- no context manager
  yield* asyncWith({}, function* () {
    yield;
  });
}
