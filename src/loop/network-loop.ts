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
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, type Coroutine, type Transport } from 'tsyncio';
   *
   * class Greeter extends Protocol {
   *   override connectionMade(transport: Transport): void {
   *     transport.write('welcome');
   *     transport.close();
   *   }
   * }
   *
   * class Reader extends Protocol {
   *   readonly done = getRunningLoop().createFuture<string>();
   *   private text = '';
   *
   *   override dataReceived(data: Buffer): void {
   *     this.text += data.toString();
   *   }
   *
   *   override connectionLost(error: Error | null): void {
   *     if (error === null) this.done.setResult(this.text);
   *     else this.done.setException(error);
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const server = yield* loop.createServer(Greeter, '127.0.0.1', 0);
   *   const [host, port] = server.sockets[0]!.getsockname();
   *   const [transport, reader] = yield* loop.createConnection(Reader, host, port);
   *   console.log(transport.getExtraInfo('peername')[1] === port, yield* reader.done);
   *   server.close();
   * }
   *
   * await run(main());
   * // true welcome
   * ```
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
   *
   * @example
   * ```ts
   * import { asyncWith, getRunningLoop, openConnection, Protocol, run, type Coroutine, type Transport } from 'tsyncio';
   *
   * class Time extends Protocol {
   *   override connectionMade(transport: Transport): void {
   *     transport.write('noon');
   *     transport.close();
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const server = yield* getRunningLoop().createServer(() => new Time(), { host: '127.0.0.1', port: 0 });
   *   yield* asyncWith(server, function* () {
   *     const [host, port] = server.sockets[0]!.getsockname();
   *     const [reader, writer] = yield* openConnection(host, port);
   *     console.log(String(yield* reader.read()));
   *     writer.close();
   *   });
   * }
   *
   * await run(main());
   * // noon
   * ```
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
   *
   * @param sock - a connected socket of `tsyncio/socket`
   * @returns the transport and the protocol.
   * @throws ValueError for what is no socket of a stream, or for options that do not go together; with `ssl`, what
   * `startTls` throws.
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, type Coroutine } from 'tsyncio';
   * import { createConnection, createServer } from 'tsyncio/socket';
   *
   * class Shout extends Protocol {
   *   readonly heard = getRunningLoop().createFuture<string>();
   *
   *   override dataReceived(data: Buffer): void {
   *     this.heard.setResult(data.toString().toUpperCase());
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const listener = createServer(['127.0.0.1', 0]);
   *   const [host, port] = listener.getsockname();
   *   const client = createConnection([host, port]);
   *   const [conn] = listener.accept();
   *   const [transport, protocol] = yield* getRunningLoop().connectAcceptedSocket(Shout, conn);
   *   client.send('hello');
   *   console.log(yield* protocol.heard);
   *   transport.close();
   *   client.close();
   *   listener.close();
   * }
   *
   * await run(main());
   * // HELLO
   * ```
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
   * @returns the transport and the protocol.
   * @throws FileNotFoundError, ConnectionRefusedError and other OSErrors; ValueError for options that do not go together.
   * With `ssl`, what `startTls` throws.
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, sleep, type Coroutine, type Transport } from 'tsyncio';
   * import { tmpdir } from 'node:os';
   *
   * class Greeter extends Protocol {
   *   override connectionMade(transport: Transport): void {
   *     transport.write('welcome');
   *     transport.close();
   *   }
   * }
   *
   * class Printer extends Protocol {
   *   override dataReceived(data: Buffer): void {
   *     console.log(String(data));
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const path = `${tmpdir()}/tsyncio-connection-${process.pid}.sock`;
   *   const server = yield* loop.createUnixServer(Greeter, path);
   *   const [transport] = yield* loop.createUnixConnection(Printer, path);
   *   while (!transport.isClosing()) yield* sleep(0.001);
   *   server.close();
   * }
   *
   * await run(main());
   * // welcome
   * ```
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
   * As `createServer`, on a Unix socket. A socket that is at the path already is removed first, as in
   * Python, even if a server still listens there. This one is removed when the server is closed.
   *
   * Python: `loop.create_unix_server`.
   *
   * @param path - a path, or an abstract name, which begins with `'\0'`; it may also be given by name
   * @throws OSError (EADDRINUSE) if something is at the path that is no socket; other OSErrors; ValueError for options that
   * do not go together.
   *
   * @example
   * ```ts
   * import { asyncWith, getRunningLoop, Protocol, run, type Coroutine } from 'tsyncio';
   * import { existsSync } from 'node:fs';
   * import { tmpdir } from 'node:os';
   *
   * function* main(): Coroutine {
   *   const path = `${tmpdir()}/tsyncio-server-${process.pid}.sock`;
   *   yield* asyncWith(yield* getRunningLoop().createUnixServer(Protocol, path), function* () {
   *     console.log(existsSync(path));
   *   });
   *   console.log(existsSync(path));
   * }
   *
   * await run(main());
   * // true
   * // false
   * ```
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
   *
   * @example
   * ```ts
   * import { DatagramProtocol, getRunningLoop, run, type Coroutine, type DatagramTransport } from 'tsyncio';
   * import type { InetAddress } from 'tsyncio/socket';
   *
   * class Echo extends DatagramProtocol {
   *   private transport!: DatagramTransport;
   *
   *   override connectionMade(transport: DatagramTransport): void {
   *     this.transport = transport;
   *   }
   *
   *   override datagramReceived(data: Buffer, from: InetAddress): void {
   *     this.transport.sendto(data, from);
   *   }
   * }
   *
   * class Client extends DatagramProtocol {
   *   readonly answer = getRunningLoop().createFuture<string>();
   *
   *   override datagramReceived(data: Buffer): void {
   *     this.answer.setResult(data.toString());
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [server] = yield* loop.createDatagramEndpoint(Echo, ['127.0.0.1', 0]);
   *   const remoteAddr = server.getExtraInfo('sockname');
   *   const [transport, client] = yield* loop.createDatagramEndpoint(Client, { remoteAddr });
   *   transport.sendto('ping');
   *   console.log(yield* client.answer);
   *   transport.close();
   *   server.close();
   * }
   *
   * await run(main());
   * // ping
   * ```
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
   *
   * @example
   * ```ts
   * import { getRunningLoop, Protocol, run, type Coroutine } from 'tsyncio';
   * import { socketpair } from 'tsyncio/socket';
   * import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
   * import { tmpdir } from 'node:os';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const folder = mkdtempSync(`${tmpdir()}/tsyncio-`);
   *   writeFileSync(`${folder}/page`, '<p>hello</p>');
   *   const [a, b] = socketpair();
   *   const [transport] = yield* loop.createConnection(Protocol, { sock: a });
   *   const file = openSync(`${folder}/page`, 'r');
   *   console.log(yield* loop.sendfile(transport, file, { offset: 3, count: 5 }), String(b.recv(100)));
   *   closeSync(file);
   *   transport.close();
   *   b.close();
   *   rmSync(folder, { recursive: true });
   * }
   *
   * await run(main());
   * // 5 hello
   * ```
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

  /**
   * As `sendfile`, over a socket of `tsyncio/socket` that does not block.
   *
   * Python: `loop.sock_sendfile`.
   *
   * @param offset - where in the file to begin; offset and count may also be given by name, among the options
   * @param count - how many bytes; `null` for all up to the end of the file
   * @returns how many bytes were sent.
   * @throws OSErrors; SendfileNotAvailableError if the system cannot do it and `fallback` is false; ValueError for a
   * negative offset, or a count that is not positive.
   */
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
