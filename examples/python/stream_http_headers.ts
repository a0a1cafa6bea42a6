// Print HTTP headers; a tiny local server stands in for the web.
import {
  asyncWith,
  openConnection,
  run,
  startServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tsyncio';
import { print } from './python.js';

const ANSWER = 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n';

function* web(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  const request = yield* reader.readuntil('\r\n\r\n');
  print('request line:', request.toString().split('\r\n')[0]);
  writer.write(ANSWER);
  yield* writer.drain();
  writer.close();
  yield* writer.waitClosed();
}

function* printHttpHeaders(address: string): Coroutine<void> {
  const url = new URL(address);
  const [reader, writer] = yield* openConnection(url.hostname, Number(url.port));
  writer.write(`HEAD ${url.pathname} HTTP/1.0\r\nHost: ${url.hostname}\r\n\r\n`);
  for (;;) {
    const line = yield* reader.readline();
    if (line.length === 0) break;
    const text = line.toString('latin1').trimEnd();
    if (text !== '') print(`HTTP header> ${text}`);
  }
  writer.close();
  yield* writer.waitClosed();
}

function* main(): Coroutine<void> {
  const server = yield* startServer(web, '127.0.0.1', 0);
  yield* asyncWith(server, function* () {
    const port = server.sockets[0]!.getsockname()[1];
    yield* printHttpHeaders(`http://127.0.0.1:${port}/path/page.html`);
  });
}

await run(main());
