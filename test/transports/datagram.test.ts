import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  ConnectionRefusedError,
  type Coroutine,
  DatagramProtocol,
  DatagramTransport,
  type ExceptionContext,
  NotImplementedError,
  OSError,
  type SelectorEventLoop,
  sleep,
  ValueError,
} from '../../src/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type InetAddress,
  IPPROTO_UDP,
  SO_BROADCAST,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  socketpair,
  SOL_SOCKET,
} from '../../src/socket/index.js';
import { SelectorDatagramTransport } from '../../src/transports/datagram-transport.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';
import { noAddon } from '../helpers/addon.js';
import type { NodeDatagramTransport } from '../../src/duplex/datagram-transport.js';
import { descriptors, transports, until, withCalls } from './support.js';

class Recorder extends DatagramProtocol {
  readonly events: string[] = [];
  readonly received: string[] = [];
  readonly senders: (Address | null)[] = [];
  readonly errors: Error[] = [];
  transport!: DatagramTransport;
  onError: () => void = () => undefined;
  lostWith: Error | null | undefined;

  override connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
    this.events.push('made');
  }

  override datagramReceived(data: Buffer, addr: Address | null): void {
    this.received.push(String(data));
    this.senders.push(addr);
  }

  override errorReceived(exc: Error): void {
    this.errors.push(exc);
    this.onError();
  }

  override connectionLost(exc: Error | null): void {
    this.lostWith = exc;
    this.events.push('lost');
  }

  override pauseWriting(): void {
    this.events.push('pause');
  }

  override resumeWriting(): void {
    this.events.push('resume');
  }
}

/** A UDP socket of the test's. */
function udp(): socket {
  const sock = new socket(AF_INET, SOCK_DGRAM);
  sock.setblocking(false);
  sock.bind(['127.0.0.1', 0]);
  onTestFinished(() => sock.close());
  return sock;
}

type Calls = Parameters<typeof withCalls>[1];

/** An endpoint whose system calls are ours. */
function* endpointWith(
  loop: SelectorEventLoop,
  calls: Calls,
  address: Address | null = null,
): Coroutine<{ transport: SelectorDatagramTransport; protocol: Recorder }> {
  const sock = withCalls(udp(), calls);
  const protocol = new Recorder();
  const waiter = loop.createFuture<void>();
  const transport = new SelectorDatagramTransport(loop, sock, protocol, address, { waiter });
  yield* waiter;
  return { transport, protocol };
}

/** A sendto() that answers with these results, then with success; it tells what was sent. */
function scripted(results: number[]): { sent: string[]; sendto: (...args: never[]) => number } {
  const sent: string[] = [];
  return {
    sent,
    sendto: (_fd: number, data: Uint8Array, offset: number, length: number) => {
      const result = results.shift() ?? length;
      if (result >= 0) sent.push(Buffer.from(data.subarray(offset, offset + length)).toString());
      return result;
    },
  };
}

const forms: [string, string | ArrayBufferView][] = [
  ['a Buffer', Buffer.from('data')],
  ['a Uint8Array', new Uint8Array([100, 97, 116, 97])],
  ['another view', new Uint16Array([0x6164, 0x6174])],
  ['a string', 'data'],
  ['nothing', ''],
];

/** An endpoint on a port of its own. */
function* endpoint(
  loop: SelectorEventLoop,
): Coroutine<[transport: NodeDatagramTransport, protocol: Recorder]> {
  const made = yield* loop.createDatagramEndpoint(Recorder, ['127.0.0.1', 0]);
  return made as [NodeDatagramTransport, Recorder];
}

/** A socket to give; where there are none, what looks like one as far as it is looked at. */
function givenSocket(type: number): socket {
  if (!noAddon) return new socket(AF_INET, type);
  return { type, toString: () => '<socket.socket>' } as unknown as socket;
}

const somewhere: InetAddress = ['127.0.0.1', 9];

describe.each(transports)('datagrams over $name', ({ name, onLoop }) => {
  describe('createDatagramEndpoint', () => {
    test.each([
      ['IPv4', '127.0.0.1'],
      ['IPv6', '::1'],
    ])('carries datagrams over %s', async (_name, host) => {
      await onLoop(function* (loop): Coroutine {
        const [server, serverSide] = yield* loop.createDatagramEndpoint(Recorder, [host, 0]);
        expect(server).toBeInstanceOf(DatagramTransport);
        expect(serverSide.events).toEqual(['made']);
        const address = server.getExtraInfo('sockname');
        const [client, clientSide] = yield* loop.createDatagramEndpoint(Recorder, {
          remoteAddr: [host, address[1]],
        });
        expect(client.getExtraInfo('peername')).toEqual(address);
        client.sendto('question');
        yield* until(() => serverSide.received.length === 1);
        expect(serverSide.received).toEqual(['question']);
        expect(serverSide.senders).toEqual([client.getExtraInfo('sockname')]);
        server.sendto(Buffer.from('answer'), serverSide.senders[0]);
        yield* until(() => clientSide.received.length === 1);
        expect(clientSide.received).toEqual(['answer']);
        for (const transport of [client, server]) transport.close();
        yield* until(() => clientSide.events.includes('lost') && serverSide.events.includes('lost'));
        expect(serverSide.events).toEqual(['made', 'lost']);
        expect(serverSide.lostWith).toBeNull();
      });
    });

    test('looks names up, and takes a family for which each address is known', async () => {
      await onLoop(function* (loop): Coroutine {
        loop.getaddrinfo = function* (host) {
          const v4 = [AF_INET, SOCK_DGRAM, IPPROTO_UDP, '', ['127.0.0.1', 0]] as never;
          const v6 = [AF_INET6, SOCK_DGRAM, IPPROTO_UDP, '', ['::1', 0, 0, 0]] as never;
          return host === 'both' ? [v6, v4] : host === 'four' ? [v4] : [];
        };
        const [transport] = yield* loop.createDatagramEndpoint(Recorder, ['both', 0], {
          remoteAddr: ['127.0.0.1', 9],
        });
        expect(transport.getExtraInfo('sockname')[0]).toBe('127.0.0.1');
        transport.close();
        const mixed = yield* thrownBy(loop.createDatagramEndpoint(Recorder, ['four', 0], ['::1', 9]));
        expect(mixed).toBeInstanceOf(ValueError);
        expect((mixed as Error).message).toBe('can not get address information');
        const none = yield* thrownBy(loop.createDatagramEndpoint(Recorder, ['none', 0]));
        expect((none as Error).message).toBe('getaddrinfo() returned empty list');
      });
    });

    test('needs no address if the family is known', async () => {
      await onLoop(function* (loop): Coroutine {
        const [transport] = yield* loop.createDatagramEndpoint(Recorder, { family: AF_INET });
        transport.close();
        const error = yield* thrownBy(loop.createDatagramEndpoint(Recorder));
        expect(error).toBeInstanceOf(ValueError);
        expect((error as Error).message).toBe('unexpected address family');
      });
    });

    test.skipIf(noAddon)('takes over a socket', async () => {
      await onLoop(function* (loop): Coroutine {
        const sock = udp();
        sock.setblocking(true);
        const [transport, protocol] = yield* loop.createDatagramEndpoint(Recorder, { sock });
        if (name === 'selector') expect(sock.gettimeout()).toBe(0);
        // Node has the descriptor now.
        else expect(sock.fileno()).toBe(-1);
        udp().sendto('x', transport.getExtraInfo('sockname'));
        yield* until(() => protocol.received.length === 1);
        transport.close();
        yield* until(() => protocol.events.includes('lost'));
        expect(sock.fileno()).toBe(-1);
      });
    });

    test.each(['localAddr', 'remoteAddr'])('refuses a %s that is none', async (name) => {
      await onLoop(function* (loop): Coroutine {
        for (const address of ['127.0.0.1', ['127.0.0.1'], ['127.0.0.1', 1, 2]]) {
          const error = yield* thrownBy(loop.createDatagramEndpoint(Recorder, { [name]: address }));
          expect(error).toBeInstanceOf(TypeError);
          expect((error as Error).message).toBe('2-tuple is expected');
        }
      });
    });

    test('refuses a stream socket, and options beside a socket, naming them', async () => {
      await onLoop(function* (loop): Coroutine {
        const stream = yield* thrownBy(
          loop.createDatagramEndpoint(Recorder, { sock: givenSocket(SOCK_STREAM) }),
        );
        expect((stream as Error).message).toContain('A datagram socket was expected, got <socket.socket');
        const options = {
          localAddr: ['127.0.0.1', 0],
          family: 1,
          reusePort: true,
          allowBroadcast: true,
        } as const;
        const error = yield* thrownBy(
          loop.createDatagramEndpoint(Recorder, { sock: givenSocket(SOCK_DGRAM), ...options }),
        );
        expect(error).toBeInstanceOf(ValueError);
        expect((error as Error).message).toBe(
          'socket modifier keyword arguments can not be used when sock is specified. ' +
            "(local_addr=('127.0.0.1', 0), family=1, reuse_port=True, allow_broadcast=True)",
        );
      });
    });
  });

  describe('sendto', () => {
    test.each(forms)('sends %s at once', async (_name, data) => {
      await onLoop(function* (loop): Coroutine {
        const [peer, received] = yield* endpoint(loop);
        const [transport] = yield* endpoint(loop);
        transport.sendto(data, peer.getExtraInfo('sockname'));
        expect(transport.getWriteBufferSize()).toBe(0);
        yield* until(() => received.received.length === 1);
        expect(received.received).toEqual([data === '' ? '' : 'data']);
        expect(received.senders).toEqual([transport.getExtraInfo('sockname')]);
        transport.close();
        peer.close();
        yield* sleep(0);
      });
    });

    test('of what has no bytes is a TypeError', async () => {
      await onLoop(function* (loop): Coroutine {
        const [transport] = yield* endpoint(loop);
        expect(() => transport.sendto(1 as never, somewhere)).toThrow(TypeError);
        transport.close();
        yield* sleep(0);
      });
    });

    test('what was sent to is the caller’s again at once', async () => {
      await onLoop(function* (loop): Coroutine {
        const [peer, received] = yield* endpoint(loop);
        const [transport] = yield* endpoint(loop);
        const data = Buffer.from('0000');
        for (let i = 0; i < 100; i++) {
          data.write(String(i).padStart(4, '0'));
          transport.sendto(data, peer.getExtraInfo('sockname'));
        }
        yield* until(() => received.received.length === 100);
        expect(received.received.map(Number)).toEqual(Array.from({ length: 100 }, (_, i) => i));
        transport.close();
        peer.close();
        yield* sleep(0);
      });
    });

    test('without an address ends the endpoint, and is reported', async () => {
      const reports: ExceptionContext[] = [];
      await onLoop(
        function* (loop): Coroutine {
          const [transport, protocol] = yield* endpoint(loop);
          transport.sendto('x', null);
          yield* until(() => protocol.events.includes('lost'));
          expect(protocol.lostWith).toBeInstanceOf(TypeError);
          expect(reports[0]?.message).toBe('Fatal write error on datagram transport');
        },
        { reports },
      );
    });

    test('of too much is an error for the protocol, and ends nothing', async () => {
      await onLoop(function* (loop): Coroutine {
        const [transport, protocol] = yield* endpoint(loop);
        const [peer, received] = yield* endpoint(loop);
        transport.sendto(Buffer.alloc(70_000), peer.getExtraInfo('sockname'));
        yield* until(() => protocol.errors.length === 1);
        expect(protocol.errors[0]).toMatchObject({ code: 'EMSGSIZE' });
        transport.sendto('still there', peer.getExtraInfo('sockname'));
        yield* until(() => received.received.length === 1);
        transport.close();
        peer.close();
        yield* sleep(0);
      });
    });

    test('with a remote address takes no other', async () => {
      await onLoop(function* (loop): Coroutine {
        const [peer, received] = yield* endpoint(loop);
        const [transport] = yield* loop.createDatagramEndpoint(Recorder, {
          remoteAddr: peer.getExtraInfo('sockname'),
        });
        transport.sendto('a');
        transport.sendto('b', null);
        transport.sendto('c', peer.getExtraInfo('sockname'));
        expect(() => transport.sendto('d', somewhere)).toThrow(ValueError);
        yield* until(() => received.received.length === 3);
        expect(received.received).toEqual(['a', 'b', 'c']);
        peer.close();
        transport.close();
        yield* sleep(0);
      });
    });

    test('after the loss is dropped, with a warning from the fifth on', async () => {
      const log = recordLog();
      await onLoop(function* (loop): Coroutine {
        const [transport] = yield* loop.createDatagramEndpoint(Recorder, { remoteAddr: somewhere });
        transport.abort();
        for (let i = 0; i < 5; i++) transport.sendto('x');
        expect(log.map(({ message }) => message)).toEqual(['socket.send() raised exception.']);
        yield* sleep(0.001);
        transport.sendto('x');
      });
    });
  });

  describe('close() and abort()', () => {
    test.each(['close', 'abort'] as const)(
      '%s() ends it once; nothing is received any more',
      async (method) => {
        await onLoop(function* (loop): Coroutine {
          const [peer] = yield* endpoint(loop);
          const [transport, protocol] = yield* endpoint(loop);
          peer.sendto('x', transport.getExtraInfo('sockname'));
          transport[method]();
          transport[method]();
          expect(transport.isClosing()).toBe(true);
          expect(protocol.events).toEqual(['made']);
          yield* until(() => protocol.events.includes('lost'));
          yield* sleep(0.005);
          expect(protocol.events).toEqual(['made', 'lost']);
          expect(protocol.received).toEqual([]);
          expect(String(transport)).toMatch(/^<\w+DatagramTransport closed /);
          peer.close();
          yield* sleep(0);
        });
      },
    );

    test('what is left open is closed with the loop', async () => {
      const before = await descriptors();
      let transport!: DatagramTransport;
      await onLoop(function* (loop): Coroutine {
        [transport] = yield* endpoint(loop);
      });
      expect(transport.isClosing()).toBe(true);
      transport.close();
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await descriptors()).toBe(before);
    });

    test('setProtocol has another one called', async () => {
      await onLoop(function* (loop): Coroutine {
        const [peer] = yield* endpoint(loop);
        const [transport, protocol] = yield* endpoint(loop);
        const second = new Recorder();
        transport.setProtocol(second);
        expect(transport.getProtocol()).toBe(second);
        peer.sendto('x', transport.getExtraInfo('sockname'));
        yield* until(() => second.received.length === 1);
        expect(protocol.received).toEqual([]);
        transport.close();
        peer.close();
        yield* sleep(0);
      });
    });
  });
  describe('receiving', () => {
    test('a refusal arrives as errorReceived', async () => {
      await onLoop(function* (loop): Coroutine {
        const [gone, goneSide] = yield* endpoint(loop);
        const remoteAddr = gone.getExtraInfo('sockname');
        gone.close();
        yield* until(() => goneSide.events.includes('lost'));
        const [transport, protocol] = yield* loop.createDatagramEndpoint(Recorder, { remoteAddr });
        transport.sendto('anybody?');
        yield* until(() => protocol.errors.length > 0);
        expect(protocol.errors[0]).toBeInstanceOf(ConnectionRefusedError);
        transport.close();
        yield* sleep(0);
      });
    });
  });

  // What only sockets of our own have: options, Unix addresses, calls that can be put in place of the real ones.
  if (name === 'selector') {
    describe('createDatagramEndpoint on a socket of ours', () => {
      test('sets the options of its socket; with broadcast it does not connect', async () => {
        await onLoop(function* (loop): Coroutine {
          const [transport] = yield* loop.createDatagramEndpoint(Recorder, {
            localAddr: ['127.0.0.1', 0],
            remoteAddr: ['127.0.0.1', 9],
            reusePort: true,
            allowBroadcast: true,
          });
          const sock = transport.getExtraInfo<socket>('socket')!;
          expect(sock.getsockopt(SOL_SOCKET, SO_REUSEPORT)).toBe(1);
          expect(sock.getsockopt(SOL_SOCKET, SO_BROADCAST)).toBe(1);
          expect(transport.getExtraInfo('peername')).toBeNull();
          expect(() => transport.sendto('x', ['127.0.0.1', 10])).toThrow(
            "Invalid address: must be None or ('127.0.0.1', 9)",
          );
          transport.close();
          const [plain] = yield* loop.createDatagramEndpoint(Recorder, ['127.0.0.1', 0]);
          const plainSock = plain.getExtraInfo<socket>('socket')!;
          expect(plainSock.getsockopt(SOL_SOCKET, SO_REUSEPORT)).toBe(0);
          expect(plainSock.getsockopt(SOL_SOCKET, SO_BROADCAST)).toBe(0);
          plain.close();
        });
      });

      test('works on Unix sockets, and takes over a path that was left behind', async () => {
        await onLoop(function* (loop): Coroutine {
          const directory = mkdtempSync(join(tmpdir(), 'tsyncio-'));
          onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
          const path = join(directory, 'sock');
          const stale = new socket(AF_UNIX, SOCK_DGRAM);
          stale.bind(path);
          stale.close();
          expect(existsSync(path)).toBe(true);
          const [server, protocol] = yield* loop.createDatagramEndpoint(Recorder, path, { family: AF_UNIX });
          const [client] = yield* loop.createDatagramEndpoint(Recorder, {
            family: AF_UNIX,
            remoteAddr: path,
          });
          client.sendto('over a path');
          yield* until(() => protocol.received.length === 1);
          for (const transport of [server, client]) transport.close();
          const error = yield* thrownBy(
            loop.createDatagramEndpoint(Recorder, ['127.0.0.1', 0], { family: AF_UNIX }),
          );
          expect(error).toBeInstanceOf(TypeError);
          expect((error as Error).message).toBe('string is expected');
        });
      });

      test('that fails closes its socket: bind, connect, reusePort, socket, protocol', async () => {
        const before = await descriptors();
        await onLoop(function* (loop): Coroutine {
          const busy = udp();
          const bind = yield* thrownBy(loop.createDatagramEndpoint(Recorder, busy.getsockname()));
          expect(bind).toMatchObject({ code: 'EADDRINUSE', syscall: 'bind' });
          busy.close();
          const connect = yield* thrownBy(
            loop.createDatagramEndpoint(Recorder, { remoteAddr: ['255.255.255.255', 9] }),
          );
          expect(connect).toBeInstanceOf(OSError);
          expect(yield* thrownBy(loop.createDatagramEndpoint(Recorder, { family: 12345 }))).toBeInstanceOf(
            OSError,
          );
          const fails = (): Recorder => {
            throw new RangeError('no protocol');
          };
          expect(yield* thrownBy(loop.createDatagramEndpoint(fails, ['127.0.0.1', 0]))).toBeInstanceOf(
            RangeError,
          );
          const { setsockopt } = socket.prototype;
          socket.prototype.setsockopt = () => {
            throw new OSError('not implemented');
          };
          try {
            const reuse = yield* thrownBy(
              loop.createDatagramEndpoint(Recorder, ['127.0.0.1', 0], { reusePort: true }),
            );
            expect(reuse).toBeInstanceOf(ValueError);
          } finally {
            socket.prototype.setsockopt = setsockopt;
          }
        });
        expect(await descriptors()).toBe(before);
      });
    });

    describe('sendto by system calls', () => {
      test('keeps a copy of what the system does not take, counts it with its header, and sends in order', async () => {
        await onLoop(function* (loop): Coroutine {
          const script = scripted([-11, -11, 3, -11]);
          const { transport } = yield* endpointWith(loop, script);
          const data = Buffer.from('one');
          transport.sendto(data, somewhere);
          expect(transport.getWriteBufferSize()).toBe(3 + 8);
          transport.sendto('', somewhere);
          transport.sendto('three', somewhere);
          expect(transport.getWriteBufferSize()).toBe(3 + 0 + 5 + 3 * 8);
          data.fill('x');
          yield* until(() => script.sent.length === 3);
          expect(script.sent).toEqual(['one', '', 'three']);
          expect(transport.getWriteBufferSize()).toBe(0);
          expect(loop._handleOf(transport._fd, 2)).toBeNull();
          transport.close();
          yield* sleep(0);
        });
      });

      test('an error goes to the protocol, and ends nothing', async () => {
        await onLoop(function* (loop): Coroutine {
          const script = scripted([-111, -11, -111]);
          const { transport, protocol } = yield* endpointWith(loop, script);
          transport.sendto('first', somewhere);
          expect(protocol.errors).toHaveLength(1);
          expect(protocol.errors[0]).toBeInstanceOf(ConnectionRefusedError);
          transport.sendto('second', somewhere);
          transport.sendto('third', somewhere);
          yield* until(() => script.sent.length === 1);
          expect(protocol.errors).toHaveLength(2);
          expect(script.sent).toEqual(['third']);
          expect(transport.isClosing()).toBe(false);
          transport.close();
          yield* until(() => protocol.events.includes('lost'));
          expect(protocol.events).toEqual(['made', 'lost']);
        });
      });

      test('an error lets a paused protocol go on', async () => {
        await onLoop(function* (loop): Coroutine {
          const { transport, protocol } = yield* endpointWith(loop, scripted([-11, -111]));
          transport.setWriteBufferLimits({ high: 0 });
          transport.sendto('x', somewhere);
          yield* until(() => protocol.events.includes('resume'));
          expect(protocol.events).toEqual(['made', 'pause', 'resume']);
          expect(protocol.errors).toHaveLength(1);
          transport.close();
          yield* sleep(0);
        });
      });

      test('may be called in errorReceived', async () => {
        await onLoop(function* (loop): Coroutine {
          const script = scripted([-11, -111]);
          const { transport, protocol } = yield* endpointWith(loop, script);
          protocol.onError = () => transport.sendto('again', somewhere);
          transport.sendto('x', somewhere);
          transport.sendto('y', somewhere);
          yield* until(() => script.sent.length === 2);
          expect(script.sent).toEqual(['y', 'again']);
          transport.close();
          yield* sleep(0);
        });
      });

      test.each(['close', 'abort'] as const)('%s() in errorReceived ends it, once', async (method) => {
        await onLoop(function* (loop): Coroutine {
          const script = scripted([-11, -111]);
          const { transport, protocol } = yield* endpointWith(loop, script);
          protocol.onError = () => transport[method]();
          transport.sendto('x', somewhere);
          transport.sendto('y', somewhere);
          yield* until(() => protocol.events.includes('lost'));
          yield* sleep(0.005);
          expect(protocol.events).toEqual(['made', 'lost']);
          expect(script.sent).toEqual(method === 'close' ? ['y'] : []);
        });
      });

      test('what waits is sent before close() ends', async () => {
        await onLoop(function* (loop): Coroutine {
          const script = scripted([-11]);
          const { transport, protocol } = yield* endpointWith(loop, script);
          transport.sendto('x', somewhere);
          transport.sendto('y', somewhere);
          transport.close();
          expect(protocol.events).toEqual(['made']);
          yield* until(() => protocol.events.includes('lost'));
          expect(script.sent).toEqual(['x', 'y']);
          expect(protocol.lostWith).toBeNull();
        });
      });
    });

    describe('receiving by system calls', () => {
      test('goes on after errors; those that mean "not now" are passed over', async () => {
        await onLoop(function* (loop): Coroutine {
          const sock = udp();
          const real = sock._addon.recvfrom;
          const results = [-11, -4, -104];
          withCalls(sock, {
            recvfrom: (...args: Parameters<typeof real>) => results.shift() ?? real(...args),
          });
          const [transport, protocol] = yield* loop.createDatagramEndpoint(Recorder, { sock });
          udp().sendto('', sock.getsockname());
          yield* until(() => protocol.received.length === 1);
          expect(protocol.received).toEqual(['']);
          expect(protocol.errors.map(({ message }) => message)).toEqual(['recvmsg ECONNRESET']);
          transport.close();
          yield* sleep(0);
        });
      });

      test('a sender without an address is null', async () => {
        await onLoop(function* (loop): Coroutine {
          const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
          onTestFinished(() => b.close());
          const [transport, protocol] = yield* loop.createDatagramEndpoint(Recorder, { sock: a });
          b.send('x');
          yield* until(() => protocol.received.length === 1);
          expect(['', null]).toContain(protocol.senders[0]);
          transport.close();
          yield* sleep(0);
        });
      });
    });
  }

  if (name === 'node') {
    describe('Node', () => {
      test('has no datagrams over Unix sockets, and says so', async () => {
        await onLoop(function* (loop): Coroutine {
          const error = yield* thrownBy(loop.createDatagramEndpoint(Recorder, { family: AF_UNIX }));
          expect(error).toBeInstanceOf(NotImplementedError);
          expect((error as Error).message).toBe(
            "Node's sockets for datagrams have IPv4 and IPv6 addresses only",
          );
        });
      });

      test('sends to all if told so, and does not connect then', async () => {
        await onLoop(function* (loop): Coroutine {
          const [transport] = yield* loop.createDatagramEndpoint(Recorder, {
            remoteAddr: ['127.0.0.1', 9],
            allowBroadcast: true,
          });
          expect(transport.getExtraInfo('peername')).toBeNull();
          expect(transport.getExtraInfo<socket>('socket')!.family).toBe(AF_INET);
          expect(() => transport.sendto('x', ['127.0.0.1', 10])).toThrow(ValueError);
          transport.close();
          yield* sleep(0);
        });
      });
    });
  }
});
