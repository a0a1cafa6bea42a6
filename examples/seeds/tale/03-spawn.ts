/*
 * A tale of event loops, 3: a loop for many.
 *
 * New: a coroutine may start others. So it has to say what it wants when it gives up control, and `yield` gets a value: a
 * request. There are two by now; each later step adds to this vocabulary, and to the switch that answers it.
 *
 * New too: two loops, one inside the other. The inner one gives everybody who is ready one turn. Whoever becomes ready
 * meanwhile waits for the next round of the outer one. So there is a place between the rounds, where steps 5 and 6 will
 * look at the clock and at the sockets, and no busy task can keep the loop from getting there.
 *
 *     npm run build:examples && node dist-examples/seeds/tale/03-spawn.js
 */

/** What a coroutine can want of the loop. */
type Request = { readonly kind: 'nice' } | { readonly kind: 'spawn'; readonly child: Coroutine };

export type Coroutine<T = void> = Generator<Request, T, void>;

export function* nice(): Coroutine {
  yield { kind: 'nice' };
}

/** Start `child`, and go on: the two take turns from now on. */
export function* spawn(child: Coroutine): Coroutine {
  yield { kind: 'spawn', child };
}

/** Run `main` and all that it starts. */
export function run(main: Coroutine): void {
  let ready = [main];
  while (ready.length > 0) {
    const round = ready;
    ready = [];
    for (const coroutine of round) {
      const step = coroutine.next();
      if (step.done === true) continue;
      switch (step.value.kind) {
        case 'nice':
          ready.push(coroutine);
          break;
        case 'spawn':
          // The parent first: what it does next, it does before the child begins.
          ready.push(coroutine, step.value.child);
          break;
      }
    }
  }
}

export function* child(name: string, turns: number): Coroutine {
  for (let turn = 1; turn <= turns; turn++) {
    console.log(`${name}: turn ${turn} of ${turns}`);
    yield* nice();
  }
}

export function* parent(): Coroutine {
  yield* spawn(child('a', 2));
  yield* spawn(child('b', 1));
  console.log('the parent is done, its children are not');
}

export function main(): void {
  run(parent());
}

if (process.argv[1] === import.meta.filename) main();

// a: turn 1 of 2
// the parent is done, its children are not
// b: turn 1 of 1
// a: turn 2 of 2
