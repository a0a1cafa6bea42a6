/*
 * From a connection to its transport and a protocol.
 */
import type { Coroutine } from '../base/awaitable.js';
import type { Connection, SelectorEventLoop } from '../loop/index.js';
import { tls } from '../loop/network-provider.js';
import { type BaseProtocol, type ProtocolFactory, type Transport } from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import type { Backend, RawConnection, TlsChoice } from './backend.js';
import { contextOf, isGiven } from './tls-options.js';

/**
 * Make the protocol, then the transport, and wait until they know each other. The connection is the transport's from then on;
 * it is closed if there is none.
 */
export function* connectionOf<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  backend: Backend,
  connection: RawConnection,
  factory: ProtocolFactory<P>,
  choice: TlsChoice,
): Coroutine<Connection<P>> {
  const { ssl, ...options } = choice;
  const waiter = loop.createFuture<void>();
  let protocol: P;
  let transport: Transport;
  try {
    protocol = makeProtocol(factory);
    transport = isGiven(ssl)
      ? tls().makeTransport(loop, connection, protocol, contextOf(ssl), waiter, options)
      : backend.transport(loop, connection, protocol, { waiter });
  } catch (error) {
    backend.discard(connection);
    throw error;
  }
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}
