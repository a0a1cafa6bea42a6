import { tryRule } from './support.js';

const suggested = (output: string) => ({
  messageId: 'star',
  suggestions: [{ messageId: 'addStar', output }],
});

tryRule(
  'no-yield-without-star',
  {
    'lets yield* alone':
      'function* f(): Coroutine { yield* work(); yield* future; yield* wrapFuture(load()); }',
    'lets a bare yield alone': 'function* f(): Coroutine { yield; }',
    'lets other values alone': 'function* f() { yield 1; yield [work()]; yield "text"; yield new Map(); }',
    'lets generators alone that say that they give coroutines':
      'function* jobs(): Generator<Coroutine<number>> { yield work(); } gather(...jobs());',
    'lets generators alone that say that they give promises':
      'function* loads(): Generator<Promise<string>> { yield load(); } for (const x of loads()) x;',
  },
  [
    {
      name: 'mends coroutines, futures and tasks where a coroutine is wanted',
      code: 'function* f(): Coroutine { yield work(); yield future; const x = yield createTask(work()); x; }',
      errors: ['star', 'star', 'star'],
      output:
        'function* f(): Coroutine { yield* work(); yield* future; const x = yield* createTask(work()); x; }',
    },
    {
      name: 'suggests the star where nothing says what the function is',
      code: 'function* f() { yield work(); }',
      errors: [suggested('function* f() { yield* work(); }')],
    },
    {
      name: 'knows objects that can be awaited',
      code: 'function* f(a: Awaitable<number>, b: { [Symbol.iterator](): Coroutine }): Coroutine { yield a; yield b; }',
      errors: ['star', 'star'],
      output:
        'function* f(a: Awaitable<number>, b: { [Symbol.iterator](): Coroutine }): Coroutine { yield* a; yield* b; }',
    },
    {
      name: 'suggests wrapFuture for promises',
      code: 'function* f(): Coroutine { const text = yield load(); text; }',
      errors: [
        {
          messageId: 'promise',
          suggestions: [
            {
              messageId: 'wrap',
              output: 'function* f(): Coroutine { const text = yield* wrapFuture(load()); text; }',
            },
          ],
        },
      ],
    },
  ],
);
