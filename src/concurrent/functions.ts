/*
 * Functions that a worker can find: an exported one by its module and name, any other by its source. The source is all that
 * arrives; what can be seen from outside to be unable to work so is refused here, the rest shows in the worker.
 */
import { isKeywords } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import type { Context } from '../contextvars/index.js';
import { parses } from '../platform/engine.js';
import type { FunctionReference } from '../platform/workers/index.js';

/**
 * A function that a module exports, for workers. Made by {@link workerFunction}. Only its module and name are sent.
 *
 * Python: none; there each function is sent so.
 *
 * @example
 * ```ts
 * import { WorkerFunction, workerFunction } from 'tsyncio/concurrent';
 *
 * const gzip = workerFunction<(text: string) => Uint8Array>('node:zlib', 'gzipSync');
 * console.log(gzip instanceof WorkerFunction, gzip.module, gzip.name);
 * // true node:zlib gzipSync
 * ```
 */
export class WorkerFunction<A extends readonly unknown[] = never[], R = unknown> {
  /** The module's URL, or the name of a package. */
  readonly module: string;
  /** The name that it is exported by. */
  readonly name: string;
  /** The types alone. @internal */
  declare readonly _types: (...args: A) => R;

  /** @internal */
  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  /** `<WorkerFunction name of module>` */
  toString(): string {
    return `<WorkerFunction ${this.name} of ${this.module}>`;
  }
}

/**
 * What {@link Executor.submit} and {@link Executor.map} take: a function that uses nothing from outside of it, which goes as its source,
 * or a {@link WorkerFunction}. Native and bound functions, methods, classes and generator functions are refused, with a TypeError that
 * says what to do.
 */
export type Submittable<A extends readonly unknown[], R> = ((...args: A) => R) | WorkerFunction<A, R>;

/**
 * Name a function that a module exports, so that workers can import it. This is the way for all functions that use
 * something of their module: other functions, imports, constants.
 *
 * A worker imports the module anew, once. So it should be one that only defines things: a script that starts the program
 * would start it again, in each worker.
 *
 * Python: none; there each function is sent by its module and name.
 *
 * @typeParam F - the type of the function, where it is given by its name
 * @param module - `import.meta.url` of the module that exports it; or `new URL('./other.js', import.meta.url)`; or the name of
 * a package, or of one of Node's modules
 * @param func - the function, or the name that it is exported by
 * @throws TypeError if the function has no name; ValueError for a relative path.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, workerFunction } from 'tsyncio/concurrent';
 *
 * const gzip = workerFunction<(text: string) => Uint8Array>('node:zlib', 'gzipSync');
 * const pool = new ThreadPoolExecutor();
 * const zipped = await pool.submit(gzip, 'hello '.repeat(1000));
 * console.log(zipped.length < 100);
 * await pool.shutdown();
 * // true
 * ```
 */
export function workerFunction<A extends readonly unknown[], R>(
  module: string | URL,
  func: (...args: A) => R,
): WorkerFunction<A, R>;
export function workerFunction<F extends (...args: never[]) => unknown = (...args: unknown[]) => unknown>(
  module: string | URL,
  name: string,
): WorkerFunction<Parameters<F>, ReturnType<F>>;
export function workerFunction(module: string | URL, func: unknown): WorkerFunction {
  const name = typeof func === 'function' ? func.name : func;
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(
      `workerFunction(): an exported function, or the name of one, was expected, got ${reprValue(func)}`,
    );
  }
  return new WorkerFunction(specifierOf(module), name);
}

function specifierOf(module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module !== 'string')
    throw new TypeError(`workerFunction(): the module must be a URL or a string, got ${reprValue(module)}`);
  if (/^\.\.?\//.test(module)) {
    throw new ValueError(
      `workerFunction(): '${module}' is relative, and a worker does not know to what; write ` +
        `new URL('${module}', import.meta.url)`,
    );
  }
  return module.startsWith('/') ? new URL(`file://${module}`).href : module;
}

/** A function together with the context whose variables go with it. @internal */
export class FunctionInContext {
  /** What is to be called. */
  readonly func: Submittable<never, unknown>;
  /** Whose variables it sees. */
  readonly context: Context;

  constructor(func: Submittable<never, unknown>, context: Context) {
    this.func = func;
    this.context = context;
  }
}

const references = new WeakMap<object, FunctionReference>();
let sources = 0;

/** How a worker finds `func`. Throws a TypeError that says why it could not, and what to do. */
export function referenceTo(method: string, func: unknown): FunctionReference {
  if ((typeof func !== 'function' && typeof func !== 'object') || func === null)
    throw notAFunction(method, func);
  const known = references.get(func);
  if (known !== undefined) return known;
  const reference = makeReference(method, func);
  references.set(func, reference);
  return reference;
}

function notAFunction(method: string, func: unknown): TypeError {
  return new TypeError(`${method}(): a function was expected, got ${reprValue(func)}`);
}

function makeReference(method: string, func: object): FunctionReference {
  if (func instanceof WorkerFunction)
    return { key: `${func.module}#${func.name}`, name: func.name, module: func.module };
  if (typeof func !== 'function') throw notAFunction(method, func);
  const name = func.name === '' ? '(anonymous)' : func.name;
  const source = Function.prototype.toString.call(func);
  const reason = whyNot(source);
  if (reason !== null)
    throw new TypeError(`${method}(): the function ${name} cannot be sent to a worker: ${reason}`);
  return { key: `source:${++sources}`, name, source };
}

const EXPORT_IT = 'export a function from a module, and submit workerFunction(import.meta.url, func)';

/** Why a function of this source cannot be sent, or null. */
function whyNot(source: string): string | null {
  if (/\{\s*\[native code\]\s*\}$/.test(source))
    return `it is native or bound, and has no source; wrap it in a function that makes the call, or ${EXPORT_IT}`;
  if (/^class\b/.test(source)) return 'it is a class; submit a function that makes the object and uses it';
  if (/^(async\s*)?function\s*\*/.test(source) || /^(async\s*)?\*/.test(source))
    return 'it is a generator function, and a worker has no loop to run a coroutine; submit a plain or an async function';
  if (!parses(`(${source}\n)`))
    return `it is a method, a getter or a setter, and its object would not go with it; ${EXPORT_IT}`;
  return null;
}

/** Take the keyword arguments off the end of `args`. */
export function takeKeywords(args: unknown[]): Record<string, unknown> {
  return isKeywords(args.at(-1)) ? (args.pop() as Record<string, unknown>) : {};
}
