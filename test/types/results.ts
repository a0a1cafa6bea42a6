/*
 * What the compiler infers, without a cast. Nothing here is run: `npm run typecheck` is the test.
 */
import { expectTypeOf } from 'vitest';
import {
  abortable,
  allTasks,
  asCompleted,
  asyncFor,
  asyncGenerator,
  asyncWith,
  type Coroutine,
  createTask,
  currentTask,
  ensureFuture,
  type Future,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  run,
  runSync,
  shield,
  sleep,
  startLoop,
  type Task,
  TaskGroup,
  timeout,
  toPromise,
  wait,
  waitFor,
  waitForEvent,
  wrapFuture,
} from 'tsyncio';

interface User {
  name: string;
}

declare const promise: Promise<User>;
declare const future: Future<User>;

function* find(name: string): Coroutine<User> {
  yield* sleep(0.1);
  return { name };
}

/** An awaitable object. */
class Lookup {
  *[Symbol.iterator](): Coroutine<User> {
    return yield* find('ann');
  }
}

export function* awaiting(): Coroutine<void> {
  expectTypeOf(yield* find('ann')).toEqualTypeOf<User>();
  expectTypeOf(yield* future).toEqualTypeOf<User>();
  expectTypeOf(yield* new Lookup()).toEqualTypeOf<User>();
  expectTypeOf(yield* wrapFuture(promise)).toEqualTypeOf<User>();
  expectTypeOf(yield* sleep(1)).toEqualTypeOf<undefined>();
  expectTypeOf(yield* sleep(1, 'text')).toEqualTypeOf<string>();
  expectTypeOf(yield* sleep({ delay: 1, result: 7 })).toEqualTypeOf<number>();
  expectTypeOf(yield* new Queue<User>().get()).toEqualTypeOf<User>();
  expectTypeOf(yield* getRunningLoop().createFuture<User>()).toEqualTypeOf<User>();
}

export function* inferredCoroutines(): Coroutine<void> {
  // The return type of a coroutine need not be written.
  const inferred = function* () {
    const user = yield* find('ann');
    return user.name;
  };
  expectTypeOf(yield* inferred()).toEqualTypeOf<string>();
  expectTypeOf(yield* createTask(inferred())).toEqualTypeOf<string>();
}

export function* tasks(): Coroutine<void> {
  const task = createTask(find('ann'), { name: 'finder' });
  expectTypeOf(task).toEqualTypeOf<Task<User>>();
  expectTypeOf(yield* task).toEqualTypeOf<User>();
  expectTypeOf(task.result()).toEqualTypeOf<User>();
  expectTypeOf(task.getCoro()).toEqualTypeOf<Coroutine<User> | null>();
  expectTypeOf(createTask(promise)).toEqualTypeOf<Task<User>>();
  expectTypeOf(getRunningLoop().createTask(find('ann'))).toEqualTypeOf<Task<User>>();
  expectTypeOf(currentTask()).toEqualTypeOf<Task | null>();
  expectTypeOf(allTasks()).toEqualTypeOf<Set<Task>>();
  task.addDoneCallback((done) => {
    expectTypeOf(done.result()).toEqualTypeOf<User>();
  });
}

export function* futures(): Coroutine<void> {
  expectTypeOf(ensureFuture(find('ann'))).toEqualTypeOf<Future<User>>();
  expectTypeOf(ensureFuture(future)).toEqualTypeOf<Future<User>>();
  expectTypeOf(ensureFuture(promise)).toEqualTypeOf<Future<User>>();
  expectTypeOf(shield(find('ann'))).toEqualTypeOf<Future<User>>();
  expectTypeOf(yield* shield(promise)).toEqualTypeOf<User>();
}

export function* gathering(users: Coroutine<User>[]): Coroutine<void> {
  const [user, text, number, fromPromise] = yield* gather(find('ann'), sleep(1, 'text'), future, promise);
  expectTypeOf(user).toEqualTypeOf<User>();
  expectTypeOf(text).toEqualTypeOf<string>();
  expectTypeOf(number).toEqualTypeOf<User>();
  expectTypeOf(fromPromise).toEqualTypeOf<User>();
  expectTypeOf(yield* gather(...users)).toEqualTypeOf<User[]>();
  expectTypeOf(yield* gather()).toEqualTypeOf<[]>();
  const settled = yield* gather(find('ann'), sleep(1, 'text'), { returnExceptions: true });
  expectTypeOf(settled).toEqualTypeOf<[User | Error, string | Error]>();
  expectTypeOf(yield* gather(find('ann'), { returnExceptions: false })).toEqualTypeOf<[User]>();
}

export function* waiting(): Coroutine<void> {
  expectTypeOf(yield* waitFor(find('ann'), 1)).toEqualTypeOf<User>();
  expectTypeOf(yield* waitFor(promise, { timeout: 1 })).toEqualTypeOf<User>();
  expectTypeOf(yield* waitFor(future, null)).toEqualTypeOf<User>();
  const running = [createTask(find('ann')), createTask(find('bob'))];
  const [done, pending] = yield* wait(running, { timeout: 1, returnWhen: 'FIRST_COMPLETED' });
  expectTypeOf(done).toEqualTypeOf<Set<Task<User>>>();
  expectTypeOf(pending).toEqualTypeOf<Set<Task<User>>>();
  const [promised] = yield* wait([promise]);
  expectTypeOf(promised).toEqualTypeOf<Set<Future<User>>>();
}

export function* completing(): Coroutine<void> {
  for (const next of asCompleted([find('ann'), find('bob')])) {
    expectTypeOf(yield* next).toEqualTypeOf<User>();
  }
  yield* asyncFor(asCompleted([createTask(find('ann'))]), function* (task) {
    expectTypeOf(task).toEqualTypeOf<Task<User>>();
  });
  yield* asyncFor(asCompleted([promise]), function* (done) {
    expectTypeOf(done).toEqualTypeOf<Future<User>>();
  });
}

export function* blocks(): Coroutine<void> {
  const both = yield* asyncWith(new TaskGroup(), function* (group) {
    const user = group.createTask(find('ann'));
    expectTypeOf(user).toEqualTypeOf<Task<User>>();
    return [yield* user, 1] as const;
  });
  expectTypeOf(both).toEqualTypeOf<readonly [User, 1]>();
  expectTypeOf(
    yield* asyncWith(timeout(1), function* () {
      return yield* find('ann');
    }),
  ).toEqualTypeOf<User>();
  expectTypeOf(
    yield* asyncWith(new Lock(), function* () {
      return 'locked';
    }),
  ).toEqualTypeOf<string>();
  const numbers = asyncGenerator<number>(function* (emit) {
    yield* emit(1);
  });
  yield* asyncFor(numbers, function* (number) {
    expectTypeOf(number).toEqualTypeOf<number>();
  });
}

export async function running(): Promise<void> {
  expectTypeOf(await run(find('ann'))).toEqualTypeOf<User>();
  expectTypeOf(runSync(find('ann'))).toEqualTypeOf<User>();
  expectTypeOf(await run(awaiting())).toEqualTypeOf<void>();
  expectTypeOf(await future).toEqualTypeOf<User>();
  expectTypeOf(await createTask(find('ann'))).toEqualTypeOf<User>();
  expectTypeOf(await getRunningLoop().runUntilComplete(find('ann'))).toEqualTypeOf<User>();
}

export function* bridges(): Coroutine<void> {
  expectTypeOf(yield* abortable((signal) => fetch('/', { signal }))).toEqualTypeOf<Response>();
  expectTypeOf(toPromise(find('ann'))).toEqualTypeOf<Promise<User>>();
  expectTypeOf(toPromise(future)).toEqualTypeOf<Promise<User>>();
  expectTypeOf(toPromise(promise, { signal: null })).toEqualTypeOf<Promise<User>>();
  expectTypeOf(startLoop().submit(find('ann'))).toEqualTypeOf<Promise<User>>();
  expectTypeOf(yield* waitForEvent<[user: User]>(new EventTarget(), 'user')).toEqualTypeOf<[user: User]>();
  const resource = { name: 'x', [Symbol.asyncDispose]: async () => {} };
  const name = yield* asyncWith(resource, function* (it) {
    return it.name;
  });
  expectTypeOf(name).toEqualTypeOf<string>();
}
