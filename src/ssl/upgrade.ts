/*
 * From a connection in use to the stream below it, with every byte that nobody was given.
 */
import type { Coroutine } from '../base/awaitable.js';
import { reprValue } from '../base/repr.js';
import { type DetachedDuplex, DuplexTransport } from '../duplex/duplex-transport.js';
import type { Transport } from '../protocols/index.js';
import { SelectorSocketTransport } from '../transports/socket-transport.js';

/** A transport that TLS can be laid over. */
export type UpgradableTransport = SelectorSocketTransport | DuplexTransport;

/** @throws TypeError for a transport that TLS cannot be laid over. */
export function checkUpgradable(transport: Transport): UpgradableTransport {
  if (transport instanceof SelectorSocketTransport || transport instanceof DuplexTransport) return transport;
  throw new TypeError(`transport ${reprValue(transport)} is not supported by start_tls()`);
}

/**
 * Take the stream from a transport, which is as closed from then on. It is read no more at once, and waits until what was
 * written over it is sent.
 *
 * @throws RuntimeError if the transport is closing; ConnectionError if the connection is lost meanwhile. It is closed then.
 */
export function* detach(transport: UpgradableTransport): Coroutine<DetachedDuplex> {
  transport.pauseReading();
  try {
    yield* transport._makeEmptyWaiter();
    return transport._detachDuplex();
  } catch (error) {
    transport.close();
    throw error;
  } finally {
    transport._resetEmptyWaiter();
  }
}

/** Whoever still has the old transport can end the connection with it, as in CPython. */
export function forward(old: Transport, upgraded: Transport): void {
  old.close = () => {
    upgraded.close();
  };
  old.abort = () => {
    upgraded.abort();
  };
  old.isClosing = () => upgraded.isClosing();
}
