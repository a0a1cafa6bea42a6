/*
 * The arguments of the loop's network methods, as users give them.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';
import type { HasFileno } from '../selectors/index.js';
import type { Address, InetAddress, socket, UnixAddress } from '../socket/index.js';

/**
 * What `ssl` arguments take, and {@link SelectorEventLoop.startTls}: an `SSLContext` of `tsyncio/ssl`. Python:
 * `ssl.SSLContext`.
 */
export type SSLContextLike = object;

/** Options of TLS, which are refused without `ssl`: see {@link ConnectionOptions} and {@link ServerOptions}. */
export interface TlsTimeouts {
  /**
   * Seconds for the handshake, 60 if left out; then the connection fails with a ConnectionAbortedError. Python:
   * `ssl_handshake_timeout`.
   */
  sslHandshakeTimeout?: number | null | undefined;
  /**
   * Seconds for the orderly end: until all is sent, and the other side has said farewell; 30 if left out. Python:
   * `ssl_shutdown_timeout`.
   */
  sslShutdownTimeout?: number | null | undefined;
}

/** A host's name or address, as {@link SelectorEventLoop.createConnection} and its like take it. Python: `host`. */
export type Host = string | Uint8Array;
/**
 * A port's number, or the name of a service, as {@link SelectorEventLoop.createConnection} and its like take it. Python:
 * `port`.
 */
export type Port = number | string | Uint8Array;

/** What {@link SelectorEventLoop.createConnection} takes beside the protocol factory, and {@link openConnection}. */
export interface ConnectionOptions extends TlsTimeouts {
  /** Where to: a name, or an address. If host and port are left out, `sock` is needed. Python: `host`. */
  host?: Host | null | undefined;
  /** Where to: a number, or the name of a service. If host and port are left out, `sock` is needed. Python: `port`. */
  port?: Port | null | undefined;
  /**
   * TLS: an `SSLContext`, or `true` for that of `createDefaultContext()`, which verifies certificate and name; none if left
   * out.
   */
  ssl?: boolean | SSLContextLike | null | undefined;
  /** AF_INET or AF_INET6; both if left out. */
  family?: number | undefined;
  /** The protocol's number; the usual one if left out. */
  proto?: number | undefined;
  /** AI_* for the look-up, or-ed; 0 if left out. */
  flags?: number | undefined;
  /** A connected socket to take over, in place of host and port; a new one if left out. */
  sock?: socket | null | undefined;
  /** Where to connect from; looked up as host and port are. If left out, the system chooses. Python: `local_addr`. */
  localAddr?: Readonly<InetAddress> | null | undefined;
  /** The name that the certificate must have, the host if left out; `''` for a context that does not check names. */
  serverHostname?: string | null | undefined;
  /** Try the next address when one has not answered in so many seconds (0.25 is a good one); all in turn if left out. */
  happyEyeballsDelay?: number | null | undefined;
  /** Mix addresses of different families, so many of the first family first; if left out, 1 with `happyEyeballsDelay`, else 0. */
  interleave?: number | null | undefined;
  /** Throw an ExceptionGroup of all errors. If left out, one error. Python: `all_errors`. */
  allErrors?: boolean | undefined;
}

/** What {@link SelectorEventLoop.createServer} takes beside the protocol factory, and {@link startServer} beside the callback. */
export interface ServerOptions extends TlsTimeouts {
  /** Where to listen: one or several names or addresses. If left out, or `''`: all addresses of this machine. */
  host?: Host | Iterable<string> | null | undefined;
  /** The port; 0 for any that is free, another for each host. If host and port are left out, `sock` is needed. */
  port?: Port | null | undefined;
  /** AF_INET or AF_INET6; both if left out. */
  family?: number | undefined;
  /** AI_* for the look-up, or-ed; AI_PASSIVE if left out. */
  flags?: number | undefined;
  /** A bound socket to take over, in place of host and port; a new one if left out. */
  sock?: socket | null | undefined;
  /** How many connections may wait to be accepted, 100 if left out. */
  backlog?: number | undefined;
  /** TLS: an `SSLContext` with a certificate; none if left out. */
  ssl?: SSLContextLike | null | undefined;
  /** Listen on a port that was in use a moment ago; `true` if left out. */
  reuseAddress?: boolean | null | undefined;
  /** Let other sockets listen on the same port. `false` if left out. Python: `reuse_port`. */
  reusePort?: boolean | null | undefined;
  /** Have the system look whether idle clients are still there. `false` if left out. Python: `keep_alive`. */
  keepAlive?: boolean | null | undefined;
  /** Begin at once (the default), or with `startServing()` or `serveForever()`. */
  startServing?: boolean | undefined;
}

/** What {@link SelectorEventLoop.connectAcceptedSocket} takes beside the protocol factory and the socket. */
export interface AcceptedSocketOptions extends TlsTimeouts {
  /** TLS: an `SSLContext` with a certificate; none if left out. */
  ssl?: SSLContextLike | null | undefined;
}

/** What {@link SelectorEventLoop.createUnixConnection} takes beside the protocol factory, and {@link openUnixConnection}. */
export interface UnixConnectionOptions extends TlsTimeouts {
  /** Where to: a path, or an abstract name, which begins with `'\0'`. If left out, `sock` is needed. */
  path?: UnixAddress | null | undefined;
  /**
   * TLS: an `SSLContext`, or `true` for that of `createDefaultContext()`, which verifies certificate and name; none if left
   * out.
   */
  ssl?: boolean | SSLContextLike | null | undefined;
  /** A connected socket to take over, in place of the path; a new one if left out. */
  sock?: socket | null | undefined;
  /** The name that the certificate must have; needed with `ssl`. */
  serverHostname?: string | null | undefined;
}

/**
 * What {@link SelectorEventLoop.createUnixServer} takes beside the protocol factory, and {@link startUnixServer} beside the
 * callback.
 */
export interface UnixServerOptions extends TlsTimeouts {
  /** Where to listen: a path, or an abstract name, which begins with `'\0'`. If left out, `sock` is needed. */
  path?: UnixAddress | null | undefined;
  /** A bound socket to take over, in place of the path; a new one if left out. */
  sock?: socket | null | undefined;
  /** How many connections may wait to be accepted, 100 if left out. */
  backlog?: number | undefined;
  /** TLS: an `SSLContext` with a certificate; none if left out. */
  ssl?: SSLContextLike | null | undefined;
  /** Begin at once (the default), or with `startServing()` or `serveForever()`. */
  startServing?: boolean | undefined;
  /** Remove the path when the server is closed (the default), unless somebody else has put another one there. */
  cleanupSocket?: boolean | undefined;
}

/** What {@link SelectorEventLoop.createDatagramEndpoint} takes beside the protocol factory. */
export interface DatagramOptions {
  /** Where to receive: host and port, or a path with AF_UNIX. If left out, the system chooses. */
  localAddr?: Address | null | undefined;
  /** The only one to send to and to receive from: host and port, or a path with AF_UNIX; any if left out. */
  remoteAddr?: Address | null | undefined;
  /** AF_INET, AF_INET6 or AF_UNIX; needed where no address is given. */
  family?: number | undefined;
  /** The protocol's number; the usual one if left out. */
  proto?: number | undefined;
  /** AI_* for the look-up, or-ed; 0 if left out. */
  flags?: number | undefined;
  /** Let other sockets use the same port. `false` if left out. Python: `reuse_port`. */
  reusePort?: boolean | null | undefined;
  /** Allow sending to all. `false` if left out. Python: `allow_broadcast`. */
  allowBroadcast?: boolean | null | undefined;
  /** A bound socket to take over, in place of the addresses; a new one if left out. */
  sock?: socket | null | undefined;
}

/** What {@link SelectorEventLoop.startTls} takes beside transport, protocol and context. */
export interface StartTlsOptions extends TlsTimeouts {
  /** Whether this end is the server's; `false` if left out. */
  serverSide?: boolean | undefined;
  /**
   * The name that the certificate must have; it may be left out for a context that does not check names, and on the server's side.
   */
  serverHostname?: string | null | undefined;
}

/**
 * What {@link SelectorEventLoop.sendfile} can send: a file's descriptor, an object that has one, or one that can be read as
 * a FileHandle of Node's can.
 */
export type SendfileSource = number | { readonly fd: number } | HasFileno | ReadableFile;

/** What can be read at a position: a FileHandle of Node's, for one. One kind of {@link SendfileSource}. */
export interface ReadableFile {
  /** Read `length` bytes at `position` of the file into `buffer`, from `offset` on. Fewer is fine; 0 is the end of the file. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

/** What {@link SelectorEventLoop.sendfile} and {@link SelectorEventLoop.sockSendfile} take beside the connection and the file. */
export interface SendfileOptions {
  /** Where in the file to begin, in bytes; 0 if left out. Python: `offset`. */
  offset?: number | undefined;
  /** How many bytes; all up to the end of the file if left out. */
  count?: number | null | undefined;
  /** Read and send the file here where the system cannot do it (the default). */
  fallback?: boolean | undefined;
}

const TLS = ['sslHandshakeTimeout', 'sslShutdownTimeout'] as const;

/** The names of the keywords of each method, those that may be given by position first. */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  createConnection: [
    ...['host', 'port', 'ssl', 'family', 'proto', 'flags', 'sock', 'localAddr', 'serverHostname', ...TLS],
    ...['happyEyeballsDelay', 'interleave', 'allErrors'],
  ],
  createServer: [
    ...[
      'host',
      'port',
      'family',
      'flags',
      'sock',
      'backlog',
      'ssl',
      'reuseAddress',
      'reusePort',
      'keepAlive',
    ],
    ...[...TLS, 'startServing'],
  ],
  connectAcceptedSocket: ['ssl', ...TLS],
  createUnixConnection: ['path', 'ssl', 'sock', 'serverHostname', ...TLS],
  createUnixServer: ['path', 'sock', 'backlog', 'ssl', ...TLS, 'startServing', 'cleanupSocket'],
  createDatagramEndpoint: [
    ...['localAddr', 'remoteAddr', 'family', 'proto', 'flags', 'reusePort', 'allowBroadcast', 'sock'],
  ],
  startTls: ['serverSide', 'serverHostname', ...TLS],
  sendfile: ['offset', 'count', 'fallback'],
  sockSendfile: ['offset', 'count', 'fallback'],
};

/** Arguments by position and by name, as one object. */
export function keywordsOf<T extends object>(func: string, args: readonly unknown[]): T {
  const names = NAMES[func]!;
  const keywords: Record<string, unknown> = {};
  for (const [i, arg] of args.entries()) {
    const name = names[i];
    if (isKeywords(arg)) {
      checkKeywords(func, arg, names);
      Object.assign(keywords, arg);
    } else if (arg !== undefined && name !== undefined) keywords[name] = arg;
  }
  return keywords as T;
}
