/* Python's asyncio and ssl against our TLS servers, and our clients against Python's. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Coroutine, gather, openConnection, startServer } from '../../src/index.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { certificateFiles, clientContext, echoUpToBye, sendUpToBye, serverContext } from '../helpers/tls.js';
import { command, needs, start } from './support.js';

needs('python3');

const fixture = fileURLToPath(new URL('fixtures/tls_echo.py', import.meta.url));
const ALL = { stdout: 'all came back\n', stderr: '', code: 0 };

onEachNetwork(() => {
  describe('Python’s asyncio, by TLS', () => {
    it('as a client gets back all that it sends', () =>
      program(function* () {
        const files = certificateFiles();
        const server = yield* startServer(echoUpToBye, '127.0.0.1', 0, { ssl: serverContext() });
        yield* serving(server, function* (port) {
          expect(yield* command('python3', [fixture, 'client', files.ca, String(port)])).toEqual(ALL);
        });
      }));

    it('as a client begins TLS over a connection in use', () =>
      program(function* () {
        const files = certificateFiles();
        const ssl = serverContext();
        const server = yield* startServer(
          function* (reader, writer): Coroutine {
            expect(String(yield* reader.readline())).toBe('STARTTLS\n');
            writer.write('go ahead\n');
            yield* writer.startTls(ssl);
            yield* echoUpToBye(reader, writer);
          },
          '127.0.0.1',
          0,
        );
        yield* serving(server, function* (port) {
          expect(yield* command('python3', [fixture, 'starttls', files.ca, String(port)])).toEqual(ALL);
        });
      }));

    it('as a server sends back all that we send', () =>
      program(function* () {
        const files = certificateFiles();
        const python = start('python3', [fixture, 'server', files.cert, files.key]);
        const [port] = yield* python.written(/\d+\n/);
        const ssl = clientContext();
        const received = yield* gather(
          ...Array.from({ length: 10 }, function* (_, i) {
            const [reader, writer] = yield* openConnection('127.0.0.1', Number(port), { ssl });
            return yield* sendUpToBye(reader, writer, Buffer.alloc(1_000_000, `client ${i}`));
          }),
        );
        const expected = (i: number): Buffer =>
          Buffer.concat([Buffer.alloc(1_000_000, `client ${i}`), Buffer.from('bye\n')]);
        expect(received.every((data, i) => data.equals(expected(i)))).toBe(true);
      }));
  });
});
