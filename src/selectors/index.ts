export { BaseSelector, type SelectTimeout } from './base.js';
export { DefaultSelector } from './default-selector.js';
export { EpollSelector } from './epoll-selector.js';
export type { FileObject } from './fileobj.js';
export { EVENT_READ, EVENT_WRITE, SelectorKey } from './key.js';
export { SelectorMapping } from './mapping.js';
export { PollSelector } from './poll-selector.js';
export { select } from './select.js';
export { SelectSelector } from './select-selector.js';
