/*
 * loop.connectReadPipe and loop.connectWritePipe.
 *
 * A descriptor gets a transport of ours on the selector, a stream of Node's one over that stream. Where the loop has no
 * sockets of its own, a descriptor becomes a stream of Node's first.
 */
import type { Coroutine } from '../base/awaitable.js';
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import type { Future } from '../futures/index.js';
import type { ReadablePipe, SelectorEventLoop, WritablePipe } from '../loop/index.js';
import type { Readable, Writable } from '../platform/streams.js';
import type {
  BaseProtocol,
  ProtocolFactory,
  ReadTransport,
  Transport,
  WriteTransport,
} from '../protocols/index.js';
import { makeProtocol } from '../protocols/protocols.js';
import { socket } from '../socket/index.js';
import { usesNode } from '../transports/choose-backend.js';
import { readableOf, writableOf } from './node-pipe.js';
import { descriptorOf, isNodeStream, kindOf, NOT_READABLE, NOT_WRITABLE, type PipeKind } from './pipe-end.js';
import { oneWay, StreamReadPipeTransport, StreamWritePipeTransport } from './stream-pipe-transport.js';
import { UnixReadPipeTransport } from './unix-read-pipe-transport.js';
import { UnixWritePipeTransport } from './unix-write-pipe-transport.js';

type MakeTransport<T> = (protocol: BaseProtocol, waiter: Future<void>) => T;

function* connected<P extends BaseProtocol, T extends Transport>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  make: MakeTransport<T>,
  what: string,
): Coroutine<[transport: T, protocol: P]> {
  const protocol = makeProtocol(factory);
  const waiter = loop.createFuture<void>();
  const transport = make(protocol, waiter);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  if (loop.getDebug()) logger.debug(`${what} connected: (${String(transport)}, ${reprValue(protocol)})`);
  return [transport, protocol];
}

/** `loop.connectReadPipe`. */
export function connectReadPipe<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  pipe: ReadablePipe,
): Coroutine<[transport: ReadTransport, protocol: P]> {
  const make = (protocol: BaseProtocol, waiter: Future<void>): Transport => {
    if (!isNodeStream(pipe) && !usesNode())
      return new UnixReadPipeTransport(loop, pipe, protocol, { waiter });
    const stream = isNodeStream(pipe) ? pipe : streamOf(pipe, readableOf, NOT_READABLE);
    return new StreamReadPipeTransport(loop, oneWay(stream, 'readable'), protocol, {
      waiter,
      extra: { pipe },
    });
  };
  return connected(loop, factory, make, 'Read pipe');
}

/** `loop.connectWritePipe`. */
export function connectWritePipe<P extends BaseProtocol>(
  loop: SelectorEventLoop,
  factory: ProtocolFactory<P>,
  pipe: WritablePipe,
): Coroutine<[transport: WriteTransport, protocol: P]> {
  const make = (protocol: BaseProtocol, waiter: Future<void>): Transport => {
    if (!isNodeStream(pipe) && !usesNode())
      return new UnixWritePipeTransport(loop, pipe, protocol, { waiter });
    const stream = isNodeStream(pipe) ? pipe : streamOf(pipe, writableOf, NOT_WRITABLE);
    return new StreamWritePipeTransport(loop, oneWay(stream, 'writable'), protocol, {
      waiter,
      extra: { pipe },
    });
  };
  return connected(loop, factory, make, 'Write pipe');
}

/** A stream of Node's for a descriptor, which it closes; a socket of ours lets go of it. */
function streamOf<S extends Readable | Writable>(
  pipe: unknown,
  make: (fd: number, kind: PipeKind) => S,
  refusal: string,
): S {
  const fd = descriptorOf(pipe);
  const stream = make(fd, kindOf(fd, refusal));
  if (pipe instanceof socket) pipe.detach();
  return stream;
}
