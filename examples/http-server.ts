/*
 * An HTTP/1.1 server on streams, written from scratch: what it does with a connection is in http/server.ts.
 *
 *     node dist-examples/http-server.js [port]
 *     curl -v http://127.0.0.1:8080/count?to=3
 */
import { createHash } from 'node:crypto';
import { asyncFor, asyncGenerator, run, type Coroutine } from 'tsyncio';
import { HttpError } from './http/messages.js';
import { router, type Routes } from './http/router.js';
import { type Handler, json, serveHttp } from './http/server.js';

const routes: Routes = {
  '/': {
    *GET() {
      return { headers: { 'Content-Type': 'text/plain' }, body: 'hello\n' };
    },
  },

  // The body comes back as it is.
  '/echo': {
    *POST({ headers, body }) {
      const type = headers.get('content-type') ?? 'application/octet-stream';
      return { headers: { 'Content-Type': type }, body: yield* body.all() };
    },
  },

  // The body is read piece by piece, however large it is.
  '/digest': {
    *POST({ body }) {
      const hash = createHash('sha256');
      let bytes = 0;
      yield* asyncFor(body, function* (piece) {
        hash.update(piece);
        bytes += piece.length;
      });
      return json({ bytes, sha256: hash.digest('hex') });
    },
  },

  // The response is sent piece by piece: each of them is a chunk.
  '/count': {
    *GET({ query }) {
      const to = Number(query.get('to') ?? 10);
      if (!Number.isInteger(to)) throw new HttpError(400, '?to= is no number');
      const numbers = asyncGenerator<string>(function* (emit) {
        for (let i = 1; i <= to; i++) yield* emit(`${i}\n`);
      });
      return { headers: { 'Content-Type': 'text/plain' }, body: numbers };
    },
  },
};

export const handler: Handler = router(routes);

function* main(port: number): Coroutine {
  const server = yield* serveHttp(handler, '127.0.0.1', port);
  console.log(`serving http://127.0.0.1:${server.sockets[0]!.getsockname()[1]}/`);
  yield* server.serveForever();
}

if (process.argv[1] === import.meta.filename) await run(main(Number(process.argv[2] ?? 8080)));
