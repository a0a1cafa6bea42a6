export { VirtualEventLoop } from './virtual-event-loop.js';
