/*
 * What the loop needs of the layers above it: the network, and TLS. They register themselves in base/network.ts.
 */
import type { Coroutine } from '../base/awaitable.js';
import { network as registered, tls as registeredTls } from '../base/network.js';
import type { Context } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import type { Duplex } from '../platform/streams.js';
import type {
  BaseProtocol,
  DatagramTransport,
  ExtraInfo,
  ProtocolFactory,
  Transport,
} from '../protocols/index.js';
import type { socket } from '../socket/index.js';
import type { BaseEventLoop } from './base-loop.js';
import type * as options from './network-options.js';
import type { Server } from './server.js';

/** A connection, as {@link SelectorEventLoop.createConnection} gives it: its transport and its protocol. */
export type Connection<P> = [transport: Transport, protocol: P];

/** The loop's network methods, the loop first. */
export interface NetworkProvider {
  createConnection<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    options: options.ConnectionOptions,
  ): Coroutine<Connection<P>>;
  createServer(
    loop: BaseEventLoop,
    factory: ProtocolFactory<BaseProtocol>,
    options: options.ServerOptions,
  ): Coroutine<Server>;
  connectAcceptedSocket<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    sock: socket,
    options: options.AcceptedSocketOptions,
  ): Coroutine<Connection<P>>;
  createUnixConnection<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    options: options.UnixConnectionOptions,
  ): Coroutine<Connection<P>>;
  createUnixServer(
    loop: BaseEventLoop,
    factory: ProtocolFactory<BaseProtocol>,
    options: options.UnixServerOptions,
  ): Coroutine<Server>;
  createDatagramEndpoint<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    options: options.DatagramOptions,
  ): Coroutine<[transport: DatagramTransport, protocol: P]>;
  sendfile(
    loop: BaseEventLoop,
    transport: Transport,
    file: options.SendfileSource,
    options: options.SendfileOptions,
  ): Coroutine<number>;
  sockSendfile(
    loop: BaseEventLoop,
    sock: socket,
    file: options.SendfileSource,
    options: options.SendfileOptions,
  ): Coroutine<number>;
}

/** The network. */
export function network(): NetworkProvider {
  return registered() as NetworkProvider;
}

/** How a TLS transport is to be made. */
export interface TlsTransportOptions extends options.StartTlsOptions {
  /** What `getExtraInfo` knows already: `peername`. */
  extra?: ExtraInfo | null | undefined;
  /** The server that accepted the connection. */
  server?: Server | null | undefined;
  /** What the protocol is called in; a copy of the present one, if left out. */
  context?: Context | undefined;
}

/** TLS: what `src/ssl` registers. */
export interface TlsProvider {
  /**
   * Whether there can be a TLS connection with these options: better asked before there is any connection.
   *
   * @param sslcontext - `null` for the default context
   * @throws TypeError if it is no SSLContext; ValueError for options that make no sense; RuntimeError in a loop that blocks.
   */
  check(
    loop: BaseEventLoop,
    sslcontext: options.SSLContextLike | null,
    options: options.StartTlsOptions,
  ): void;
  /**
   * A TLS transport over a connected socket that does not block, or over a Duplex of Node's. It takes it over: closing it, also
   * when this throws, or the handshake fails, is no longer the caller's business.
   *
   * @param sslcontext - `null` for the default context
   * @param waiter - is settled when connectionMade was called, or the handshake failed
   */
  makeTransport(
    loop: BaseEventLoop,
    connection: socket | Duplex,
    protocol: BaseProtocol,
    sslcontext: options.SSLContextLike | null,
    waiter: Future<void>,
    options: TlsTransportOptions,
  ): Transport;
  /** `loop.startTls`. */
  startTls(
    loop: BaseEventLoop,
    transport: Transport,
    protocol: BaseProtocol,
    sslcontext: options.SSLContextLike,
    options: options.StartTlsOptions,
  ): Coroutine<Transport>;
}

/** TLS. @throws RuntimeError if it was not loaded. */
export function tls(): TlsProvider {
  return registeredTls() as TlsProvider;
}
