// Server as context manager, startServing: false, serveForever and its end.
import {
  asyncWith,
  CancelledError,
  ConnectionRefusedError,
  createTask,
  openConnection,
  run,
  RuntimeError,
  sleep,
  startServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tsyncio';
import { print, repr } from './python.js';

function* clientConnected(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  writer.write(Buffer.concat([Buffer.from('you said '), yield* reader.readline()]));
  yield* writer.drain();
  writer.close();
}

function* talk(port: number, text: string): Coroutine<Buffer> {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  writer.write(text);
  const answer = yield* reader.readline();
  writer.close();
  yield* writer.waitClosed();
  return answer;
}

function* main(): Coroutine<void> {
  const srv = yield* startServer(clientConnected, '127.0.0.1', 0, { startServing: false });
  print('serving:', srv.isServing());
  const port = srv.sockets[0]!.getsockname()[1];
  yield* asyncWith(srv, function* () {
    const forever = createTask(srv.serveForever());
    yield* sleep(0);
    print('serving:', srv.isServing());
    print(repr(yield* talk(port, 'hi\n')));
    try {
      yield* srv.serveForever();
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      print('RuntimeError:', error.message.slice(error.message.lastIndexOf('>') + 1).trim());
    }
    forever.cancel();
    try {
      yield* forever;
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      print('serve_forever cancelled, serving:', srv.isServing());
    }
  });
  try {
    yield* talk(port, 'late\n');
  } catch (error) {
    if (!(error instanceof ConnectionRefusedError)) throw error;
    print('connection refused');
  }
}

await run(main());
