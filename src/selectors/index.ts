/**
 * Python's `selectors`: waiting for file descriptors, without a loop.
 *
 * @packageDocumentation
 */
export { BaseSelector, type SelectTimeout } from './base.js';
export { DefaultSelector, type DefaultSelectorConstructor } from './default-selector.js';
export { EpollSelector } from './epoll-selector.js';
export type { FileObject, HasFileno } from './fileobj.js';
export { EVENT_READ, EVENT_WRITE, SelectorKey } from './key.js';
export type { SelectorMapping } from './mapping.js';
export { PollSelector } from './poll-selector.js';
export { select } from './select.js';
export { SelectSelector } from './select-selector.js';
