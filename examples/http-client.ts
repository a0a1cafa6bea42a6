/*
 * An HTTP/1.1 client on streams, written from scratch: what it does with a connection is in http/client.ts.
 *
 *     node dist-examples/http-client.js http://127.0.0.1:8080/count
 *     node dist-examples/http-client.js http://127.0.0.1:8080/echo POST 'some text'
 */
import { run, type Coroutine } from 'tsyncio';
import { request } from './http/client.js';

const PATIENCE = 10; // seconds

export function* show(url: string, method = 'GET', body?: string): Coroutine {
  const content = body === undefined ? {} : { body };
  const response = yield* request(url, { method, timeout: PATIENCE, ...content });
  console.log(`${response.status} ${response.reason}`);
  for (const [name, value] of response.headers) console.log(`${name}: ${value}`);
  console.log(`\n${response.text()}`);
}

if (process.argv[1] === import.meta.filename) {
  const [url = 'http://127.0.0.1:8080/', method, body] = process.argv.slice(2);
  await run(show(url, method, body));
}
