import { describe, expect, test } from 'vitest';
import {
  type Coroutine,
  type ExceptionContext,
  Protocol,
  RuntimeError,
  sleep,
  Transport,
  TransportSocket,
} from '../../src/index.js';
import { AF_INET, SHUT_RDWR, SHUT_WR, SOCK_STREAM } from '../../src/socket/index.js';
import { addonAvailable } from '../../src/platform/addon.js';
import { backendOf } from '../../src/transports/choose-backend.js';
import type { SelectorSocketTransport } from '../../src/transports/socket-transport.js';
import { connectedPair, transportOn } from './peer.js';
import { descriptors, Recorder, transports, until } from './support.js';

describe.each(transports)('a transport over $name', ({ name, onLoop }) => {
  describe('a transport begins', () => {
    test('with connectionMade, then reading, then the waiter, each in a turn of its own', async () => {
      await onLoop(function* (loop): Coroutine {
        const order: string[] = [];
        class Ordered extends Recorder {
          override connectionMade(transport: Transport): void {
            super.connectionMade(transport);
            order.push('made');
            loop.callSoon(() => order.push('a round later'));
          }
          override dataReceived(data: Buffer): void {
            super.dataReceived(data);
            order.push('data');
          }
        }
        const { connection, peer } = yield* connectedPair(loop);
        peer.send('early');
        yield* sleep(0.01);
        const waiter = loop.createFuture<void>();
        waiter.addDoneCallback(() => order.push('waiter'));
        const transport = backendOf(loop).transport(loop, connection, new Ordered(), { waiter });
        expect(order).toEqual([]);
        yield* waiter;
        yield* until(() => order.length === 4);
        expect(order).toEqual(['made', 'a round later', 'waiter', 'data']);
        transport.close();
        yield* sleep(0);
      });
    });

    test('knows its socket and addresses', async () => {
      await onLoop(function* (loop): Coroutine {
        const server = yield* loop.createServer(Recorder, '127.0.0.1', 0);
        const address = server.sockets[0]!.getsockname();
        const [transport] = yield* loop.createConnection(
          Recorder,
          ...(address.slice(0, 2) as [string, number]),
        );
        expect(transport.getExtraInfo('peername')).toEqual(address);
        expect(transport.getExtraInfo('sockname')[0]).toBe('127.0.0.1');
        const sock = transport.getExtraInfo<TransportSocket>('socket')!;
        expect(sock).toBeInstanceOf(TransportSocket);
        expect(sock.family).toBe(AF_INET);
        expect(sock.type).toBe(SOCK_STREAM);
        expect(sock.getpeername()).toEqual(address);
        expect(sock.gettimeout()).toBe(0);
        expect(() => sock.setblocking(true)).toThrow('setblocking(): transport sockets cannot be blocking');
        expect(() => sock.settimeout(1)).toThrow(
          'settimeout(): only 0 timeout is allowed on transport sockets',
        );
        expect(String(sock)).toMatch(/^<asyncio\.TransportSocket fd=\d+, family=2, type=1, proto=6, laddr=/);
        expect(transport.getExtraInfo('unknown')).toBeNull();
        expect(transport).toBeInstanceOf(Transport);
        transport.close();
        server.close();
        yield* server.waitClosed();
      });
    });

    // Without the addon a socket of Node's says that it cannot: which-network.test.ts.
    test.skipIf(!addonAvailable())('whose directions can be shut down', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer } = yield* transportOn(loop, new Recorder());
        const sock = transport.getExtraInfo<TransportSocket>('socket')!;
        sock.shutdown(SHUT_WR);
        expect(yield* peer.readAll()).toHaveLength(0);
        transport.abort();
        yield* until(() => sock.fileno() === -1);
        expect(() => sock.shutdown(SHUT_RDWR)).toThrow(expect.objectContaining({ code: 'EBADF' }));
      });
    });

    test('and no other may begin on its descriptor', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer } = yield* transportOn(loop, new Recorder());
        const fd = transport.getExtraInfo<TransportSocket>('socket')!.fileno();
        const text = `File descriptor ${fd} is used by transport ${transport.toString()}`;
        for (const attempt of [
          () => loop.addReader(fd, () => undefined),
          () => loop.addWriter(fd, () => undefined),
          () => loop.removeReader(fd),
          () => loop.removeWriter(fd),
        ]) {
          expect(attempt).toThrow(RuntimeError);
        }
        expect(() => loop.addReader(fd, () => undefined)).toThrow(text);
        transport.close();
        expect(yield* peer.readAll()).toHaveLength(0);
      });
    });

    test('shows its state', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport } = yield* transportOn(loop, new Recorder());
        const cls = name === 'selector' ? 'SelectorSocketTransport' : 'DuplexTransport';
        const fd = `fd=${transport.getExtraInfo<TransportSocket>('socket')!.fileno()}`;
        expect(String(transport)).toBe(`<${cls} ${fd} read=polling write=<idle, bufsize=0>>`);
        transport.pauseReading();
        expect(String(transport)).toBe(`<${cls} ${fd} read=idle write=<idle, bufsize=0>>`);
        transport.write(Buffer.alloc(10_000_000));
        expect(String(transport)).toMatch(/ write=<polling, bufsize=\d+>>$/);
        transport.abort();
        expect(String(transport)).toContain(`<${cls} closing `);
        yield* sleep(0);
        yield* sleep(0);
        expect(String(transport)).toContain(`<${cls} closed `);
      });
    });
  });

  describe('close()', () => {
    test('stops reading at once, and calls connectionLost(null) in a later round, once', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        peer.send('never read');
        transport.close();
        transport.close();
        expect(transport.isClosing()).toBe(true);
        expect(transport.isReading()).toBe(false);
        expect(protocol.events).toEqual(['made']);
        yield* sleep(0);
        yield* sleep(0.01);
        expect(protocol.events).toEqual(['made', 'lost']);
        expect(protocol.lostWith).toBeNull();
        transport.close();
        transport.abort();
        yield* sleep(0.01);
        expect(protocol.events).toEqual(['made', 'lost']);
      });
    });

    test('sends what waits first, and then says lost', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        const data = Buffer.alloc(3_000_000, 'x');
        transport.write(data);
        transport.close();
        expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
        yield* sleep(0.01);
        expect(protocol.isLost).toBe(false);
        expect((yield* peer.readAll()).equals(data)).toBe(true);
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeNull();
        expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
      });
    });

    test('takes writes while it still sends', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.write(Buffer.alloc(1_000_000, 'x'));
        transport.close();
        transport.write('end');
        const all = yield* peer.readAll();
        expect(all).toHaveLength(1_000_003);
        expect(all.subarray(-3).toString()).toBe('end');
        yield* until(() => protocol.isLost);
      });
    });

    for (const method of ['close', 'abort'] as const) {
      test(`called by ${method}() inside of resumeWriting, connectionLost comes once`, async () => {
        await onLoop(function* (loop): Coroutine {
          class Closes extends Recorder {
            override resumeWriting(): void {
              super.resumeWriting();
              this.transport[method]();
            }
          }
          const { transport, protocol, peer } = yield* transportOn(loop, new Closes());
          transport.setWriteBufferLimits({ high: 0 });
          transport.write(Buffer.alloc(1_000_000));
          yield* peer.readAll();
          yield* until(() => protocol.isLost);
          yield* sleep(0.01);
          expect(protocol.events).toEqual(['made', 'pause', 'resume', 'lost']);
        });
      });
    }
  });

  describe('abort()', () => {
    test('drops what waits, and calls connectionLost(null) in a later round', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.write(Buffer.alloc(3_000_000, 'x'));
        transport.abort();
        expect(transport.getWriteBufferSize()).toBe(0);
        expect(transport.isClosing()).toBe(true);
        expect(protocol.isLost).toBe(false);
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeNull();
        expect((yield* peer.readAll()).length).toBeLessThan(3_000_000);
      });
    });

    test('ends the flushing of close()', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol } = yield* transportOn(loop, new Recorder());
        transport.write(Buffer.alloc(3_000_000, 'x'));
        transport.close();
        transport.abort();
        transport.abort();
        yield* until(() => protocol.isLost);
        yield* sleep(0.01);
        expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
      });
    });

    test('before connectionMade was called: both are called, in order', async () => {
      await onLoop(function* (loop): Coroutine {
        const { connection } = yield* connectedPair(loop);
        const protocol = new Recorder();
        backendOf(loop).transport(loop, connection, protocol, {}).abort();
        yield* until(() => protocol.isLost);
        expect(protocol.events).toEqual(['made', 'lost']);
      });
    });
  });

  describe('the end', () => {
    test('closes the socket and lets go of the protocol, even if connectionLost fails', async () => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          class Bad extends Recorder {
            override connectionLost(): void {
              throw new Error('bad end');
            }
          }
          const { transport, peer } = yield* transportOn(loop, new Bad());
          transport.close();
          expect(yield* peer.readAll()).toHaveLength(0);
          expect(transport.getExtraInfo<TransportSocket>('socket')!.fileno()).toBe(-1);
          expect(transport.getProtocol()).toBeNull();
          expect(loop._transports.size + loop._listening.size).toBe(0);
        },
        { reports },
      );
      expect(reports).toMatchObject([{ exception: { message: 'bad end' } }]);
    });

    test('by an error of the program is reported, with transport and protocol', async () => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          const { transport, protocol } = yield* transportOn(loop, new Recorder());
          const error = new TypeError('mine');
          (transport as SelectorSocketTransport)._fatalError(error, 'Fatal error on transport');
          yield* until(() => protocol.isLost);
          expect(protocol.lostWith).toBe(error);
          expect(reports).toEqual([
            { message: 'Fatal error on transport', exception: error, transport, protocol },
          ]);
        },
        { reports },
      );
    });

    test('comes with the end of the loop: what is left open is closed', async () => {
      let transport!: Transport;
      const before = await descriptors();
      await onLoop(function* (loop): Coroutine {
        const { transport: left, peer } = yield* transportOn(loop, new Recorder());
        transport = left;
        peer.close();
      });
      expect(await descriptors()).toBe(before);
      expect(transport.isClosing()).toBe(true);
      transport.close();
    });
  });

  test('a protocol that fails in connectionMade has a connection all the same', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (loop): Coroutine {
        class Bad extends Protocol {
          override connectionMade(): void {
            throw new Error('bad start');
          }
        }
        const { transport, peer } = yield* transportOn(loop, new Bad());
        transport.write('works');
        expect(String(yield* peer.recv(10))).toBe('works');
        transport.close();
        yield* peer.readAll();
      },
      { reports },
    );
    expect(reports).toMatchObject([{ exception: { message: 'bad start' } }]);
  });
});
