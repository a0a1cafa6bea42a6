/** The emitter behind `loop.events`. */
export { EventEmitter } from 'eventemitter3';
