/*
 * What only a transport on a socket of ours has: system calls that can be put in place of the real ones, a descriptor that
 * is watched or not, and the blocking driver.
 */
import { describe, expect, test } from 'vitest';
import {
  BufferedProtocol,
  ConnectionResetError,
  type Coroutine,
  OSError,
  sleep,
  type Transport,
} from '../../src/index.js';
import { AF_INET, SHUT_WR, SOCK_STREAM, socket } from '../../src/socket/index.js';
import { SelectorSocketTransport } from '../../src/transports/socket-transport.js';
import { noAddon } from '../helpers/addon.js';
import { recordLog } from '../helpers/log.js';
import {
  narrowSockets,
  onLoop,
  Recorder,
  selectorTransportOn as transportOn,
  sockets,
  until,
  withCalls,
} from './support.js';

/** A Recorder that is a BufferedProtocol. */
class Buffered extends BufferedProtocol {
  readonly events: string[] = [];
  readonly buffer: Buffer = Buffer.alloc(8);
  data = '';
  lostWith: Error | null | undefined;

  override getBuffer(): Uint8Array {
    return this.buffer;
  }

  override bufferUpdated(nbytes: number): void {
    this.data += this.buffer.toString('latin1', 0, nbytes);
  }

  override connectionLost(exc: Error | null): void {
    this.lostWith = exc;
    this.events.push('lost');
  }
}

const kinds = [
  { kind: 'Protocol', make: () => new Recorder() },
  { kind: 'BufferedProtocol', make: () => new Buffered() as unknown as Recorder },
];

describe.skipIf(noAddon)('on a socket of ours', () => {
  describe.each(kinds)('reading for a $kind', ({ make }) => {
    test.each([
      ['EAGAIN', -11],
      ['EINTR', -4],
    ])('%s is passed over', async (_name, errno) => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const real = a._addon.recv;
        let failures = 3;
        withCalls(a, {
          recv: (...args: Parameters<typeof real>) => (failures-- > 0 ? errno : real(...args)),
        });
        const { transport, protocol } = yield* transportOn(loop, make(), [a, b]);
        b.send('x');
        yield* until(() => String(protocol.data) === 'x');
        expect(failures).toBe(-1);
        transport.close();
        yield* sleep(0);
      });
    });

    test.each([
      ['a reset', -104, ConnectionResetError],
      ['any other error', -5, OSError],
    ])('%s ends the connection', async (_name, errno, cls) => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const { protocol } = yield* transportOn(loop, make(), [withCalls(a, { recv: () => errno }), b]);
        b.send('x');
        yield* until(() => protocol.events.includes('lost'));
        expect(protocol.lostWith).toBeInstanceOf(cls);
        expect(protocol.lostWith).toMatchObject({ errno: -errno, syscall: 'read' });
      });
    });
  });

  describe('writing', () => {
    test.each([
      ['EAGAIN', -11],
      ['EINTR', -4],
      ['nothing taken', 0],
    ])('tries again after %s', async (_name, result) => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const real = a._addon.send;
        let failures = 2;
        withCalls(a, {
          send: (...args: Parameters<typeof real>) => (failures-- > 0 ? result : real(...args)),
        });
        const { transport } = yield* transportOn(loop, new Recorder(), [a, b]);
        transport.write('data');
        expect(transport.getWriteBufferSize()).toBe(4);
        expect(String(yield* loop.sockRecv(b, 10))).toBe('data');
        expect(failures).toBe(-1);
        expect(transport.getWriteBufferSize()).toBe(0);
        transport.close();
        yield* sleep(0);
      });
    });

    test('of nothing does nothing', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        withCalls(a, {
          send: () => {
            throw new Error('sent');
          },
        });
        const { transport } = yield* transportOn(loop, new Recorder(), [a, b]);
        transport.write('');
        transport.write(Buffer.alloc(0));
        transport.writelines([]);
        transport.writelines(['', '']);
        expect(transport.getWriteBufferSize()).toBe(0);
        transport.close();
        yield* sleep(0);
      });
    });

    test('watches for room exactly while something waits', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder(), narrowSockets());
        transport.write('short');
        expect(loop._handleOf(transport._fd, 2)).toBeNull();
        transport.write(Buffer.alloc(100_000));
        expect(loop._handleOf(transport._fd, 2)).not.toBeNull();
        let left = 100_005;
        while (left > 0) left -= (yield* loop.sockRecv(peer, left)).length;
        yield* until(() => transport.getWriteBufferSize() === 0);
        expect(loop._handleOf(transport._fd, 2)).toBeNull();
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });
  });

  describe('each step of sending', () => {
    test('takes away exactly what the system took', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const steps = [0, -11, 3, 1, 4, -4, 2];
        const sizes: number[] = [];
        const { transport } = yield* transportOn(loop, new Recorder(), [
          withCalls(a, {
            send: () => -11,
            writev: () => {
              sizes.push(transport.getWriteBufferSize());
              return steps.shift() ?? -11;
            },
          }),
          b,
        ]);
        for (const text of ['ab', 'cde', 'fghij', 'k', 'l']) transport.write(text);
        yield* until(() => steps.length === 0);
        yield* sleep(0.005);
        expect(sizes.slice(0, 8)).toEqual([12, 12, 12, 9, 8, 4, 4, 2]);
        transport.abort();
        yield* sleep(0);
      });
    });

    test('passes on the unsent part of the first piece, and the pieces after it', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        const seen: string[] = [];
        const { transport } = yield* transportOn(loop, new Recorder(), [
          withCalls(a, {
            send: (_fd: number, data: Uint8Array, offset = 0, length = data.length - offset) => {
              seen.push(`send ${Buffer.from(data.subarray(offset, offset + length)).toString()}`);
              return seen.length === 1 ? 1 : length;
            },
            writev: (_fd: number, buffers: Uint8Array[], skip: number) => {
              const text = Buffer.concat(buffers).subarray(skip).toString();
              seen.push(`writev ${text}`);
              return 5;
            },
          }),
          b,
        ]);
        transport.write('abc');
        transport.write('def');
        transport.write('gh');
        yield* until(() => transport.getWriteBufferSize() === 0);
        expect(seen).toEqual(['send abc', 'writev bcdefgh', 'send gh']);
        transport.close();
        yield* sleep(0);
      });
    });
  });

  describe('a transport', () => {
    test('does not watch a stream that has ended', async () => {
      await onLoop(function* (loop): Coroutine {
        const protocol = Object.assign(new Recorder(), { keepOpen: true });
        const { transport, peer } = yield* transportOn(loop, protocol);
        peer.shutdown(SHUT_WR);
        yield* until(() => protocol.events.includes('eof'));
        expect(loop._handleOf(transport._fd, 1)).toBeNull();
        transport.resumeReading();
        expect(loop._handleOf(transport._fd, 1)).toBeNull();
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('begins to read after connectionMade and before the waiter', async () => {
      await onLoop(function* (loop): Coroutine {
        const [a, b] = sockets();
        b.sendall('early');
        const order: string[] = [];
        class Ordered extends Recorder {
          override connectionMade(transport: Transport): void {
            super.connectionMade(transport);
            order.push(`made, reads: ${loop._handleOf(a.fileno(), 1) !== null}`);
            loop.callSoon(() => order.push('a round later'));
          }
          override dataReceived(data: Buffer): void {
            super.dataReceived(data);
            order.push('data');
          }
        }
        const waiter = loop.createFuture<void>();
        waiter.addDoneCallback(() => order.push(`waiter, reads: ${loop._handleOf(a.fileno(), 1) !== null}`));
        const transport = new SelectorSocketTransport(loop, a, new Ordered(), { waiter });
        expect(order).toEqual([]);
        yield* waiter;
        yield* until(() => order.length === 4);
        expect(order).toEqual(['made, reads: false', 'a round later', 'waiter, reads: true', 'data']);
        transport.close();
        yield* sleep(0);
      });
    });

    test('may be on a socket without addresses', async () => {
      await onLoop(function* (loop): Coroutine {
        const sock = new socket(AF_INET, SOCK_STREAM);
        sock.setblocking(false);
        const transport = new SelectorSocketTransport(loop, sock, new Recorder());
        expect(transport.getExtraInfo('peername')).toBeNull();
        transport.abort();
        yield* sleep(0);
        yield* sleep(0);
      });
    });

    test('by an error of the outside is not reported, but logged in debug mode', async () => {
      const log = recordLog();
      await onLoop(
        function* (loop): Coroutine {
          const [a, b] = sockets();
          const protocol = new Recorder();
          yield* transportOn(loop, protocol, [withCalls(a, { recv: () => -104 }), b]);
          b.send('x');
          yield* until(() => protocol.isLost);
          expect(protocol.lostWith).toBeInstanceOf(ConnectionResetError);
        },
        { debug: true },
      );
      expect(log.filter(({ level }) => level !== 'debug')).toEqual([]);
      const texts = log.map(({ message }) => message);
      expect(
        texts.some((text) => text.endsWith('Fatal read error on socket transport: read ECONNRESET')),
      ).toBe(true);
    });
  });

  test('the whole life of a connection, in the blocking driver', async () => {
    await onLoop(
      function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.write('hello');
        expect(String(yield* loop.sockRecv(peer, 10))).toBe('hello');
        yield* loop.sockSendall(peer, 'world');
        peer.close();
        yield* until(() => protocol.isLost);
        expect(protocol.events).toEqual(['made', 'data', 'eof', 'lost']);
        expect(String(protocol.data)).toBe('world');
      },
      { blocking: true },
    );
  });
});
