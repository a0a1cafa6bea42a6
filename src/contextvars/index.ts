/* Public names of `tsyncio/contextvars`. */
export { ContextVar, type ContextVarOptions } from './context-var.js';
export { Context, copyContext } from './context.js';
export { Token } from './token.js';
