/*
 * Connections whose reader and writer nobody has any more: closed, and in debug mode warned of, when the collector finds
 * them. Nothing here and nothing below a writer may hold it, or its reader, or it is never found.
 */
import type { Loop } from '../base/loop.js';
import { warn } from '../platform/host.js';
import type { WriteTransport } from '../protocols/index.js';

/** What a writer writes to. */
export interface Connection {
  transport: WriteTransport;
  readonly loop: Loop;
}

const collected = new FinalizationRegistry<Connection>(({ transport, loop }) => {
  if (loop.isClosed() || transport.isClosing()) return;
  if (loop.getDebug()) warn(`unclosed <StreamWriter transport=${String(transport)}>`, 'ResourceWarning');
  transport.close();
});

/** Close the connection when `writer` is collected. */
export function closeWhenCollected(writer: object, connection: Connection): void {
  collected.register(writer, connection);
}
