import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyError, RuntimeError } from '../../src/base/errors.js';
import {
  checkContext,
  currentContext,
  enterContext,
  leaveContext,
  swapContext,
} from '../../src/contextvars/current.js';
import { Context, ContextVar, copyContext } from '../../src/contextvars/index.js';

describe('Context.run', () => {
  test('passes arguments in and the result out', () => {
    const context = new Context();
    expect(context.run((...args: number[]) => [...args, 'bar'], 1, 2)).toEqual([1, 2, 'bar']);
  });

  test('passes errors out, and ends all the same', () => {
    const context = new Context();
    const before = currentContext();
    const variable = new ContextVar<string>('var');
    const fail = (): never => {
      variable.set('spam');
      throw new RangeError('boom');
    };
    expect(() => context.run(fail)).toThrow(RangeError);
    expect(currentContext()).toBe(before);
    expect(variable.get(null)).toBeNull();
    expect(context.get(variable)).toBe('spam');
    expect(context.run(() => 'again')).toBe('again');
  });

  test('refuses what is no function', () => {
    expect(() => new Context().run(1 as never)).toThrow(new TypeError('run() expected a function, got 1'));
  });

  test('keeps each context to itself when runs are nested', () => {
    const [one, two] = [new Context(), new Context()];
    const variable = new ContextVar<string>('var');
    const copy = one.run(() => {
      expect(variable.get(null)).toBeNull();
      variable.set('spam');
      two.run(() => expect(variable.get(null)).toBeNull());
      expect(variable.get()).toBe('spam');
      return copyContext();
    });
    expect([...copy.items()]).toEqual([...one.items()]);
    expect(copy.getitem(variable)).toBe('spam');
  });

  test('shows values to those who read the context while it runs', () => {
    const context = new Context();
    const variable = new ContextVar('a', { default: 0 });
    context.run(() => {
      expect([variable.get(), context.get(variable)]).toEqual([0, null]);
      variable.set(42);
      expect([variable.get(), context.get(variable)]).toEqual([42, 42]);
    });
  });

  test('cannot be entered twice', () => {
    const context = new Context();
    const again = (): void =>
      expect(() => context.run(again)).toThrow(
        new RuntimeError('cannot enter context: <Context> is already entered'),
      );
    context.run(again);
    context.run(() => {
      expect(() => new Context().run(() => context.run(again))).toThrow(RuntimeError);
    });
    expect(context.run(() => 'left')).toBe('left');
  });

  test('does not take the body of a generator along', () => {
    const variable = new ContextVar('x', { default: 'outside' });
    function* body(): Generator<string> {
      yield variable.get();
    }
    const generator = new Context().run(() => {
      variable.set('inside');
      return body();
    });
    expect(generator.next().value).toBe('outside');
  });
});

describe('Context as a map', () => {
  const set = new ContextVar<number>('set');
  const unset = new ContextVar('unset', { default: 7 });
  const context = new Context();
  context.run(() => set.set(1));

  test('knows what was set, and ignores defaults', () => {
    expect([context.get(set), context.get(unset), context.get(unset, 'spam')]).toEqual([1, null, 'spam']);
    expect([context.has(set), context.has(unset)]).toEqual([true, false]);
    expect(context.getitem(set)).toBe(1);
    expect(() => context.getitem(unset)).toThrow(new KeyError("<ContextVar name='unset' default=7>"));
  });

  test('can be iterated', () => {
    expect(context.size).toBe(1);
    expect([...context]).toEqual([set]);
    expect([...context.keys()]).toEqual([set]);
    expect([...context.values()]).toEqual([1]);
    expect([...context.items()]).toEqual([[set, 1]]);
  });

  test.each([1, null, {}, 'set'])('refuses %j as a key', (key) => {
    const message = /^a ContextVar key was expected, got /;
    expect(() => context.get(key as never)).toThrow(message);
    expect(() => context.has(key as never)).toThrow(message);
    expect(() => context.getitem(key as never)).toThrow(TypeError);
  });

  test('is iterated as it was when the iteration began', () => {
    const own = new Context();
    own.run(() => {
      for (let i = 0; i < 3; i++) new ContextVar<number>(`v${i}`).set(i);
      const seen: unknown[] = [];
      for (const value of own.values()) {
        seen.push(value);
        new ContextVar<number>('new').set(99);
      }
      expect(seen).toEqual([0, 1, 2]);
      expect(own.size).toBe(6);
    });
  });

  test('is empty when new, and keeps no trace of a variable that was reset', () => {
    const own = new Context();
    expect(own.size).toBe(0);
    own.run(() => set.reset(set.set(1)));
    expect([...own]).toEqual([]);
  });

  test('shows itself', () => {
    expect(String(context)).toBe('<Context>');
  });
});

describe('Context.copy', () => {
  test('goes its own way, and so does the original', () => {
    const one = new Context();
    const variable = new ContextVar('c', { default: 42 });
    one.run(() => {
      variable.set(10);
      const two = one.copy();
      variable.set(20);
      expect([one.get(variable), two.get(variable)]).toEqual([20, 10]);
      two.run(() => {
        expect(variable.get()).toBe(10);
        variable.set(30);
      });
      expect([one.get(variable), two.get(variable)]).toEqual([20, 30]);
    });
  });

  test('of an entered context is not entered', () => {
    const context = new Context();
    context.run(() => expect(context.copy().run(() => 'in')).toBe('in'));
  });

  test('shares the values until somebody sets one', () => {
    const context = new Context();
    const variable = new ContextVar<number>('c');
    context.run(() => variable.set(1));
    const copy = context.copy();
    expect(copy._vars).toBe(context._vars);
    copy.run(() => variable.set(2));
    expect(copy._vars).not.toBe(context._vars);
    const own = copy._vars;
    copy.run(() => variable.set(3));
    expect(copy._vars).toBe(own);
  });

  test('behaves as copying a Map does, for any sequence of operations', () => {
    const variables = Array.from({ length: 4 }, (_, i) => new ContextVar<number>(`v${i}`));
    const operation = fc.record({
      kind: fc.constantFrom('set', 'reset', 'copy', 'iterate'),
      context: fc.nat({ max: 9 }),
      variable: fc.nat({ max: 3 }),
      value: fc.nat({ max: 99 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const pairs = [{ context: new Context(), model: new Map<ContextVar<unknown>, unknown>() }];
        for (const op of operations) {
          const { context, model } = pairs[op.context % pairs.length]!;
          const variable = variables[op.variable]!;
          if (op.kind === 'set') {
            context.run(() => variable.set(op.value));
            model.set(variable, op.value);
          } else if (op.kind === 'reset') {
            context.run(() => variable.reset(variable.set(-1)));
          } else if (op.kind === 'copy') {
            pairs.push({ context: context.copy(), model: new Map(model) });
          } else {
            context.keys().next();
          }
          for (const pair of pairs) expect([...pair.context.items()]).toEqual([...pair.model]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the current context', () => {
  test('is one of the thread outside of any run', () => {
    const outside = currentContext();
    expect(copyContext()).toBeInstanceOf(Context);
    expect(copyContext()).not.toBe(outside);
    expect(currentContext()).toBe(outside);
  });

  test('is what run entered', () => {
    const context = new Context();
    expect(context.run(currentContext)).toBe(context);
  });

  test('is changed and put back by enterContext and leaveContext', () => {
    const outside = currentContext();
    const context = new Context();
    const previous = enterContext(context);
    try {
      expect([previous, currentContext()]).toEqual([outside, context]);
      expect(() => enterContext(context)).toThrow(RuntimeError);
      expect(() => context.run(() => 1)).toThrow(RuntimeError);
    } finally {
      leaveContext(context, previous);
    }
    expect(currentContext()).toBe(outside);
    expect(context.run(() => 1)).toBe(1);
  });

  test('is changed by swapContext, which asks nothing', () => {
    const context = new Context();
    const outside = swapContext(context);
    try {
      expect(currentContext()).toBe(context);
      expect(swapContext(context)).toBe(context);
    } finally {
      swapContext(outside);
    }
    expect(currentContext()).toBe(outside);
  });
});

describe('checkContext', () => {
  test('gives a context back', () => {
    const context = new Context();
    expect(checkContext(context)).toBe(context);
  });

  test('refuses anything else', () => {
    expect(() => checkContext('x')).toThrow(new TypeError("a contextvars.Context was expected, got 'x'"));
  });
});
