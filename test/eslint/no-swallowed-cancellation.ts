import { tryRule } from './support.js';

tryRule(
  'no-swallowed-cancellation',
  {
    'lets those alone that look at the error':
      'function* f(): Coroutine { try { yield* work(); } catch (error) { if (!isException(error)) throw error; } }',
    'lets those alone that tell of it':
      'function* f(): Coroutine { try { yield* work(); } catch (e) { console.log(e); } }',
    'lets those alone that throw something else':
      'function* f(): Coroutine { try { yield* work(); } catch { throw new Error("no"); } }',
    'lets those alone that wait for nothing':
      'function* f(): Coroutine { yield; try { JSON.parse(""); } catch { return; } }',
    'lets those alone whose waits are those of another function':
      'export function* f(): Coroutine { yield; try { createTask((function* () { yield; })()); } catch { return; } }',
    'lets other functions and generators alone':
      'export async function f() { try { await load(); } catch {} } export function* g() { try { yield 1; } catch {} }',
    'lets finally alone': 'function* f(): Coroutine { try { yield* work(); } finally { console.log(); } }',
  },
  [
    {
      name: 'finds a catch without a name',
      code: 'function* f(): Coroutine { try { yield* work(); } catch { return; } }',
      errors: ['swallowed'],
    },
    {
      name: 'finds one that does not look at what it names',
      code: 'function* f() { for (;;) { try { yield* sleep(1); } catch (error) { continue; } } }',
      errors: ['swallowed'],
    },
    {
      name: 'finds one that throws in a function alone',
      code: 'function* f(): Coroutine { try { if (future.done()) yield* work(); } catch { () => { throw 1; }; } }',
      errors: ['swallowed'],
    },
    {
      name: 'finds those in blocks that are functions',
      code: 'function* f() { yield* asyncWith(new Lock(), function* () { try { yield* work(); } catch {} }); }',
      errors: ['swallowed'],
    },
  ],
);
