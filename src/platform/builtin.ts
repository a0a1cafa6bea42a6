/*
 * Node's own modules, got at run time. Nothing here is imported statically from `node:*`: a bundle for the browser can
 * import this file, and only *asking* for a module fails there.
 */

import { RuntimeError } from '../base/errors.js';

/** The modules by name. */
interface BuiltinModules {
  'node:async_hooks': typeof import('node:async_hooks');
  'node:buffer': typeof import('node:buffer');
  'node:child_process': typeof import('node:child_process');
  'node:crypto': typeof import('node:crypto');
  'node:dgram': typeof import('node:dgram');
  'node:dns': typeof import('node:dns');
  'node:events': typeof import('node:events');
  'node:fs': typeof import('node:fs');
  'node:http': typeof import('node:http');
  'node:https': typeof import('node:https');
  'node:module': typeof import('node:module');
  'node:net': typeof import('node:net');
  'node:os': typeof import('node:os');
  'node:path': typeof import('node:path');
  'node:perf_hooks': typeof import('node:perf_hooks');
  'node:process': typeof import('node:process');
  'node:stream': typeof import('node:stream');
  'node:timers': typeof import('node:timers');
  'node:tls': typeof import('node:tls');
  'node:tty': typeof import('node:tty');
  'node:url': typeof import('node:url');
  'node:util': typeof import('node:util');
  'node:v8': typeof import('node:v8');
  'node:vm': typeof import('node:vm');
  'node:worker_threads': typeof import('node:worker_threads');
  'node:dns/promises': typeof import('node:dns/promises');
  'node:timers/promises': typeof import('node:timers/promises');
}

/** The names that {@link builtin} takes: `'node:fs'`, `'node:net'` ... */
export type BuiltinName = keyof BuiltinModules;

interface ProcessLike {
  getBuiltinModule?(id: string): unknown;
}

/**
 * A module of Node's, or `null` where there is none of that name: in a browser, or in a runtime that lacks it.
 *
 * @param name - with its prefix: `'node:fs'`.
 */
export function builtinOrNull<K extends BuiltinName>(name: K): BuiltinModules[K] | null {
  const host = (globalThis as { process?: ProcessLike }).process;
  const found = host?.getBuiltinModule?.(name) as BuiltinModules[K] | undefined;
  return found ?? null;
}

/**
 * A module of Node's.
 *
 * @param name - with its prefix: `'node:fs'`.
 * @throws RuntimeError where this runtime has no such module.
 */
export function builtin<K extends BuiltinName>(name: K): BuiltinModules[K] {
  const found = builtinOrNull(name);
  if (found === null) {
    throw new RuntimeError(
      `${name} is not available here: this part of tsyncio needs Node.js 20.19 or newer`,
    );
  }
  return found;
}
