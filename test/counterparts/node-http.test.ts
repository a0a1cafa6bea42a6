/* Node's http and fetch against the HTTP server of the examples, and its client against Node's server. */
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as nodeRequest,
  type RequestListener,
  type RequestOptions,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { handler } from '../../examples/http-server.js';
import { HttpConnection, request } from '../../examples/http/client.js';
import { HttpError } from '../../examples/http/messages.js';
import { type HttpLimits, serveHttp } from '../../examples/http/server.js';
import {
  asyncGenerator,
  asyncWith,
  ConnectionError,
  type Coroutine,
  gather,
  sleep,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';

/** Run `ask`, which asks by Node's means, with our server. */
function withOurServer(ask: (url: string) => Promise<void>, limits: Partial<HttpLimits> = {}): Promise<void> {
  return program(function* () {
    const server = yield* serveHttp(handler, '127.0.0.1', 0, limits);
    yield* serving(server, (port) => wrapFuture(ask(`http://127.0.0.1:${port}`)) as unknown as Coroutine);
  });
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  reused: boolean;
}

/** Ask by `http.request`. */
async function ask(url: string, options: RequestOptions = {}, body: readonly string[] = []): Promise<Answer> {
  const req = nodeRequest(url, options);
  for (const piece of body) req.write(piece);
  req.end();
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: await text(response),
    reused: req.reusedSocket,
  };
}

/** Run `body` with a server of Node's. */
function withNodeServer(
  listener: RequestListener,
  body: (url: string, port: number, server: Server) => Coroutine,
): Promise<void> {
  return program(function* () {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    yield* wrapFuture(once(server, 'listening'));
    const { port } = server.address() as AddressInfo;
    try {
      yield* body(`http://127.0.0.1:${port}`, port, server);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

const mirror: RequestListener = (req, res) => {
  void text(req).then((body) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, body }));
  });
};

function* withConnection(port: number, body: (http: HttpConnection) => Coroutine): Coroutine {
  yield* asyncWith(yield* HttpConnection.open('127.0.0.1', port), body);
}

onEachNetwork(() => {
  describe('fetch', () => {
    it('gets, posts, and reads chunks', () =>
      withOurServer(async (url) => {
        expect(await (await fetch(url)).text()).toBe('hello\n');
        expect(await (await fetch(`${url}/count?to=3`)).text()).toBe('1\n2\n3\n');
        const posted = await fetch(`${url}/echo`, { method: 'POST', body: JSON.stringify({ a: 1 }) });
        expect(await posted.json()).toEqual({ a: 1 });
        const head = await fetch(url, { method: 'HEAD' });
        expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '6', '']);
        expect((await fetch(`${url}/nowhere`)).status).toBe(404);
      }));

    it('streams a body', () =>
      withOurServer(async (url) => {
        async function* pieces(): AsyncGenerator<Uint8Array> {
          for (const piece of ['a', 'b', 'c']) yield Buffer.from(piece);
        }
        const init = { method: 'POST', body: pieces(), duplex: 'half' } as unknown as RequestInit;
        expect(await (await fetch(`${url}/echo`, init)).text()).toBe('abc');
      }));

    it('asks many times at once', () =>
      withOurServer(async (url) => {
        const answers = await Promise.all(
          Array.from({ length: 200 }, async (_, i) =>
            (await fetch(`${url}/echo`, { method: 'POST', body: `${i}` })).text(),
          ),
        );
        expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`));
      }));
  });

  describe('http.request', () => {
    it('uses its connections again', () =>
      withOurServer(async (url) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const answers: Answer[] = [];
        for (const path of ['/', '/count?to=2', '/nowhere', '/'])
          answers.push(await ask(url + path, { agent }));
        expect(answers.map(({ status, reused }) => [status, reused])).toEqual([
          [200, false],
          [200, true],
          [404, true],
          [200, true],
        ]);
        agent.destroy();
      }));

    it('sends chunks, and waits to be told to go on', () =>
      withOurServer(async (url) => {
        const chunks = await ask(`${url}/echo`, { method: 'POST' }, ['some ', 'chunks']);
        expect(chunks.body).toBe('some chunks');
        const req = nodeRequest(`${url}/echo`, { method: 'POST', headers: { Expect: '100-continue' } });
        req.flushHeaders();
        await once(req, 'continue');
        req.end('told');
        const [response] = (await once(req, 'response')) as [IncomingMessage];
        expect(await text(response)).toBe('told');
      }));

    it('is told what is wrong', () =>
      withOurServer(
        async (url) => {
          expect((await ask(`${url}/echo`, { method: 'POST' }, ['x'.repeat(2000)])).status).toBe(413);
          expect((await ask(`${url}/${'x'.repeat(9000)}`)).status).toBe(414);
          expect((await ask(url, { headers: { a: 'x'.repeat(9000) } })).status).toBe(431);
          expect((await ask(url, { method: 'PURGE' })).status).toBe(501);
          expect((await ask(url, { setHost: false })).status).toBe(400);
        },
        { maxBody: 1000 },
      ));
  });

  describe('our client, against the server of Node', () => {
    it('is understood', () =>
      withNodeServer(mirror, function* (url, port) {
        const response = yield* request(`${url}/a?b=c`, { headers: { 'X-Own': 'ä' } });
        expect(response.json()).toEqual({
          method: 'GET',
          url: '/a?b=c',
          headers: { host: `127.0.0.1:${port}`, connection: 'close', 'x-own': 'ä' },
          body: '',
        });
      }));

    it('sends bodies with their length, and in chunks', () =>
      withNodeServer(mirror, function* (url) {
        const pieces = asyncGenerator<string>(function* (emit) {
          for (const piece of ['some ', 'chunks']) yield* emit(piece);
        });
        for (const [body, field] of [
          ['whole', 'content-length'],
          [pieces, 'transfer-encoding'],
        ] as const) {
          const answer = (yield* request(url, { method: 'POST', body })).json() as {
            body: string;
            headers: object;
          };
          expect(answer.body).toBe(typeof body === 'string' ? body : 'some chunks');
          expect(answer.headers).toHaveProperty(field);
        }
      }));

    it('reads every way in which Node delimits a body', () =>
      withNodeServer(
        (req, res) => {
          if (req.url === '/none') res.writeHead(204).end();
          else if (req.url === '/hints')
            res.writeEarlyHints({ link: '</x>; rel=preload' }, () => res.end('after hints'));
          else if (req.url === '/trailers') {
            res.writeHead(200, { Trailer: 'X-End' });
            res.write('with ');
            res.addTrailers({ 'X-End': 'x' });
            res.end('trailers');
          } else if (req.url === '/end') {
            res.writeHead(200, { Connection: 'close' });
            res.useChunkedEncodingByDefault = false;
            res.end('to the end');
          } else {
            res.write('in ');
            res.end('chunks');
          }
        },
        (_, port) =>
          withConnection(port, function* (http) {
            expect((yield* http.request('/none')).text()).toBe('');
            expect((yield* http.request('/hints')).text()).toBe('after hints');
            expect((yield* http.request('/trailers')).text()).toBe('with trailers');
            expect((yield* http.request('/', { method: 'HEAD' })).text()).toBe('');
            expect((yield* http.request('/')).text()).toBe('in chunks');
            expect((yield* http.request('/end')).text()).toBe('to the end');
            expect(http.closed).toBe(true);
          }),
      ));

    it('keeps its connection, and sends requests ahead', () => {
      let connections = 0;
      return withNodeServer(mirror, function* (_, port, server) {
        server.on('connection', () => connections++);
        yield* withConnection(port, function* (http) {
          const urls = Array.from({ length: 50 }, (_, i) => `/${i}`);
          const responses = yield* gather(
            ...urls.map((url) => http.request(url, { method: 'POST', body: url })),
          );
          expect(responses.map((response) => (response.json() as { body: string }).body)).toEqual(urls);
          expect(connections).toBe(1);
        });
      });
    });

    it('reads megabytes', () =>
      withNodeServer(
        (_req, res) => res.end(Buffer.alloc(8_000_000, 'tsyncio')),
        function* (url) {
          const { body } = yield* request(url);
          expect(body.equals(Buffer.alloc(8_000_000, 'tsyncio'))).toBe(true);
        },
      ));

    it('says that the server broke the connection', () =>
      withNodeServer(
        (req, res) => {
          if (req.url === '/before') req.socket.resetAndDestroy();
          else {
            res.writeHead(200, { 'Content-Length': 100 });
            res.write('half');
            setTimeout(() => req.socket.destroy(), 20);
          }
        },
        function* (url) {
          expect(yield* thrownBy(request(`${url}/before`))).toBeInstanceOf(ConnectionError);
          expect(yield* thrownBy(request(`${url}/within`))).toBeInstanceOf(HttpError);
        },
      ));

    it('is refused a body that Node does not want', () =>
      withNodeServer(
        (_req, res) => {
          res.writeHead(413, { Connection: 'close' });
          res.end('too much');
        },
        function* (url) {
          const body = Buffer.alloc(1_000_000);
          const response = yield* request(url, { method: 'POST', body, timeout: 10 });
          expect(response.status).toBe(413);
          yield* sleep(0);
        },
      ));
  });
});
