/*
 * The host's async context, which Node's AsyncLocalStorage reads: captured when a task is made, current again in each of
 * its steps.
 *
 * An AsyncResource is what does both at the least cost (60 to 120 ns to make, 45 to enter; AsyncLocalStorage.snapshot
 * takes 100 times as long to make). Programs that use no AsyncLocalStorage should not pay even that, and Node has no
 * way to ask whether any is in use. So, by how Node keeps the stores:
 *
 *   on the current resource  A store is a property of it. A loop's rounds run in a resource of the loop's own, and that has a
 *   (Node 20, 22)            prototype that notices the first property that is set: until then nothing is captured in
 *                            rounds. Outside of rounds, where a task is made much more seldom, we look.
 *   in a frame of V8's       A new AsyncResource holds the current frame; none means no store, and the resource is
 *   (Node 24 and newer)      dropped.
 */
import type { AsyncContexts, AsyncScope } from '../base/observer.js';
import { builtinOrNull } from './builtin.js';

type Hooks = NonNullable<ReturnType<typeof builtinOrNull<'node:async_hooks'>>>;
type Resource = InstanceType<Hooks['AsyncResource']>;
type ResourceClass = Hooks['AsyncResource'];

/** No hook shall be registered with the garbage collector. */
const OPTIONS = { requireManualDestroy: true };

/** A field that Node keeps under a symbol of its own. */
function ownSymbol(resource: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(resource).find((symbol) => symbol.description === description);
}

/** Stores are properties of the current resource. */
export class ContextsByResource implements AsyncContexts {
  private readonly _Resource: ResourceClass;
  private readonly _noticing: object;
  /** Whether an AsyncLocalStorage was ever seen in use. */
  used: boolean = false;

  constructor(Resource: ResourceClass) {
    this._Resource = Resource;
    this._noticing = new Proxy(Resource.prototype, {
      set: (_prototype, key, value, resource: object) => {
        this.used = true;
        Object.setPrototypeOf(resource, Resource.prototype);
        return Reflect.set(resource, key, value);
      },
    });
  }

  capture(): AsyncScope | null {
    const resource = this._make();
    return this.used || this._look(resource) ? resource : null;
  }

  base(): AsyncScope {
    const resource = this._make();
    if (!this._look(resource)) Object.setPrototypeOf(resource, this._noticing);
    return resource;
  }

  private _make(): Resource {
    return new this._Resource('tsyncio', OPTIONS);
  }

  /** Every resource has a place for the store of each AsyncLocalStorage that is in use. */
  private _look(resource: Resource): boolean {
    this.used ||= ownSymbol(resource, 'kResourceStore') !== undefined;
    return this.used;
  }
}

/** Stores are in a frame, which a resource holds when it is made. */
export class ContextsByFrame implements AsyncContexts {
  private readonly _Resource: ResourceClass;
  private readonly _frame: symbol | undefined;
  /** There is no way to tell. */
  readonly used: boolean = true;
  /** Whether a loop began to run where stores were set: "no store" is something else there than the loop's own scope. */
  private _always: boolean;

  constructor(Resource: ResourceClass) {
    this._Resource = Resource;
    this._frame = ownSymbol(new Resource('tsyncio', OPTIONS), 'context_frame');
    this._always = this._frame === undefined;
  }

  capture(): AsyncScope | null {
    const resource = new this._Resource('tsyncio', OPTIONS);
    return this._always || this._hasFrame(resource) ? resource : null;
  }

  base(): AsyncScope {
    const resource = new this._Resource('tsyncio', OPTIONS);
    this._always ||= this._hasFrame(resource);
    return resource;
  }

  private _hasFrame(resource: Resource): boolean {
    return (resource as unknown as Record<symbol, unknown>)[this._frame!] !== undefined;
  }
}

/** The way that fits a host with these hooks. */
export function contextsOf(hooks: Hooks | null): AsyncContexts | null {
  if (hooks === null) return null;
  const { AsyncLocalStorage, AsyncResource } = hooks;
  return '_enable' in AsyncLocalStorage.prototype
    ? new ContextsByResource(AsyncResource)
    : new ContextsByFrame(AsyncResource);
}

/** How this host's async context is captured; null where there is none. */
export const asyncContexts: AsyncContexts | null = contextsOf(builtinOrNull('node:async_hooks'));

/** What a new loop has: `setting` is that of the environment, and '0' means none. */
export function contextsByDefault(setting: string | undefined): AsyncContexts | null {
  return setting === '0' ? null : asyncContexts;
}
