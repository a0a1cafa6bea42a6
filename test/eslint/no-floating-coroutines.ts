import { tryRule } from './support.js';

const star = (output: string) => ({ messageId: 'dropped', suggestions: [{ messageId: 'addStar', output }] });

tryRule(
  'no-floating-coroutines',
  {
    'lets those alone that are awaited':
      'function* f() { yield* work(); const x = yield* work(); return x; }',
    'lets those alone that are made tasks':
      'function* f() { createTask(work()); getRunningLoop().createTask(work()); }',
    'lets those alone that are returned, passed or kept':
      'function f() { return work(); } const coro = work(); run(work()); export const all = [work(), coro];',
    'lets those alone that are dropped on purpose': 'void work();',
    'lets tasks, futures and promises alone': 'createTask(work()); future; load(); gather(work(), work());',
    'lets generators of values alone': 'declare function ids(): Generator<number>; ids();',
    'lets callbacks alone whose result is used':
      '[1].map((n) => work(n)); function* f() { yield* asyncWith(new Lock(), () => work()); }',
    'lets callbacks alone that make tasks': '[1].forEach((n) => { createTask(work(n)); });',
    'lets conditions alone whose value is used': 'export const x = future.done() ? work() : null;',
  },
  [
    {
      name: 'finds a call that is a statement',
      code: 'function* f() { work(); }',
      errors: [star('function* f() { yield* work(); }')],
    },
    {
      name: 'has nothing to suggest outside of a function*',
      code: 'work(); function f() { sleep(1); } const g = () => { work(); };',
      errors: ['dropped', 'dropped', 'dropped'],
    },
    {
      name: 'finds what the library makes, in blocks that are functions',
      code: 'function* f() { yield* asyncWith(new Lock(), function* () { sleep(1); }); }',
      errors: [star('function* f() { yield* asyncWith(new Lock(), function* () { yield* sleep(1); }); }')],
    },
    {
      name: 'finds functions without an annotation, and those that never wait',
      code: 'function* g() { yield* sleep(1); } function* h() { return 1; } function* i() { yield; } g(); h(); i();',
      errors: ['dropped', 'dropped', 'dropped'],
    },
    {
      name: 'finds methods, optional calls and unions',
      code: 'declare const o: { m?: () => Coroutine | void }; o.m?.(); o.m!();',
      errors: ['dropped', 'dropped'],
    },
    {
      name: 'finds the parts of a sequence',
      code: 'function* f(a: number) { a = (work(1), work(2), 3); work(4), a++; }',
      errors: [
        star('function* f(a: number) { a = (yield* work(1), work(2), 3); work(4), a++; }'),
        star('function* f(a: number) { a = (work(1), yield* work(2), 3); work(4), a++; }'),
        star('function* f(a: number) { a = (work(1), work(2), 3); yield* work(4), a++; }'),
      ],
    },
    {
      name: 'finds the branches of conditions',
      code: 'function* f(a: boolean) { a && work(1); a ? work(2) : null; }',
      errors: [
        star('function* f(a: boolean) { a && (yield* work(1)); a ? work(2) : null; }'),
        star('function* f(a: boolean) { a && work(1); a ? (yield* work(2)) : null; }'),
      ],
    },
    {
      name: 'finds await, which does not run a coroutine',
      code: 'export async function f() { await work(); return await sleep(1, 2); }',
      errors: ['awaited', 'awaited'],
    },
    {
      name: 'finds callbacks whose result is dropped',
      code: '[1].forEach((n) => work(n)); [1].forEach(work); [1].forEach(function* () { yield* sleep(1); });',
      errors: ['callback', 'callback', 'callback'],
    },
    {
      name: 'finds type parameters',
      code: 'export function f<C extends Coroutine<unknown>>(make: () => C) { make(); }',
      errors: ['dropped'],
    },
  ],
);
