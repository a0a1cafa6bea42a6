import {
  asyncWith,
  type Coroutine,
  createTask,
  type StreamReader,
  type StreamWriter,
} from '../../src/index.js';

/** A server's handler: sends back what comes, up to the end of the stream. */
export function* echo(reader: StreamReader, writer: StreamWriter): Coroutine {
  yield* asyncWith(writer, function* () {
    for (;;) {
      const data = yield* reader.read(65536);
      if (data.length === 0) return;
      writer.write(data);
      yield* writer.drain();
    }
  });
}

/** Send `data` and the end of the stream, and return all that comes back meanwhile. */
export function* sendAndReceive(
  reader: StreamReader,
  writer: StreamWriter,
  data: Uint8Array,
): Coroutine<Buffer> {
  function* send(): Coroutine {
    writer.write(data);
    yield* writer.drain();
    writer.writeEof();
  }
  const sending = createTask(send());
  const received = yield* reader.read();
  yield* sending;
  writer.close();
  yield* writer.waitClosed();
  return received;
}
