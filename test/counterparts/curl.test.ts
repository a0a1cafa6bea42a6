/* curl against the HTTP server of the examples. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handler } from '../../examples/http-server.js';
import { type Handler, type HttpLimits, serveHttp } from '../../examples/http/server.js';
import { type Coroutine, sleep } from '../../src/index.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { command, type Ended, needs, scratch } from './support.js';

needs('curl');

type Curl = (...args: string[]) => Coroutine<Ended>;

/** Run `body` with curl; `URL` in its arguments is where the server is. */
function withCurl(
  body: (curl: Curl) => Coroutine,
  options: { handler?: Handler; limits?: Partial<HttpLimits> } = {},
): Promise<void> {
  return program(function* () {
    const server = yield* serveHttp(options.handler ?? handler, '127.0.0.1', 0, options.limits);
    yield* serving(server, function* (port) {
      yield* body((...args) =>
        command('curl', [
          '-sS',
          '--max-time',
          '10',
          ...args.map((arg) => arg.replace('URL', `http://127.0.0.1:${port}`)),
        ]),
      );
    });
  });
}

onEachNetwork(() => {
  describe('curl', () => {
    it('gets', () =>
      withCurl(function* (curl) {
        expect(yield* curl('URL/')).toEqual({ stdout: 'hello\n', stderr: '', code: 0 });
      }));

    it('gets chunks', () =>
      withCurl(function* (curl) {
        const { stdout, code } = yield* curl('-i', 'URL/count?to=3');
        expect(stdout).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*transfer-encoding: chunked\r\n\r\n1\n2\n3\n$/);
        expect(code).toBe(0);
      }));

    it('asks for the head alone', () =>
      withCurl(function* (curl) {
        const { stdout, code } = yield* curl('-I', 'URL/', 'URL/count');
        expect(stdout.match(/^HTTP\/1.1 200 OK\r\n/gm)).toHaveLength(2);
        expect(stdout).not.toContain('hello');
        expect(code).toBe(0);
      }));

    it('posts with a length, in chunks, and after it was told to go on', () =>
      withCurl(function* (curl) {
        const body = join(scratch(), 'body');
        const bytes = Buffer.alloc(1_000_000, 'tsyncio');
        writeFileSync(body, bytes);
        const posting = ['--data-binary', `@${body}`, 'URL/echo'];
        for (const how of [[], ['-H', 'Transfer-Encoding: chunked'], ['-H', 'Expect: 100-continue']]) {
          const { stdout, stderr, code } = yield* curl('-v', ...how, ...posting);
          expect(code).toBe(0);
          expect(stdout === bytes.toString()).toBe(true);
          // Newer ones ask by themselves before they send so much.
          if (how.join('').includes('Expect')) expect(stderr).toContain('< HTTP/1.1 100 Continue');
        }
      }));

    it('uploads what comes from a pipe', () =>
      program(function* () {
        const server = yield* serveHttp(handler, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          const url = `http://127.0.0.1:${port}/digest`;
          const { stdout } = yield* command('curl', ['-sS', '-X', 'POST', '-T', '-', url], 'from a pipe');
          expect(JSON.parse(stdout)).toMatchObject({ bytes: 11 });
        });
      }));

    it('keeps its connection', () =>
      withCurl(function* (curl) {
        const { stdout, stderr } = yield* curl(
          ...['-v', '-w', '%{http_code} %{num_connects}\n', '-o', '/dev/null'],
          ...['URL/count?to=[1-100]'],
        );
        const lines = stdout.trim().split('\n');
        expect(lines).toEqual(['200 1', ...Array.from({ length: 99 }, () => '200 0')]);
        expect(stderr.match(/Re-using existing connection/g)).toHaveLength(99);
      }));

    it('keeps its connection after an answer that is an error', () =>
      withCurl(function* (curl) {
        const format = ['-w', '%{http_code} %{num_connects}\n', '-o', '/dev/null'];
        const { stdout } = yield* curl(...format, 'URL/nowhere', ...format, 'URL/');
        expect(stdout).toBe('404 1\n200 0\n');
      }));

    it('speaks HTTP/1.0', () =>
      withCurl(function* (curl) {
        const { stdout, code } = yield* curl('-i', '--http1.0', 'URL/count?to=2');
        expect(stdout).toMatch(/connection: close\r\n\r\n1\n2\n$/);
        expect(stdout).not.toContain('chunked');
        expect(code).toBe(0);
      }));

    it('asks for much at once', () =>
      withCurl(function* (curl) {
        const { stdout } = yield* curl('-Z', '--parallel-max', '50', 'URL/count?to=[1-200]');
        expect(stdout.split('\n')).toHaveLength((200 * 201) / 2 + 1);
      }));

    it.each([
      [404, ['URL/nowhere']],
      [405, ['-X', 'DELETE', 'URL/']],
      [413, ['--data-binary', 'x'.repeat(2000), 'URL/echo']],
      [413, ['-H', 'Transfer-Encoding: chunked', '--data-binary', 'x'.repeat(2000), 'URL/echo']],
      [414, [`URL/${'x'.repeat(9000)}`]],
      [417, ['-H', 'Expect: nothing', 'URL/']],
      [431, ['-H', `A: ${'x'.repeat(9000)}`, 'URL/']],
      [400, ['-H', 'Host:', 'URL/']],
      [400, ['-H', 'Content-Length: 5', '-H', 'Transfer-Encoding: chunked', '-d', 'hello', 'URL/echo']],
      [501, ['-X', 'BREW', 'URL/']],
      [501, ['-H', 'Transfer-Encoding: gzip, chunked', '-d', 'x', 'URL/echo']],
    ])('is told %i', (status, args) =>
      withCurl(
        function* (curl) {
          const { stdout, stderr, code } = yield* curl('-w', '%{http_code}', '-o', '/dev/null', ...args);
          expect({ stdout, stderr, code }).toEqual({ stdout: String(status), stderr: '', code: 0 });
        },
        { limits: { maxBody: 1000 } },
      ),
    );

    it('is told 408 when it is too slow', () =>
      program(function* () {
        const server = yield* serveHttp(handler, '127.0.0.1', 0, { bodyTimeout: 0.1 });
        yield* serving(server, function* (port) {
          const { stdout } = yield* command(
            'curl',
            [
              ...['-sS', '-w', '%{http_code}', '-o', '/dev/null', '--limit-rate', '100000'],
              ...['--data-binary', '@-', `http://127.0.0.1:${port}/echo`],
            ],
            Buffer.alloc(900_000),
          );
          expect(stdout).toBe('408');
        });
      }));

    it('may go away, and the server goes on', () => {
      const slow: Handler = function* ({ path }) {
        yield* sleep(path === '/slow' ? 0.3 : 0);
        return { body: 'x'.repeat(1_000_000) };
      };
      return withCurl(
        function* (curl) {
          expect((yield* curl('--max-time', '0.1', 'URL/slow')).code).toBe(28);
          expect((yield* curl('--max-filesize', '10', 'URL/')).code).toBe(63);
          yield* sleep(0.4);
          expect((yield* curl('URL/')).stdout).toHaveLength(1_000_000);
        },
        { handler: slow },
      );
    });
  });
});
