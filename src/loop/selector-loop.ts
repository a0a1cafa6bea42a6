/*
 * The loop on a selector: file descriptors that are ready queue the handles of their callbacks.
 *
 * Each registered descriptor has a Watchers as its data: at most one handle for reading and one for writing. A handle
 * is queued each time its descriptor is ready, the same one again and again.
 */
import { RuntimeError } from '../base/errors.js';
import { copyContext } from '../contextvars/index.js';
import { addonAvailable, addonError } from '../platform/addon.js';
import { blockFor } from '../platform/host.js';
import { type BaseSelector, DefaultSelector, EVENT_READ, EVENT_WRITE, type SelectorKey } from '../selectors/index.js';
import { type FileObject, fileobjToFd } from '../selectors/fileobj.js';
import { BaseEventLoop, type Callback } from './base-loop.js';
import { Handle } from './handles.js';
import { HostWatch } from './host-watch.js';

/** The handles of one descriptor. */
interface Watchers {
  reader: Handle | null;
  writer: Handle | null;
}

/** What a {@link SelectorEventLoop} can wait with. */
export type LoopSelector = BaseSelector<Watchers>;

/** What has a descriptor: a number, or an object with `fileno()`. Python: a file object. */
export type FileDescriptorLike = FileObject;

/**
 * The event loop: sockets and other file descriptors, callbacks, timers, futures, tasks.
 *
 * Without the native addon it does all but wait for descriptors; what needs that throws an error with the reason.
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
export class SelectorEventLoop extends BaseEventLoop {
  /** null where the addon is missing. @internal */
  _selector: LoopSelector | null;
  /** How many descriptors are registered. */
  private _registered: number = 0;
  private _hostWatcher: HostWatch | null = null;

  /** @param selector - what to wait with; by default the best there is */
  constructor(selector?: LoopSelector | null) {
    super();
    this._selector = selector ?? (addonAvailable() ? new DefaultSelector<Watchers>() : null);
  }

  /**
   * Call `callback(...args)` in each round in which `fd` is ready to be read, until {@link
   * SelectorEventLoop.removeReader}. Another callback for reading the same descriptor is replaced.
   *
   * Python: `loop.add_reader`.
   *
   * @throws RuntimeError if the loop is closed, or the addon is missing; ValueError if `fd` is no descriptor.
   */
  addReader<A extends unknown[]>(fd: FileDescriptorLike, callback: Callback<A>, ...args: A): void {
    this._add(fd, EVENT_READ, new Handle(callback, args, this, copyContext()));
  }

  /** As {@link SelectorEventLoop.addReader}, for writing. Python: `loop.add_writer`. */
  addWriter<A extends unknown[]>(fd: FileDescriptorLike, callback: Callback<A>, ...args: A): void {
    this._add(fd, EVENT_WRITE, new Handle(callback, args, this, copyContext()));
  }

  /** Take back {@link SelectorEventLoop.addReader}. Python: `loop.remove_reader`. @returns whether there was one. */
  removeReader(fd: FileDescriptorLike): boolean {
    return this._remove(fd, EVENT_READ);
  }

  /** Take back {@link SelectorEventLoop.addWriter}. Python: `loop.remove_writer`. @returns whether there was one. */
  removeWriter(fd: FileDescriptorLike): boolean {
    return this._remove(fd, EVENT_WRITE);
  }

  /** @internal */
  _add(fd: FileDescriptorLike, event: number, handle: Handle): void {
    this._checkClosed();
    const selector = this._requireSelector();
    const key = selector.getMap()!.get(fileobjToFd(fd));
    if (key === undefined) {
      const data: Watchers = { reader: null, writer: null };
      setWatcher(data, event, handle);
      selector.register(fd, event, data);
      this._registered++;
    } else {
      const data = key.data!;
      selector.modify(fd, key.events | event, data);
      setWatcher(data, event, handle)?.cancel();
    }
    this._watchedChanged();
  }

  private _remove(fd: FileDescriptorLike, event: number): boolean {
    const map = this._selector?.getMap();
    if (map === null || map === undefined) return false;
    const key = map.get(fileobjToFd(fd));
    if (key === undefined || (key.events & event) === 0) return false;
    const data = key.data!;
    const left = key.events & ~event;
    if (left === 0) {
      this._selector!.unregister(fd);
      this._registered--;
    } else this._selector!.modify(fd, left, data);
    setWatcher(data, event, null)?.cancel();
    this._watchedChanged();
    return true;
  }

  /** While a hosted loop is parked, its host must know of a change at once. */
  private _watchedChanged(): void {
    if (this._parked) this._driver!.wake();
  }

  private _requireSelector(): LoopSelector {
    if (this._selector === null) throw addonError() ?? new RuntimeError('this loop has no selector');
    return this._selector;
  }

  /** @internal */
  override _select(timeout: number | null): void {
    if (this._registered === 0) {
      super._select(timeout);
      return;
    }
    const selector = this._selector!;
    const count = selector._selectInto(timeout);
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
  override _watchesDescriptors(): boolean {
    return this._registered > 0;
  }

  /** @internal */
  _hostWatch(onReady: (() => void) | null): void {
    this._hostWatcher?.close();
    this._hostWatcher = onReady === null ? null : new HostWatch(this._requireSelector(), onReady);
  }

  override close(): void {
    if (this.isClosed()) return;
    super.close();
    this._registered = 0;
    this._selector?.close();
  }
}

function setWatcher(data: Watchers, event: number, handle: Handle | null): Handle | null {
  const before = event === EVENT_READ ? data.reader : data.writer;
  if (event === EVENT_READ) data.reader = handle;
  else data.writer = handle;
  return before;
}

/** The event loop of this platform. Python: `asyncio.EventLoop`. */
export const EventLoop: typeof SelectorEventLoop = SelectorEventLoop;
/** What {@link EventLoop} makes. */
export type EventLoop = SelectorEventLoop;
