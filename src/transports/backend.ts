/*
 * What the two kinds of network have in common, as connections and servers see it: sockets of our own on the loop's
 * selector, and sockets of Node's.
 */
import type { Coroutine } from '../base/awaitable.js';
import type { Context } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import type {
  DatagramOptions,
  Listener,
  SelectorEventLoop,
  Server,
  ServerOptions,
  TlsTimeouts,
} from '../loop/index.js';
import type { NetSocket } from '../platform/streams.js';
import type {
  BaseProtocol,
  DatagramProtocol,
  DatagramTransport,
  ExtraInfo,
  ProtocolFactory,
  Transport,
} from '../protocols/index.js';
import type { Address, AddrInfo, socket, UnixAddress } from '../socket/index.js';

/** A connection that has no transport yet. */
export type RawConnection = socket | NetSocket;

/** What a transport may be made with. */
export interface TransportOptions {
  /** Is settled when connectionMade was called. */
  waiter?: Future<void> | null;
  /** What `getExtraInfo` knows already: `peername`. */
  extra?: ExtraInfo | null;
  /** The server that accepted the connection. */
  server?: Server | null;
  /** What the protocol is called in; a copy of the present one, if left out. */
  context?: Context;
}

/** TLS, and which end this is. */
export interface TlsChoice extends TlsTimeouts {
  ssl?: boolean | object | null | undefined;
  serverHostname?: string | null | undefined;
  serverSide?: boolean | undefined;
}

/** What each connection of a server gets. */
export interface AcceptOptions extends TlsChoice {
  readonly backlog: number;
}

/** What a listening socket is made with, beside the socket. */
export interface ListenerOptions {
  readonly loop: SelectorEventLoop;
  readonly factory: ProtocolFactory<BaseProtocol>;
  readonly accept: AcceptOptions;
  /** Called when it was stopped. */
  readonly onStop?: (() => void) | null;
}

/** A family and a protocol for datagrams, with the addresses that they have in it. */
export interface Candidate {
  readonly family: number;
  readonly proto: number;
  local: Address | null;
  remote: Address | null;
}

/** A socket for datagrams that has no transport yet. */
export interface Endpoint {
  /** Its transport; the socket is closed if that throws. */
  transport(protocol: DatagramProtocol, waiter: Future<void>): DatagramTransport;
  /** Close it. */
  discard(): void;
}

/** One kind of network. */
export interface Backend {
  /**
   * Connect to one address, from the first of `locals` that can be had. If there are several, what was wrong with those that
   * could not goes to `errors`.
   *
   * @throws OSError if that fails.
   */
  connect(
    loop: SelectorEventLoop,
    info: AddrInfo,
    locals: readonly AddrInfo[] | null,
    errors: Error[],
  ): Coroutine<RawConnection>;
  /** Connect to a Unix socket. */
  connectPath(loop: SelectorEventLoop, path: UnixAddress): Coroutine<RawConnection>;
  /** Take over a connected socket of the user's. */
  take(sock: socket): RawConnection;
  /** The transport of a connection. */
  transport(
    loop: SelectorEventLoop,
    connection: RawConnection,
    protocol: BaseProtocol,
    options: TransportOptions,
  ): Transport;
  /** Close a connection that gets no transport. */
  discard(connection: RawConnection): void;
  /** A connection for debugging. */
  describe(connection: RawConnection): string;

  /** Bind to one address; `null` where this machine has no such address, or no such family. */
  listen(info: AddrInfo, server: ServerOptions, options: ListenerOptions): Coroutine<Listener | null>;
  /** Bind to a path that is free. */
  listenAt(path: UnixAddress, options: ListenerOptions & { cleanUp: boolean }): Coroutine<Listener>;
  /** Take over a bound socket of the user's. */
  listenOn(sock: socket, options: ListenerOptions): Listener;

  /** A socket for datagrams. @throws OSError if an address cannot be had. */
  endpoint(loop: SelectorEventLoop, candidate: Candidate, options: DatagramOptions): Coroutine<Endpoint>;
  /** Take over a socket of the user's. */
  endpointOn(loop: SelectorEventLoop, sock: socket): Coroutine<Endpoint>;
}
