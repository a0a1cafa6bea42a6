/*
 * Flow control: drain() on one side, a protocol that is paused and resumed on the other.
 */
import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  ConnectionResetError,
  type Coroutine,
  createTask,
  FlowControlMixin,
  gather,
  RuntimeError,
  setEventLoop,
  StreamReader,
  StreamReaderProtocol,
  StreamWriter,
  Transport,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { recordLog } from '../helpers/log.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

class FakeTransport extends Transport {
  closing = false;
  readonly written: unknown[] = [];
  override isClosing(): boolean {
    return this.closing;
  }
  override close(): void {
    this.closing = true;
  }
  override write(data: unknown): void {
    this.written.push(data);
  }
}

function writerOf(loop: VirtualEventLoop): {
  writer: StreamWriter;
  reader: StreamReader;
  protocol: StreamReaderProtocol;
  transport: FakeTransport;
} {
  const reader = new StreamReader({ loop });
  const protocol = new StreamReaderProtocol(reader, null, { loop });
  const transport = new FakeTransport();
  protocol.connectionMade(transport);
  return { writer: new StreamWriter(transport, protocol, reader, loop), reader, protocol, transport };
}

describe('drain', () => {
  it('does not give up its turn while the protocol is not paused', () => {
    virtually(function* (loop): Coroutine {
      const { writer, transport } = writerOf(loop);
      let turn = 0;
      loop.callSoon(() => turn++);
      writer.write('data');
      yield* writer.drain();
      expect(transport.written).toEqual(['data']);
      expect(turn).toBe(0);
    });
  });

  it('waits while it is, for as many tasks as there are', () => {
    virtually(function* (loop): Coroutine {
      const { writer, protocol } = writerOf(loop);
      protocol.pauseWriting();
      loop.callLater(0.1, () => protocol.resumeWriting());
      let drained = 0;
      const drainer = function* (): Coroutine {
        yield* writer.drain();
        drained++;
      };
      const all = gather(...Array.from({ length: 10 }, drainer));
      yield* turns(5);
      expect(drained).toBe(0);
      yield* all;
      expect(drained).toBe(10);
      expect(loop.time()).toBeCloseTo(0.1);
    });
  });

  it('can be cancelled, and the others go on waiting', () => {
    virtually(function* (loop): Coroutine {
      const { writer, protocol } = writerOf(loop);
      protocol.pauseWriting();
      const [first, second, third] = [1, 2, 3].map(() => createTask(writer.drain()));
      yield* turns();
      first!.cancel();
      expect(yield* thrownBy(first!)).toBeInstanceOf(CancelledError);
      expect(second!.done()).toBe(false);
      protocol.resumeWriting();
      // Woken, and then cancelled.
      third!.cancel();
      expect(yield* thrownBy(third!)).toBeInstanceOf(CancelledError);
      yield* second!;
      expect(protocol._drainWaiters!.size).toBe(0);
    });
  });

  it('waits again when the protocol is paused again', () => {
    virtually(function* (loop): Coroutine {
      const { writer, protocol } = writerOf(loop);
      for (let i = 1; i <= 3; i++) {
        protocol.pauseWriting();
        loop.callLater(1, () => protocol.resumeWriting());
        yield* writer.drain();
        expect(loop.time()).toBeCloseTo(i);
      }
    });
  });

  it('ends when the connection is lost: with its error, or well', () => {
    virtually(function* (loop): Coroutine {
      for (const error of [null, new ValueError('failed')]) {
        const { writer, protocol } = writerOf(loop);
        protocol.pauseWriting();
        const tasks = [0, 1].map(() => createTask(writer.drain()));
        const cancelled = createTask(writer.drain());
        yield* turns();
        cancelled.cancel();
        protocol.connectionLost(error);
        const results: unknown[] = yield* gather(...tasks, { returnExceptions: true });
        expect(results).toEqual(error === null ? [undefined, undefined] : [error, error]);
        yield* turns(2);
        expect(cancelled.cancelled()).toBe(true);
        // Who comes later hears that it is lost.
        expect(yield* thrownBy(writer.drain())).toEqual(error ?? new ConnectionResetError('Connection lost'));
      }
    });
  });

  it("throws the reader's error", () => {
    virtually(function* (loop): Coroutine {
      const { writer, reader, protocol } = writerOf(loop);
      const error = new ValueError('failed');
      reader.setException(error);
      expect(yield* thrownBy(writer.drain())).toBe(error);
      const bare = new StreamWriter(new FakeTransport(), protocol, null, loop);
      yield* bare.drain();
    });
  });

  it('gives up its turn once while the transport is closing, for connectionLost to be called', () => {
    virtually(function* (loop): Coroutine {
      const { writer, protocol } = writerOf(loop);
      writer.close();
      loop.callSoon(() => protocol.connectionLost(null));
      expect(yield* thrownBy(writer.drain())).toEqual(new ConnectionResetError('Connection lost'));
    });
  });
});

describe('FlowControlMixin', () => {
  it('is for protocols of any kind', () => {
    virtually(function* (loop): Coroutine {
      const protocol = new FlowControlMixin({ loop });
      protocol.pauseWriting();
      loop.callLater(0.1, () => protocol.resumeWriting());
      yield* gather(...Array.from({ length: 10 }, () => protocol._drainHelper()));
      expect(loop.time()).toBeCloseTo(0.1);
      expect(yield* thrownBy(protocol._waitClosed())).toEqual(
        new RuntimeError('FlowControlMixin does not tell when its connection is gone'),
      );
    });
  });

  it('belongs to the running loop, to the one that was set, or to none, which is an error', () => {
    const loop = new VirtualEventLoop();
    const reader = new StreamReader({ loop });
    expect(loop.runUntilCompleteSync(made())._loop).toBe(loop);
    expect(thrown(() => new StreamReaderProtocol(reader))).toEqual(
      new RuntimeError("There is no current event loop in thread 'MainThread'."),
    );
    setEventLoop(loop);
    try {
      expect(new StreamReaderProtocol(reader)._loop).toBe(loop);
      expect(new FlowControlMixin()._loop).toBe(loop);
    } finally {
      setEventLoop(null);
    }
    loop.close();

    function* made(): Coroutine<StreamReaderProtocol> {
      return new StreamReaderProtocol(reader);
    }
  });

  it('tells in debug mode when it is paused and resumed', () => {
    const log = recordLog();
    virtually(
      function* (loop): Coroutine {
        const protocol = new FlowControlMixin({ loop });
        protocol.pauseWriting();
        protocol.resumeWriting();
      },
      { debug: true },
    );
    expect(log.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['<FlowControlMixin> pauses writing', '<FlowControlMixin> resumes writing']),
    );
  });
});

describe('startTls', () => {
  it('drains, has the loop lay TLS over the transport, and reader and writer go on over the new one', () => {
    virtually(function* (loop): Coroutine {
      const { writer, reader, protocol, transport } = writerOf(loop);
      const secure = new FakeTransport({ sslcontext: 'a context' });
      const asked: unknown[] = [];
      Object.assign(loop, {
        *startTls(...args: unknown[]): Coroutine<Transport> {
          asked.push(...args);
          return secure;
        },
      });
      const order: string[] = [];
      protocol.pauseWriting();
      loop.callLater(1, () => {
        order.push('drained');
        expect(asked).toEqual([]);
        protocol.resumeWriting();
      });
      const context = {};
      yield* writer.startTls(context, { serverHostname: 'example.org', sslHandshakeTimeout: 5 });
      expect(order).toEqual(['drained']);
      expect(asked).toEqual([
        transport,
        protocol,
        context,
        { serverHostname: 'example.org', sslHandshakeTimeout: 5, serverSide: false },
      ]);
      expect(writer.transport).toBe(secure);
      expect(reader._transport).toBe(secure);
      writer.write('secret');
      expect(secure.written).toEqual(['secret']);
      // TLS cannot be open on one side only.
      expect(protocol.eofReceived()).toBe(false);
    });
  });

  it('is the server of TLS where this end is the server, and what nobody has read is for TLS', () => {
    virtually(function* (loop): Coroutine {
      const transport = new FakeTransport();
      const secure = new FakeTransport();
      const asked: unknown[] = [];
      let done = false;
      Object.assign(loop, {
        *startTls(
          _transport: unknown,
          protocol: StreamReaderProtocol,
          ...args: unknown[]
        ): Coroutine<Transport> {
          asked.push(String(Buffer.concat(protocol._takeBuffered())), ...args);
          return secure;
        },
      });
      const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
        expect(String(yield* reader.readline())).toBe('STARTTLS\n');
        yield* writer.startTls('a context' as never);
        expect(String(yield* reader.readline())).toBe('secret\n');
        done = true;
      };
      const reader = new StreamReader({ loop, limit: 9 });
      const protocol = new StreamReaderProtocol(reader, handler, { loop });
      protocol.connectionMade(transport);
      transport.pauseReading = () => {};
      protocol.dataReceived(Buffer.from('STARTTLS\nhello of the handshake'));
      yield* turns(3);
      expect(asked).toEqual(['hello of the handshake', 'a context', { serverSide: true }]);
      protocol.dataReceived(Buffer.from('secret\n'));
      yield* turns(3);
      expect(done).toBe(true);
    });
  });
});
