import { describe, expect, it, vi } from 'vitest';
import { startProxy } from '../../examples/tcp-proxy.js';
import {
  type ClientConnectedCallback,
  ConnectionResetError,
  type Coroutine,
  createTask,
  startServer,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { connected, onEachNetwork, portOf, program, serving } from '../helpers/servers.js';

/** Run `body` with the port of a proxy in front of a server. */
function withProxy(target: ClientConnectedCallback, body: (port: number) => Coroutine): Promise<void> {
  return program(function* () {
    const server = yield* startServer(target, '127.0.0.1', 0);
    yield* serving(server, function* (targetPort) {
      const proxy = yield* startProxy('127.0.0.1', 0, ['127.0.0.1', targetPort]);
      yield* serving(proxy, body);
    });
  });
}

onEachNetwork(() => {
  describe('the proxy', () => {
    it('passes on what is said on both sides', () =>
      withProxy(
        function* (reader, writer) {
          writer.write('welcome\n');
          writer.write(`you said ${String(yield* reader.readline())}`);
          writer.close();
        },
        (port) =>
          connected(port, function* (reader, writer) {
            expect(String(yield* reader.readline())).toBe('welcome\n');
            writer.write('hello\n');
            expect(String(yield* reader.read())).toBe('you said hello\n');
          }),
      ));

    it('lets one side end while the other goes on', () =>
      withProxy(
        function* (reader, writer) {
          const all = yield* reader.read();
          writer.write(`${all.length} bytes`);
          writer.close();
        },
        (port) =>
          connected(port, function* (reader, writer) {
            writer.write(Buffer.alloc(1_000_000));
            writer.writeEof();
            expect(String(yield* reader.read())).toBe('1000000 bytes');
          }),
      ));

    it('lets the server end while the client goes on', () => {
      let heard = 0;
      return withProxy(
        function* (reader, writer) {
          writer.writeEof();
          heard = (yield* reader.read()).length;
          writer.close();
        },
        (port) =>
          connected(port, function* (reader, writer) {
            expect(yield* reader.read()).toHaveLength(0);
            writer.write('still here');
            writer.close();
            yield* writer.waitClosed();
            while (heard === 0) yield;
            expect(heard).toBe(10);
          }),
      );
    });

    it('passes on megabytes, both ways at once', () =>
      withProxy(
        function* (reader, writer) {
          for (;;) {
            const data = yield* reader.read(65536);
            if (data.length === 0) break;
            writer.write(data);
            yield* writer.drain();
          }
          writer.close();
        },
        (port) =>
          connected(port, function* (reader, writer) {
            const sent = Buffer.alloc(8 * 1024 * 1024, 'tsyncio');
            const sending = createTask(
              (function* (): Coroutine {
                writer.write(sent);
                yield* writer.drain();
                writer.writeEof();
              })(),
            );
            const received = yield* reader.read();
            yield* sending;
            expect(received.equals(sent)).toBe(true);
          }),
      ));

    it('breaks a connection that the other side broke', () =>
      withProxy(
        function* (reader, writer) {
          yield* reader.readline();
          writer.transport.abort();
          // What is not read makes the system reset the connection.
        },
        (port) =>
          connected(port, function* (reader, writer) {
            writer.write(`line\n${'x'.repeat(8_000_000)}`);
            const error = yield* thrownBy(reader.read());
            expect(error).toBeInstanceOf(ConnectionResetError);
          }),
      ));

    it('drops a client that it has no server for, and says so', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      try {
        await program(function* () {
          const nobody = yield* startServer(() => undefined, '127.0.0.1', 0);
          const target = portOf(nobody);
          nobody.close();
          const proxy = yield* startProxy('127.0.0.1', 0, ['127.0.0.1', target]);
          yield* serving(proxy, (port) =>
            connected(port, function* (reader) {
              expect(yield* reader.read()).toHaveLength(0);
            }),
          );
          expect(warn.mock.calls).toEqual([
            [`no connection to 127.0.0.1:${target}: connect ECONNREFUSED 127.0.0.1:${target}`],
          ]);
        });
      } finally {
        warn.mockRestore();
      }
    });
  });
});
