/**
 * Python's `selectors`, and `select.select`: waiting for file descriptors, without a loop.
 *
 * {@link DefaultSelector} is the one to use: epoll on Linux, else poll. Register sockets, or whatever has a descriptor, with the events
 * to wait for, {@link EVENT_READ} and {@link EVENT_WRITE}, and with data of yours; `select` blocks until some are ready. It really
 * blocks: no timer, promise or I/O of Node's goes on meanwhile. An event loop has a selector of its own, and `loop.addReader` for
 * descriptors.
 *
 * Timeouts are in seconds. All of this needs the addon; without it the constructors throw an OSError that names the reason.
 *
 * @example An echo for several clients in one thread
 * ```ts
 * import { DefaultSelector, EVENT_READ } from 'tsyncio/selectors';
 * import { createConnection, createServer, type socket } from 'tsyncio/socket';
 *
 * using selector = new DefaultSelector<(sock: socket) => void>();
 * const server = createServer(['127.0.0.1', 0]);
 * const echo = (sock: socket): void => {
 *   const data = sock.recv(1000);
 *   if (data.length > 0) sock.sendall(data);
 *   else {
 *     selector.unregister(sock);
 *     sock.close();
 *   }
 * };
 * selector.register(server, EVENT_READ, () => selector.register(server.accept()[0], EVENT_READ, echo));
 *
 * const [host, port] = server.getsockname();
 * const clients = ['one', 'two'].map((text) => {
 *   const client = createConnection([host, port]);
 *   client.sendall(text);
 *   return client;
 * });
 * // Two connections to accept, two messages to answer.
 * for (let served = 0; served < 4; ) {
 *   for (const [key] of selector.select(1)) {
 *     key.data?.(key.fileobj as socket);
 *     served++;
 *   }
 * }
 * for (const client of clients) console.log(String(client.recv(1000)));
 * for (const sock of [...clients, server]) sock.close();
 * // one
 * // two
 * ```
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
