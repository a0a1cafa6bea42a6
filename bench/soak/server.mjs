/* Sends every line back. Tells its port to the process that made it, and what it holds when asked. */
import { ConnectionError, getRunningLoop, run, sleep, startServer } from '../../dist/index.js';
import { sample } from './sample.mjs';

let connections = 0;

function* echo(reader, writer) {
  connections++;
  try {
    for (;;) {
      const line = yield* reader.readline();
      if (line.length === 0) break;
      writer.write(line);
      yield* writer.drain();
    }
    writer.close();
    yield* writer.waitClosed();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  } finally {
    connections--;
  }
}

function* main() {
  const loop = getRunningLoop();
  const server = yield* startServer(echo, '127.0.0.1', 0, { backlog: 1024 });
  const stopped = loop.createFuture();
  process.on('message', (question) => {
    if (question === 'sample') process.send(sample(loop));
    else stopped.setResult();
  });
  process.send(server.sockets[0].getsockname()[1]);
  yield* stopped;
  server.close();
  yield* server.waitClosed();
  // The transports are gone; their handlers have yet to see it.
  for (let i = 0; i < 100 && connections > 0; i++) yield* sleep(0.02);
  process.send({ connections }, () => process.disconnect());
}

await run(main());
