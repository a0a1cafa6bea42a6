/*
 * Streams over TLS.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type Coroutine,
  openConnection,
  openUnixConnection,
  sleep,
  startServer,
  startUnixServer,
  type StreamReader,
  type StreamWriter,
} from '../../src/index.js';
import { createServer as listen } from '../../src/socket/index.js';
import { noAddon } from '../helpers/addon.js';
import { descriptors } from '../transports/support.js';
import { addressOf, clientContext, networks, onNetwork, serverContext } from './support.js';

/** Answers each line with the same line. */
function* lines(reader: StreamReader, writer: StreamWriter): Coroutine {
  for (let line = yield* reader.readline(); line.length > 0; line = yield* reader.readline()) {
    writer.write(line);
    yield* writer.drain();
  }
  writer.close();
  yield* writer.waitClosed();
}

function* askAndClose(reader: StreamReader, writer: StreamWriter): Coroutine {
  writer.write('one line\n');
  expect(String(yield* reader.readline())).toBe('one line\n');
  expect(writer.canWriteEof()).toBe(false);
  writer.close();
  yield* writer.waitClosed();
}

describe.each(networks)('over %s sockets', (network) => {
  test('openConnection and startServer speak TLS', async () => {
    const before = await descriptors();
    await onNetwork(network, function* (): Coroutine {
      const server = yield* startServer(lines, '127.0.0.1', 0, { ssl: serverContext() });
      const [host, port] = addressOf(server);
      yield* askAndClose(...(yield* openConnection(host, port, { ssl: clientContext() })));
      yield* askAndClose(
        ...(yield* openConnection(host, port, { ssl: clientContext(), serverHostname: 'localhost' })),
      );
      server.close();
      yield* server.waitClosed();
    });
    expect(await descriptors()).toBe(before);
  });

  test('openUnixConnection and startUnixServer speak TLS', async () => {
    await onNetwork(network, function* (): Coroutine {
      const directory = mkdtempSync(join(tmpdir(), 'tls-'));
      onTestFinished(() => {
        rmSync(directory, { recursive: true });
      });
      const path = join(directory, 'socket');
      const server = yield* startUnixServer(lines, path, { ssl: serverContext() });
      yield* askAndClose(
        ...(yield* openUnixConnection(path, { ssl: clientContext(), serverHostname: 'localhost' })),
      );
      server.close();
      yield* server.waitClosed();
    });
  });

  test('a writer can begin TLS on both sides, and the reader goes on with it', async () => {
    await onNetwork(network, function* (): Coroutine {
      const server = yield* startServer(
        function* (reader, writer): Coroutine {
          expect(String(yield* reader.readline())).toBe('STARTTLS\n');
          writer.write('go ahead\n');
          expect(writer.getExtraInfo('sslcontext')).toBeNull();
          yield* writer.startTls(serverContext());
          expect(writer.getExtraInfo('sslcontext')).not.toBeNull();
          yield* lines(reader, writer);
        },
        '127.0.0.1',
        0,
      );
      const [reader, writer] = yield* openConnection(...addressOf(server));
      writer.write('STARTTLS\n');
      expect(String(yield* reader.readline())).toBe('go ahead\n');
      const plain = writer.transport;
      yield* writer.startTls(clientContext(), { serverHostname: 'localhost' });
      expect(writer.transport).not.toBe(plain);
      // More than the reader's limit, so that it pauses its transport, which must be the new one.
      const text = `${'x'.repeat(50_000)}\n`;
      for (let i = 0; i < 10; i++) writer.write(text);
      yield* sleep(0.05);
      for (let i = 0; i < 10; i++) expect(String(yield* reader.readline())).toBe(text);
      yield* askAndClose(reader, writer);
      server.close();
      yield* server.waitClosed();
    });
  });

  test('a client that does not wait for the server loses nothing', async () => {
    await onNetwork(network, function* (): Coroutine {
      const server = yield* startServer(
        function* (reader, writer): Coroutine {
          expect(String(yield* reader.readline())).toBe('STARTTLS\n');
          // The client's handshake comes meanwhile, and is buffered.
          yield* sleep(0.02);
          yield* writer.startTls(serverContext());
          yield* lines(reader, writer);
        },
        '127.0.0.1',
        0,
      );
      const [reader, writer] = yield* openConnection(...addressOf(server));
      writer.write('STARTTLS\n');
      yield* writer.startTls(clientContext(), { serverHostname: 'localhost' });
      yield* askAndClose(reader, writer);
      server.close();
      yield* server.waitClosed();
    });
  });

  test.skipIf(noAddon)('bytes that come with the command are the beginning of TLS', async () => {
    await onNetwork(network, function* (loop): Coroutine {
      // A client of one segment: the command and the handshake's first message.
      using hello = listen(['127.0.0.1', 0]);
      hello.setblocking(false);
      const probing = loop.createTask(
        openConnection(...(hello.getsockname().slice(0, 2) as [string, number]), {
          ssl: clientContext(),
          serverHostname: 'localhost',
        }),
      );
      const [probe] = yield* loop.sockAccept(hello);
      const first = yield* loop.sockRecv(probe, 1 << 16);

      let started = false;
      const server = yield* startServer(
        function* (reader, writer): Coroutine {
          expect(String(yield* reader.readline())).toBe('STARTTLS\n');
          yield* writer.startTls(serverContext());
          started = true;
          yield* lines(reader, writer);
        },
        '127.0.0.1',
        0,
      );
      // What the server answers goes to the client that waits for it, and the other way round.
      const [reader, writer] = yield* openConnection(...addressOf(server));
      writer.write(Buffer.concat([Buffer.from('STARTTLS\n'), first]));
      function* back(): Coroutine {
        for (let data = yield* reader.read(65536); data.length > 0; data = yield* reader.read(65536)) {
          yield* loop.sockSendall(probe, data);
        }
        probe.close();
      }
      function* forth(): Coroutine {
        for (
          let data = yield* loop.sockRecv(probe, 65536);
          data.length > 0;
          data = yield* loop.sockRecv(probe, 65536)
        ) {
          writer.write(data);
        }
        writer.writeEof();
      }
      const pumps = [loop.createTask(back()), loop.createTask(forth())];
      yield* askAndClose(...(yield* probing));
      expect(started).toBe(true);
      for (const pump of pumps) yield* pump;
      writer.close();
      yield* writer.waitClosed();
      server.close();
      yield* server.waitClosed();
    });
  });
});
