/*
 * What the outside does to connections: resets, half-closes, peers that are slow, gone or many.
 */
import { describe, expect, test } from 'vitest';
import {
  ConnectionError,
  ConnectionResetError,
  type Coroutine,
  type ExceptionContext,
  sleep,
} from '../../src/index.js';
import { noAddon } from '../helpers/addon.js';
import { runChild } from '../helpers/child.js';
import { socketPath, transportOn } from './peer.js';
import { descriptors, Recorder, transports, until } from './support.js';

describe.each(transports)('over $name', ({ onLoop }) => {
  describe('a reset', () => {
    test('while nothing is written ends the connection with ConnectionResetError', async () => {
      await onLoop(function* (loop): Coroutine {
        const { protocol, peer } = yield* transportOn(loop, new Recorder(), 'tcp');
        peer.reset();
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeInstanceOf(ConnectionResetError);
        expect(protocol.events).toEqual(['made', 'lost']);
      });
    });

    test('in the middle of writing ends it once, and drops what waits', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder(), 'tcp');
        for (let i = 0; i < 16; i++) transport.write(Buffer.alloc(1 << 20));
        expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
        yield* peer.recv(1000);
        peer.reset();
        yield* until(() => protocol.isLost);
        yield* sleep(0.005);
        expect(protocol.lostWith).toBeInstanceOf(ConnectionError);
        expect(protocol.events).toEqual(['made', 'pause', 'lost']);
        expect(transport.getWriteBufferSize()).toBe(0);
        transport.write('dropped');
      });
    });

    test('while close() still sends ends it once, with the error', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder(), 'tcp');
        transport.write(Buffer.alloc(16 << 20));
        transport.close();
        peer.reset();
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeInstanceOf(ConnectionError);
        expect(protocol.events.filter((event) => event === 'lost')).toHaveLength(1);
      });
    });
  });

  describe('a half-closed connection', () => {
    test('closed by the other side: what it asked is answered at leisure', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(
          loop,
          Object.assign(new Recorder(), { keepOpen: true }),
          'tcp',
        );
        peer.send('question');
        peer.end();
        yield* until(() => protocol.events.includes('eof'));
        yield* sleep(0.005);
        const answer = Buffer.alloc(4 << 20, 'a');
        transport.write(answer);
        transport.writeEof();
        expect((yield* peer.readAll()).equals(answer)).toBe(true);
        expect(protocol.isLost).toBe(false);
        transport.close();
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeNull();
        peer.close();
      });
    });

    test('closed by this side: the answer is read to its end', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder(), 'tcp');
        const question = Buffer.alloc(4 << 20, 'q');
        transport.write(question);
        transport.writeEof();
        expect((yield* peer.readAll()).equals(question)).toBe(true);
        peer.send(Buffer.alloc(1 << 20));
        peer.close();
        yield* until(() => protocol.isLost);
        expect(protocol.size).toBe(1 << 20);
        expect(protocol.lostWith).toBeNull();
      });
    });
  });

  test('a peer that sends one byte at a time is heard to the last', async () => {
    await onLoop(function* (loop): Coroutine {
      const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
      const text = 'one byte at a time, and each in a round of its own';
      for (const byte of Buffer.from(text)) {
        peer.send(Uint8Array.of(byte));
        yield* sleep(0);
      }
      yield* until(() => protocol.size === text.length);
      expect(String(protocol.data)).toBe(text);
      transport.close();
      yield* until(() => protocol.isLost);
    });
  });

  test('a peer that reads one byte at a time gets all, in order', async () => {
    await onLoop(function* (loop): Coroutine {
      const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
      transport.writelines(Array.from({ length: 100 }, (_, i) => String(i % 10)));
      let text = '';
      while (text.length < 100) text += String(yield* peer.readExactly(1));
      expect(text).toBe('0123456789'.repeat(10));
      transport.close();
      yield* until(() => protocol.isLost);
    });
  });

  test('a callback that fails ends its own connection, and no other', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (loop): Coroutine {
        class Touchy extends Recorder {
          override dataReceived(data: Buffer): void {
            if (String(data) === 'bad') throw new RangeError('bad data');
            this.transport.write(data);
          }
        }
        const server = yield* loop.createServer(Touchy, '127.0.0.1', 0);
        const [host, port] = server.sockets[0]!.getsockname();
        const [good, goodSide] = yield* loop.createConnection(Recorder, host, port);
        const [bad, badSide] = yield* loop.createConnection(Recorder, host, port);
        bad.write('bad');
        yield* until(() => badSide.isLost);
        good.write('good');
        yield* until(() => String(goodSide.data) === 'good');
        good.close();
        server.close();
        yield* server.waitClosed();
      },
      { reports },
    );
    expect(reports).toHaveLength(1);
    expect(String(reports[0]!.exception)).toBe('RangeError: bad data');
  });

  test('a thousand connections come and go, and leave no descriptor behind', async () => {
    const before = await descriptors();
    await onLoop(function* (loop): Coroutine {
      let gone = 0;
      class Echo extends Recorder {
        override dataReceived(data: Buffer): void {
          this.transport.write(data);
        }
        override connectionLost(): void {
          gone++;
        }
      }
      const server = yield* loop.createServer(Echo, '127.0.0.1', 0, { backlog: 200 });
      const [host, port] = server.sockets[0]!.getsockname();
      for (let round = 0; round < 10; round++) {
        const clients: Recorder[] = [];
        for (let i = 0; i < 100; i++) {
          const [transport, protocol] = yield* loop.createConnection(Recorder, host, port);
          transport.write(`${i}`);
          clients.push(protocol);
        }
        yield* until(() => clients.every(({ data }, i) => String(data) === `${i}`));
        for (const [i, { transport }] of clients.entries()) {
          if (i % 2 === 0) transport.close();
          else transport.abort();
        }
        yield* until(() => clients.every(({ isLost }) => isLost));
      }
      yield* until(() => gone === 1000);
      server.close();
      yield* server.waitClosed();
      expect(loop._transports.size).toBe(0);
    });
    expect(await descriptors()).toBe(before);
  });

  test('two ends of one connection, both ours, end together', async () => {
    await onLoop(function* (loop): Coroutine {
      const theirs = new Recorder();
      const server = yield* loop.createUnixServer(() => theirs, socketPath());
      const [transport, ours] = yield* loop.createUnixConnection(
        Recorder,
        server.sockets[0]!.getsockname<string>(),
      );
      yield* until(() => theirs.events.length > 0);
      transport.close();
      theirs.transport.close();
      yield* until(() => ours.isLost && theirs.isLost);
      expect([ours.lostWith, theirs.lostWith]).toEqual([null, null]);
      server.close();
    });
  });
});

test.skipIf(noAddon)(
  'without descriptors a server tells it once, and goes on when there are some again',
  async () => {
    const { stdout, stderr, code } = await runChild(
      `
    import { execFileSync } from 'node:child_process';
    import { openSync, closeSync } from 'node:fs';
    import { getRunningLoop, Protocol, run, sleep } from 'tsyncio';
    import { socket } from 'tsyncio/socket';

    class Greeter extends Protocol {
      connectionMade(transport) {
        transport.write('welcome');
        transport.close();
      }
    }

    function* main() {
      const loop = getRunningLoop();
      const server = yield* loop.createServer(Greeter, '127.0.0.1', 0);
      const client = new socket();
      client.setblocking(false);
      execFileSync('prlimit', ['--nofile=200:200', '--pid', String(process.pid)]);
      // The host watches the loop from now on, with a descriptor of its own.
      yield* sleep(0.02);
      const files = [];
      try {
        for (;;) files.push(openSync('/dev/null', 'r'));
      } catch (error) {
        console.log(error.code);
      }
      yield* loop.sockConnect(client, server.sockets[0].getsockname());
      yield* sleep(0.2);
      for (const file of files) closeSync(file);
      console.log(String(yield* loop.sockRecv(client, 100)));
      client.close();
      server.close();
      yield* server.waitClosed();
    }

    await run(main());
    `,
      { env: { TSYNCIO_TRANSPORT: 'selector' } },
    );
    expect(stdout).toBe('EMFILE\nwelcome\n');
    expect(stderr.match(/socket\.accept\(\) out of system resource/g)).toHaveLength(1);
    expect(code).toBe(0);
  },
);

test("without descriptors a server of Node's drops connections, and goes on when there are some again", async () => {
  const { stdout, stderr, code } = await runChild(
    `
    import { execFileSync } from 'node:child_process';
    import { openSync, closeSync } from 'node:fs';
    import { getRunningLoop, openConnection, Protocol, run, sleep } from 'tsyncio';

    class Greeter extends Protocol {
      connectionMade(transport) {
        transport.write('welcome');
        transport.close();
      }
    }

    function* greeting(port) {
      const [reader, writer] = yield* openConnection('127.0.0.1', port);
      const text = yield* reader.read();
      writer.close();
      return String(text);
    }

    function* main() {
      const server = yield* getRunningLoop().createServer(Greeter, '127.0.0.1', 0);
      const port = server.sockets[0].getsockname()[1];
      yield* greeting(port);
      // Its descriptors are to be gone.
      yield* sleep(0.05);
      execFileSync('prlimit', ['--nofile=200:200', '--pid', String(process.pid)]);
      const files = [];
      try {
        for (;;) files.push(openSync('/dev/null', 'r'));
      } catch (error) {
        console.log(error.code);
      }
      // One is enough for the client, none is left for the server.
      closeSync(files.pop());
      console.log(JSON.stringify(yield* greeting(port)));
      for (const file of files) closeSync(file);
      console.log(yield* greeting(port));
      server.close();
      yield* server.waitClosed();
    }

    await run(main());
    `,
    { env: { TSYNCIO_TRANSPORT: 'node' } },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe('EMFILE\n""\nwelcome\n');
  expect(code).toBe(0);
});
