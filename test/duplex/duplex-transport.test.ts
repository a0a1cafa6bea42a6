/*
 * The transport over streams of Node's that are no sockets: pipes made in memory. What it has in common with other transports
 * is in test/transports.
 */
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import {
  BrokenPipeError,
  BufferedProtocol,
  ConnectionError,
  ConnectionResetError,
  type Coroutine,
  type ExceptionContext,
  OSError,
  RuntimeError,
  type SelectorEventLoop,
  sleep,
} from '../../src/index.js';
import { ContextVar, copyContext } from '../../src/contextvars/index.js';
import { DuplexTransport, type DuplexTransportOptions } from '../../src/duplex/duplex-transport.js';
import type { Server } from '../../src/loop/index.js';
import { onLoop, Recorder, until } from '../transports/support.js';

/** A stream that the test feeds, and that takes what is written when the test says so. */
class Stream extends Duplex {
  readonly taken: string[] = [];
  readonly waiting: ((error?: Error | null) => void)[] = [];
  ended = false;

  constructor(options: { held?: boolean } = {}) {
    super({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.taken.push(String(chunk));
        if (options.held === true) this.waiting.push(done);
        else done();
      },
      final: (done) => {
        this.ended = true;
        done();
      },
    });
  }

  /** What was written first has been taken. */
  release(error: Error | null = null): void {
    this.waiting.shift()!(error);
  }
}

function* begin(
  loop: SelectorEventLoop,
  stream: Duplex,
  options: DuplexTransportOptions = {},
  protocol: Recorder = new Recorder(),
): Coroutine<{ transport: DuplexTransport; protocol: Recorder }> {
  const waiter = loop.createFuture<void>();
  const transport = new DuplexTransport(loop, stream, protocol, { waiter, ...options });
  yield* waiter;
  return { transport, protocol };
}

/** Listeners that are not Node's own. */
function listenersOf(stream: Duplex): unknown[] {
  return stream.eventNames();
}

describe('a transport over any Duplex', () => {
  test('gives what the stream brings, sends what is written, and takes leave of it', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const { transport, protocol } = yield* begin(loop, stream, { extra: { peername: 'somebody' } });
      stream.push('hello');
      yield* until(() => String(protocol.data) === 'hello');
      transport.write('one');
      transport.writelines(['two', Buffer.from('three')]);
      yield* until(() => stream.taken.join() === 'one,two,three');
      expect(transport.getExtraInfo('peername')).toBe('somebody');
      expect(transport.getExtraInfo('socket')).toBeNull();
      transport.close();
      expect(protocol.isLost).toBe(false);
      yield* until(() => protocol.isLost);
      expect(stream.ended).toBe(true);
      expect(stream.destroyed).toBe(true);
      expect(protocol.lostWith).toBeNull();
      yield* sleep(0.001);
      expect(listenersOf(stream)).toEqual([]);
    });
  });

  test('calls the protocol in rounds of the loop and in its context, never from an event', async () => {
    const variable = new ContextVar<string>('variable', { default: 'unset' });
    await onLoop(function* (loop): Coroutine {
      const seen: string[] = [];
      class Watcher extends Recorder {
        override dataReceived(data: Buffer): void {
          seen.push(`${String(data)} ${variable.get()}`);
        }
      }
      variable.set('mine');
      const context = copyContext();
      variable.set('changed');
      const stream = new Stream();
      const { transport, protocol } = yield* begin(loop, stream, { context }, new Watcher());
      yield* sleep(0.001);
      stream.emit('data', Buffer.from('x'));
      expect(seen).toEqual([]);
      yield* sleep(0);
      expect(seen).toEqual(['x mine']);
      transport.abort();
      yield* until(() => protocol.isLost);
    });
  });

  test('after the end of the stream closes, or stays open for writing', async () => {
    await onLoop(function* (loop): Coroutine {
      for (const keepOpen of [false, true]) {
        const stream = new Stream();
        const { transport, protocol } = yield* begin(loop, stream);
        protocol.keepOpen = keepOpen;
        stream.push('last words');
        stream.push(null);
        yield* until(() => protocol.events.includes('eof'));
        yield* sleep(0.002);
        expect(protocol.events).toEqual(['made', 'data', 'eof', ...(keepOpen ? [] : ['lost'])]);
        if (!keepOpen) continue;
        transport.write('answer');
        transport.writeEof();
        yield* until(() => stream.ended);
        // Both directions are over, and Node has destroyed it; the transport is open until it is closed.
        yield* until(() => stream.closed);
        expect(protocol.isLost).toBe(false);
        transport.close();
        yield* until(() => protocol.isLost);
        expect(stream.taken).toEqual(['answer']);
      }
    });
  });

  test('begins with what came before it', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      stream.push('early');
      stream.push(null);
      const { protocol } = yield* begin(loop, stream);
      yield* until(() => protocol.isLost);
      expect(String(protocol.data)).toBe('early');
      const ended = new Stream();
      ended.push(null);
      ended.resume();
      ended.allowHalfOpen = true;
      yield* until(() => ended.readableEnded);
      const second = yield* begin(loop, ended);
      yield* until(() => second.protocol.isLost);
      expect(second.protocol.events).toEqual(['made', 'eof', 'lost']);
    });
  });

  test('counts what waits by what the stream has taken, and pauses and resumes the protocol', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream({ held: true });
      const { transport, protocol } = yield* begin(loop, stream);
      transport.setWriteBufferLimits({ high: 10, low: 4 });
      transport.write('0123456');
      expect(transport.getWriteBufferSize()).toBe(7);
      expect(protocol.events).toEqual(['made']);
      transport.write('7890');
      expect(transport.getWriteBufferSize()).toBe(11);
      expect(protocol.events).toEqual(['made', 'pause']);
      stream.release();
      expect(protocol.events).toEqual(['made', 'pause']);
      yield* until(() => protocol.events.length === 3);
      expect(protocol.events).toEqual(['made', 'pause', 'resume']);
      expect(transport.getWriteBufferSize()).toBe(4);
      transport.close();
      yield* sleep(0.002);
      expect(protocol.isLost).toBe(false);
      transport.write('too late');
      stream.release();
      yield* until(() => protocol.isLost);
      expect(stream.taken).toEqual(['0123456', '7890']);
    });
  });

  test('fills the buffer of a BufferedProtocol as often as it takes', async () => {
    class Buffered extends BufferedProtocol {
      readonly buffer = Buffer.alloc(4);
      text = '';
      readonly sizes: number[] = [];
      override getBuffer(): Uint8Array {
        return this.buffer;
      }
      override bufferUpdated(nbytes: number): void {
        this.sizes.push(nbytes);
        this.text += this.buffer.toString('latin1', 0, nbytes);
      }
    }
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const protocol = new Buffered();
      const transport = new DuplexTransport(loop, stream, protocol);
      stream.push('0123456789');
      yield* until(() => protocol.text === '0123456789');
      expect(protocol.sizes).toEqual([4, 4, 2]);
      transport.abort();
      yield* sleep(0);
    });
  });

  test('a pause in the middle of a chunk holds; the rest goes to whoever is the protocol then', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const second = new Recorder();
      class Two extends BufferedProtocol {
        override getBuffer(): Uint8Array {
          return Buffer.alloc(2);
        }
        override bufferUpdated(): void {
          transport.pauseReading();
          transport.setProtocol(second);
        }
      }
      const transport = new DuplexTransport(loop, stream, new Two());
      stream.push('01234');
      yield* until(() => !transport.isReading());
      stream.push('56');
      stream.push(null);
      yield* sleep(0.002);
      expect(second.events).toEqual([]);
      transport.resumeReading();
      yield* until(() => second.isLost);
      expect(String(second.data)).toBe('23456');
    });
  });
});

describe('an error of the stream', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), {
    code: 'ECONNRESET',
    errno: -104,
    syscall: 'read',
  });

  test('is an OSError of its class, with Node’s fields, and no report', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const { transport, protocol } = yield* begin(loop, stream);
      stream.push('before');
      stream.destroy(reset);
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(ConnectionResetError);
      expect(protocol.lostWith).toMatchObject({
        message: 'read ECONNRESET',
        errno: 104,
        code: 'ECONNRESET',
        syscall: 'read',
        cause: reset,
      });
      expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
      expect(transport.isClosing()).toBe(true);
      yield* sleep(0.001);
      expect(listenersOf(stream)).toEqual([]);
    });
  });

  test('that is the program’s own is reported', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (loop): Coroutine {
        const stream = new Stream();
        const { transport, protocol } = yield* begin(loop, stream);
        const error = new TypeError('mine');
        stream.destroy(error);
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBe(error);
        expect(reports).toEqual([
          { message: 'Fatal error on the stream of a transport', exception: error, transport, protocol },
        ]);
      },
      { reports },
    );
  });

  test('while it is being written ends the connection, what waits is dropped', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream({ held: true });
      const { transport, protocol } = yield* begin(loop, stream);
      transport.write('one');
      transport.write('two');
      stream.release(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }));
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeInstanceOf(BrokenPipeError);
      expect(transport.getWriteBufferSize()).toBe(0);
      expect(stream.taken).toEqual(['one']);
    });
  });

  test('from before the transport is told after connectionMade', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      stream.on('error', () => undefined);
      stream.destroy(reset);
      yield* until(() => stream.closed);
      const { protocol } = yield* begin(loop, stream);
      yield* until(() => protocol.isLost);
      expect(protocol.events).toEqual(['made', 'lost']);
      expect(protocol.lostWith).toBeInstanceOf(ConnectionResetError);
    });
  });

  test('after abort() is nobody’s', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream({ held: true });
      const { transport, protocol } = yield* begin(loop, stream);
      transport.write('x');
      transport.abort();
      yield* until(() => protocol.isLost);
      stream.release(reset);
      yield* sleep(0.002);
      expect(protocol.lostWith).toBeNull();
    });
  });
});

describe('a stream that somebody else destroys', () => {
  test('is a connection that is over; what came before is the protocol’s', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const { transport, protocol } = yield* begin(loop, stream);
      stream.push('last');
      stream.destroy();
      yield* until(() => protocol.isLost);
      expect(protocol.lostWith).toBeNull();
      expect(transport.isClosing()).toBe(true);
    });
  });

  test('while close() waits ends the wait', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream({ held: true });
      const { transport, protocol } = yield* begin(loop, stream);
      transport.write('x');
      transport.close();
      yield* sleep(0.001);
      expect(protocol.isLost).toBe(false);
      stream.destroy();
      yield* until(() => protocol.isLost);
    });
  });

  test('and from before the transport ends it at once', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      stream.destroy();
      yield* until(() => stream.closed);
      const { transport, protocol } = yield* begin(loop, stream);
      yield* until(() => protocol.isLost);
      transport.close();
      expect(protocol.events.at(-1)).toBe('lost');
      const other = new Stream();
      const second = yield* begin(loop, other);
      second.protocol.keepOpen = true;
      other.push(null);
      yield* until(() => second.protocol.events.includes('eof'));
      second.transport.writeEof();
      yield* until(() => other.closed);
      second.transport.close();
      yield* until(() => second.protocol.isLost);
    });
  });
});

describe('a stream that is given away', () => {
  test('takes all bytes along that no protocol was given', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new PassThrough();
      const { transport, protocol } = yield* begin(loop, stream);
      stream.write('seen');
      yield* until(() => protocol.size === 4);
      transport.pauseReading();
      stream.emit('data', Buffer.from('one '));
      stream.emit('data', Buffer.from('two '));
      stream.write('three');
      const { duplex, server, context } = transport._detachDuplex();
      expect(duplex).toBe(stream);
      expect(server).toBeNull();
      expect(context.run(() => true)).toBe(true);
      yield* until(() => stream.readableLength === 13);
      expect(String(stream.read())).toBe('one two three');
      expect(transport.isClosing()).toBe(true);
      transport.write('to nobody');
      transport.close();
      transport.abort();
      yield* sleep(0.002);
      expect(protocol.events).toEqual(['made', 'data']);
      expect(String(transport)).toContain('closed');
      expect(() => transport._detachDuplex()).toThrow('Transport is closing');
      stream.destroy();
    });
  });

  test('can have another transport; the server counts the connection all the while', async () => {
    await onLoop(function* (loop): Coroutine {
      const counted = new Set<object>();
      let least = Infinity;
      const server = {
        _attach: (transport: object) => counted.add(transport),
        _detach: (transport: object) => {
          counted.delete(transport);
          least = Math.min(least, counted.size);
        },
      } as unknown as Server;
      const stream = new Stream();
      const { transport } = yield* begin(loop, stream, { server });
      expect(() => new DuplexTransport(loop, stream, new Recorder())).toThrow(
        `this stream is used by transport ${transport.toString()}`,
      );
      const given = transport._detachDuplex();
      const second = yield* begin(loop, given.duplex, { server: given.server });
      stream.push('x');
      yield* until(() => second.protocol.size === 1);
      expect(least).toBe(1);
      second.transport.close();
      yield* until(() => second.protocol.isLost);
      expect(counted.size).toBe(0);
    });
  });
});

describe('a deferred transport', () => {
  test('tells the protocol nothing before it begins', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream();
      const protocol = new Recorder();
      const waiter = loop.createFuture<void>();
      const transport = new DuplexTransport(loop, stream, protocol, { waiter, deferred: true });
      stream.push('early');
      yield* sleep(0.002);
      expect(protocol.events).toEqual([]);
      transport._begin();
      yield* waiter;
      yield* until(() => protocol.size === 5);
      transport.abort();
      yield* until(() => protocol.isLost);
    });
  });

  test('that never begins tells whoever waits for it, and not the protocol', async () => {
    await onLoop(function* (loop): Coroutine {
      const error = Object.assign(new Error('read EIO'), { code: 'EIO' });
      for (const [cause, cls] of [
        [error, OSError],
        [undefined, ConnectionResetError],
      ] as const) {
        const stream = new Stream();
        const protocol = new Recorder();
        const waiter = loop.createFuture<void>();
        new DuplexTransport(loop, stream, protocol, { waiter, deferred: true });
        stream.destroy(cause);
        yield* until(() => waiter.done());
        expect(waiter.exception()).toBeInstanceOf(cls);
        expect(protocol.events).toEqual([]);
      }
    });
  });
});

describe('waiting until all is sent', () => {
  test('forbids to write meanwhile', async () => {
    await onLoop(function* (loop): Coroutine {
      const stream = new Stream({ held: true });
      const { transport, protocol } = yield* begin(loop, stream);
      yield* transport._makeEmptyWaiter();
      transport._resetEmptyWaiter();
      transport.write('x');
      const waiter = transport._makeEmptyWaiter();
      expect(() => transport._makeEmptyWaiter()).toThrow('Empty waiter is already set');
      expect(() => {
        transport.write('y');
      }).toThrow('unable to write; sendfile is in progress');
      yield* sleep(0.001);
      expect(waiter.done()).toBe(false);
      stream.release();
      yield* waiter;
      transport._resetEmptyWaiter();
      transport.write('y');
      const lost = transport._makeEmptyWaiter();
      transport.abort();
      yield* until(() => protocol.isLost);
      expect(lost.exception()).toBeInstanceOf(ConnectionError);
    });
  });
});

test('a loop that blocks refuses: nothing of Node’s goes on', async () => {
  await onLoop(
    function* (loop): Coroutine {
      const stream = new Stream();
      expect(() => new DuplexTransport(loop, stream, new Recorder())).toThrow(RuntimeError);
      expect(() => new DuplexTransport(loop, stream, new Recorder())).toThrow(
        "a connection over one of Node's streams cannot be used while the loop blocks",
      );
      expect(listenersOf(stream)).toEqual([]);
    },
    { blocking: true },
  );
});

test('the end of the loop destroys what is left open', async () => {
  const stream = new Stream();
  let transport!: DuplexTransport;
  await onLoop(function* (loop): Coroutine {
    ({ transport } = yield* begin(loop, stream));
  });
  expect(stream.destroyed).toBe(true);
  expect(transport.isClosing()).toBe(true);
  transport.close();
  transport.abort();
});
