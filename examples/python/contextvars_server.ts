// A variable per client without passing it around.
import {
  asyncWith,
  ContextVar,
  gather,
  openConnection,
  run,
  sleep,
  startServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tsyncio';
import { print, repr } from './python.js';

const clientVar = new ContextVar<string>('client');

function renderGoodbye(): string {
  return `Good bye, client ${clientVar.get()}\r\n`;
}

function* handleRequest(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  clientVar.set((yield* reader.readline()).toString().trim());
  yield* sleep(0.01);
  writer.write(renderGoodbye());
  writer.close();
  yield* writer.waitClosed();
}

function* ask(port: number, name: string): Coroutine<Buffer> {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  writer.write(`${name}\n`);
  const answer = yield* reader.read();
  writer.close();
  yield* writer.waitClosed();
  return answer;
}

function* main(): Coroutine<void> {
  const server = yield* startServer(handleRequest, '127.0.0.1', 0);
  yield* asyncWith(server, function* () {
    const port = server.sockets[0]!.getsockname()[1];
    for (const line of yield* gather(ask(port, 'one'), ask(port, 'two'))) print(repr(line));
  });
  print('outside:', clientVar.get('unset'));
}

await run(main());
