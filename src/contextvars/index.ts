/* Public names of `tsyncio/contextvars`. */
export { Context, ContextVar, copyContext, Token, type ContextVarOptions } from './context-vars.js';
