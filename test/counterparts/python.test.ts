/* Python's asyncio against our servers, and our clients against Python's. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ask, startUdpEcho } from '../../examples/udp-echo.js';
import { gather, openConnection, startServer } from '../../src/index.js';
import { echo, sendAndReceive } from '../helpers/echo.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { command, needs, start } from './support.js';

needs('python3');

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}.py`, import.meta.url));
}

const ALL = { stdout: 'all came back\n', stderr: '', code: 0 };

onEachNetwork(() => {
  describe('Python’s asyncio', () => {
    it('as a client gets back all that it sends', () =>
      program(function* () {
        const server = yield* startServer(echo, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          expect(yield* command('python3', [fixture('echo_client'), String(port)])).toEqual(ALL);
        });
      }));

    it('as a server sends back all that we send', () =>
      program(function* () {
        const python = start('python3', [fixture('echo_server')]);
        const [port] = yield* python.written(/\d+\n/);
        const sent = Array.from({ length: 20 }, (_, i) => Buffer.alloc(500_000, `client ${i}`));
        const received = yield* gather(
          ...sent.map(function* (data) {
            const [reader, writer] = yield* openConnection('127.0.0.1', Number(port));
            for (let i = 0; i < 20; i++) {
              writer.write(`line ${i}\n`);
              yield* writer.drain();
              expect(String(yield* reader.readline())).toBe(`line ${i}\n`);
            }
            return yield* sendAndReceive(reader, writer, data);
          }),
        );
        expect(received.every((data, i) => data.equals(sent[i]!))).toBe(true);
      }));

    it('as a client gets back its datagrams', () =>
      program(function* () {
        const server = yield* startUdpEcho('127.0.0.1', 0);
        const port = server.getExtraInfo('sockname')[1];
        expect(yield* command('python3', [fixture('udp_echo'), 'client', String(port)])).toEqual(ALL);
        server.close();
      }));

    it('as a server sends back our datagrams', () =>
      program(function* () {
        const python = start('python3', [fixture('udp_echo'), 'server']);
        const [port] = yield* python.written(/\d+\n/);
        // Python sends no empty datagrams before 3.13.
        for (const text of ['text', 'x'.repeat(9000)]) {
          expect(yield* ask('127.0.0.1', Number(port), text, { patience: 5 })).toBe(text);
        }
      }));
  });
});
