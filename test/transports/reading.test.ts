import { describe, expect, test } from 'vitest';
import {
  BufferedProtocol,
  type Coroutine,
  type ExceptionContext,
  Protocol,
  RuntimeError,
  sleep,
  type Transport,
} from '../../src/index.js';
import { connectedPair, socketPath, transportOf, transportOn } from './peer.js';
import { Recorder, transports, until } from './support.js';

/** A BufferedProtocol that remembers. */
class Buffered extends BufferedProtocol {
  readonly events: string[] = [];
  readonly buffer: Buffer = Buffer.alloc(8);
  readonly hints: number[] = [];
  data = '';
  keepOpen = false;
  lostWith: Error | null | undefined;

  override getBuffer(sizehint: number): Uint8Array {
    this.hints.push(sizehint);
    return this.buffer;
  }

  override bufferUpdated(nbytes: number): void {
    this.data += this.buffer.toString('latin1', 0, nbytes);
  }

  override eofReceived(): boolean {
    this.events.push('eof');
    return this.keepOpen;
  }

  override connectionLost(exc: Error | null): void {
    this.lostWith = exc;
    this.events.push('lost');
  }
}

/** Both kinds of protocols are read for in the same way. */
const kinds = [
  { kind: 'Protocol', make: () => new Recorder() },
  { kind: 'BufferedProtocol', make: () => new Buffered() as unknown as Recorder },
];

describe.each(transports)('reading over $name', ({ onLoop }) => {
  describe.each(kinds)('reading for a $kind', ({ make }) => {
    test('gives it the bytes as they come', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, make());
        peer.send('one');
        yield* until(() => String(protocol.data) === 'one');
        peer.send('and two');
        yield* until(() => String(protocol.data) === 'oneand two');
        transport.close();
        yield* sleep(0);
      });
    });

    test('the end of the stream closes', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, make());
        peer.end();
        yield* until(() => protocol.events.includes('lost'));
        expect(protocol.events.filter((event) => event !== 'made')).toEqual(['eof', 'lost']);
        expect(protocol.lostWith).toBeNull();
        expect(transport.isClosing()).toBe(true);
      });
    });

    test('the end of the stream leaves it open for writing if the protocol says so', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, make());
        protocol.keepOpen = true;
        peer.end();
        yield* until(() => protocol.events.includes('eof'));
        yield* sleep(0.01);
        expect(transport.isClosing()).toBe(false);
        transport.pauseReading();
        transport.resumeReading();
        yield* sleep(0.01);
        expect(protocol.events.filter((event) => event === 'eof')).toHaveLength(1);
        transport.write('answer');
        expect(String(yield* peer.recv(10))).toBe('answer');
        transport.close();
        yield* until(() => protocol.events.includes('lost'));
      });
    });

    test('an error in eofReceived ends the connection, and is reported', async () => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          const { protocol, peer } = yield* transportOn(loop, make());
          protocol.eofReceived = () => {
            throw new TypeError('bad end');
          };
          peer.close();
          yield* until(() => protocol.events.includes('lost'));
          expect(protocol.lostWith).toMatchObject({ message: 'bad end' });
        },
        { reports },
      );
      expect(reports).toMatchObject([{ message: 'Fatal error: protocol.eof_received() call failed.' }]);
    });
  });

  test('a chunk is memory of its own: the next one does not change it', async () => {
    await onLoop(function* (loop): Coroutine {
      const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
      for (const text of ['first', 'other']) {
        peer.send(text);
        yield* until(() => protocol.chunks.some((chunk) => String(chunk) === text));
      }
      expect(protocol.chunks.map(String)).toEqual(['first', 'other']);
      transport.close();
      yield* sleep(0);
    });
  });

  test('an error in dataReceived ends the connection, and is reported', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (loop): Coroutine {
        class Bad extends Recorder {
          override dataReceived(): void {
            throw new TypeError('bad data');
          }
        }
        const { transport, protocol, peer } = yield* transportOn(loop, new Bad());
        peer.send('x');
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toMatchObject({ message: 'bad data' });
        expect(reports[0]?.message).toBe('Fatal error: protocol.data_received() call failed.');
        expect(reports[0]?.transport).toBe(transport);
        expect(reports[0]?.protocol).toBe(protocol);
      },
      { reports },
    );
  });

  describe('a BufferedProtocol', () => {
    test('is asked for a buffer before each read', async () => {
      await onLoop(function* (loop): Coroutine {
        const protocol = new Buffered();
        const { transport, peer } = yield* transportOn(loop, protocol as unknown as Recorder);
        peer.send('twenty bytes, I think');
        yield* until(() => protocol.data === 'twenty bytes, I think');
        expect(protocol.hints).toEqual([-1, -1, -1]);
        transport.close();
        yield* sleep(0);
      });
    });

    test.each([
      [
        'fails in getBuffer',
        {
          getBuffer: () => {
            throw new TypeError('mine');
          },
        },
        'get_buffer',
        TypeError,
      ],
      ['gives an empty buffer', { getBuffer: () => new Uint8Array(0) }, 'get_buffer', RuntimeError],
      [
        'fails in bufferUpdated',
        {
          bufferUpdated: () => {
            throw new TypeError('mine');
          },
        },
        'buffer_updated',
        TypeError,
      ],
    ])('that %s ends the connection, and is reported', async (_name, methods, func, cls) => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          const protocol = Object.assign(new Buffered(), methods);
          const { peer } = yield* transportOn(loop, protocol as unknown as Recorder);
          peer.send('x');
          yield* until(() => protocol.events.includes('lost'));
          expect(protocol.lostWith).toBeInstanceOf(cls);
        },
        { reports },
      );
      expect(reports).toMatchObject([{ message: `Fatal error: protocol.${func}() call failed.` }]);
      if (cls === RuntimeError) {
        expect(reports).toMatchObject([{ exception: { message: 'get_buffer() returned an empty buffer' } }]);
      }
    });

    test('can take over from a Protocol, and give back', async () => {
      await onLoop(function* (loop): Coroutine {
        const buffered = new Buffered();
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        peer.send('a');
        yield* until(() => String(protocol.data) === 'a');
        transport.setProtocol(buffered);
        expect(transport.getProtocol()).toBe(buffered);
        peer.send('b');
        yield* until(() => buffered.data === 'b');
        transport.setProtocol(protocol);
        peer.send('c');
        yield* until(() => String(protocol.data) === 'ac');
        transport.close();
        yield* until(() => protocol.isLost);
        expect(buffered.events).toEqual([]);
      });
    });

    test('carries much data both ways', async () => {
      const size = 4 << 20;
      class Counter extends BufferedProtocol {
        readonly buffer = Buffer.alloc(10_000);
        transport!: Transport;
        count = 0;
        wrong = 0;
        readonly done: () => void;
        constructor(done: () => void) {
          super();
          this.done = done;
        }
        override connectionMade(transport: Transport): void {
          this.transport = transport;
          for (let sent = 0; sent < size; sent += 1 << 18) transport.write(Buffer.alloc(1 << 18, 'x'));
        }
        override getBuffer(): Uint8Array {
          return this.buffer;
        }
        override bufferUpdated(nbytes: number): void {
          for (let i = 0; i < nbytes; i += 997) if (this.buffer[i] !== 120) this.wrong++;
          this.buffer.fill(0, 0, nbytes);
          this.count += nbytes;
          if (this.count === size) this.done();
        }
      }
      await onLoop(function* (loop): Coroutine {
        const both = [loop.createFuture<void>(), loop.createFuture<void>()];
        const serverSide = new Counter(() => both[0]!.setResult());
        const server = yield* loop.createServer(() => serverSide, '127.0.0.1', 0);
        const [host, port] = server.sockets[0]!.getsockname();
        const [transport, client] = yield* loop.createConnection(
          () => new Counter(() => both[1]!.setResult()),
          host,
          port,
        );
        for (const done of both) yield* done;
        expect([client.wrong, serverSide.wrong]).toEqual([0, 0]);
        transport.close();
        server.close();
        yield* server.waitClosed();
      });
    });
  });

  describe('pauseReading and resumeReading', () => {
    test('may be called again and again', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        expect(transport.isReading()).toBe(true);
        transport.pauseReading();
        transport.pauseReading();
        expect(transport.isReading()).toBe(false);
        peer.send('later');
        yield* sleep(0.01);
        expect(protocol.events).toEqual(['made']);
        transport.resumeReading();
        transport.resumeReading();
        expect(transport.isReading()).toBe(true);
        yield* until(() => String(protocol.data) === 'later');
        transport.close();
        transport.pauseReading();
        transport.resumeReading();
        expect(transport.isReading()).toBe(false);
        yield* until(() => protocol.isLost);
      });
    });

    test('a pause holds inside of connectionMade, before the first read', async () => {
      await onLoop(function* (loop): Coroutine {
        class Paused extends Recorder {
          override connectionMade(transport: Transport): void {
            super.connectionMade(transport);
            transport.pauseReading();
          }
        }
        const { connection, peer } = yield* connectedPair(loop);
        peer.send('early');
        const protocol = new Paused();
        const transport = yield* transportOf(loop, connection, protocol);
        yield* sleep(0.01);
        expect(transport.isReading()).toBe(false);
        expect(protocol.events).toEqual(['made']);
        transport.resumeReading();
        yield* until(() => protocol.size === 5);
        transport.close();
        yield* sleep(0);
      });
    });

    test('a pause holds at once, though the next chunk is ready already', async () => {
      await onLoop(function* (loop): Coroutine {
        class OneByOne extends Recorder {
          override dataReceived(data: Buffer): void {
            super.dataReceived(data);
            this.transport.pauseReading();
          }
        }
        const { transport, protocol, peer } = yield* transportOn(loop, new OneByOne());
        peer.send(Buffer.alloc(10));
        yield* until(() => protocol.size > 0);
        peer.send(Buffer.alloc(10));
        yield* sleep(0.01);
        expect(protocol.size).toBe(10);
        transport.resumeReading();
        yield* until(() => protocol.size === 20);
        transport.close();
        yield* sleep(0);
      });
    });

    test('64 MiB pass through a reader that pauses again and again', async () => {
      const size = 64 << 20;
      class Pausing extends Protocol {
        transport!: Transport;
        count = 0;
        pauses = 0;
        lost = false;
        override connectionLost(): void {
          this.lost = true;
        }
        override connectionMade(transport: Transport): void {
          this.transport = transport;
        }
        override dataReceived(data: Buffer): void {
          this.count += data.length;
          if (this.count >> 20 === (this.count - data.length) >> 20) return;
          this.pauses++;
          this.transport.pauseReading();
          loopOf(this).callSoon(() => this.transport.resumeReading());
        }
      }
      class Sender extends Protocol {
        transport!: Transport;
        left = size;
        readonly chunk = Buffer.alloc(1 << 16);
        paused = false;
        override connectionMade(transport: Transport): void {
          this.transport = transport;
          this.resumeWriting();
        }
        override pauseWriting(): void {
          this.paused = true;
        }
        override resumeWriting(): void {
          this.paused = false;
          while (!this.paused && this.left > 0) {
            this.left -= this.chunk.length;
            this.transport.write(this.chunk);
          }
          if (this.left === 0) this.transport.close();
        }
      }
      let current!: { callSoon(callback: () => void): unknown };
      const loopOf = (_protocol: Protocol): typeof current => current;
      await onLoop(function* (loop): Coroutine {
        current = loop;
        const reader = new Pausing();
        const server = yield* loop.createUnixServer(() => reader, socketPath());
        yield* loop.createUnixConnection(Sender, server.sockets[0]!.getsockname<string>());
        yield* until(() => reader.lost, 15);
        expect(reader.count).toBe(size);
        expect(reader.pauses).toBe(64);
        server.close();
      });
    });
  });
});
