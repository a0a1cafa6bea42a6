/*
 * How the async context is captured, by both ways in which Node keeps it, whichever this Node has.
 */
import type { AsyncResource } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import {
  asyncContexts,
  contextsByDefault,
  ContextsByFrame,
  ContextsByResource,
  contextsOf,
} from '../../src/platform/async-context.js';

type ResourceClass = typeof AsyncResource;

/** Resources with the fields that Node gives them; `extra` at the time. */
function resources(extra: () => Record<symbol, unknown>): ResourceClass {
  return class Resource {
    constructor() {
      Object.assign(this, extra());
    }
    runInAsyncScope(call: () => unknown): unknown {
      return call();
    }
  } as unknown as ResourceClass;
}

describe('stores on the current resource', () => {
  const store = Symbol('kResourceStore');

  it('are noticed when the first is set on the resource of a loop', () => {
    const contexts = new ContextsByResource(resources(() => ({})));
    const base = contexts.base() as unknown as Record<symbol, unknown>;
    expect([contexts.used, contexts.capture()]).toEqual([false, null]);
    base[store] = 'set';
    expect(contexts.used).toBe(true);
    expect(Object.getOwnPropertySymbols(base)).toEqual([store]);
    expect(base[store]).toBe('set');
    expect(contexts.capture()).not.toBeNull();
  });

  it('are found on a new resource outside of rounds', () => {
    let inUse = false;
    const contexts = new ContextsByResource(resources(() => (inUse ? { [store]: undefined } : {})));
    expect(contexts.capture()).toBeNull();
    inUse = true;
    expect(contexts.capture()).not.toBeNull();
    expect(contexts.used).toBe(true);
  });

  it('are known of when a loop begins to run among them', () => {
    const contexts = new ContextsByResource(resources(() => ({ [store]: 1 })));
    contexts.base();
    expect(contexts.used).toBe(true);
  });
});

describe('stores in a frame', () => {
  const frame = Symbol('context_frame');

  it('are captured where there is a frame', () => {
    const frames: unknown[] = [undefined, undefined, undefined, new Map()];
    const contexts = new ContextsByFrame(resources(() => ({ [frame]: frames.shift() })));
    expect(contexts.used).toBe(true);
    contexts.base();
    expect(contexts.capture()).toBeNull();
    expect(contexts.capture()).not.toBeNull();
  });

  it('are always captured if a loop began to run in a frame: having none is something else then', () => {
    const frames: unknown[] = [undefined, new Map()];
    const contexts = new ContextsByFrame(resources(() => ({ [frame]: frames.shift() })));
    contexts.base();
    expect(contexts.capture()).not.toBeNull();
  });

  it('are always captured where frames cannot be seen', () => {
    const contexts = new ContextsByFrame(resources(() => ({})));
    contexts.base();
    expect(contexts.capture()).not.toBeNull();
  });
});

describe('the way to capture', () => {
  it('goes by the AsyncLocalStorage that there is', () => {
    const hooks = (prototype: object): Parameters<typeof contextsOf>[0] =>
      ({ AsyncLocalStorage: { prototype }, AsyncResource: resources(() => ({})) }) as never;
    expect(contextsOf(null)).toBeNull();
    expect(contextsOf(hooks({ _enable: null }))).toBeInstanceOf(ContextsByResource);
    expect(contextsOf(hooks({}))).toBeInstanceOf(ContextsByFrame);
  });

  it('is none, if the environment says so', () => {
    expect(contextsByDefault('0')).toBeNull();
    expect(contextsByDefault(undefined)).toBe(asyncContexts);
  });
});
