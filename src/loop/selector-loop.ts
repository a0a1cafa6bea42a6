/*
 * The loop on a selector: file descriptors that are ready queue the handles of their callbacks.
 *
 * Each registered descriptor has a Watchers as its data: at most one handle for reading and one for writing. A handle
 * is queued each time its descriptor is ready, the same one again and again.
 */
import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { copyContext } from '../contextvars/index.js';
import { addonAvailable, addonError } from '../platform/addon.js';
import { expireDeadlines, nearestDeadline } from '../concurrent/serve.js';
import { blockFor } from '../platform/host.js';
import { selectWithThreads } from '../platform/workers/index.js';
import {
  type BaseSelector,
  DefaultSelector,
  EVENT_READ,
  EVENT_WRITE,
  type SelectorKey,
} from '../selectors/index.js';
import { SelectorImpl } from '../selectors/base.js';
import { type FileObject, fileobjToFd } from '../selectors/fileobj.js';
import type { Address, InetAddress } from '../socket/address.js';
import type { Bytes } from '../socket/bytes.js';
import type { SignalLike } from '../signal/names.js';
import type { AddrInfo, AddrInfoOptions, socket } from '../socket/index.js';
import type { Callback } from './base-loop.js';
import { Handle } from './handles.js';
import { HostWatch } from './host-watch.js';
import { ProcessEventLoop } from './process-loop.js';
import { getaddrinfo, getnameinfo } from './resolve.js';
import { BlockingSignals, canSeeSignals, SignalHandlers } from './signals.js';
import * as ops from './sock.js';

/** The handles of one descriptor. */
interface Watchers {
  reader: Handle | null;
  writer: Handle | null;
}

/** What has a descriptor of its own in the loop: a transport, or a listening socket. @internal */
export interface DescriptorOwner {
  isClosing(): boolean;
  /** The loop is being closed. */
  _abandoned(): void;
}

/** What a {@link SelectorEventLoop} can wait with: see its constructor. Python: what `SelectorEventLoop(selector)` takes. */
export type LoopSelector = BaseSelector<Watchers>;

/**
 * What {@link SelectorEventLoop.addReader} and its like take: a descriptor, as a number, or an object with `fileno()`.
 * Python: a file object.
 */
export type FileDescriptorLike = FileObject;

/**
 * The event loop: sockets and other file descriptors, callbacks, timers, futures, tasks.
 *
 * Without the native addon it does all but wait for descriptors; what needs that throws an error with the reason.
 * Connections, servers and datagrams are Node's then, as they are with `TSYNCIO_TRANSPORT=node` in the environment.
 *
 * Python: `asyncio.SelectorEventLoop`, which is `asyncio.EventLoop` on Unix.
 *
 * @example
 * ```ts
 * import { EventLoop } from 'tsyncio';
 *
 * const loop = new EventLoop();
 * loop.callSoon((text: string) => {
 *   console.log(text);
 *   loop.stop();
 * }, 'hello');
 * await loop.runForever();
 * loop.close();
 * // hello
 * ```
 */
export class SelectorEventLoop extends ProcessEventLoop {
  /** null where the addon is missing. @internal */
  _selector: LoopSelector | null;
  /** The transports, by descriptor. @internal */
  readonly _transports: Map<number, DescriptorOwner> = new Map();
  /** The listening sockets, and the transports that no descriptor stands for. @internal */
  readonly _listening: Set<DescriptorOwner> = new Set();
  /** Whether the selector's `select` is a user's, and must be what is called. */
  private readonly _hasOwnSelect: boolean;
  private _hostWatcher: HostWatch | null = null;
  private readonly _signalHandlers: SignalHandlers = new SignalHandlers(this);
  /** Only while it blocks. */
  private _blockingSignals: BlockingSignals | null = null;

  /**
   * @param selector - what to wait with, this loop's alone; by default the best there is. It may also be given by name
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a selector does not look at the data it keeps
  constructor(selector?: BaseSelector<any> | null | { selector?: BaseSelector<any> | null | undefined }) {
    super();
    const options = firstOrOptions<{ selector?: LoopSelector | null | undefined }>('selector', selector, {});
    checkKeywords('SelectorEventLoop', options, ['selector']);
    const given = options.selector ?? null;
    this._selector = given ?? (addonAvailable() ? new DefaultSelector<Watchers>() : null);
    this._hasOwnSelect = given !== null && given.select !== SelectorImpl.prototype.select;
  }

  /**
   * Call `callback(...args)` in each round in which `fd` is ready to be read, until `removeReader`. Another callback for
   * reading the same descriptor is replaced. Ready means that reading would not wait: at the end of the stream and after an
   * error too. What is not read is told again in the next round.
   *
   * Python: `loop.add_reader`.
   *
   * @param fd - a descriptor, or an object with `fileno()`; close it only after `removeReader`
   * @throws RuntimeError if the loop is closed, the addon is missing, or a transport uses the descriptor; ValueError if
   * `fd` is no descriptor; PermissionError for a regular file, which is always ready.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [a, b] = socketpair();
   *   const received = loop.createFuture<string>();
   *   loop.addReader(b, () => {
   *     loop.removeReader(b);
   *     received.setResult(String(b.recv(100)));
   *   });
   *   a.send('hello');
   *   console.log(yield* received);
   *   a.close();
   *   b.close();
   * }
   *
   * await run(main());
   * // hello
   * ```
   */
  addReader<A extends unknown[]>(fd: FileDescriptorLike, callback: Callback<A>, ...args: A): void {
    this._ensureFdNoTransport(fd);
    this._add(fd, EVENT_READ, new Handle(callback, args, this, copyContext()));
  }

  /**
   * As {@link SelectorEventLoop.addReader}, for writing: called in each round in which the system would take more bytes, so
   * remove it as soon as there is nothing to write.
   *
   * Python: `loop.add_writer`.
   *
   * @throws as {@link SelectorEventLoop.addReader} does.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [a, b] = socketpair();
   *   const sent = loop.createFuture<number>();
   *   loop.addWriter(a, () => {
   *     loop.removeWriter(a);
   *     sent.setResult(a.send('hello'));
   *   });
   *   console.log('sent', yield* sent, String(b.recv(100)));
   *   a.close();
   *   b.close();
   * }
   *
   * await run(main());
   * // sent 5 hello
   * ```
   */
  addWriter<A extends unknown[]>(fd: FileDescriptorLike, callback: Callback<A>, ...args: A): void {
    this._ensureFdNoTransport(fd);
    this._add(fd, EVENT_WRITE, new Handle(callback, args, this, copyContext()));
  }

  /**
   * Take back {@link SelectorEventLoop.addReader}: the callback is not called any more, even if its turn has come.
   *
   * Python: `loop.remove_reader`.
   *
   * @returns whether there was one.
   * @throws RuntimeError if a transport uses the descriptor; ValueError if `fd` is no descriptor.
   */
  removeReader(fd: FileDescriptorLike): boolean {
    this._ensureFdNoTransport(fd);
    return this._remove(fd, EVENT_READ);
  }

  /**
   * Take back {@link SelectorEventLoop.addWriter}.
   *
   * Python: `loop.remove_writer`.
   *
   * @returns whether there was one.
   * @throws as {@link SelectorEventLoop.removeReader} does.
   */
  removeWriter(fd: FileDescriptorLike): boolean {
    this._ensureFdNoTransport(fd);
    return this._remove(fd, EVENT_WRITE);
  }

  // -- signals -------------------------------------------------------------------------------------------------

  /**
   * Call `callback(...args)` as the loop's next callback each time a signal comes, in place of what the system does on it.
   * Another handler of this loop for the signal is replaced; `signal` of `tsyncio/signal`, `process.on` and other loops have
   * handlers of their own, which are called besides. A loop that handles a signal can wait for it for ever; that is no deadlock.
   * A loop that blocks calls its handlers too; it needs the addon for that.
   *
   * Python: `loop.add_signal_handler`.
   *
   * @param sig - the signal's number, or its name as Node has it
   * @throws RuntimeError for a signal that cannot be caught, outside of the main thread, and if the loop is closed; ValueError
   * for a number that is no signal; TypeError for what is neither a number nor a name, and for a coroutine function.
   *
   * @example
   * ```ts
   * import { Event, getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { raiseSignal, SIGTERM } from 'tsyncio/signal';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const stop = new Event();
   *   loop.addSignalHandler(SIGTERM, () => stop.set());
   *   loop.callLater(0.01, () => raiseSignal(SIGTERM));
   *   yield* stop.wait();
   *   console.log('asked to end');
   * }
   *
   * await run(main());
   * // asked to end
   * ```
   */
  addSignalHandler<A extends unknown[]>(sig: SignalLike, callback: Callback<A>, ...args: A): void {
    this._signalHandlers.add(sig, callback, args);
  }

  /**
   * Take back {@link SelectorEventLoop.addSignalHandler}: the system does what it does by default, if nobody else listens.
   * Closing the loop removes all.
   *
   * Python: `loop.remove_signal_handler`.
   *
   * @returns whether there was one.
   * @throws as addSignalHandler, for what is no signal.
   */
  removeSignalHandler(sig: SignalLike): boolean {
    return this._signalHandlers.remove(sig);
  }

  /** A signal has come. Python: `_handle_signal`. @internal */
  _handleSignal(signum: number): void {
    this._signalHandlers.arrived(signum);
  }

  /** @internal */
  protected override _runRounds(): void {
    if (!canSeeSignals(this._handledSignals > 0) || this._selector === null) {
      super._runRounds();
      return;
    }
    const signals = new BlockingSignals((fd, onReady) => {
      this._watchSignals(fd, onReady);
    });
    this._blockingSignals = signals;
    try {
      signals.begin();
      do {
        this._runOnce();
        signals.look();
      } while (!this._stopping);
      signals.deliver();
    } finally {
      this._blockingSignals = null;
      if (signals.fd !== null) this._selector.unregister(signals.fd);
      signals.end();
    }
  }

  /** It is not counted among what is watched: a loop that waits for nothing else is in a deadlock. */
  private _watchSignals(fd: number, onReady: () => void): void {
    const reader = new Handle(onReady, [], this, copyContext());
    this._selector!.register(fd, EVENT_READ, { reader, writer: null });
  }

  /** Whether it is the selector that must wait, though no descriptor is watched: for signals, beside workers too. */
  private _waitsForSignals(timeout: number | null): boolean {
    const watched = typeof this._blockingSignals?.fd === 'number';
    return watched && (timeout === null ? this._handledSignals > 0 || this._awaitedWork > 0 : timeout > 0);
  }

  // -- sockets -------------------------------------------------------------------------------------------------

  /**
   * Receive what is there, at most `n` bytes, once there is anything. A wait that is cancelled has received nothing.
   *
   * Python: `loop.sock_recv`.
   *
   * @param sock - a socket of `tsyncio/socket` that does not block
   * @param n - a number of bytes
   * @returns the bytes; none at the end of the stream.
   * @throws ConnectionResetError and other OSErrors; RuntimeError if another task waits to read from it; in debug mode ValueError
   * for a socket that blocks.
   *
   * @example
   * ```ts
   * import { createTask, getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [a, b] = socketpair();
   *   a.setblocking(false);
   *   b.setblocking(false);
   *   const receiving = createTask(loop.sockRecv(b, 100));
   *   yield* loop.sockSendall(a, 'hello');
   *   console.log(String(yield* receiving));
   *   a.close();
   *   console.log((yield* loop.sockRecv(b, 100)).length);
   *   b.close();
   * }
   *
   * await run(main());
   * // hello
   * // 0
   * ```
   */
  sockRecv(sock: socket, n: number): Coroutine<Buffer> {
    return ops.sockRecv(this, sock, n);
  }

  /**
   * Receive what is there into a buffer, once there is anything; as much as fits.
   *
   * Python: `loop.sock_recv_into`.
   *
   * @returns how many bytes came; 0 is the end of the stream.
   * @throws as {@link SelectorEventLoop.sockRecv} does.
   */
  sockRecvInto(sock: socket, buffer: ArrayBufferView): Coroutine<number> {
    return ops.sockRecvInto(this, sock, buffer);
  }

  /**
   * Receive a datagram of at most `bufsize` bytes, and say from whom; what is longer is cut off.
   *
   * Python: `loop.sock_recvfrom`.
   *
   * @param bufsize - a number of bytes
   * @returns the bytes, and the sender's address, `null` where it has none.
   * @throws as {@link SelectorEventLoop.sockRecv} does.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { AF_INET, SOCK_DGRAM, socket } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [a, b] = [new socket(AF_INET, SOCK_DGRAM), new socket(AF_INET, SOCK_DGRAM)];
   *   for (const each of [a, b]) {
   *     each.bind(['127.0.0.1', 0]);
   *     each.setblocking(false);
   *   }
   *   yield* loop.sockSendto(a, 'ping', b.getsockname());
   *   const [data, from] = yield* loop.sockRecvfrom(b, 1500);
   *   console.log(String(data), String(from) === String(a.getsockname()));
   *   a.close();
   *   b.close();
   * }
   *
   * await run(main());
   * // ping true
   * ```
   */
  sockRecvfrom(sock: socket, bufsize: number): Coroutine<[data: Buffer, address: Address | null]> {
    return ops.sockRecvfrom(this, sock, bufsize);
  }

  /**
   * Receive a datagram into a buffer, and say from whom; what does not fit is cut off.
   *
   * Python: `loop.sock_recvfrom_into`.
   *
   * @param nbytes - at most so many bytes; 0 for as many as there is room. It may also be given by name
   * @returns how many bytes came, and the sender's address, `null` where it has none.
   * @throws as {@link SelectorEventLoop.sockRecv} does; ValueError for a negative `nbytes`, or one beyond the buffer.
   */
  sockRecvfromInto(
    sock: socket,
    buffer: ArrayBufferView,
    nbytes: number | { nbytes?: number | undefined } = 0,
  ): Coroutine<[length: number, address: Address | null]> {
    const options = firstOrOptions<{ nbytes?: number | undefined }>('nbytes', nbytes, {});
    checkKeywords('sockRecvfromInto', options, ['nbytes']);
    return ops.sockRecvfromInto(this, sock, buffer, options.nbytes ?? 0);
  }

  /**
   * Send all of `data`, in as many steps as it takes. If it is cancelled or fails, how much was sent is not known.
   *
   * Python: `loop.sock_sendall`.
   *
   * @param sock - a socket of `tsyncio/socket` that does not block
   * @param data - bytes, or a string, which is sent as UTF-8
   * @throws BrokenPipeError, ConnectionResetError and other OSErrors.
   */
  sockSendall(sock: socket, data: Bytes): Coroutine {
    return ops.sockSendall(this, sock, data);
  }

  /**
   * Send a datagram to an address, once the system takes it.
   *
   * Python: `loop.sock_sendto`.
   *
   * @returns how many bytes were sent.
   * @throws OSErrors: a datagram that is too long (EMSGSIZE), for one.
   */
  sockSendto(sock: socket, data: Bytes, address: Address): Coroutine<number> {
    return ops.sockSendto(this, sock, data, address);
  }

  /**
   * Connect to an address; a host name is looked up first.
   *
   * Python: `loop.sock_connect`.
   *
   * @param sock - a socket of `tsyncio/socket` that does not block
   * @throws ConnectionRefusedError and other OSErrors; gaierror if the host has no address.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { createServer, socket } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const listener = createServer(['127.0.0.1', 0]);
   *   listener.setblocking(false);
   *   const client = new socket();
   *   client.setblocking(false);
   *   yield* loop.sockConnect(client, listener.getsockname());
   *   const [conn, address] = yield* loop.sockAccept(listener);
   *   console.log(String(address) === String(client.getsockname()));
   *   for (const each of [conn, client, listener]) each.close();
   * }
   *
   * await run(main());
   * // true
   * ```
   */
  sockConnect(sock: socket, address: Address): Coroutine {
    return ops.sockConnect(this, sock, address);
  }

  /**
   * Take the next connection of a listening socket. A wait that is cancelled has taken none.
   *
   * Python: `loop.sock_accept`.
   *
   * @returns a new socket, which does not block, and the address of the other end.
   * @throws OSErrors; RuntimeError if another task waits for connections of it.
   */
  sockAccept(sock: socket): Coroutine<[conn: socket, address: Address]> {
    return ops.sockAccept(this, sock);
  }

  /**
   * The addresses of a host and a service, looked up without keeping the loop.
   *
   * Python: `loop.getaddrinfo`.
   *
   * @param host - a name or an address; `null` for this machine
   * @param port - a number, or the name of a service
   * @param options - `family`, `type`, `proto`, `flags`, as in `tsyncio/socket`
   * @throws gaierror when there is none.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { AF_INET, SOCK_STREAM } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const found = yield* getRunningLoop().getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM });
   *   for (const [family, , , , address] of found) console.log(family === AF_INET, address);
   * }
   *
   * await run(main());
   * // true [ '127.0.0.1', 80 ]
   * ```
   */
  getaddrinfo(
    host: string | Uint8Array | null,
    port: string | number | Uint8Array | null,
    options: AddrInfoOptions = {},
  ): Coroutine<AddrInfo[]> {
    return getaddrinfo(this, host, port, options);
  }

  /**
   * The names of an address: of the host and of the service.
   *
   * Python: `loop.getnameinfo`.
   *
   * @param flags - NI_* of `tsyncio/socket`, or-ed
   * @returns host and service.
   * @throws gaierror when there is none.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   * import { NI_NUMERICHOST, NI_NUMERICSERV } from 'tsyncio/socket';
   *
   * function* main(): Coroutine {
   *   const flags = NI_NUMERICHOST | NI_NUMERICSERV;
   *   console.log(yield* getRunningLoop().getnameinfo(['127.0.0.1', 80], flags));
   * }
   *
   * await run(main());
   * // [ '127.0.0.1', '80' ]
   * ```
   */
  getnameinfo(
    sockaddr: Readonly<InetAddress>,
    flags: number | { flags?: number | undefined } = 0,
  ): Coroutine<[host: string, service: string]> {
    const options = firstOrOptions<{ flags?: number | undefined }>('flags', flags, {});
    checkKeywords('getnameinfo', options, ['flags']);
    return getnameinfo(sockaddr, options.flags ?? 0);
  }

  // -- what a descriptor's readiness calls -----------------------------------------------------------------------

  /** The handle of `fd` for `event`, or null. @internal */
  _handleOf(fd: number, event: number): Handle | null {
    const data = this._selector?.getMap()?.get(fd)?.data;
    if (data === null || data === undefined) return null;
    return event === EVENT_READ ? data.reader : data.writer;
  }

  /** A descriptor that a transport uses is nobody else's. @internal */
  _ensureFdNoTransport(fd: FileDescriptorLike): void {
    if (this._transports.size === 0) return;
    const transport = this._transports.get(fileobjToFd(fd));
    if (transport === undefined || transport.isClosing()) return;
    throw new RuntimeError(`File descriptor ${reprValue(fd)} is used by transport ${reprValue(transport)}`);
  }

  /** @internal */
  _add(fd: FileDescriptorLike, event: number, handle: Handle): void {
    this._checkClosed();
    const selector = this._requireSelector();
    const number = fileobjToFd(fd);
    const key = selector.getMap()!.get(number);
    if (key === undefined) {
      const data: Watchers = { reader: null, writer: null };
      setWatcher(data, event, handle);
      selector.register(fd, event, data);
      this._watched++;
    } else {
      const data = key.data!;
      selector.modify(fd, key.events | event, data);
      setWatcher(data, event, handle)?.cancel();
      if ((key.events & event) !== 0) return;
    }
    this._watchedChanged(number, (key?.events ?? 0) | event);
  }

  /** @internal */
  _remove(fd: FileDescriptorLike, event: number): boolean {
    const map = this._selector?.getMap();
    if (map === null || map === undefined) return false;
    const number = fileobjToFd(fd);
    const key = map.get(number);
    if (key === undefined || (key.events & event) === 0) return false;
    const data = key.data!;
    const left = key.events & ~event;
    if (left === 0) {
      this._selector!.unregister(fd);
      this._watched--;
    } else this._selector!.modify(fd, left, data);
    setWatcher(data, event, null)?.cancel();
    this._watchedChanged(number, left);
    return true;
  }

  /** Other events of `fd` are waited for: the host must know of it at once, while a hosted loop is parked too. */
  private _watchedChanged(fd: number, events: number): void {
    this._hostWatcher?.changed(fd, events);
    if (this._parked) this._driver!.wake();
  }

  private _requireSelector(): LoopSelector {
    if (this._selector === null) throw addonError() ?? new RuntimeError('this loop has no selector');
    return this._selector;
  }

  /** @internal */
  override _select(timeout: number | null): void {
    if (this._watched === 0 && (timeout === null || !this._hasOwnSelect) && !this._waitsForSignals(timeout)) {
      this._selected = 0;
      super._select(timeout);
      return;
    }
    if (timeout !== 0 && this._awaitedWork > 0) this._selectWithThreads(timeout);
    else this._selectDescriptors(timeout);
  }

  /** Blocks until a descriptor is ready, or a worker thread has sent something. */
  private _selectWithThreads(timeout: number | null): void {
    const selector = this._selector!;
    selectWithThreads(nearestDeadline(timeout), (descriptor, wait) => {
      selector.register(descriptor, EVENT_READ, { reader: null, writer: null });
      try {
        this._selectDescriptors(wait);
      } finally {
        selector.unregister(descriptor);
      }
    });
    expireDeadlines();
  }

  private _selectDescriptors(timeout: number | null): void {
    const selector = this._selector!;
    if (this._hasOwnSelect) {
      const ready = selector.select(timeout);
      this._selected = ready.length;
      for (const [key, mask] of ready) this._processEvent(key, mask);
      return;
    }
    const count = selector._selectInto(timeout);
    this._selected = count;
    for (let i = 0; i < count; i++) {
      const key = selector._readyKey(i);
      if (key !== undefined) this._processEvent(key, selector._readyMask(i));
    }
  }

  private _processEvent(key: SelectorKey<Watchers>, mask: number): void {
    const { reader, writer } = key.data!;
    if ((mask & EVENT_READ) !== 0 && reader !== null) this._ready.push(reader);
    if ((mask & EVENT_WRITE) !== 0 && writer !== null) this._ready.push(writer);
  }

  /** @internal */
  protected override _wait(timeout: number): void {
    blockFor(timeout);
  }

  /** @internal */
  _hostWatch(onReady: (() => void) | null): void {
    this._hostWatcher?.close();
    this._hostWatcher = onReady === null ? null : new HostWatch(this._requireSelector(), onReady);
  }

  /**
   * Close the loop: what is scheduled is dropped, tasks that are left are reported, as in every loop; what is watched is
   * not watched any more, transports and servers are closed without a word to their protocols, and so is the selector.
   * Debug mode warns of transports that were still open. Python: `loop.close`.
   */
  override close(): void {
    if (this.isClosed()) return;
    super.close();
    this._watched = 0;
    for (const owner of [...this._transports.values(), ...this._listening]) owner._abandoned();
    this._transports.clear();
    this._listening.clear();
    this._selector?.close();
    this._signalHandlers.clear();
  }
}

function setWatcher(data: Watchers, event: number, handle: Handle | null): Handle | null {
  const before = event === EVENT_READ ? data.reader : data.writer;
  if (event === EVENT_READ) data.reader = handle;
  else data.writer = handle;
  return before;
}

/**
 * The event loop of this platform: {@link SelectorEventLoop}.
 *
 * Python: `asyncio.EventLoop`.
 *
 * @example
 * ```ts
 * import { EventLoop, run, SelectorEventLoop, sleep } from 'tsyncio';
 *
 * console.log(EventLoop === SelectorEventLoop);
 * console.log(await run(sleep(0.01, 'done'), { loopFactory: () => new EventLoop() }));
 * // true
 * // done
 * ```
 */
export const EventLoop: typeof SelectorEventLoop = SelectorEventLoop;
/** What {@link EventLoop} makes, and {@link getRunningLoop} gives. */
export type EventLoop = SelectorEventLoop;
