/*
 * TLS as the loop's network asks for it.
 */
import type { Coroutine } from '../base/awaitable.js';
import { SSL_HANDSHAKE_TIMEOUT, SSL_SHUTDOWN_TIMEOUT } from '../base/constants.js';
import { reprValue } from '../base/repr.js';
import { adopt } from '../duplex/adopt.js';
import { requireHosted } from '../duplex/hosted-only.js';
import type { Future } from '../futures/index.js';
import type { BaseEventLoop, SelectorEventLoop, StartTlsOptions } from '../loop/index.js';
import type { TlsProvider, TlsTransportOptions } from '../loop/network-provider.js';
import type { Duplex, NetSocket } from '../platform/streams.js';
import type { BaseProtocol, Transport } from '../protocols/index.js';
import { socket } from '../socket/index.js';
import { SSLContext } from './context.js';
import { sslObjectFor } from './handshake.js';
import type { SSLObject } from './ssl-object.js';
import { SSLTransport, type SSLTransportOptions, timeLimit } from './ssl-transport.js';
import { checkUpgradable, detach, forward } from './upgrade.js';

function asContext(sslcontext: object | null): SSLContext | null {
  if (sslcontext === null || sslcontext instanceof SSLContext) return sslcontext;
  throw notContext(sslcontext);
}

function notContext(value: unknown): TypeError {
  return new TypeError(`sslcontext is expected to be an instance of ssl.SSLContext, got ${reprValue(value)}`);
}

/** All that can be wrong before there is a connection. */
function prepare(loop: BaseEventLoop, sslcontext: object | null, options: StartTlsOptions): SSLObject {
  const context = asContext(sslcontext);
  timeLimit('ssl_handshake_timeout', options.sslHandshakeTimeout, SSL_HANDSHAKE_TIMEOUT);
  timeLimit('ssl_shutdown_timeout', options.sslShutdownTimeout, SSL_SHUTDOWN_TIMEOUT);
  requireHosted(loop, 'TLS');
  return sslObjectFor(context, options.serverSide === true, options.serverHostname ?? null);
}

/** Only loops with a selector have these methods. */
function transportOver(
  loop: BaseEventLoop,
  duplex: Duplex,
  protocol: BaseProtocol,
  sslobj: SSLObject,
  options: SSLTransportOptions,
): SSLTransport {
  try {
    return new SSLTransport(loop as SelectorEventLoop, duplex, protocol, sslobj, options);
  } catch (error) {
    duplex.destroy();
    throw error;
  }
}

function makeTransport(
  loop: BaseEventLoop,
  connection: socket | Duplex,
  protocol: BaseProtocol,
  sslcontext: object | null,
  waiter: Future<void>,
  options: TlsTransportOptions,
): Transport {
  let duplex;
  let sslobj;
  try {
    sslobj = prepare(loop, sslcontext, options);
    duplex = connection instanceof socket ? adopt(connection) : connection;
    setNodelay(duplex);
  } catch (error) {
    if (connection instanceof socket) connection.close();
    else connection.destroy();
    throw error;
  }
  return transportOver(loop, duplex, protocol, sslobj, { ...options, waiter });
}

/** Send small pieces at once, as all transports do; only TCP knows another way. */
function setNodelay(duplex: Duplex): void {
  if ('setNoDelay' in duplex) (duplex as NetSocket).setNoDelay(true);
}

/** What a StreamReader has received already. */
interface Buffering {
  _takeBuffered?(): readonly Uint8Array[];
}

function* startTls(
  loop: BaseEventLoop,
  transport: Transport,
  protocol: BaseProtocol,
  sslcontext: object,
  options: StartTlsOptions,
): Coroutine<Transport> {
  if (!(sslcontext instanceof SSLContext)) throw notContext(sslcontext);
  const old = checkUpgradable(transport);
  const sslobj = prepare(loop, sslcontext, options);
  const { _extra } = old;
  const { duplex, server, context } = yield* detach(old);
  // A client may have begun its handshake before the server was ready for it.
  if (sslobj.serverSide) putBack(duplex, (protocol as Buffering)._takeBuffered?.() ?? []);
  const waiter = loop.createFuture<void>();
  const known = { peername: _extra.peername, sockname: _extra.sockname, socket: _extra.socket };
  const made = { ...options, waiter, server, context, extra: known, upgrade: true };
  const upgraded = transportOver(loop, duplex, protocol, sslobj, made);
  forward(old, upgraded);
  try {
    yield* waiter;
  } catch (error) {
    upgraded.close();
    throw error;
  }
  return upgraded;
}

function putBack(duplex: Duplex, chunks: readonly Uint8Array[]): void {
  if (chunks.length > 0) duplex.unshift(Buffer.concat(chunks));
}

/** TLS for all loops. */
export const tlsProvider: TlsProvider = {
  check: (loop, sslcontext, options) => {
    prepare(loop, sslcontext, options);
  },
  makeTransport,
  startTls,
};
