/* wrk against the HTTP server of the examples: many connections, no errors. How fast it is, is not the point here. */
import { expect, it } from 'vitest';
import { handler } from '../../examples/http-server.js';
import { serveHttp } from '../../examples/http/server.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { command, needs } from './support.js';

needs('wrk', '-v');

onEachNetwork(() => {
  it.each(['/', '/count?to=20', '/nowhere'])('wrk gets an answer to each request of %s', (path) =>
    program(function* () {
      const server = yield* serveHttp(handler, '127.0.0.1', 0);
      yield* serving(server, function* (port) {
        const url = `http://127.0.0.1:${port}${path}`;
        const { stdout, code } = yield* command('wrk', ['-t1', '-c50', '-d1s', url]);
        expect(code).toBe(0);
        expect(Number(/(\d+) requests in/.exec(stdout)?.[1])).toBeGreaterThan(50);
        expect(stdout).not.toContain('Socket errors');
        if (path === '/nowhere') expect(stdout).toContain('Non-2xx');
        else expect(stdout).not.toContain('Non-2xx');
      });
    }),
  );
});
