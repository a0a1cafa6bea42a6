// TCP echo client and server in one program.
import assert from 'node:assert/strict';
import {
  asyncWith,
  openConnection,
  run,
  startServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tsyncio';
import { print, repr, tuple } from './python.js';

function* handleEcho(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  const data = yield* reader.read(100);
  const message = data.toString();
  const [host] = writer.getExtraInfo('peername');
  print(`Received ${repr(message)} from ${host}`);
  print(`Send: ${repr(message)}`);
  writer.write(data);
  yield* writer.drain();
  print('Close the connection (server)');
  writer.close();
  yield* writer.waitClosed();
}

function* tcpEchoClient(message: string, port: number): Coroutine<void> {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  print(`Send: ${repr(message)} (client)`);
  writer.write(message);
  yield* writer.drain();
  const data = yield* reader.read(100);
  print(`Received: ${repr(data.toString())}`);
  // wait for the server side so that the order of lines is fixed
  assert.equal((yield* reader.read()).length, 0);
  print('Close the connection (client)');
  writer.close();
  yield* writer.waitClosed();
}

function* main(): Coroutine<void> {
  const server = yield* startServer(handleEcho, '127.0.0.1', 0);
  const port = server.sockets[0]!.getsockname()[1];
  yield* asyncWith(server, function* () {
    yield* server.startServing();
    yield* tcpEchoClient('Hello World!', port);
  });
  print('serving:', server.isServing(), 'sockets:', tuple(...server.sockets));
}

await run(main());
