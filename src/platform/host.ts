/*
 * What a loop needs of its host, on Node and wherever else JavaScript runs: a clock, timers, a turn of the host's own
 * loop, the moment when the host has nothing left to do, a way to block, and a place to warn. Milliseconds exist
 * in this folder only.
 */
import { builtinOrNull } from './builtin.js';

/** The longest time, in milliseconds, that setTimeout takes: beyond it fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The clock's resolution in seconds: performance.now() counts nanoseconds on Node. */
export const CLOCK_RESOLUTION = 1e-9;

/** A clock that never goes back, in seconds. */
export function monotonic(): number {
  return performance.now() / 1000;
}

/** A timer of the host's. */
export interface HostTimer {
  cancel(): void;
}

/** Call `callback` after `seconds`, rounded up to the host's milliseconds. The host stays alive for it. */
export function hostTimer(seconds: number, callback: () => void): HostTimer {
  const milliseconds = Math.min(Math.max(Math.ceil(seconds * 1000), 0), MAX_TIMEOUT_MS);
  const timer = setTimeout(callback, milliseconds);
  return {
    cancel: () => {
      clearTimeout(timer);
    },
  };
}

/** Call `callback` when the host has had a turn: its I/O, its timers. */
export const afterHostTurn: (callback: () => void) => void = chooseAfterHostTurn();

/** A MessagePort as browsers have it: Node's types know only Node's. */
interface BrowserPort {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
}

function chooseAfterHostTurn(): (callback: () => void) => void {
  if (typeof setImmediate === 'function') {
    return (callback) => {
      setImmediate(callback);
    };
  }
  // Browsers: a message is a task of its own, and is not delayed as nested timeouts are.
  const { port1, port2 } = new MessageChannel() as unknown as { port1: BrowserPort; port2: BrowserPort };
  const queue: (() => void)[] = [];
  port1.onmessage = () => queue.shift()?.();
  return (callback) => {
    queue.push(callback);
    port2.postMessage(null);
  };
}

/** Call `callback` when the present job of the host's ends, before any I/O. */
export function afterHostJob(callback: () => void): void {
  queueMicrotask(callback);
}

const noop = (): void => {
  /* nothing was registered */
};

/**
 * Call `callback` whenever the host has nothing left to do and would end the process.
 *
 * @returns what takes it back.
 */
export function onHostIdle(callback: () => void): () => void {
  const process = builtinOrNull('node:process');
  if (process === null) return noop;
  process.on('beforeExit', callback);
  return () => {
    process.off('beforeExit', callback);
  };
}

/** Block the thread for `seconds`. */
export function blockFor(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

/** A warning, of a class that can be filtered by name. Python: `warnings.warn`. */
export function warn(message: string, category: string): void {
  const process = builtinOrNull('node:process');
  if (process === null) console.warn(`${category}: ${message}`);
  else process.emitWarning(message, category);
}

/** The value of an environment variable. */
export function environment(name: string): string | undefined {
  return builtinOrNull('node:process')?.env[name];
}
