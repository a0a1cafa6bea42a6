/*
 * The loop's operations on sockets: try, and if the socket would block, wait until it is ready and try again.
 *
 * CPython receives in the selector's callback and hands the bytes over by a future; a task that is cancelled just then
 * loses them. Here the task itself makes the call, after it has been woken: a cancelled operation has taken nothing.
 */
import type { Coroutine } from '../base/awaitable.js';
import { errnoOf } from '../base/errno.js';
import { RuntimeError, ValueError } from '../base/errors.js';
import { osError } from '../base/oserror.js';
import { copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { EVENT_READ, EVENT_WRITE } from '../selectors/index.js';
import { type Address, AddressBlock, placeOf } from '../socket/address.js';
import { type Bytes, bytesOf, scratchBytes } from '../socket/bytes.js';
import { AF_INET, AF_INET6, SO_ERROR, socket, SOCK_STREAM, SOL_SOCKET } from '../socket/index.js';
import { sockaddrOf } from '../socket/sockaddr.js';
import type { BaseEventLoop } from './base-loop.js';
import { Handle } from './handles.js';
import { ensureResolved } from './resolve.js';

/** What this file needs of a loop beyond the base: see SelectorEventLoop. */
interface SockLoop extends BaseEventLoop {
  _ensureFdNoTransport(fd: number): void;
  _add(fd: number, event: number, handle: Handle): void;
  _remove(fd: number, event: number): boolean;
  _handleOf(fd: number, event: number): Handle | null;
}

const EAGAIN: number = -errnoOf('EAGAIN');
const EINTR: number = -errnoOf('EINTR');
const EINPROGRESS: number = -errnoOf('EINPROGRESS');

const peer = new AddressBlock();

/** Sockets of other makers, and those that block, would block the loop. */
function check(loop: SockLoop, func: string, sock: socket): void {
  if (!(sock instanceof socket))
    throw new TypeError(`${func}(): a tsyncio/socket socket was expected, got ${String(sock)}`);
  if (loop.getDebug() && sock.gettimeout() !== 0) throw new ValueError('the socket must be non-blocking');
}

function checkCount(func: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) {
    throw new ValueError(`${func}(): ${name} must be a number of bytes, 0 or more, got ${String(value)}`);
  }
}

function release(future: Future<void>): void {
  if (!future.done()) future.setResult();
}

/** Wait until `sock` is ready for `event`. */
export function* whenReady(loop: SockLoop, sock: socket, event: number): Coroutine {
  const fd = sock.fileno();
  loop._ensureFdNoTransport(fd);
  const future = loop.createFuture<void>();
  const handle = new Handle(release, [future], loop, copyContext());
  const other = loop._handleOf(fd, event);
  // One whose task was cancelled, and has had no turn yet to take it away, may be replaced.
  if (other !== null && isWaiting(other)) {
    const kind = event === EVENT_READ ? 'reads from' : 'writes to';
    throw new RuntimeError(`another task already ${kind} ${String(sock)}`);
  }
  loop._add(fd, event, handle);
  try {
    yield* future;
  } finally {
    if (!handle.cancelled()) loop._remove(fd, event);
  }
}

function isWaiting(handle: Handle): boolean {
  return handle._callback === release && !(handle._args[0] as Future).done();
}

/** The result of `attempt`, made again as often as the socket would block. */
function* untilDone(
  loop: SockLoop,
  sock: socket,
  event: number,
  syscall: string,
  attempt: () => number,
): Coroutine<number> {
  for (;;) {
    const result = attempt();
    if (result >= 0) return result;
    if (result !== EAGAIN) throw osError({ errno: result, syscall });
    yield* whenReady(loop, sock, event);
  }
}

/** `loop.sockRecv`. */
export function* sockRecv(loop: SockLoop, sock: socket, nbytes: number): Coroutine<Buffer> {
  check(loop, 'sockRecv', sock);
  checkCount('sockRecv', 'n', nbytes);
  const large = sock.type !== SOCK_STREAM && nbytes > scratchBytes().length;
  const own = large ? Buffer.allocUnsafe(nbytes) : null;
  let room: Uint8Array = own ?? scratchBytes();
  const length = yield* untilDone(loop, sock, EVENT_READ, 'recv', () => {
    room = own ?? scratchBytes();
    return sock._addon.recv(sock._fd, room, 0, Math.min(nbytes, room.length), 0);
  });
  return own === null ? Buffer.from(room.subarray(0, length)) : own.subarray(0, length);
}

/** `loop.sockRecvInto`. */
export function* sockRecvInto(loop: SockLoop, sock: socket, buffer: ArrayBufferView): Coroutine<number> {
  check(loop, 'sockRecvInto', sock);
  const bytes = bytesOf(buffer);
  return yield* untilDone(loop, sock, EVENT_READ, 'recv', () =>
    sock._addon.recv(sock._fd, bytes, 0, bytes.length, 0),
  );
}

/** `loop.sockRecvfrom`. */
export function* sockRecvfrom(
  loop: SockLoop,
  sock: socket,
  bufsize: number,
): Coroutine<[data: Buffer, address: Address | null]> {
  checkCount('sockRecvfrom', 'bufsize', bufsize);
  const room = Buffer.allocUnsafe(bufsize);
  const [length, address] = yield* sockRecvfromInto(loop, sock, room, 0);
  return [room.subarray(0, length), address];
}

/** `loop.sockRecvfromInto`. */
export function* sockRecvfromInto(
  loop: SockLoop,
  sock: socket,
  buffer: ArrayBufferView,
  nbytes: number,
): Coroutine<[length: number, address: Address | null]> {
  check(loop, 'sockRecvfrom', sock);
  const bytes = bytesOf(buffer);
  checkCount('sockRecvfromInto', 'nbytes', nbytes);
  if (nbytes > bytes.length) throw new ValueError('nbytes is greater than the length of the buffer');
  const size = nbytes === 0 ? bytes.length : nbytes;
  const length = yield* untilDone(loop, sock, EVENT_READ, 'recvfrom', () =>
    sock._addon.recvfrom(sock._fd, bytes, 0, size, 0, peer.ints),
  );
  return [Math.min(length, size), peer.decode()];
}

/** `loop.sockSendall`. */
export function* sockSendall(loop: SockLoop, sock: socket, data: Bytes): Coroutine {
  check(loop, 'sockSendall', sock);
  const bytes = bytesOf(data);
  let sent = 0;
  const attempt = (): number => sock._addon.send(sock._fd, bytes, sent, bytes.length - sent, 0);
  while (sent < bytes.length) sent += yield* untilDone(loop, sock, EVENT_WRITE, 'send', attempt);
}

/** `loop.sockSendto`. */
export function* sockSendto(loop: SockLoop, sock: socket, data: Bytes, address: Address): Coroutine<number> {
  check(loop, 'sockSendto', sock);
  const bytes = bytesOf(data);
  const sockaddr = sockaddrOf('sendto', sock.family, address);
  return yield* untilDone(loop, sock, EVENT_WRITE, 'sendto', () =>
    sock._addon.sendto(sock._fd, bytes, 0, bytes.length, 0, sockaddr),
  );
}

/** `loop.sockConnect`. */
export function* sockConnect(loop: SockLoop, sock: socket, address: Address): Coroutine {
  check(loop, 'sockConnect', sock);
  let resolved = address;
  if ((sock.family === AF_INET || sock.family === AF_INET6) && Array.isArray(address)) {
    resolved = yield* ensureResolved(loop, sock, address as [string, number]);
  }
  let result = sock._addon.connect(sock._fd, sockaddrOf('connect', sock.family, resolved));
  // EAGAIN, of a Unix socket whose listener has no room, is a failure: no connection is under way then.
  if (result === EINPROGRESS || result === EINTR) {
    yield* whenReady(loop, sock, EVENT_WRITE);
    result = -sock.getsockopt(SOL_SOCKET, SO_ERROR);
  }
  if (result < 0) throw osError({ errno: result, syscall: 'connect', ...placeOf(resolved) });
}

/** `loop.sockAccept`. */
export function* sockAccept(loop: SockLoop, sock: socket): Coroutine<[conn: socket, address: Address]> {
  check(loop, 'sockAccept', sock);
  const fd = yield* untilDone(loop, sock, EVENT_READ, 'accept', () =>
    sock._addon.accept(sock._fd, true, peer.ints),
  );
  const address = peer.decode() as Address;
  const conn = new socket(sock.family, sock.type, sock.proto, fd);
  conn.setblocking(false);
  return [conn, address];
}
