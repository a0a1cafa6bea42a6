/*
 * The loop's network methods. What they do is done above, in src/transports; here are their signatures.
 */
import type { Coroutine } from '../base/awaitable.js';
import type { BaseProtocol, DatagramTransport, ProtocolFactory, Transport } from '../protocols/index.js';
import type { Address, socket, UnixAddress } from '../socket/index.js';
import { BaseEventLoop } from './base-loop.js';
import {
  type AcceptedSocketOptions,
  type ConnectionOptions,
  type DatagramOptions,
  type Host,
  keywordsOf,
  type Port,
  type SendfileOptions,
  type SendfileSource,
  type ServerOptions,
  type SSLContextLike,
  type StartTlsOptions,
  type UnixConnectionOptions,
  type UnixServerOptions,
} from './network-options.js';
import { type Connection, network, tls } from './network-provider.js';
import type { Server } from './server.js';

/** What {@link SelectorEventLoop} inherits; it is not exported by itself. */
export class NetworkEventLoop extends BaseEventLoop {
  /**
   * Connect a stream to a host and a port, by each of the host's addresses until one answers.
   *
   * The protocol's `connectionMade` is called before this returns, and its `dataReceived` not before that.
   *
   * Python: `loop.create_connection`.
   *
   * @param protocolFactory - makes the protocol: a function, or a class
   * @param host - host and port may also be given by name, among the options
   * @returns the transport and the protocol.
   * @throws OSError of the address that failed, or one that names the errors of all; an ExceptionGroup of them with
   * `allErrors`; gaierror if the host has no address; ValueError for options that do not go together. With `ssl`, what
   * `startTls` throws.
   */
  createConnection<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    host?: Host | null | ConnectionOptions,
    port?: Port | null | ConnectionOptions,
    options?: ConnectionOptions,
  ): Coroutine<Connection<P>> {
    const keywords = keywordsOf<ConnectionOptions>('createConnection', [host, port, options]);
    return network().createConnection(this, protocolFactory, keywords);
  }

  /**
   * Listen on a host and a port; each connection gets a protocol of its own, and runs in a copy of the present context.
   *
   * Python: `loop.create_server`.
   *
   * @param protocolFactory - makes the protocol of each connection: a function, or a class
   * @param host - one or several; `''` or `null` for all addresses of this machine; host and port may also be given by name
   * @param port - 0 for any that is free: `server.sockets` tells which
   * @throws OSError if an address cannot be had; ValueError for options that do not go together.
   */
  createServer(
    protocolFactory: ProtocolFactory<BaseProtocol>,
    host?: Host | Iterable<string> | null | ServerOptions,
    port?: Port | null | ServerOptions,
    options?: ServerOptions,
  ): Coroutine<Server> {
    const keywords = keywordsOf<ServerOptions>('createServer', [host, port, options]);
    return network().createServer(this, protocolFactory, keywords);
  }

  /**
   * Make a transport of a connection that was accepted outside of the loop; the transport takes the socket over.
   *
   * Python: `loop.connect_accepted_socket`.
   */
  connectAcceptedSocket<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    sock: socket,
    options?: AcceptedSocketOptions,
  ): Coroutine<Connection<P>> {
    const keywords = keywordsOf<AcceptedSocketOptions>('connectAcceptedSocket', [options]);
    return network().connectAcceptedSocket(this, protocolFactory, sock, keywords);
  }

  /**
   * As `createConnection`, to a Unix socket.
   *
   * Python: `loop.create_unix_connection`.
   *
   * @param path - a path, or an abstract name, which begins with `'\0'`; it may also be given by name
   */
  createUnixConnection<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    path?: UnixAddress | null | UnixConnectionOptions,
    options?: UnixConnectionOptions,
  ): Coroutine<Connection<P>> {
    const keywords = keywordsOf<UnixConnectionOptions>('createUnixConnection', [path, options]);
    return network().createUnixConnection(this, protocolFactory, keywords);
  }

  /**
   * As `createServer`, on a Unix socket. A socket that an earlier server has left at the path is
   * removed first.
   *
   * Python: `loop.create_unix_server`.
   *
   * @param path - a path, or an abstract name, which begins with `'\0'`; it may also be given by name
   */
  createUnixServer(
    protocolFactory: ProtocolFactory<BaseProtocol>,
    path?: UnixAddress | null | UnixServerOptions,
    options?: UnixServerOptions,
  ): Coroutine<Server> {
    const keywords = keywordsOf<UnixServerOptions>('createUnixServer', [path, options]);
    return network().createUnixServer(this, protocolFactory, keywords);
  }

  /**
   * Send and receive datagrams.
   *
   * Python: `loop.create_datagram_endpoint`.
   *
   * @param localAddr - where to receive; both addresses may also be given by name, among the options
   * @param remoteAddr - the only one to send to and to receive from
   * @returns the transport and the protocol.
   * @throws OSError if an address cannot be had; ValueError for options that do not go together.
   */
  createDatagramEndpoint<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    localAddr?: Address | null | DatagramOptions,
    remoteAddr?: Address | null | DatagramOptions,
    options?: DatagramOptions,
  ): Coroutine<[transport: DatagramTransport, protocol: P]> {
    const keywords = keywordsOf<DatagramOptions>('createDatagramEndpoint', [localAddr, remoteAddr, options]);
    return network().createDatagramEndpoint(this, protocolFactory, keywords);
  }

  /**
   * Make a connection in use a TLS connection, after what was written is sent. Use the transport that it returns from then
   * on; the protocol stays, and its `connectionMade` is not called again. Nothing that arrives is lost: what nobody was
   * given yet is taken for TLS.
   *
   * Python: `loop.start_tls`.
   *
   * @param transport - a connection of this loop's, which may have TLS already
   * @param sslcontext - an `SSLContext` of `tsyncio/ssl`
   * @returns the transport of the TLS connection.
   * @throws SSLCertVerificationError for a certificate that is not to be trusted, or another's; other SSLErrors,
   * ConnectionAbortedError when `sslHandshakeTimeout` is over, ConnectionResetError when the other side goes away. The
   * connection is closed then. TypeError for another context or transport; RuntimeError in a loop that blocks.
   */
  startTls(
    transport: Transport,
    protocol: BaseProtocol,
    sslcontext: SSLContextLike,
    options?: StartTlsOptions,
  ): Coroutine<Transport> {
    const keywords = keywordsOf<StartTlsOptions>('startTls', [undefined, undefined, options]);
    return tls().startTls(this, transport, protocol, sslcontext, keywords);
  }

  /**
   * Send a file over a transport: by the system, without its bytes passing through here, where that can be done.
   * Meanwhile the transport receives nothing and refuses writes. The file's own position is neither used nor moved.
   *
   * Python: `loop.sendfile`.
   *
   * @param file - a descriptor, or an object that has one, such as a FileHandle of Node's
   * @param offset - offset and count may also be given by name, among the options
   * @param count - how many bytes; `null` for all up to the end of the file
   * @returns how many bytes were sent.
   * @throws RuntimeError if the transport is closing, or cannot do it; SendfileNotAvailableError (a RuntimeError) if the
   * system cannot do it and `fallback` is false.
   */
  sendfile(
    transport: Transport,
    file: SendfileSource,
    offset?: number | SendfileOptions,
    count?: number | null | SendfileOptions,
    options?: SendfileOptions,
  ): Coroutine<number> {
    return network().sendfile(this, transport, file, keywordsOf('sendfile', [offset, count, options]));
  }

  /** As `sendfile`, over a socket that does not block. Python: `loop.sock_sendfile`. */
  sockSendfile(
    sock: socket,
    file: SendfileSource,
    offset?: number | SendfileOptions,
    count?: number | null | SendfileOptions,
    options?: SendfileOptions,
  ): Coroutine<number> {
    return network().sockSendfile(this, sock, file, keywordsOf('sockSendfile', [offset, count, options]));
  }
}
