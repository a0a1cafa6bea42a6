/*
 * What the suites of transports share: a loop for one test, a protocol that remembers, connected pairs.
 */
import { expect, onTestFinished, vi } from 'vitest';
import {
  type Coroutine,
  EventLoop,
  type ExceptionContext,
  Protocol,
  type SelectorEventLoop,
  sleep,
  type Transport,
} from '../../src/index.js';
import {
  AF_UNIX,
  createServer as listen,
  socket,
  socketpair,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from '../../src/socket/index.js';
import { SelectorSocketTransport } from '../../src/transports/socket-transport.js';
import { noAddon } from '../helpers/addon.js';

export interface LoopOptions {
  /** Gets what reaches the exception handler; without it, anything that does fails the test. */
  reports?: ExceptionContext[];
  debug?: boolean;
  /** Run in the blocking driver. */
  blocking?: boolean;
}

/** Run `main` on a loop of its own, and close the loop. */
export async function onLoop<T>(
  main: (loop: SelectorEventLoop) => Coroutine<T>,
  options: LoopOptions = {},
): Promise<T> {
  const loop = new EventLoop();
  const reports = options.reports ?? [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  if (options.debug === true) loop.setDebug(true);
  let result: T;
  try {
    result =
      options.blocking === true
        ? loop.runUntilCompleteSync(main(loop))
        : await loop.runUntilComplete(main(loop));
  } finally {
    loop.close();
  }
  if (options.reports === undefined) expect(reports).toEqual([]);
  return result;
}

/** One of the two kinds of transports. */
export interface TransportKind {
  readonly name: 'selector' | 'node';
  /** Run `main` on a loop of its own whose connections are of this kind, and close the loop. */
  onLoop<T>(main: (loop: SelectorEventLoop) => Coroutine<T>, options?: LoopOptions): Promise<T>;
}

function over(name: TransportKind['name']): TransportKind {
  return {
    name,
    onLoop: async (main, options) => {
      vi.stubEnv('TSYNCIO_TRANSPORT', name);
      try {
        return await onLoop(main, options);
      } finally {
        vi.unstubAllEnvs();
      }
    },
  };
}

/** Sockets of our own, and Node's; without the addon there are only Node's. For `describe.each`. */
export const transports: readonly TransportKind[] = noAddon
  ? [over('node')]
  : [over('selector'), over('node')];

/** Remembers what it was told, by Python's names. */
export class Recorder extends Protocol {
  readonly events: string[] = [];
  readonly chunks: Buffer[] = [];
  transport!: Transport;
  lostWith: Error | null | undefined;
  keepOpen = false;

  get data(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get size(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  override connectionMade(transport: Transport): void {
    this.transport = transport;
    this.events.push('made');
  }

  override dataReceived(data: Buffer): void {
    this.chunks.push(data);
    if (this.events.at(-1) !== 'data') this.events.push('data');
  }

  override eofReceived(): boolean {
    this.events.push('eof');
    return this.keepOpen;
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

  get isLost(): boolean {
    return this.events.includes('lost');
  }
}

/** Let rounds pass until `condition` holds. It fails loudly rather than hang. */
export function* until(condition: () => boolean, seconds = 10): Coroutine {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not so after ${seconds} s: ${condition.toString()}`);
    yield* sleep(0.001);
  }
}

/** Two connected sockets that do not block, closed after the test. */
export function sockets(family: number = AF_UNIX): [socket, socket] {
  const [a, b] = socketpair(family);
  for (const sock of [a, b]) {
    sock.setblocking(false);
    onTestFinished(() => sock.close());
  }
  return [a, b];
}

/** As {@link sockets}, with so little room in between that writing soon has to wait. */
export function narrowSockets(): [socket, socket] {
  const pair = sockets();
  for (const sock of pair) {
    sock.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
    sock.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
  }
  return pair;
}

/** A selector transport on one end of a pair of sockets, connected; the other end is the test's. */
export function* selectorTransportOn<P extends Protocol>(
  loop: SelectorEventLoop,
  protocol: P,
  pair: [socket, socket] = sockets(),
): Coroutine<{ transport: SelectorSocketTransport; protocol: P; peer: socket }> {
  const waiter = loop.createFuture<void>();
  const transport = new SelectorSocketTransport(loop, pair[0], protocol, { waiter });
  yield* waiter;
  return { transport, protocol, peer: pair[1] };
}

/** All bytes that arrive until the end of the stream. */
export function* readAll(loop: SelectorEventLoop, sock: socket): Coroutine<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const data = yield* loop.sockRecv(sock, 1 << 18);
    if (data.length === 0) return Buffer.concat(chunks);
    chunks.push(data);
  }
}

/** Close a TCP socket so that the other side gets a reset. */
export function reset(sock: socket): void {
  sock.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
  sock.close();
}

type Calls = Partial<
  Record<
    'recv' | 'send' | 'writev' | 'recvfrom' | 'sendto' | 'accept' | 'sendfile',
    (...args: never[]) => number
  >
>;

/** Put system calls of a socket's in place of the real ones. */
export function withCalls(sock: socket, calls: Calls): socket {
  Object.defineProperty(sock, '_addon', {
    value: Object.assign(Object.create(sock._addon) as object, calls),
  });
  return sock;
}

/** How many sockets this process has open. */
export async function descriptors(): Promise<number> {
  const { readdir, readlink } = await import('node:fs/promises');
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((link) => link.startsWith('socket:')).length;
}

/** An address that does not answer: its backlog is full. It must be stopped. */
export function blackHole(): [address: [host: string, port: number], stop: () => void] {
  const server = listen(['127.0.0.1', 0], { backlog: 0 });
  const [host, port] = server.getsockname();
  const others = Array.from({ length: 8 }, () => new socket());
  for (const other of others) {
    other.setblocking(false);
    other.connectEx([host, port]);
  }
  const stop = (): void => {
    for (const sock of [server, ...others]) sock.close();
  };
  return [[host, port], stop];
}
