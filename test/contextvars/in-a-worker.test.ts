/*
 * What a worker does to its copy of this library, done here: the worker's own thread is not counted in coverage. That it
 * works there is tested with real workers, in test/concurrent.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';

const HOOKS = Symbol.for('tsyncio.contextHooks');
const INHERITED = Symbol.for('tsyncio.inheritedContext');
const globals = globalThis as unknown as Record<symbol, unknown>;

describe('context variables in a worker', () => {
  afterEach(() => {
    Reflect.deleteProperty(globals, HOOKS);
    Reflect.deleteProperty(globals, INHERITED);
  });

  it('have what the caller sent along, by their names', async () => {
    const { ContextVar } = await import('../../src/contextvars/index.js');
    globals[INHERITED] = new Map([['sent', 'a value']]);
    expect(new ContextVar('sent', { default: 'none' }).get()).toBe('a value');
    expect(new ContextVar('other', { default: 'none' }).get()).toBe('none');
  });

  it('forget at the end of a call what was set in it', async () => {
    const hooks: (() => () => void)[] = [];
    globals[HOOKS] = hooks;
    vi.resetModules();
    const { ContextVar } = await import('../../src/contextvars/index.js');
    const variable = new ContextVar('variable', { default: 'unset' });
    const end = hooks[0]!();
    variable.set('set in the call');
    expect(variable.get()).toBe('set in the call');
    end();
    expect(variable.get()).toBe('unset');
  });
});
