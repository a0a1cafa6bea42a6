/* The examples as programs of their own, as somebody would start them. What they do with connections is tested beside. */
import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Coroutine, run } from '../../src/index.js';
import { type Counterpart, command, start } from '../counterparts/support.js';
import { bundle } from '../helpers/child.js';
import { connected, exchange, line, onEachNetwork } from '../helpers/servers.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
let bundled: string;

beforeAll(async () => {
  const programs = readdirSync(examples).filter((name) => name.endsWith('.ts'));
  // A program knows that it was started, and not imported, by its real path.
  bundled = realpathSync(await bundle({ entryPoints: programs.map((name) => join(examples, name)) }));
});

afterAll(() => rmSync(bundled, { recursive: true, force: true }));

/** Start an example that serves, on a port of its choice, and wait until it says which. */
function* serve(name: string, ...args: string[]): Coroutine<[program: Counterpart, port: number]> {
  const program = start(process.execPath, [join(bundled, `${name}.mjs`), ...args]);
  const [, port] = yield* program.written(/127.0.0.1:(\d+)/);
  return [program, Number(port)];
}

/** Run an example to its end. */
function example(name: string, ...args: string[]): ReturnType<typeof command> {
  return command(process.execPath, [join(bundled, `${name}.mjs`), ...args]);
}

onEachNetwork(() => {
  describe('as a program', () => {
    it('the tour ends by itself, and accounts for everything', () =>
      run(
        (function* () {
          const { stdout, stderr, code } = yield* example('echo-tour');
          expect(stdout).toMatch(/^echo server on 127.0.0.1:\d+, 300 clients with 40 messages each\n/);
          expect(stdout).toContain('\na slow client was cancelled after 0.25 seconds\n');
          expect(stdout).toMatch(/\n300 clients, 12000 messages, 3165520 bytes echoed in .*, 1 cancelled\n$/);
          expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
        })(),
      ));

    it('the HTTP server serves the HTTP client, until it is interrupted', () =>
      run(
        (function* () {
          const [server, port] = yield* serve('http-server', '0');
          const url = `http://127.0.0.1:${port}/echo`;
          const { stdout, code } = yield* example('http-client', url, 'POST', 'some text');
          expect(stdout).toMatch(/^200 OK\n[^]*content-length: 9\n[^]*\n\nsome text\n$/);
          expect(code).toBe(0);
          server.process.kill('SIGINT');
          expect((yield* server.ended()).stderr).toContain('KeyboardInterrupt');
        })(),
      ));

    it('the gateway answers with what is there in time', () =>
      run(
        (function* () {
          const [, port] = yield* serve('gateway', '0');
          const { stdout } = yield* example('http-client', `http://127.0.0.1:${port}/profile?user=ada`);
          expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({
            user: 'ada',
            complete: false,
            services: { advice: { error: 'no answer in time' } },
          });
        })(),
      ));

    it('the proxy passes on to the chat', () =>
      run(
        (function* () {
          const [, chat] = yield* serve('chat', '0');
          const [, port] = yield* serve('tcp-proxy', '0', '127.0.0.1', String(chat));
          yield* connected(port, function* (reader) {
            expect(yield* line(reader)).toBe('What is your name?');
          });
          expect((yield* example('tcp-proxy', '0')).code).toBe(2);
        })(),
      ));

    it('the UDP client asks the UDP server', () =>
      run(
        (function* () {
          const [, port] = yield* serve('udp-echo', 'server', '0');
          const { stdout } = yield* example('udp-echo', 'client', String(port), 'datagram');
          expect(stdout).toBe('datagram\n');
        })(),
      ));

    it('the port scanner finds the HTTP server, which goes on', () =>
      run(
        (function* () {
          const [, port] = yield* serve('http-server', '0');
          const { stdout } = yield* example('port-scanner', '127.0.0.1', String(port), String(port));
          expect(stdout).toBe(`127.0.0.1: 1 of 1 ports are open\n  ${port}\n`);
          expect(yield* exchange(port, 'GET / HTTP/1.0\r\n\r\n')).toContain('hello');
        })(),
      ));
  });
});
