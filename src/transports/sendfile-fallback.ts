/*
 * Sending a file by reading it. The position in the file is given with each read, so the file's own is left alone.
 */
import type { Coroutine } from '../base/awaitable.js';
import { SENDFILE_FALLBACK_READBUFFER_SIZE, SENDFILE_TRANSPORT_BUFFER_SIZE } from '../base/constants.js';
import { ConnectionError, RuntimeError } from '../base/errors.js';
import { osErrorFromNode } from '../base/oserror.js';
import { type Future, wrapFuture } from '../futures/index.js';
import type { SelectorEventLoop, SendfileSource } from '../loop/index.js';
import { builtin } from '../platform/builtin.js';
import { FlowControlTransport } from '../protocols/flow-control.js';
import { type BaseProtocol, Protocol, type Transport } from '../protocols/index.js';
import type { socket } from '../socket/index.js';

/** Checked arguments. */
export interface Range {
  readonly offset: number;
  readonly count: number | null;
}

/** Read at a position. @returns how many bytes were read; 0 at the end of the file. */
function* readAt(
  loop: SelectorEventLoop,
  file: SendfileSource,
  buffer: Uint8Array,
  position: number,
): Coroutine<number> {
  try {
    if (typeof file === 'object' && 'read' in file) {
      return (yield* wrapFuture(file.read(buffer, 0, buffer.length, position), { loop })).bytesRead;
    }
    const fd = typeof file === 'number' ? file : 'fd' in file ? file.fd : file.fileno();
    const fs = builtin('node:fs');
    // While a loop blocks, no thread of Node's could tell it that it has read.
    if (loop._blocking) return fs.readSync(fd, buffer, 0, buffer.length, position);
    const { promise, resolve, reject } = withResolvers();
    fs.read(fd, buffer, 0, buffer.length, position, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else reject(error);
    });
    return yield* wrapFuture(promise, { loop });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw osErrorFromNode(error);
    throw error;
  }
}

interface Resolvers {
  promise: Promise<number>;
  resolve: (value: number) => void;
  reject: (error: Error) => void;
}

function withResolvers(): Resolvers {
  const resolvers = {} as Resolvers;
  resolvers.promise = new Promise((resolve, reject) => {
    resolvers.resolve = resolve;
    resolvers.reject = reject;
  });
  return resolvers;
}

/** `sockSendfile` where the system call cannot be used. */
export function* sendFallback(
  loop: SelectorEventLoop,
  sock: socket,
  file: SendfileSource,
  { offset, count }: Range,
): Coroutine<number> {
  const buffer = Buffer.allocUnsafe(Math.min(count ?? Infinity, SENDFILE_FALLBACK_READBUFFER_SIZE));
  let sent = 0;
  while (count === null || sent < count) {
    const room = buffer.subarray(0, Math.min(buffer.length, (count ?? Infinity) - sent));
    const nbytes = yield* readAt(loop, file, room, offset + sent);
    if (nbytes === 0) break;
    yield* loop.sockSendall(sock, room.subarray(0, nbytes));
    sent += nbytes;
  }
  return sent;
}

/** `sendfile` where the system call cannot be used. */
export function* sendFallbackOver(
  loop: SelectorEventLoop,
  transport: Transport,
  file: SendfileSource,
  { offset, count }: Range,
): Coroutine<number> {
  const protocol = new SendfileFallbackProtocol(loop, transport);
  let sent = 0;
  try {
    while (count === null || sent < count) {
      // The transport keeps what it cannot send at once: each step needs memory of its own.
      const room = Buffer.allocUnsafe(Math.min(SENDFILE_TRANSPORT_BUFFER_SIZE, (count ?? Infinity) - sent));
      const nbytes = yield* readAt(loop, file, room, offset + sent);
      if (nbytes === 0) break;
      transport.write(room.subarray(0, nbytes));
      yield* protocol.drain();
      sent += nbytes;
    }
    return sent;
  } finally {
    protocol.restore();
  }
}

/** Stands in for a transport's protocol while a file is sent. */
class SendfileFallbackProtocol extends Protocol {
  private readonly _loop: SelectorEventLoop;
  private readonly _transport: FlowControlTransport;
  private readonly _proto: BaseProtocol;
  private readonly _resumeReading: boolean;
  private readonly _resumeWriting: boolean;
  private _writable: Future<void> | null;

  constructor(loop: SelectorEventLoop, transport: Transport) {
    super();
    if (!(transport instanceof FlowControlTransport)) {
      throw new TypeError('transport should be _FlowControlMixin instance');
    }
    this._loop = loop;
    this._transport = transport;
    this._proto = transport.getProtocol();
    this._resumeReading = transport.isReading();
    this._resumeWriting = transport._protocolPaused;
    transport.pauseReading();
    transport.setProtocol(this);
    this._writable = this._resumeWriting ? loop.createFuture<void>() : null;
  }

  /** Wait until more may be written. */
  *drain(): Coroutine {
    if (this._transport.isClosing()) throw new ConnectionError('Connection closed by peer');
    if (this._writable !== null) yield* this._writable;
  }

  override connectionMade(): void {
    throw new RuntimeError('Invalid state: connection should have been established already.');
  }

  override connectionLost(exc: Error | null): void {
    // The other side can only have gone before the file was sent: an error, whatever it is for the protocol.
    if (this._writable?.done() === false) {
      this._writable.setException(exc ?? new ConnectionError('Connection is closed by peer'));
    }
    this._proto.connectionLost(exc);
  }

  override pauseWriting(): void {
    this._writable ??= this._loop.createFuture<void>();
  }

  override resumeWriting(): void {
    if (this._writable?.done() === false) this._writable.setResult();
    this._writable = null;
  }

  override dataReceived(): void {
    throw new RuntimeError('Invalid state: reading should be paused');
  }

  override eofReceived(): unknown {
    throw new RuntimeError('Invalid state: reading should be paused');
  }

  /** Put the protocol back. */
  restore(): void {
    const transport = this._transport;
    if (!transport.isClosing()) transport.setProtocol(this._proto);
    if (this._resumeReading) transport.resumeReading();
    this._writable?.cancel();
    // It was told to pause before, and was not told of what came since.
    if (this._resumeWriting && !transport._protocolPaused) this._proto.resumeWriting();
    else if (!this._resumeWriting && transport._protocolPaused) this._proto.pauseWriting();
  }
}
