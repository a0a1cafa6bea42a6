/* The HTTP server, spoken to in plain bytes: what a proper client would never send is the point of most of it. */
import { describe, expect, it } from 'vitest';
import { handler } from '../../../examples/http-server.js';
import { router } from '../../../examples/http/router.js';
import { type Handler, type HttpLimits, serveHttp } from '../../../examples/http/server.js';
import {
  asyncGenerator,
  type Coroutine,
  Event,
  type ExceptionContext,
  sleep,
  type StreamReader,
} from '../../../src/index.js';
import { connected, exchange, line, onEachNetwork, program, serving } from '../../helpers/servers.js';

interface Options {
  handler?: Handler;
  limits?: Partial<HttpLimits>;
  reports?: ExceptionContext[];
}

/** Run `body` with a server. */
function withServer<R>(body: (port: number) => Coroutine<R>, options: Options = {}): Promise<R> {
  return program(function* () {
    const server = yield* serveHttp(options.handler ?? handler, '127.0.0.1', 0, options.limits);
    return yield* serving(server, body);
  }, options);
}

/** Without what is different every time. */
function stable(response: string): string {
  return response.replace(/date: [^\r]*\r\n/g, '');
}

/** What comes back to `text`, up to the end of the stream. */
async function answerTo(text: string, options: Options = {}): Promise<string> {
  return stable(await withServer((port) => exchange(port, text), options));
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n';
const POST = 'POST /echo HTTP/1.1\r\nHost: x\r\n';
const LAST = 'Connection: close\r\n\r\n';

const seen = new WeakMap<StreamReader, string>();

/** The first line, if there is one by now. */
function* peek(reader: StreamReader): Coroutine<string> {
  if (!seen.has(reader) && String(reader).includes('bytes')) seen.set(reader, yield* line(reader));
  return seen.get(reader) ?? '';
}

onEachNetwork(() => {
  describe('responses', () => {
    it('have their length', async () => {
      expect(await answerTo(`${GET}${LAST}`)).toBe(
        'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\nconnection: close\r\n\r\nhello\n',
      );
    });

    it('say when they were made', async () => {
      const response = await withServer((port) => exchange(port, `${GET}${LAST}`));
      const [, date] = /\r\ndate: ([^\r]*)\r\n/.exec(response) ?? [];
      expect(Math.abs(Date.parse(date ?? '') - Date.now())).toBeLessThan(60_000);
    });

    it('come in chunks where they are made piece by piece', async () => {
      expect(await answerTo(`GET /count?to=2 HTTP/1.1\r\nHost: x\r\n${LAST}`)).toBe(
        'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n' +
          '2\r\n1\n\r\n2\r\n2\n\r\n0\r\n\r\n',
      );
    });

    it('come without chunks, to the end of the connection, for HTTP/1.0', async () => {
      expect(await answerTo('GET /count?to=2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')).toBe(
        'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n1\n2\n',
      );
    });

    it.each([
      ['/', 'content-length: 6'],
      ['/count', 'transfer-encoding: chunked'],
    ])('to HEAD %s have the fields of GET and no body', async (path, field) => {
      expect(await answerTo(`HEAD ${path} HTTP/1.1\r\nHost: x\r\n${LAST}`)).toBe(
        `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${field}\r\nconnection: close\r\n\r\n`,
      );
    });

    it('to HEAD close what would have given the body', async () => {
      const { Readable } = process.getBuiltinModule('node:stream');
      const stream = Readable.from(['piece']);
      const streaming: Handler = function* () {
        return { body: stream };
      };
      await answerTo(`HEAD / HTTP/1.1\r\nHost: x\r\n${LAST}`, { handler: streaming });
      expect(stream.destroyed).toBe(true);
    });

    it('have neither body nor length with status 204', async () => {
      const empty: Handler = function* () {
        return { status: 204, body: 'not sent' };
      };
      expect(await answerTo(`${GET}${LAST}`, { handler: empty })).toBe(
        'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n',
      );
    });

    it('leave out empty pieces, which would end the body', async () => {
      const pieces: Handler = function* () {
        return {
          body: asyncGenerator<string>(function* (emit) {
            for (const piece of ['a', '', 'b']) yield* emit(piece);
          }),
        };
      };
      expect(await answerTo(`${GET}${LAST}`, { handler: pieces })).toMatch(
        /\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n$/,
      );
    });

    it('can be made of a stream of Node', async () => {
      const stream: Handler = function* () {
        const { Readable } = process.getBuiltinModule('node:stream');
        return { body: Readable.from(['from ', 'Node']) };
      };
      expect(await answerTo(`${GET}${LAST}`, { handler: stream })).toMatch(
        /\r\n\r\n5\r\nfrom \r\n4\r\nNode\r\n0\r\n\r\n$/,
      );
    });
  });

  describe('a connection', () => {
    it('serves one request after the other', () =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          for (let i = 0; i < 3; i++) {
            writer.write(`${POST}Content-Length: 1\r\n\r\n${i}`);
            expect(stable(String(yield* reader.readuntil('\r\n\r\n')))).not.toContain('close');
            expect(String(yield* reader.readexactly(1))).toBe(String(i));
          }
        }),
      ));

    it('answers requests that are sent ahead in their order', () => {
      const slowFirst: Handler = function* ({ path }) {
        yield* sleep(path === '/1' ? 0.05 : 0);
        return { body: `<${path}>` };
      };
      const requests = ['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n`);
      const text = `${requests.join('\r\n')}${LAST}`;
      return withServer(
        function* (port) {
          const response = yield* exchange(port, text);
          expect(response.match(/<[^>]*>/g)).toEqual(['</1>', '</2>', '</3>']);
        },
        { handler: slowFirst },
      );
    });

    it('goes on after a body that the handler did not read', () =>
      withServer(function* (port) {
        const unread = 'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345';
        const chunked =
          'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n';
        const response = yield* exchange(port, `${unread}${chunked}${GET}${LAST}`);
        expect(response.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 405', 'HTTP/1.1 200']);
      }));

    it('takes an empty line before a request', async () => {
      expect(await answerTo(`\r\n${GET}${LAST}`)).toContain('200 OK');
    });

    it('ends with a request of HTTP/1.0, unless it is asked to stay', () =>
      withServer(function* (port) {
        expect(yield* exchange(port, 'GET / HTTP/1.0\r\n\r\n')).toContain('connection: close');
        yield* connected(port, function* (reader, writer) {
          writer.write('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
          expect(String(yield* reader.readuntil('\r\n\r\n'))).toContain('connection: keep-alive');
        });
      }));

    it('that ends between two requests ends quietly', () =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          writer.write(`${GET}\r\n`);
          writer.writeEof();
          expect(String(yield* reader.read())).toMatch(/hello\n$/);
        }),
      ));

    it('is closed without a word where no further request comes', () =>
      withServer(
        (port) =>
          connected(port, function* (reader, writer) {
            writer.write(`${GET}\r\n`);
            expect(String(yield* reader.read())).toMatch(/hello\n$/);
          }),
        { limits: { idleTimeout: 0.05 } },
      ));
  });

  describe('bodies of requests', () => {
    it('may come in chunks, with extensions and a trailer', async () => {
      const chunks = '3;ext=1\r\nabc\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n';
      const response = await answerTo(
        `${POST}Transfer-Encoding: Chunked\r\nContent-Type: text/x\r\n${LAST}${chunks}`,
      );
      expect(response).toMatch(/content-type: text\/x\r\ncontent-length: 13\r\n[^]*\r\n\r\nabc0123456789$/);
    });

    it('may come one byte at a time', () =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          for (const byte of `${POST}Transfer-Encoding: chunked\r\n${LAST}2\r\nab\r\n0\r\n\r\n`) {
            writer.write(byte);
            yield* sleep(0);
          }
          expect(String(yield* reader.read())).toMatch(/\r\n\r\nab$/);
        }),
      ));

    it('may be read piece by piece', async () => {
      const megabyte = Buffer.alloc(1024 * 1024, 'x').toString();
      const response = await answerTo(
        `POST /digest HTTP/1.1\r\nHost: x\r\nContent-Length: ${megabyte.length}\r\n${LAST}${megabyte}`,
      );
      expect(response).toContain('"bytes":1048576');
    });

    it('are asked for where the client waits for that', () =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          writer.write(`${POST}Content-Length: 2\r\nExpect: 100-continue\r\n${LAST}`);
          expect(yield* line(reader)).toBe('HTTP/1.1 100 Continue');
          expect(yield* line(reader)).toBe('');
          writer.write('ok');
          expect(String(yield* reader.read())).toMatch(/^HTTP\/1.1 200 OK[^]*\r\n\r\nok$/);
        }),
      ));

    it('are not asked for where nobody wants them', async () => {
      const response = await answerTo(
        'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n',
      );
      expect(response).toMatch(/^HTTP\/1.1 404 Not Found[^]*connection: close/);
    });
  });

  describe('a request that is wrong', () => {
    const long = 'x'.repeat(9000);
    const many = Array.from({ length: 101 }, (_, i) => `f${i}: x\r\n`).join('');
    const large = Array.from({ length: 20 }, (_, i) => `f${i}: ${'x'.repeat(4000)}\r\n`).join('');

    it.each([
      ['no request at all', 'hello\r\n\r\n', 400],
      ['two spaces', 'GET  / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['a version of the future', 'GET / HTTP/2.0\r\nHost: x\r\n\r\n', 505],
      ['HTTP/0.9', 'GET /\r\n', 400],
      ['a line that ends with LF alone', 'GET / HTTP/1.1\nHost: x\n\n', 400],
      ['a header that ends with LF alone', 'GET / HTTP/1.1\r\nHost: x\n\r\n', 400],
      ['CR within a line', 'GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n', 400],
      ['NUL in a field', 'GET / HTTP/1.1\r\nHost: x\0\r\n\r\n', 400],
      ['a space before the colon', `${GET}A : b\r\n\r\n`, 400],
      ['a folded field', `${GET}A: b\r\n c\r\n\r\n`, 400],
      ['a field without a colon', `${GET}nothing\r\n\r\n`, 400],
      ['a field without a name', `${GET}: x\r\n\r\n`, 400],
      ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
      ['two Hosts', `${GET}Host: y\r\n\r\n`, 400],
      ['both lengths', `${POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
      ['two different lengths', `${POST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 400],
      ['a length with a sign', `${POST}Content-Length: +3\r\n\r\nabc`, 400],
      ['a length below zero', `${POST}Content-Length: -1\r\n\r\n`, 400],
      ['a length that is no number', `${POST}Content-Length: 0x3\r\n\r\nabc`, 400],
      ['an empty length', `${POST}Content-Length:\r\n\r\nabc`, 400],
      ['chunks that are not last', `${POST}Transfer-Encoding: chunked, gzip\r\n\r\n`, 400],
      ['a coding that looks like chunks', `${POST}Transfer-Encoding: xchunked\r\n\r\n`, 400],
      ['a coding nobody knows', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
      ['chunks with HTTP/1.0', 'POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
      ['a chunk without a size', `${POST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 400],
      ['a chunk of negative size', `${POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n`, 400],
      ['a chunk longer than its size', `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`, 400],
      ['a size that ends with LF alone', `${POST}Transfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n`, 400],
      ['a long request line', `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
      ['a long request line that never ends', `GET /${long.repeat(4)}`, 414],
      ['a long field', `${GET}A: ${long}\r\n\r\n`, 431],
      ['many fields', `${GET}${many}\r\n`, 431],
      ['a large header', `${GET}${large}\r\n`, 431],
      ['a large trailer', `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\n${large}\r\n`, 431],
      ['an expectation nobody meets', `${GET}Expect: a miracle\r\n\r\n`, 417],
    ])('%s is refused, and ends the connection', async (_, text, status) => {
      // Whatever is sent behind it must not be taken for a request.
      const response = await answerTo(`${text}${GET}\r\n`);
      expect(response.match(/HTTP\/1.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
      expect(response).toContain('connection: close');
    });

    it.each([
      ['within the request line', 'GET / HT'],
      ['within the header', `${GET}A: b\r\n`],
      ['within the body', `${POST}Content-Length: 5\r\n\r\n123`],
      ['within a chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n123`],
    ])('ending %s is refused', (_, text) =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          writer.write(text);
          writer.writeEof();
          expect(String(yield* reader.read())).toMatch(/^HTTP\/1.1 400 /);
        }),
      ),
    );

    it.each([
      ['with a length', `Content-Length: 11\r\n\r\n`],
      ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n'],
    ])('with too large a body, %s, is refused', async (_, rest) => {
      expect(await answerTo(`${POST}${rest}`, { limits: { maxBody: 10 } })).toMatch(/^HTTP\/1.1 413 /);
    });

    it('is refused so that a client that still sends can read why', () =>
      withServer((port) =>
        connected(port, function* (reader, writer) {
          writer.write(`${POST}Content-Length: 100000000\r\n\r\n`);
          writer.write(Buffer.alloc(1024 * 1024 - 1000));
          yield* sleep(0.05);
          expect(String(yield* reader.read())).toMatch(/^HTTP\/1.1 413 /);
        }),
      ));
  });

  describe('paths and methods', () => {
    it.each([
      ['GET /nowhere', 'HTTP/1.1 404 Not Found'],
      ['DELETE /', 'HTTP/1.1 405 Method Not Allowed'],
      ['BREW /', 'HTTP/1.1 501 Not Implemented'],
      ['GET http://x/?a=b', 'HTTP/1.1 200 OK'],
      ['GET http://x', 'HTTP/1.1 200 OK'],
      ['GET //x/', 'HTTP/1.1 404 Not Found'],
      ['GET /?to=1', 'HTTP/1.1 200 OK'],
      ['GET /count?to=one', 'HTTP/1.1 400 Bad Request'],
    ])('%s: %s', async (start, status) => {
      expect((await answerTo(`${start} HTTP/1.1\r\nHost: x\r\n${LAST}`)).split('\r\n')[0]).toBe(status);
    });

    it('say what is allowed', async () => {
      const response = await answerTo(`DELETE /count HTTP/1.1\r\nHost: x\r\n${LAST}`);
      expect(response).toContain('allow: GET, HEAD\r\n');
    });

    it('are no way to the properties of an object', async () => {
      const response = await answerTo(`GET constructor HTTP/1.1\r\nHost: x\r\n${LAST}`);
      expect(response).toContain('404 Not Found');
    });
  });

  describe('time', () => {
    const limits = { headTimeout: 0.05, bodyTimeout: 0.05, idleTimeout: 5 };

    it.each([
      ['nothing', ''],
      ['half a request line', 'GET /'],
      ['half a header', `${GET}A: b\r\n`],
      ['half a body', `${POST}Content-Length: 5\r\n\r\n123`],
    ])('is up for a client that sends %s', async (_, text) => {
      expect(await answerTo(text, { limits })).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    });

    it('is up for one that sends a byte now and then, too', () =>
      withServer(
        (port) =>
          connected(port, function* (reader, writer) {
            writer.write(`${POST}Content-Length: 1000\r\n\r\n`);
            while (!reader.atEof() && (yield* peek(reader)) === '') {
              writer.write('x');
              yield* sleep(0.01);
            }
            expect(yield* peek(reader)).toBe('HTTP/1.1 408 Request Timeout');
          }),
        { limits },
      ));

    it('is up for a client that does not read', () => {
      const closed = new Event();
      const endless: Handler = function* () {
        return {
          body: asyncGenerator<Buffer>(function* (emit) {
            try {
              for (;;) yield* emit(Buffer.alloc(65536));
            } finally {
              closed.set();
            }
          }),
        };
      };
      return withServer(
        (port) =>
          connected(port, function* (_reader, writer) {
            writer.write(`${GET}\r\n`);
            // The reader stops reading by itself when its limit is reached.
            yield* closed.wait();
          }),
        { handler: endless, limits: { writeTimeout: 0.1 } },
      );
    });
  });

  describe('a handler that fails', () => {
    it('is reported with the address, and the connection goes on', async () => {
      const reports: ExceptionContext[] = [];
      const failing = router({
        '/': {
          *GET() {
            throw new RangeError('oops');
          },
          *POST() {
            return { body: 'fine' };
          },
        },
      });
      const requests = `${GET}\r\nPOST / HTTP/1.1\r\nHost: x\r\n${LAST}`;
      const response = await answerTo(requests, { handler: failing, reports });
      expect(response).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/);
      expect(response).toMatch(/HTTP\/1.1 200 OK[^]*fine$/);
      expect(response).not.toContain('oops');
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({
        message: 'Unhandled error in the handler of GET /',
        exception: new RangeError('oops'),
        peername: ['127.0.0.1', expect.any(Number)],
      });
    });

    it('in the middle of a body ends the connection before the last chunk', async () => {
      const reports: ExceptionContext[] = [];
      const half: Handler = function* () {
        return {
          body: asyncGenerator<string>(function* (emit) {
            yield* emit('half');
            throw new RangeError('oops');
          }),
        };
      };
      const response = await answerTo(`${GET}\r\n`, { handler: half, reports });
      expect(response).toMatch(/\r\n\r\n4\r\nhalf\r\n$/);
      expect(reports.map(({ exception }) => exception)).toEqual([new RangeError('oops')]);
    });

    it('cannot break out of a header', async () => {
      const reports: ExceptionContext[] = [];
      const breaking: Handler = function* () {
        return { headers: { A: 'b\r\nSet-Cookie: c' } };
      };
      expect(await answerTo(`${GET}\r\n`, { handler: breaking, reports })).not.toContain('Set-Cookie');
      expect(String(reports[0]?.exception)).toMatch(/no header field/);
    });
  });
});
