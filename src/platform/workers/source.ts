/*
 * What workers are started with: source, and no file.
 */
import { encodeError } from './encode-error.js';
import { workerMain } from './worker-main.js';

function marked(): () => void {
  const marker = (): void => undefined;
  return marker;
}

/**
 * What a tool that compiles this file wraps functions in, to keep their names (esbuild's keepNames): `__name`, or what its
 * minifier makes of it. Source that is sent has calls of it.
 */
function namingHelper(): string {
  return /([\w$]+)\((?:\(\)|function)[^]*["'`]marker["'`]\)/.exec(marked.toString())?.[1] ?? '__name';
}

/**
 * The program of a worker: an expression, a function that takes `(specifier) => import(specifier)`, which is written where
 * no tool rewrites it.
 */
export function workerProgram(): string {
  const helper = namingHelper();
  return `(load) => {
    const ${helper} = (func) => func;
    (${workerMain.toString()})(load, ${encodeError.toString()}, "${helper}");
  }`;
}

/** What the program is called with. */
export const LOAD = '(specifier) => import(specifier)';
