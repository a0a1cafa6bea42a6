/*
 * Files over TLS: read here and written, for the system cannot encrypt them.
 */
import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import {
  ConnectionError,
  type Coroutine,
  RuntimeError,
  type SelectorEventLoop,
  type Transport,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { Recorder, until } from '../transports/support.js';
import { clientContext, networks, onNetwork, serve, type Serving, shutDown } from './support.js';

const content = Buffer.alloc(1 << 20, 'all of the file, ');
let directory: string;
let file: number;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sendfile-'));
  writeFileSync(join(directory, 'file'), content);
  file = openSync(join(directory, 'file'), 'r');
});
afterAll(() => {
  closeSync(file);
  rmSync(directory, { recursive: true });
});

describe.each(networks)('sendfile by TLS over %s sockets', (network) => {
  const connected = async (
    main: (loop: SelectorEventLoop, transport: Transport, serving: Serving, protocol: Recorder) => Coroutine,
  ): Promise<void> => {
    await onNetwork(network, function* (loop): Coroutine {
      const serving = yield* serve(loop);
      const [transport, protocol] = yield* loop.createConnection(Recorder, serving.host, serving.port, {
        ssl: clientContext(),
      });
      yield* until(() => serving.protocols[0]!.events.length === 1);
      yield* main(loop, transport, serving, protocol);
      transport.close();
      yield* until(() => protocol.isLost);
      yield* shutDown(serving);
    });
  };

  test('sends all of a file', async () => {
    await connected(function* (loop, transport, { protocols: [peer] }): Coroutine {
      expect(yield* loop.sendfile(transport, file)).toBe(content.length);
      yield* until(() => peer!.size === content.length);
      expect(peer!.data.equals(content)).toBe(true);
    });
  });

  test('sends it after what was written before, and before what is written after', async () => {
    await connected(function* (loop, transport, { protocols: [peer] }): Coroutine {
      const before = Buffer.alloc(2 << 20, 'before');
      transport.write(before);
      expect(yield* loop.sendfile(transport, file)).toBe(content.length);
      transport.write('after');
      const all = Buffer.concat([before, content, Buffer.from('after')]);
      yield* until(() => peer!.size === all.length);
      expect(peer!.data.equals(all)).toBe(true);
    });
  });

  test('sends a part of it', async () => {
    await connected(function* (loop, transport, { protocols: [peer] }): Coroutine {
      expect(yield* loop.sendfile(transport, file, 1000, 100)).toBe(100);
      yield* until(() => peer!.size === 100);
      expect(peer!.data.equals(content.subarray(1000, 1100))).toBe(true);
    });
  });

  test('fails when the peer goes away', async () => {
    await connected(function* (loop, transport, { protocols: [peer] }, protocol): Coroutine {
      peer!.transport.pauseReading();
      transport.write(Buffer.alloc(32 << 20));
      const sending = loop.createTask(loop.sendfile(transport, file));
      yield* until(() => protocol.events.includes('pause'));
      peer!.transport.abort();
      expect(yield* thrownBy(sending)).toBeInstanceOf(ConnectionError);
      yield* until(() => protocol.isLost);
    });
  });

  test('cannot be done by the system', async () => {
    await connected(function* (loop, transport): Coroutine {
      const error = yield* thrownBy(loop.sendfile(transport, file, { fallback: false }));
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as Error).message).toContain('fallback is disabled');
    });
  });
});
