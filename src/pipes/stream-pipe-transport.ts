/*
 * Ends of pipes over streams of Node's: one direction of a DuplexTransport.
 */
import { BrokenPipeError } from '../base/errors.js';
import { DuplexTransport } from '../duplex/duplex-transport.js';
import { builtin } from '../platform/builtin.js';
import type { Duplex, Readable, Writable } from '../platform/streams.js';

/**
 * A stream as a Duplex that does no more than the stream: the other direction of a stream that has two is left alone. A
 * socket is taken as it is.
 */
export function oneWay(stream: Readable | Writable, direction: 'readable' | 'writable'): Duplex {
  if (stream instanceof builtin('node:net').Socket) return stream;
  const { Duplex } = builtin('node:stream');
  const half = Duplex.from({ [direction]: stream });
  if (stream instanceof Duplex) spareOther(half, stream, direction);
  return half;
}

/**
 * Node destroys the whole stream with its half. Once this direction has come to its end by itself, that would only take from
 * the other what is still under way: what a gzip has not given yet, say.
 */
function spareOther(half: Duplex, stream: Duplex, direction: 'readable' | 'writable'): void {
  const destroy = half._destroy.bind(half);
  half._destroy = (error, callback) => {
    const isOver = direction === 'readable' ? stream.readableEnded : stream.writableFinished;
    if (isOver && error === null) callback(null);
    else destroy(error, callback);
  };
}

/** The transport of `loop.connectReadPipe` for a stream of Node's. */
export class StreamReadPipeTransport extends DuplexTransport {
  override _streamData(chunk: Buffer | string): void {
    super._streamData(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }

  /** A pipe is over when its writing end is. */
  protected override _staysOpen(): boolean {
    return false;
  }

  protected override _endStream(): void {
    this._streamFinished();
  }
}

/** The transport of `loop.connectWritePipe` for a stream of Node's. */
export class StreamWritePipeTransport extends DuplexTransport {
  override _startReading(): void {
    // There is nothing to read.
  }

  override _streamEnded(): void {
    // What may come from the other direction is not looked at.
  }

  override writeEof(): void {
    this.close();
  }

  override _closedByOthers(): void {
    this._forceClose(this.getWriteBufferSize() > 0 ? new BrokenPipeError() : null);
  }
}
