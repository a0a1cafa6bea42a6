import type { BaseSelector } from './base.js';
import { EpollSelector } from './epoll-selector.js';
import { PollSelector } from './poll-selector.js';
import { hasEpoll } from '../platform/system.js';

/** The type of {@link DefaultSelector}. */

/** The type of {@link DefaultSelector}, which one constructs: `new DefaultSelector<Data>()`. */
export type DefaultSelectorConstructor = new <D = unknown>() => DefaultSelector<D>;

/**
 * The best selector of this system: {@link EpollSelector} on Linux, else {@link PollSelector}.
 *
 * Python: `selectors.DefaultSelector`.
 *
 * @throws OSError from the constructor without the addon.
 *
 * @example A scheduler without a loop
 * ```ts
 * import { DefaultSelector, EVENT_READ } from 'tsyncio/selectors';
 * import { socketpair } from 'tsyncio/socket';
 *
 * using selector = new DefaultSelector<() => void>();
 * const [a, b] = socketpair();
 * selector.register(b, EVENT_READ, () => {
 *   console.log(b.recv(100).toString());
 * });
 * a.send('hello');
 * for (const [key] of selector.select(1)) key.data?.();
 * a.close();
 * b.close();
 * // hello
 * ```
 */
export const DefaultSelector: DefaultSelectorConstructor = hasEpoll() ? EpollSelector : PollSelector;

/** What {@link DefaultSelector} makes. */
export type DefaultSelector<D = unknown> = BaseSelector<D>;
