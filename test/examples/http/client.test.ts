/* The HTTP client, against the server here and against servers that say what no server should. */
import { describe, expect, it } from 'vitest';
import { handler } from '../../../examples/http-server.js';
import { HttpConnection, request } from '../../../examples/http/client.js';
import { HttpError } from '../../../examples/http/messages.js';
import { type Handler, type HttpLimits, json, serveHttp } from '../../../examples/http/server.js';
import {
  asyncGenerator,
  asyncWith,
  ConnectionError,
  ConnectionRefusedError,
  type Coroutine,
  createTask,
  gather,
  sleep,
  startServer,
  TimeoutError,
} from '../../../src/index.js';
import { thrownBy } from '../../helpers/virtual.js';
import { onEachNetwork, portOf, program, serving } from '../../helpers/servers.js';

function withServer(
  body: (port: number) => Coroutine,
  served: Handler = handler,
  limits?: Partial<HttpLimits>,
): Promise<void> {
  return program(function* () {
    const server = yield* serveHttp(served, '127.0.0.1', 0, limits);
    yield* serving(server, body);
  });
}

/** Run `body` with a server that says `text` to whoever says something. */
function withText(text: string, body: (port: number) => Coroutine): Promise<void> {
  return program(function* () {
    const server = yield* startServer(
      function* (reader, writer) {
        yield* reader.readuntil('\r\n\r\n');
        writer.write(text);
        writer.close();
      },
      '127.0.0.1',
      0,
    );
    yield* serving(server, body);
  });
}

function connect<R>(port: number, body: (http: HttpConnection) => Coroutine<R>): Coroutine<R> {
  return asyncWith(
    {
      *aenter() {
        return yield* HttpConnection.open('127.0.0.1', port);
      },
      *aexit() {
        // The server is seen to end its connections by itself.
      },
    },
    body,
  );
}

const letters = (): AsyncIterable<string> | ReturnType<typeof asyncGenerator<string>> =>
  asyncGenerator<string>(function* (emit) {
    for (const letter of 'abc') yield* emit(letter);
  });

onEachNetwork(() => {
  describe('one request', () => {
    it('gives status, header and body', () =>
      withServer(function* (port) {
        const response = yield* request(`http://127.0.0.1:${port}/`);
        expect(response).toMatchObject({ status: 200, reason: 'OK' });
        expect(response.headers.get('content-type')).toBe('text/plain');
        expect(response.text()).toBe('hello\n');
      }));

    it('gives a body that came in chunks', () =>
      withServer(function* (port) {
        const response = yield* request(`http://127.0.0.1:${port}/count?to=3`);
        expect(response.text()).toBe('1\n2\n3\n');
      }));

    it.each([
      ['a text', 'abc', 'abc'],
      ['bytes', Buffer.from('abc'), 'abc'],
      ['nothing', '', ''],
      ['what comes piece by piece', letters(), 'abc'],
    ])('sends %s', (_, body, received) =>
      withServer(function* (port) {
        const response = yield* request(`http://127.0.0.1:${port}/echo`, { method: 'POST', body });
        expect(response.text()).toBe(received);
      }),
    );

    it('has a megabyte each way', () =>
      withServer(function* (port) {
        const body = Buffer.alloc(1024 * 1024, 'tsyncio');
        const response = yield* request(`http://127.0.0.1:${port}/echo`, { method: 'POST', body });
        expect(response.body.equals(body)).toBe(true);
      }));

    it('of method HEAD has no body', () =>
      withServer(function* (port) {
        const response = yield* request(`http://127.0.0.1:${port}/`, { method: 'HEAD' });
        expect(response.headers.get('content-length')).toBe('6');
        expect(response.body).toHaveLength(0);
      }));

    it('names host and port, and sends fields of one’s own', () =>
      withServer(
        function* (port) {
          const response = yield* request(`http://127.0.0.1:${port}/a%20b?c=d#e`, {
            headers: { 'X-Own': 'x' },
          });
          expect(response.json()).toEqual({
            target: '/a%20b?c=d',
            headers: [
              ['host', `127.0.0.1:${port}`],
              ['connection', 'close'],
              ['x-own', 'x'],
            ],
          });
        },
        function* ({ target, headers }) {
          return json({ target, headers: [...headers] });
        },
      ));

    it('to nobody is refused', () =>
      program(function* () {
        const server = yield* startServer(() => undefined, '127.0.0.1', 0);
        const port = portOf(server);
        server.close();
        expect(yield* thrownBy(request(`http://127.0.0.1:${port}/`))).toBeInstanceOf(ConnectionRefusedError);
      }));

    it('that takes too long is given up', () =>
      withServer(
        function* (port) {
          const late = request(`http://127.0.0.1:${port}/`, { timeout: 0.05 });
          expect(yield* thrownBy(late)).toBeInstanceOf(TimeoutError);
        },
        function* () {
          yield* sleep(60);
          return {};
        },
      ));

    it('is not sent over what is not http', () =>
      program(function* () {
        expect(yield* thrownBy(request('ftp://127.0.0.1/'))).toBeInstanceOf(TypeError);
      }));

    it.each([
      ['a target', '/a b', {}],
      ['a target that breaks its line', '/\r\nA: b', {}],
      ['a method', '/', { method: 'G T' }],
      ['a name of a field', '/', { headers: { 'a b': 'c' } }],
      ['a value that breaks its line', '/', { headers: { a: 'b\r\nc: d' } }],
    ])('with %s that cannot be is not sent', (_, target, options) =>
      withServer((port) =>
        connect(port, function* (http) {
          expect(yield* thrownBy(http.request(target, options))).toBeInstanceOf(TypeError);
        }),
      ),
    );
  });

  describe('a connection', () => {
    it('is used for one request after the other', () =>
      withServer((port) =>
        connect(port, function* (http) {
          for (const body of ['a', 'b', letters()]) {
            const response = yield* http.request('/echo', { method: 'POST', body });
            expect(response.status).toBe(200);
          }
          expect((yield* http.request('/nowhere')).status).toBe(404);
          expect((yield* http.request('/', { method: 'HEAD' })).status).toBe(200);
          expect(http.closed).toBe(false);
          http.close();
        }),
      ));

    it('sends requests of several tasks ahead, and gives each its response', () => {
      const arrived: string[] = [];
      return withServer(
        (port) =>
          connect(port, function* (http) {
            const paths = Array.from({ length: 10 }, (_, i) => `/${i}`);
            const responses = yield* gather(...paths.map((path) => http.request(path)));
            expect(responses.map((response) => response.text())).toEqual(paths);
            expect(arrived).toEqual(paths);
            http.close();
          }),
        function* ({ path }) {
          arrived.push(path);
          yield* sleep(path === '/0' ? 0.02 : 0);
          return { body: path };
        },
      );
    });

    it('ends where the server says so', () =>
      withServer((port) =>
        connect(port, function* (http) {
          yield* http.request('/', { headers: { Connection: 'close' } });
          expect(http.closed).toBe(true);
          expect(yield* thrownBy(http.request('/'))).toBeInstanceOf(ConnectionError);
        }),
      ));

    it('ends where a request is given up, for its response would be taken for another one', () =>
      withServer(
        (port) =>
          connect(port, function* (http) {
            const first = createTask(http.request('/', { timeout: 0.02 }));
            const second = createTask(http.request('/'));
            expect(yield* thrownBy(first)).toBeInstanceOf(TimeoutError);
            expect(yield* thrownBy(second)).toBeInstanceOf(ConnectionError);
            expect(http.closed).toBe(true);
          }),
        function* () {
          yield* sleep(0.1);
          return {};
        },
      ));

    it('gives the answer of a server that refuses what is still being sent', () =>
      withServer(
        (port) =>
          connect(port, function* (http) {
            const body = Buffer.alloc(700_000);
            const response = yield* http.request('/echo', { method: 'POST', body });
            expect(response.status).toBe(413);
          }),
        handler,
        { maxBody: 1000 },
      ));
  });

  describe('a response', () => {
    const OK = 'HTTP/1.1 200 OK\r\n';

    it.each([
      ['ends with the stream where nothing says its length', `${OK}\r\nabc`, 'abc'],
      ['of HTTP/1.0 ends with the stream', 'HTTP/1.0 200 OK\r\n\r\nabc', 'abc'],
      [
        'may come after others that announce it',
        `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}\r\nabc`,
        'abc',
      ],
      ['may have no reason', 'HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
      ['may have an empty reason', 'HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\nabc', 'abc'],
      ['has no body with status 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', ''],
    ])('%s', (_, text, body) =>
      withText(text, function* (port) {
        expect((yield* request(`http://127.0.0.1:${port}/`, { timeout: 10 })).text()).toBe(body);
      }),
    );

    it.each([
      ['is none', 'SSH-2.0-x\r\n\r\n'],
      ['is of a version of the future', 'HTTP/2.0 200 OK\r\n\r\n'],
      ['has two lengths', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
      ['has a length and chunks', `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['ends before its length', `${OK}Content-Length: 5\r\n\r\nabc`],
      ['ends before the last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`],
      ['ends within a line', 'HTTP/1.1 200'],
      ['has a field without end', `${OK}A: ${'b'.repeat(10_000)}\r\n\r\n`],
      ['has a body that is too large', `${OK}Content-Length: 100000000\r\n\r\n`],
      ['has a body that grows too large', `${OK}\r\n${'x'.repeat(1001)}`],
    ])('that %s is an error', (_, text) =>
      withText(text, function* (port) {
        const failing = request(`http://127.0.0.1:${port}/`, { timeout: 10, maxBody: 1000 });
        expect(yield* thrownBy(failing)).toBeInstanceOf(HttpError);
      }),
    );

    it('that never comes is an error of the connection', () =>
      withText('', function* (port) {
        const failing = request(`http://127.0.0.1:${port}/`);
        expect(yield* thrownBy(failing)).toMatchObject({
          name: 'ConnectionError',
          message: 'the server closed the connection before it answered',
        });
      }));
  });
});
