/*
 * What can be sent to a worker, and what cannot. The structured clone algorithm does the sending; but it loses the classes
 * of objects in silence, and names nothing that it refuses. So values are looked through first.
 */
import { reprValue } from '../base/repr.js';
import { Lendable } from './lendable.js';

const TRANSFERS = Symbol.for('tsyncio.transfers');

type Transfers = WeakMap<object, readonly unknown[]>;

/** One table in the thread, however many copies of this module: the program of a worker knows it too. */
function transfers(): Transfers {
  const shared = globalThis as unknown as Record<symbol, Transfers | undefined>;
  return (shared[TRANSFERS] ??= new WeakMap());
}

/**
 * Mark `value` as one to be moved to the worker, or back from it, instead of copied: after that, it cannot be used on this
 * side any more. For ArrayBuffers and what views them, and for MessagePorts. It takes no time, however large the buffer is.
 *
 * Between processes nothing can be moved: there it is copied all the same.
 *
 * Python: none; its threads share all objects.
 *
 * @param value - a buffer, a view of one, a port; or an object that holds such
 * @param list - what to move, if it is not `value` itself
 * @returns `value`.
 * @throws TypeError for what can only be copied.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, transfer } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor();
 * const pixels = new Uint8Array(1_000_000);
 * const sum = pool.submit((data: Uint8Array) => data.length, transfer(pixels));
 * console.log(await sum, pixels.length);
 * await pool.shutdown();
 * // 1000000 0
 * ```
 */
export function transfer<T extends object>(value: T, list?: readonly object[]): T {
  const moved = (list ?? [value]).map((item) => (ArrayBuffer.isView(item) ? item.buffer : item));
  for (const item of moved) {
    if (item instanceof ArrayBuffer || isPort(item)) continue;
    throw new TypeError(
      `transfer(): an ArrayBuffer, a view of one or a MessagePort was expected, got ${reprValue(item)}`,
    );
  }
  transfers().set(value, moved);
  return value;
}

function isPort(item: object): boolean {
  return typeof MessagePort === 'function' && item instanceof MessagePort;
}

/** Where values go. */
export type Destination = 'thread' | 'process';

/** Classes whose instances arrive as what they are. */
const CLONED = [Date, RegExp, ArrayBuffer, DataView, Boolean, Number, String, BigInt] as const;

/** Looks through the arguments of one call. */
export class Inspection {
  /** What is to be moved. */
  readonly transfers: Set<unknown> = new Set();
  private readonly _method: string;
  private readonly _destination: Destination;
  private readonly _seen: Set<object> = new Set();

  constructor(method: string, destination: Destination) {
    this._method = method;
    this._destination = destination;
  }

  /** @throws TypeError that names the part of `value` that cannot be sent, why, and what to do. */
  check(value: unknown, path: string): void {
    const reason = this._reasonAgainst(value, path);
    if (reason !== null)
      throw new TypeError(`${this._method}(): ${path} cannot be sent to a worker: ${reason}`);
  }

  private _reasonAgainst(value: unknown, path: string): string | null {
    if (typeof value === 'function') {
      return (
        'it is a function, and functions stay in their thread; submit one as the call itself, or pass the name of ' +
        'one that the worker knows'
      );
    }
    if (typeof value === 'symbol') return 'it is a symbol, which no other thread has; pass a string';
    if (typeof value !== 'object' || value === null || this._seen.has(value)) return null;
    this._seen.add(value);
    return this._reasonAgainstObject(value, path);
  }

  private _reasonAgainstObject(value: object, path: string): string | null {
    const moved = transfers().get(value);
    if (moved !== undefined && this._destination === 'thread')
      for (const item of moved) this.transfers.add(item);
    if (Array.isArray(value)) this._checkItems(value, path);
    else if (value instanceof Map) this._checkMap(value, path);
    else if (value instanceof Set) for (const item of value) this.check(item, `an item of ${path}`);
    else if (isPlain(value)) this._checkFields(value, path);
    else return this._reasonAgainstInstance(value);
    return null;
  }

  private _checkItems(items: readonly unknown[], path: string): void {
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      // Most arrays that are large hold numbers.
      if (typeof item !== 'number') this.check(item, `${path}[${i}]`);
    }
  }

  private _checkMap(map: ReadonlyMap<unknown, unknown>, path: string): void {
    for (const [key, value] of map) {
      this.check(key, `a key of ${path}`);
      this.check(value, `${path}.get(${reprValue(key)})`);
    }
  }

  private _checkFields(fields: object, path: string): void {
    for (const [key, value] of Object.entries(fields)) this.check(value, `${path}.${key}`);
  }

  private _reasonAgainstInstance(value: object): string | null {
    if (typeof SharedArrayBuffer === 'function' && isShared(value)) {
      return this._destination === 'thread'
        ? null
        : 'it is shared memory, and processes share none; pass a copy';
    }
    if (isDetached(value)) return 'its memory was moved away by a transfer() before';
    if (ArrayBuffer.isView(value) || this.transfers.has(value) || isBuiltInError(value)) return null;
    if (CLONED.some((cls) => value instanceof (cls as new () => object))) return null;
    return reasonAgainstClass(value);
  }
}

function isShared(value: object): boolean {
  return (
    value instanceof SharedArrayBuffer ||
    (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer)
  );
}

function isDetached(value: object): boolean {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch (error) {
    if (error instanceof TypeError) return true;
    throw error;
  }
}

function isBuiltInError(value: object): boolean {
  if (!(value instanceof Error)) return false;
  const { constructor } = Object.getPrototypeOf(value) as { constructor: { name: string } };
  return (globalThis as unknown as Record<string, unknown>)[constructor.name] === constructor;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of another realm (a vm context), Object is another one.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function reasonAgainstClass(value: object): string {
  if (value instanceof Lendable)
    return 'it is a loop lent to the call, and must be an argument of its own; only threads can use one';
  if (typeof (value as { then?: unknown }).then === 'function')
    return 'it is a promise or a future; wait for it first, and pass the result';
  if (value instanceof URL) return 'it is a URL, which would arrive empty; pass its href';
  if (isPort(value)) return 'a MessagePort can only be moved: transfer(port)';
  if (typeof (value as { fileno?: unknown }).fileno === 'function' || 'destroyed' in value)
    return 'it is a socket or a stream, which belongs to the loop of its thread; read what it has, and pass that';
  const name = (value.constructor as { name?: string } | undefined)?.name ?? 'some class';
  return (
    `it is an instance of ${name}, and would arrive without its class; pass its data as a plain object, ` +
    'and make the instance in the worker'
  );
}
