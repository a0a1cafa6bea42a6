/*
 * loop.sockSendfile and loop.sendfile: by the system call where it can be, by reading and sending where not.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import {
  ConnectionError,
  OSError,
  RuntimeError,
  SendfileNotAvailableError,
  ValueError,
} from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { reprValue } from '../base/repr.js';
import { copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { Handle } from '../loop/handles.js';
import type { SelectorEventLoop, SendfileOptions, SendfileSource } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import type { Transport } from '../protocols/index.js';
import { EVENT_WRITE } from '../selectors/index.js';
import { type socket, SOCK_STREAM } from '../socket/index.js';
import { wouldBlock } from './errnos.js';
import { type Range, sendFallback, sendFallbackOver } from './sendfile-fallback.js';
import { SelectorSocketTransport } from './socket-transport.js';

/** As much as Linux sends at once. */
const MAX_STEP = 0x7ffff000;

function checkRange({ offset = 0, count = null }: SendfileOptions): Range {
  if (count !== null) {
    const text = `count must be a positive integer (got ${reprValue(count)})`;
    if (!Number.isInteger(count)) throw new TypeError(text);
    if (count <= 0) throw new ValueError(text);
  }
  const text = `offset must be a non-negative integer (got ${reprValue(offset)})`;
  if (!Number.isInteger(offset)) throw new TypeError(text);
  if (offset < 0) throw new ValueError(text);
  return { offset, count };
}

/** The descriptor of a file, or `null` for a file without one. */
function descriptorOf(file: SendfileSource): number | null {
  if (typeof file === 'number') return file;
  if ('fd' in file && typeof file.fd === 'number') return file.fd;
  return 'fileno' in file && typeof file.fileno === 'function' ? file.fileno() : null;
}

/** `loop.sockSendfile`. */
export function* sockSendfile(
  loop: SelectorEventLoop,
  sock: socket,
  file: SendfileSource,
  options: SendfileOptions,
): Coroutine<number> {
  if (loop.getDebug() && sock.gettimeout() !== 0) throw new ValueError('the socket must be non-blocking');
  if (sock.type !== SOCK_STREAM) throw new ValueError('only SOCK_STREAM type sockets are supported');
  const range = checkRange(options);
  try {
    return yield* sendNative(loop, sock, file, range, null);
  } catch (error) {
    if (!(error instanceof SendfileNotAvailableError) || options.fallback === false) throw error;
  }
  return yield* sendFallback(loop, sock, file, range);
}

/** The system call, again and again. With a transport, its loss ends the waiting. */
function* sendNative(
  loop: SelectorEventLoop,
  sock: socket,
  file: SendfileSource,
  { offset, count }: Range,
  transport: SelectorSocketTransport | null,
): Coroutine<number> {
  const fd = descriptorOf(file);
  const size = fd === null ? null : sizeOf(fd);
  if (fd === null || size === null) throw new SendfileNotAvailableError('not a regular file');
  const total = count ?? size;
  let sent = 0;
  while (count === null ? total > 0 : sent < count) {
    const step = Math.min(count === null ? total : count - sent, MAX_STEP);
    const result = sock._addon.sendfile(sock.fileno(), fd, offset + sent, step);
    if (result === 0) break;
    if (result > 0) {
      sent += result;
      // One large file must not keep everybody else waiting.
      yield;
    } else if (wouldBlock(result)) yield* whenWritable(loop, sock, transport);
    else throw sendfileError(result, sent);
  }
  return sent;
}

function sizeOf(fd: number): number | null {
  try {
    return builtin('node:fs').fstatSync(fd).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

function sendfileError(result: number, sent: number): Error {
  const cause = osError({ errno: result, syscall: 'sendfile' });
  // The first call fails for files that the system cannot send: a pipe, a terminal, something in /proc.
  if (sent === 0 && !(cause instanceof ConnectionError)) {
    return new SendfileNotAvailableError('os.sendfile call failed', { cause });
  }
  if (result === -errnoOf('ENOTCONN')) return new ConnectionError('socket is not connected', { cause });
  return cause;
}

function* whenWritable(
  loop: SelectorEventLoop,
  sock: socket,
  transport: SelectorSocketTransport | null,
): Coroutine {
  const future = loop.createFuture<void>();
  const handle = new Handle(release, [future], loop, copyContext());
  const fd = sock.fileno();
  if (transport === null) loop._ensureFdNoTransport(fd);
  loop._add(fd, EVENT_WRITE, handle);
  if (transport !== null) transport._sendfileWaiter = future;
  try {
    yield* future;
  } finally {
    if (transport !== null) transport._sendfileWaiter = null;
    if (!handle.cancelled()) loop._remove(fd, EVENT_WRITE);
  }
}

function release(future: Future<void>): void {
  if (!future.done()) future.setResult();
}

/** `loop.sendfile`. */
export function* sendfile(
  loop: SelectorEventLoop,
  transport: Transport,
  file: SendfileSource,
  options: SendfileOptions,
): Coroutine<number> {
  if (transport.isClosing()) throw new RuntimeError('Transport is closing');
  const mode = (transport as { _sendfileCompatible?: string })._sendfileCompatible ?? 'unsupported';
  if (mode === 'unsupported')
    throw new RuntimeError(`sendfile is not supported for transport ${String(transport)}`);
  const range = checkRange(options);
  if (mode === 'try_native' && transport instanceof SelectorSocketTransport) {
    try {
      return yield* sendNativeOver(loop, transport, file, range);
    } catch (error) {
      if (!(error instanceof SendfileNotAvailableError) || options.fallback === false) throw error;
    }
  }
  if (options.fallback === false) {
    throw new RuntimeError(
      `fallback is disabled and native sendfile is not supported for transport ${String(transport)}`,
    );
  }
  return yield* sendFallbackOver(loop, transport, file, range);
}

/** The transport lends its socket: it neither reads nor writes meanwhile. */
function* sendNativeOver(
  loop: SelectorEventLoop,
  transport: SelectorSocketTransport,
  file: SendfileSource,
  range: Range,
): Coroutine<number> {
  const resume = transport.isReading();
  transport.pauseReading();
  try {
    yield* transport._makeEmptyWaiter();
    const sock = transport._sock;
    if (sock === null) throw new ConnectionError('Connection is closed by peer');
    return yield* sendNative(loop, sock, file, range, transport);
  } catch (error) {
    // What the system says of the connection ends it, as it does with a write.
    if (error instanceof OSError) transport._fatalError(error, 'Fatal write error on socket transport');
    throw error;
  } finally {
    transport._resetEmptyWaiter();
    if (resume) transport.resumeReading();
  }
}
