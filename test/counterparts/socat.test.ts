/* socat against our servers, and our clients against socat: TCP, Unix sockets, UDP. */
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, startUdpEcho } from '../../examples/udp-echo.js';
import {
  type Coroutine,
  openConnection,
  openUnixConnection,
  startServer,
  startUnixServer,
  TimeoutError,
  wrapFuture,
} from '../../src/index.js';
import { echo, sendAndReceive } from '../helpers/echo.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { command, needs, scratch, start } from './support.js';

needs('socat', '-V');

const MEGABYTES = Buffer.alloc(4 * 1024 * 1024, 'tsyncio');

/** A port that nobody has at the moment. */
function* freeUdpPort(): Coroutine<number> {
  const socket = createSocket('udp4');
  yield* wrapFuture(new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve)));
  const { port } = socket.address();
  yield* wrapFuture(new Promise<void>((resolve) => socket.close(() => resolve())));
  return port;
}

onEachNetwork(() => {
  describe('socat as a client', () => {
    it('gets its bytes back over TCP', () =>
      program(function* () {
        const server = yield* startServer(echo, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          const address = `TCP:127.0.0.1:${port}`;
          // -t: how long to wait for the other half when one has ended.
          const { stdout, code } = yield* command('socat', ['-t10', '-', address], MEGABYTES);
          expect(code).toBe(0);
          expect(stdout === MEGABYTES.toString()).toBe(true);
        });
      }));

    it('gets its bytes back over a Unix socket', () =>
      program(function* () {
        const path = join(scratch(), 'socket');
        const server = yield* startUnixServer(echo, path);
        const { stdout, code } = yield* command('socat', ['-t10', '-', `UNIX-CONNECT:${path}`], MEGABYTES);
        expect(code).toBe(0);
        expect(stdout === MEGABYTES.toString()).toBe(true);
        server.close();
        yield* server.waitClosed();
      }));

    it('gets its datagrams back', () =>
      program(function* () {
        const server = yield* startUdpEcho('127.0.0.1', 0);
        const port = server.getExtraInfo('sockname')[1];
        const { stdout, code } = yield* command('socat', ['-t1', '-', `UDP:127.0.0.1:${port}`], 'datagram');
        expect({ stdout, code }).toEqual({ stdout: 'datagram', code: 0 });
        server.close();
      }));
  });

  describe('socat as a server', () => {
    it('sends our bytes back over TCP', () =>
      program(function* () {
        const socat = start('socat', ['-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1,fork', 'EXEC:cat']);
        const [, port] = yield* socat.written(/listening on AF=2 127.0.0.1:(\d+)/);
        for (const data of [Buffer.from('short'), MEGABYTES]) {
          const [reader, writer] = yield* openConnection('127.0.0.1', Number(port));
          expect((yield* sendAndReceive(reader, writer, data)).equals(data)).toBe(true);
        }
      }));

    it('sends our bytes back over a Unix socket', () =>
      program(function* () {
        const path = join(scratch(), 'socket');
        const socat = start('socat', ['-d', '-d', `UNIX-LISTEN:${path},fork`, 'EXEC:cat']);
        yield* socat.written(/listening on AF=1/);
        const [reader, writer] = yield* openUnixConnection(path);
        expect((yield* sendAndReceive(reader, writer, MEGABYTES)).equals(MEGABYTES)).toBe(true);
      }));

    it('sends our datagrams back', () =>
      program(function* () {
        const port = yield* freeUdpPort();
        const socat = start('socat', ['-d', '-d', `UDP-RECVFROM:${port},bind=127.0.0.1,fork`, 'EXEC:cat']);
        yield* socat.written(/receiving on AF=2/);
        expect(yield* ask('127.0.0.1', port, 'datagram', { attempts: 10 })).toBe('datagram');
      }));

    it('that does not answer datagrams is given up', () =>
      program(function* () {
        const port = yield* freeUdpPort();
        const socat = start('socat', ['-d', '-d', '-u', `UDP-RECV:${port},bind=127.0.0.1`, '-']);
        yield* socat.written(/starting data transfer loop|receiving on AF=2/);
        let error: unknown = null;
        try {
          yield* ask('127.0.0.1', port, 'heard\n', { attempts: 2, patience: 0.1 });
        } catch (caught) {
          error = caught;
        }
        expect(error).toBeInstanceOf(TimeoutError);
        yield* socat.written(/heard\nheard\n/);
      }));
  });
});
