/**
 * Python's `contextvars`: variables with a value of their own in every task.
 *
 * @packageDocumentation
 */
/* Public names of `tsyncio/contextvars`. */
export { Context, ContextVar, copyContext, Token, type ContextVarOptions } from './context-vars.js';
