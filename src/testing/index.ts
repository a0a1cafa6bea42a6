/**
 * Virtual time, for tests.
 *
 * @packageDocumentation
 */
export { VirtualEventLoop } from './virtual-event-loop.js';
