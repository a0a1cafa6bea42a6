/**
 * Virtual time, for tests.
 *
 * {@link runVirtual} runs a test; {@link VirtualEventLoop} is the loop with the clock that jumps.
 *
 * @packageDocumentation
 */
export { runVirtual, type RunVirtualOptions } from './run-virtual.js';
export { VirtualEventLoop } from './virtual-event-loop.js';
