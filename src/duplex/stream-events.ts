/*
 * A stream's events, on their way to its transport. The listeners are the same functions for all streams: the stream
 * itself knows its transport, by a property that nobody else sees.
 */
import { RuntimeError } from '../base/errors.js';
import type { Duplex } from '../platform/streams.js';

/** Who hears of what a stream does. */
export interface StreamOwner {
  /** @internal */
  _streamData(chunk: Buffer): void;
  /** All was read. @internal */
  _streamEnded(): void;
  /** All was written, and the end of it too. @internal */
  _streamFinished(): void;
  /** @internal */
  _streamFailed(error: Error): void;
  /** @internal */
  _streamClosed(): void;
}

const OWNER: unique symbol = Symbol('the transport of a stream');

type Owned = Duplex & { [OWNER]?: StreamOwner | null };

function onData(this: Owned, chunk: Buffer): void {
  this[OWNER]?._streamData(chunk);
}

function onEnd(this: Owned): void {
  this[OWNER]?._streamEnded();
}

function onFinish(this: Owned): void {
  this[OWNER]?._streamFinished();
}

function onError(this: Owned, error: Error): void {
  this[OWNER]?._streamFailed(error);
}

function onClose(this: Owned): void {
  this[OWNER]?._streamClosed();
}

/**
 * Tell `owner` of everything from now on. No data flows until `resume()`.
 *
 * @throws RuntimeError if somebody is told already.
 */
export function listen(duplex: Duplex, owner: StreamOwner): void {
  const stream: Owned = duplex;
  const before = stream[OWNER] ?? null;
  if (before !== null) throw new RuntimeError(`this stream is used by transport ${String(before)}`);
  stream[OWNER] = owner;
  duplex.pause();
  duplex.on('data', onData).on('end', onEnd).on('finish', onFinish).on('error', onError).on('close', onClose);
  unguard(duplex);
}

/** Tell nobody any more. Errors that come on the way down, nobody's any more, are kept from ending the process. */
export function unlisten(duplex: Duplex): void {
  guard(duplex);
  (duplex as Owned)[OWNER] = null;
  duplex
    .off('data', onData)
    .off('end', onEnd)
    .off('finish', onFinish)
    .off('error', onError)
    .off('close', onClose);
}

function ignore(): void {
  // Whoever takes the stream over finds it in `errored`.
}

function forget(this: Duplex): void {
  unguard(this);
}

/** Nobody listens to the stream yet, or any more: an error that comes now must not end the process. */
export function guard(duplex: Duplex): void {
  if (duplex.closed) return;
  duplex.on('error', ignore).on('close', forget);
}

/** Somebody listens. */
export function unguard(duplex: Duplex): void {
  duplex.off('error', ignore).off('close', forget);
}
