import { describe, expect, test } from 'vitest';
import { LookupError, RuntimeError, ValueError } from '../../src/base/errors.js';
import { Context, ContextVar, copyContext, Token } from '../../src/contextvars/index.js';

/** Runs the body of a test in a context of its own, so that tests do not see each other's values. */
function isolated(body: () => void): () => void {
  return () => new Context().run(body);
}

describe('ContextVar', () => {
  test('has a name, which must be a string', () => {
    expect(new ContextVar('aaa').name).toBe('aaa');
    expect(() => new ContextVar(1 as never)).toThrow(new TypeError('context variable name must be a str'));
  });

  test(
    'throws LookupError where it was not set and has no default',
    isolated(() => {
      const variable = new ContextVar('x');
      expect(() => variable.get()).toThrow(new LookupError("<ContextVar name='x'>"));
    }),
  );

  test(
    'prefers what was set to the argument, and the argument to its own default',
    isolated(() => {
      const variable = new ContextVar('x', { default: 'own' });
      expect([variable.get(), variable.get('argument')]).toEqual(['own', 'argument']);
      variable.set('set');
      expect([variable.get(), variable.get('argument')]).toEqual(['set', 'set']);
    }),
  );

  test(
    'tells undefined and null from nothing, everywhere',
    isolated(() => {
      const variable = new ContextVar<string | undefined>('x', { default: undefined });
      expect(variable.get()).toBeUndefined();
      expect(variable.get(null)).toBeNull();

      const bare = new ContextVar<undefined>('bare');
      expect(bare.get(undefined)).toBeUndefined();
      const token = bare.set(undefined);
      expect(bare.get('fallback')).toBeUndefined();
      bare.reset(token);
      expect(bare.get('fallback')).toBe('fallback');
    }),
  );

  test(
    'is reset step by step by the tokens of its sets',
    isolated(() => {
      const variable = new ContextVar<number | string>('c');
      const first = variable.set(42);
      expect(first.oldValue).toBe(Token.MISSING);
      expect(first.var).toBe(variable);

      const second = variable.set('spam');
      expect(second.oldValue).toBe(42);
      variable.reset(second);
      expect(variable.get()).toBe(42);

      variable.set('spam2');
      const before = copyContext();
      variable.reset(first);
      expect(variable.get(null)).toBeNull();

      expect([before.get(variable), before.size]).toEqual(['spam2', 1]);
      expect(copyContext().size).toBe(0);
    }),
  );

  test(
    'a token works once',
    isolated(() => {
      const variable = new ContextVar<number>('c');
      const token = variable.set(1);
      variable.reset(token);
      variable.set(2);
      expect(() => variable.reset(token)).toThrow(
        new RuntimeError("<Token used var=<ContextVar name='c'>> has already been used once"),
      );
      expect(variable.get()).toBe(2);
    }),
  );

  test(
    'a token of another variable is refused',
    isolated(() => {
      const [one, two] = [new ContextVar<number>('v1'), new ContextVar<number>('v2')];
      const token = one.set(42);
      expect(() => two.reset(token)).toThrow(
        new ValueError("<Token var=<ContextVar name='v1'>> was created by a different ContextVar"),
      );
      one.reset(token);
      expect(one.get(null)).toBeNull();
    }),
  );

  test(
    'a token of another context is refused, and stays usable in its own',
    isolated(() => {
      const variable = new ContextVar('c', { default: 42 });
      const context = new Context();
      const token = context.run(() => variable.set(1));
      expect(() => variable.reset(token)).toThrow(
        new ValueError("<Token var=<ContextVar name='c' default=42>> was created in a different Context"),
      );
      context.run(() => variable.reset(token));
      expect(context.has(variable)).toBe(false);
    }),
  );

  test('anything but a token is refused', () => {
    const variable = new ContextVar<number>('c');
    expect(() => variable.reset(1 as never)).toThrow(new TypeError('expected an instance of Token, got 1'));
  });

  test(
    'what a copy sets, the original does not see',
    isolated(() => {
      const variable = new ContextVar<number[]>('c');
      variable.set([]);
      copyContext().run(() => {
        variable.set([]);
        variable.get().push(42);
        expect(variable.get()).toEqual([42]);
      });
      expect(variable.get()).toEqual([]);
    }),
  );

  test('shows its name and its default', () => {
    expect(String(new ContextVar('a'))).toBe("<ContextVar name='a'>");
    expect(String(new ContextVar('a', { default: 123 }))).toBe("<ContextVar name='a' default=123>");
    expect(String(new ContextVar('a', { default: undefined }))).toBe(
      "<ContextVar name='a' default=undefined>",
    );
  });

  test('shows itself even if it is in its own default', () => {
    const list: unknown[] = [];
    const variable = new ContextVar('a', { default: list });
    list.push(list);
    expect(String(variable)).toBe("<ContextVar name='a' default=[[...]]>");
  });
});

describe('Token', () => {
  test(
    'resets its variable at the end of a block that declares it by using',
    isolated(() => {
      const variable = new ContextVar('x', { default: 'initial' });
      {
        using token = variable.set('updated');
        expect(token.oldValue).toBe(Token.MISSING);
        expect(variable.get()).toBe('updated');
      }
      expect(variable.get()).toBe('initial');
    }),
  );

  test(
    'resets its variable when the block throws, too',
    isolated(() => {
      const variable = new ContextVar('x', { default: 'initial' });
      expect(() => {
        using _ = variable.set('updated');
        throw new Error('boom');
      }).toThrow('boom');
      expect(variable.get()).toBe('initial');
    }),
  );

  test(
    'enter gives the token, exit resets',
    isolated(() => {
      const variable = new ContextVar('x', { default: 'initial' });
      const token = variable.set('updated');
      expect(token.enter()).toBe(token);
      token.exit();
      expect(variable.get()).toBe('initial');
      expect(() => token.exit()).toThrow(RuntimeError);
    }),
  );

  test(
    'shows its variable, and whether it was used',
    isolated(() => {
      const variable = new ContextVar<number>('a');
      const token = variable.set(1);
      expect(String(token)).toBe("<Token var=<ContextVar name='a'>>");
      variable.reset(token);
      expect(String(token)).toBe("<Token used var=<ContextVar name='a'>>");
    }),
  );
});
