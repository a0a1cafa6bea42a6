/*
 * Connections and servers, as streams.
 */
import { isKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { DEFAULT_STREAM_LIMIT } from '../base/constants.js';
import {
  type ConnectionOptions,
  getRunningLoop,
  type Host,
  type Port,
  type Server,
  type ServerOptions,
  type UnixConnectionOptions,
  type UnixServerOptions,
} from '../loop/index.js';
import type { Loop } from '../base/loop.js';
import type { UnixAddress } from '../socket/index.js';
import { Handlers } from './handlers.js';
import { type ClientConnectedCallback, StreamReaderProtocol } from './protocol.js';
import { checkLimit, StreamReader } from './reader.js';
import { StreamWriter } from './writer.js';

/** The option that streams add to those of connections: see {@link openConnection}. */
export interface StreamLimit {
  /** Bytes that a line may have; twice as many may be buffered. 64 KiB if left out. Python: `limit`. */
  limit?: number | undefined;
}

/** What {@link openConnection} takes by name: the options of {@link SelectorEventLoop.createConnection}, and `limit`. */
export interface OpenConnectionOptions extends ConnectionOptions, StreamLimit {}
/** The options that streams add to those of servers: see {@link startServer}. */
export interface StreamServerOptions extends StreamLimit {
  /**
   * Whether `server.waitClosed()` waits for the handlers too, not for their connections alone. Then no handler may call
   * it. `false` if left out, as in Python, which does not have the option.
   */
  waitForHandlers?: boolean | undefined;
}

/** What {@link startServer} takes by name: the options of {@link SelectorEventLoop.createServer}, `limit` and `waitForHandlers`. */
export interface StartServerOptions extends ServerOptions, StreamServerOptions {}
/** What {@link openUnixConnection} takes by name: the options of {@link SelectorEventLoop.createUnixConnection}, and `limit`. */
export interface OpenUnixConnectionOptions extends UnixConnectionOptions, StreamLimit {}
/**
 * What {@link startUnixServer} takes by name: the options of {@link SelectorEventLoop.createUnixServer}, `limit` and
 * `waitForHandlers`.
 */
export interface StartUnixServerOptions extends UnixServerOptions, StreamServerOptions {}

/** Both ends of a connection, as {@link openConnection} gives them. */
export type StreamPair = [reader: StreamReader, writer: StreamWriter];

/** Take the options of streams out of the keywords: those of these names. */
function takeOptions<A extends readonly unknown[]>(
  args: A,
  ...names: (keyof StreamServerOptions)[]
): { own: StreamServerOptions; args: A } {
  const own: Record<string, unknown> = {};
  const others = args.map((arg) => {
    if (!isKeywords(arg)) return arg;
    const isOwn = ([name]: [string, unknown]): boolean => (names as string[]).includes(name);
    const all = Object.entries(arg);
    Object.assign(own, Object.fromEntries(all.filter(isOwn)));
    return Object.fromEntries(all.filter((entry) => !isOwn(entry)));
  });
  checkLimit((own.limit as number | undefined) ?? DEFAULT_STREAM_LIMIT);
  return { own, args: others as unknown as A };
}

function newProtocol(loop: Loop, limit: number | undefined): [StreamReader, StreamReaderProtocol] {
  const reader = new StreamReader(limit, { loop });
  return [reader, new StreamReaderProtocol(reader, null, { loop })];
}

/** A server, made by `create` of what makes the protocol of each connection. */
function* serverOf(
  loop: Loop,
  callback: ClientConnectedCallback,
  { limit, waitForHandlers }: StreamServerOptions,
  create: (factory: () => StreamReaderProtocol) => Coroutine<Server>,
): Coroutine<Server> {
  checkCallback(callback);
  const handlers = waitForHandlers === true ? new Handlers() : null;
  const server = yield* create(() => {
    const protocol = new StreamReaderProtocol(new StreamReader(limit, { loop }), callback, { loop });
    protocol._handlers = handlers;
    return protocol;
  });
  handlers?.serve(server);
  return server;
}

function checkCallback(callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new TypeError('client_connected_cb must be a function, called with a reader and a writer');
}

/**
 * Connect to a host and a port.
 *
 * Close the writer in the end; `asyncWith(writer, ...)` does.
 *
 * Python: `asyncio.open_connection`.
 *
 * @param host - host and port may also be given by name, among the options
 * @param options - those of `loop.createConnection`, and `limit`
 * @returns reader and writer.
 * @throws OSError of the address that failed, or one that names the errors of all; gaierror if the host has no address;
 * ValueError for options that do not go together.
 *
 * @example
 * ```ts
 * import { asyncWith, openConnection, run, startServer, type Coroutine, type StreamReader, type StreamWriter } from 'tsyncio';
 *
 * function* shout(reader: StreamReader, writer: StreamWriter): Coroutine {
 *   const line = yield* reader.readline();
 *   writer.write(line.toString().toUpperCase());
 *   writer.close();
 * }
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(shout, '127.0.0.1', 0);
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     const [reader, writer] = yield* openConnection(host, port);
 *     yield* asyncWith(writer, function* () {
 *       writer.write('hello\n');
 *       yield* writer.drain();
 *       console.log(String(yield* reader.readline()).trim());
 *     });
 *   });
 * }
 *
 * await run(main());
 * // HELLO
 * ```
 */
export function* openConnection(
  host?: Host | null | OpenConnectionOptions,
  port?: Port | null | OpenConnectionOptions,
  options?: OpenConnectionOptions,
): Coroutine<StreamPair> {
  const loop = getRunningLoop();
  const { own, args } = takeOptions([host, port, options] as const, 'limit');
  const [reader, protocol] = newProtocol(loop, own.limit);
  const [transport] = yield* loop.createConnection(() => protocol, ...args);
  return [reader, new StreamWriter(transport, protocol, reader, loop)];
}

/**
 * Serve on a host and a port.
 *
 * The callback is called with reader and writer of each client; if it is a generator function, as a task of its own, which
 * is held while it runs. It closes the writer when it is done with the client. An error that it throws is reported to the
 * loop's exception handler with the client's address (`peername`), the connection is closed, and the server goes on.
 *
 * Python: `asyncio.start_server`.
 *
 * @param clientConnectedCb - a generator function or a plain one, called with reader and writer
 * @param host - one or several; `''` or `null` for all addresses of this machine; host and port may also be given by name
 * @param port - 0 for any that is free: `server.sockets` tells which
 * @param options - those of `loop.createServer`, `limit`, and `waitForHandlers`
 * @throws OSError if an address cannot be had; ValueError for options that do not go together.
 *
 * @example
 * ```ts
 * import { asyncFor, asyncWith, openConnection, run, startServer, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const server = yield* startServer(
 *     function* (reader, writer) {
 *       yield* asyncFor(reader, function* (line) {
 *         writer.write(`${line.length} bytes\n`);
 *         yield* writer.drain();
 *       });
 *       writer.close();
 *     },
 *     { host: '127.0.0.1', port: 0, limit: 1000 },
 *   );
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     const [reader, writer] = yield* openConnection(host, port);
 *     writer.write('one\nthree\n');
 *     writer.writeEof();
 *     console.log(String(yield* reader.read()).trimEnd());
 *     writer.close();
 *   });
 * }
 *
 * await run(main());
 * // 4 bytes
 * // 6 bytes
 * ```
 */
export function* startServer(
  clientConnectedCb: ClientConnectedCallback,
  host?: Host | Iterable<string> | null | StartServerOptions,
  port?: Port | null | StartServerOptions,
  options?: StartServerOptions,
): Coroutine<Server> {
  const loop = getRunningLoop();
  const { own, args } = takeOptions([host, port, options] as const, 'limit', 'waitForHandlers');
  return yield* serverOf(loop, clientConnectedCb, own, (factory) => loop.createServer(factory, ...args));
}

/**
 * As {@link openConnection}, to a Unix socket.
 *
 * Python: `asyncio.open_unix_connection`.
 *
 * @param path - a path, or an abstract name, which begins with `'\0'`; it may also be given by name
 * @param options - those of {@link SelectorEventLoop.createUnixConnection}, and `limit`
 * @returns reader and writer.
 * @throws FileNotFoundError, ConnectionRefusedError and other OSErrors; ValueError for options that do not go together.
 *
 * @example
 * ```ts
 * import { asyncWith, openUnixConnection, run, startUnixServer, type Coroutine } from 'tsyncio';
 * import { tmpdir } from 'node:os';
 *
 * function* main(): Coroutine {
 *   const path = `${tmpdir()}/tsyncio-open-${process.pid}.sock`;
 *   const server = yield* startUnixServer((_reader, writer) => {
 *     writer.write('welcome');
 *     writer.close();
 *   }, path);
 *   yield* asyncWith(server, function* () {
 *     const [reader, writer] = yield* openUnixConnection(path);
 *     console.log(String(yield* reader.read()));
 *     writer.close();
 *   });
 * }
 *
 * await run(main());
 * // welcome
 * ```
 */
export function* openUnixConnection(
  path?: UnixAddress | null | OpenUnixConnectionOptions,
  options?: OpenUnixConnectionOptions,
): Coroutine<StreamPair> {
  const loop = getRunningLoop();
  const { own, args } = takeOptions([path, options] as const, 'limit');
  const [reader, protocol] = newProtocol(loop, own.limit);
  const [transport] = yield* loop.createUnixConnection(() => protocol, ...args);
  return [reader, new StreamWriter(transport, protocol, reader, loop)];
}

/**
 * As {@link startServer}, on a Unix socket. A socket that is at the path already is removed first, as in Python,
 * even if a server still listens there. This one is removed when the server is closed.
 *
 * Python: `asyncio.start_unix_server`.
 *
 * @param clientConnectedCb - a generator function or a plain one, called with reader and writer
 * @param path - a path, or an abstract name, which begins with `'\0'`; it may also be given by name
 * @param options - those of {@link SelectorEventLoop.createUnixServer}, `limit`, and `waitForHandlers`
 * @throws OSError (EADDRINUSE) if something is at the path that is no socket; ValueError for options that do not go together.
 *
 * @example
 * ```ts
 * import { asyncWith, openUnixConnection, run, startUnixServer } from 'tsyncio';
 * import type { Coroutine, StreamReader, StreamWriter } from 'tsyncio';
 * import { tmpdir } from 'node:os';
 *
 * function* echo(reader: StreamReader, writer: StreamWriter): Coroutine {
 *   writer.write(yield* reader.readline());
 *   writer.close();
 * }
 *
 * function* main(): Coroutine {
 *   const path = `${tmpdir()}/tsyncio-start-${process.pid}.sock`;
 *   yield* asyncWith(yield* startUnixServer(echo, path), function* () {
 *     const [reader, writer] = yield* openUnixConnection(path);
 *     writer.write('hello\n');
 *     console.log(String(yield* reader.read()).trim());
 *     writer.close();
 *   });
 * }
 *
 * await run(main());
 * // hello
 * ```
 */
export function* startUnixServer(
  clientConnectedCb: ClientConnectedCallback,
  path?: UnixAddress | null | StartUnixServerOptions,
  options?: StartUnixServerOptions,
): Coroutine<Server> {
  const loop = getRunningLoop();
  const { own, args } = takeOptions([path, options] as const, 'limit', 'waitForHandlers');
  return yield* serverOf(loop, clientConnectedCb, own, (factory) => loop.createUnixServer(factory, ...args));
}
