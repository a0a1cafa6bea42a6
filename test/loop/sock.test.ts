/*
 * The loop's own operations on sockets, on every driver, over loopback and Unix sockets.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import {
  BlockingIOError,
  CancelledError,
  ConnectionRefusedError,
  ConnectionResetError,
  type Coroutine,
  createTask,
  type EventLoop,
  gather,
  OSError,
  RuntimeError,
  sleep,
  ValueError,
  waitFor,
} from '../../src/index.js';
import { EVENT_READ, EVENT_WRITE } from '../../src/selectors/index.js';
import {
  AF_INET,
  AF_UNIX,
  type InetAddress,
  SO_LINGER,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_STREAM,
  socket,
  socketpair,
  SOL_SOCKET,
} from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { blocking, hosted, virtual } from '../helpers/drivers.js';
import { recordLog } from '../helpers/log.js';
import { thrownBy } from '../helpers/virtual.js';

describe.skipIf(noAddon).each([hosted, blocking, virtual])('sockets, on the $name driver', (driver) => {
  let loop: EventLoop;
  let open: socket[];
  let directory: string;
  beforeEach(() => {
    loop = driver.newLoop();
    open = [];
    directory = mkdtempSync(join(tmpdir(), 'tsyncio-'));
  });
  afterEach(() => {
    for (const sock of open) sock.close();
    loop.close();
    rmSync(directory, { recursive: true });
  });

  const run = <T>(main: Coroutine<T>): Promise<T> => driver.runUntilComplete(loop, main);

  /** A socket that does not block, closed after the test. */
  function made(sock: socket): socket {
    open.push(sock);
    sock.setblocking(false);
    return sock;
  }
  const tcp = (): socket => made(new socket(AF_INET, SOCK_STREAM));
  const udp = (): socket => {
    const sock = made(new socket(AF_INET, SOCK_DGRAM));
    sock.bind(['127.0.0.1', 0]);
    return sock;
  };
  const pair = (type: number = SOCK_STREAM): [socket, socket] => {
    const [a, b] = socketpair(AF_UNIX, type);
    return [made(a), made(b)];
  };
  function listening(): socket {
    const server = tcp();
    server.bind(['127.0.0.1', 0]);
    server.listen();
    return server;
  }
  const addressOf = (sock: socket): InetAddress => sock.getsockname<InetAddress>();
  const watched = (sock: socket): number => loop._selector!.getMap()!.get(sock.fileno())?.events ?? 0;

  /** Accept one connection and send back what comes, to its end. */
  function* echo(server: socket): Coroutine {
    const [conn] = yield* loop.sockAccept(server);
    open.push(conn);
    for (;;) {
      const data = yield* loop.sockRecv(conn, 65_536);
      if (data.length === 0) break;
      yield* loop.sockSendall(conn, data);
    }
    conn.close();
  }

  it('connect, send and receive', async () => {
    function* main(): Coroutine<string[]> {
      const server = listening();
      const serving = createTask(echo(server));
      const client = tcp();
      yield* loop.sockConnect(client, addressOf(server));
      yield* loop.sockSendall(client, 'hello ');
      const first = yield* loop.sockRecv(client, 1024);
      yield* loop.sockSendall(client, Buffer.from('world'));
      const room = Buffer.alloc(1024);
      const length = yield* loop.sockRecvInto(client, room);
      client.close();
      yield* serving;
      return [first.toString(), room.subarray(0, length).toString()];
    }
    expect(await run(main())).toEqual(['hello ', 'world']);
  });

  it('connect to a host by its name', async () => {
    function* main(): Coroutine<unknown> {
      const server = listening();
      const client = tcp();
      yield* loop.sockConnect(client, ['localhost', addressOf(server)[1]]);
      return client.getpeername();
    }
    expect(await run(main())).toEqual(['127.0.0.1', expect.any(Number)]);
  });

  it('connect over Unix sockets', async () => {
    const path = join(directory, 'socket');
    function* main(): Coroutine<string> {
      const server = made(new socket(AF_UNIX, SOCK_STREAM));
      server.bind(path);
      server.listen();
      const serving = createTask(echo(server));
      const client = made(new socket(AF_UNIX, SOCK_STREAM));
      yield* loop.sockConnect(client, path);
      yield* loop.sockSendall(client, 'over unix');
      const data = yield* loop.sockRecv(client, 100);
      client.close();
      yield* serving;
      return data.toString();
    }
    expect(await run(main())).toBe('over unix');
  });

  it('give a new socket for each connection, which does not block, with the address of the other end', async () => {
    function* main(): Coroutine {
      const server = listening();
      const client = tcp();
      const [[conn, address]] = (yield* gather(
        loop.sockAccept(server),
        loop.sockConnect(client, addressOf(server)),
      )) as [[socket, InetAddress], undefined];
      open.push(conn);
      expect(conn).toBeInstanceOf(socket);
      expect(conn.gettimeout()).toBe(0);
      expect(conn.getsockname()).toEqual(server.getsockname());
      expect(address).toEqual(client.getsockname());
      expect(conn.getpeername()).toEqual(address);
    }
    await run(main());
  });

  it('tell that nobody listens, and where', async () => {
    const server = listening();
    const address = addressOf(server);
    server.close();
    const error = await run(thrownBy(loop.sockConnect(tcp(), address)));
    expect(error).toBeInstanceOf(ConnectionRefusedError);
    expect((error as Error).message).toBe(`connect ECONNREFUSED 127.0.0.1:${String(address[1])}`);
    const unix = made(new socket(AF_UNIX, SOCK_STREAM));
    const missing = await run(thrownBy(loop.sockConnect(unix, join(directory, 'none'))));
    expect((missing as Error).name).toBe('FileNotFoundError');
  });

  it('tell that a Unix listener has no room, rather than pretend to be connected', async () => {
    const path = join(directory, 'busy');
    const server = made(new socket(AF_UNIX, SOCK_STREAM));
    server.bind(path);
    server.listen(0);
    const connect = (): Coroutine => loop.sockConnect(made(new socket(AF_UNIX, SOCK_STREAM)), path);
    await run(connect());
    const error = await run(thrownBy(connect()));
    expect(error).toBeInstanceOf(BlockingIOError);
    expect((error as Error).message).toBe(`connect EAGAIN ${path}`);
  });

  it('receive large datagrams and large chunks whole', async () => {
    function* main(): Coroutine {
      const [a, b] = pair(SOCK_DGRAM);
      const data = Buffer.alloc(100_000, 'y');
      a.setsockopt(SOL_SOCKET, SO_SNDBUF, 400_000);
      yield* loop.sockSendall(a, data);
      expect((yield* loop.sockRecv(b, 1024 * 1024)).equals(data)).toBe(true);
    }
    await run(main());
  });

  it('transfer a lot, in as many steps as it takes', async () => {
    const size = 8 * 1024 * 1024;
    const data = Buffer.alloc(size, 'abcdefghijklmnop');
    function* receive(sock: socket): Coroutine<Buffer> {
      const chunks: Buffer[] = [];
      for (let got = 0; got < size;) {
        const chunk = yield* loop.sockRecv(sock, 1024 * 1024);
        chunks.push(chunk);
        got += chunk.length;
      }
      return Buffer.concat(chunks);
    }
    function* receiveInto(sock: socket): Coroutine<Buffer> {
      const room = Buffer.alloc(size);
      for (let got = 0; got < size;) got += yield* loop.sockRecvInto(sock, room.subarray(got));
      return room;
    }
    for (const receiver of [receive, receiveInto]) {
      const [a, b] = pair();
      function* main(): Coroutine<Buffer> {
        const received = createTask(receiver(b));
        yield* loop.sockSendall(a, data);
        return yield* received;
      }
      expect((await run(main())).equals(data)).toBe(true);
    }
  });

  it('tell the end of the stream, and that the connection was reset', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      b.close();
      expect((yield* loop.sockRecv(a, 10)).length).toBe(0);
      expect(yield* loop.sockRecvInto(a, Buffer.alloc(10))).toBe(0);

      const server = listening();
      const client = tcp();
      yield* loop.sockConnect(client, addressOf(server));
      const [conn] = yield* loop.sockAccept(server);
      // No time to linger: closing resets the connection.
      conn.setsockopt(SOL_SOCKET, SO_LINGER, Buffer.from(new Int32Array([1, 0]).buffer));
      const reading = createTask(loop.sockRecv(client, 10));
      yield* sleep(0);
      conn.close();
      expect(yield* thrownBy(reading)).toBeInstanceOf(ConnectionResetError);
    }
    await run(main());
  });

  it('send and receive datagrams, with addresses', async () => {
    function* main(): Coroutine {
      const [a, b] = [udp(), udp()];
      const receiving = createTask(loop.sockRecvfrom(b, 4096));
      yield* sleep(0);
      expect(yield* loop.sockSendto(a, 'datagram', addressOf(b))).toBe(8);
      const [data, from] = yield* receiving;
      expect([data.toString(), from]).toEqual(['datagram', a.getsockname()]);

      const room = Buffer.alloc(16);
      yield* loop.sockSendto(b, 'into a buffer', addressOf(a));
      const [length, sender] = yield* loop.sockRecvfromInto(a, room);
      expect([room.subarray(0, length).toString(), sender]).toEqual(['into a buffer', b.getsockname()]);
      yield* loop.sockSendto(b, 'cut short', addressOf(a));
      expect((yield* loop.sockRecvfromInto(a, room, 3))[0]).toBe(3);
      expect(room.subarray(0, 3).toString()).toBe('cut');
      // An empty datagram is one, too; and a large one comes whole.
      yield* loop.sockSendto(b, '', addressOf(a));
      expect((yield* loop.sockRecvfrom(a, 10))[0].length).toBe(0);
      yield* loop.sockSendto(b, Buffer.alloc(60_000, 'x'), addressOf(a));
      expect((yield* loop.sockRecv(a, 200_000)).length).toBe(60_000);
    }
    await run(main());
  });

  it('wait with a datagram for which there is no room', async () => {
    function* main(): Coroutine {
      const paths = [join(directory, 'a'), join(directory, 'b')] as const;
      const [a, b] = paths.map((path) => {
        const sock = made(new socket(AF_UNIX, SOCK_DGRAM));
        sock.bind(path);
        return sock;
      }) as [socket, socket];
      a.setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
      const data = Buffer.alloc(1024);
      let sent = 0;
      function* fill(): Coroutine {
        for (; sent < 1000; sent++) expect(yield* loop.sockSendto(a, data, paths[1])).toBe(1024);
      }
      const filling = createTask(fill());
      yield* sleep(0);
      yield* sleep(0);
      expect(filling.done()).toBe(false);
      expect(watched(a)).toBe(EVENT_WRITE);
      const full = sent;
      let received = 0;
      for (; received < 1000; received++) yield* loop.sockRecvfrom(b, 2000);
      yield* filling;
      expect(full).toBeLessThan(1000);
      expect([sent, received]).toEqual([1000, 1000]);
    }
    await run(main());
  });

  it('wait without having taken anything: what comes after a cancelled receive is for the next', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      for (const receive of [
        () => loop.sockRecv(a, 100),
        () => loop.sockRecvInto(a, Buffer.alloc(100)),
        () => loop.sockRecvfrom(a, 100),
        () => loop.sockRecvfromInto(a, Buffer.alloc(100)),
      ] as (() => Coroutine<unknown>)[]) {
        const task = createTask(receive());
        yield* sleep(0);
        expect(watched(a)).toBe(EVENT_READ);
        task.cancel();
        // The data comes before the cancellation is delivered.
        b.send('data');
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(watched(a)).toBe(0);
        expect((yield* loop.sockRecv(a, 100)).toString()).toBe('data');
      }
    }
    await run(main());
  });

  it('lose nothing to a cancellation that comes with the data', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      const task = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      b.send('data');
      // The descriptor is ready, its handle has run, and the task was woken but has had no turn.
      yield* sleep(0);
      task.cancel();
      yield* thrownBy(task);
      expect(task.cancelled()).toBe(true);
      expect((yield* loop.sockRecv(a, 100)).toString()).toBe('data');
    }
    await run(main());
  });

  it('may be waited for again in the very round in which the wait was cancelled', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      const first = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      first.cancel();
      const second = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      yield* sleep(0);
      expect(first.cancelled()).toBe(true);
      expect(watched(a)).toBe(EVENT_READ);
      b.send('for the second');
      expect((yield* second).toString()).toBe('for the second');
      expect(watched(a)).toBe(0);
    }
    await run(main());
  });

  it('may be waited for by another before the one who was cancelled has had a turn', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      const first = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      // It has its turn before the first, as it is made before the first is cancelled.
      const second = createTask(loop.sockRecv(a, 100));
      first.cancel();
      expect(yield* thrownBy(first)).toBeInstanceOf(CancelledError);
      expect(watched(a)).toBe(EVENT_READ);
      b.send('for the second');
      expect((yield* second).toString()).toBe('for the second');
      expect(watched(a)).toBe(0);
    }
    await run(main());
  });

  it('refuse a second reader or writer', async () => {
    function* main(): Coroutine {
      const [a] = pair();
      const first = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      const error = yield* thrownBy(loop.sockRecv(a, 100));
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as Error).message).toContain('another task already reads from ');
      first.cancel();
      yield* thrownBy(first);

      const data = Buffer.alloc(4 * 1024 * 1024);
      const writing = createTask(loop.sockSendall(a, data));
      yield* sleep(0);
      const other = yield* thrownBy(loop.sockSendall(a, data));
      expect((other as Error).message).toContain('another task already writes to ');
      writing.cancel();
      yield* thrownBy(writing);
      expect(watched(a)).toBe(0);
    }
    await run(main());
  });

  it('read and write at the same time', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      const data = Buffer.alloc(4 * 1024 * 1024, 'x');
      const writing = createTask(loop.sockSendall(a, data));
      const reading = createTask(loop.sockRecv(a, 100));
      yield* sleep(0);
      expect(watched(a)).toBe(EVENT_READ | EVENT_WRITE);
      b.send('back');
      expect((yield* reading).toString()).toBe('back');
      expect(watched(a)).toBe(EVENT_WRITE);
      let got = 0;
      while (got < data.length) got += (yield* loop.sockRecv(b, 1024 * 1024)).length;
      yield* writing;
      expect(watched(a)).toBe(0);
    }
    await run(main());
  });

  it('can be accepted and connected after a wait that was cancelled', async () => {
    function* main(): Coroutine {
      const server = listening();
      const accepting = createTask(loop.sockAccept(server));
      yield* sleep(0);
      expect(watched(server)).toBe(EVENT_READ);
      accepting.cancel();
      expect(yield* thrownBy(accepting)).toBeInstanceOf(CancelledError);
      expect(watched(server)).toBe(0);

      // A connection that is under way while its wait is cancelled.
      const lost = tcp();
      const connecting = createTask(loop.sockConnect(lost, addressOf(server)));
      yield* sleep(0);
      connecting.cancel();
      yield* quietly(connecting);
      expect(watched(lost)).toBe(0);

      const client = tcp();
      yield* loop.sockConnect(client, addressOf(server));
      // The queue of the server has the first connection too, if that was made.
      for (;;) {
        const [conn, address] = yield* loop.sockAccept(server);
        open.push(conn);
        if ((address as InetAddress)[1] === addressOf(client)[1]) break;
      }
    }
    await run(main());
  });

  it('are left by a timeout, and work after it', async () => {
    function* main(): Coroutine {
      const [a, b] = pair();
      expect(((yield* thrownBy(waitFor(loop.sockRecv(a, 10), 0.01))) as Error).name).toBe('TimeoutError');
      expect(watched(a)).toBe(0);
      b.send('late');
      expect((yield* loop.sockRecv(a, 10)).toString()).toBe('late');
    }
    await run(main());
  });

  it('must not block, in debug mode', async () => {
    recordLog();
    function* main(): Coroutine {
      const [a] = pair();
      const server = listening();
      a.setblocking(true);
      server.settimeout(5);
      loop.setDebug(true);
      const refusal = new ValueError('the socket must be non-blocking');
      for (const operation of [
        loop.sockRecv(a, 1),
        loop.sockRecvInto(a, Buffer.alloc(1)),
        loop.sockRecvfrom(a, 1),
        loop.sockRecvfromInto(a, Buffer.alloc(1)),
        loop.sockSendall(a, 'x'),
        loop.sockSendto(a, 'x', 'nowhere'),
        loop.sockConnect(a, 'nowhere'),
        loop.sockAccept(server),
      ] as Coroutine<unknown>[]) {
        expect(yield* thrownBy(operation)).toEqual(refusal);
      }
      loop.setDebug(false);
    }
    await run(main());
  });

  it('refuse what is no socket, no count, and more than there is room for', async () => {
    function* main(): Coroutine {
      const [a] = pair();
      expect(yield* thrownBy(loop.sockRecv(a.fileno() as never, 1))).toBeInstanceOf(TypeError);
      for (const count of [-1, 1.5, '1', NaN]) {
        expect(yield* thrownBy(loop.sockRecv(a, count as never))).toBeInstanceOf(ValueError);
        expect(yield* thrownBy(loop.sockRecvfrom(a, count as never))).toBeInstanceOf(ValueError);
        expect(yield* thrownBy(loop.sockRecvfromInto(a, Buffer.alloc(1), count as never))).toBeInstanceOf(
          ValueError,
        );
      }
      expect(yield* thrownBy(loop.sockRecvfromInto(a, Buffer.alloc(4), 5))).toEqual(
        new ValueError('nbytes is greater than the length of the buffer'),
      );
      expect(yield* thrownBy(loop.sockSendall(a, 7 as never))).toBeInstanceOf(TypeError);
      a.close();
      expect(yield* thrownBy(loop.sockRecv(a, 1))).toBeInstanceOf(OSError);
    }
    await run(main());
  });
});

/** Wait for `task`, however it ends. */
function* quietly(task: Task<unknown>): Coroutine {
  try {
    yield* task;
  } catch (error) {
    expect(error).toBeInstanceOf(CancelledError);
  }
}
