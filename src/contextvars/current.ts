/*
 * What futures, tasks and loops need of contexts and users do not: to run something in a context by two assignments.
 *
 *     const previous = enterContext(context);
 *     try {
 *       step();
 *     } finally {
 *       leaveContext(context, previous);
 *     }
 */
export { checkContext, currentContext, enterContext, leaveContext, swapContext } from './context-vars.js';
