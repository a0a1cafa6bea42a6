// Unix socket server; iterate lines; half-close with writeEof().
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asyncFor,
  asyncWith,
  openUnixConnection,
  run,
  startUnixServer,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from 'tsyncio';
import { print, repr } from './python.js';

function* shout(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  yield* asyncFor(reader, function* (line) {
    writer.write(line.toString().toUpperCase());
    yield* writer.drain();
  });
  writer.write('BYE\n');
  writer.close();
  yield* writer.waitClosed();
}

function* main(): Coroutine<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  try {
    const path = join(folder, 'sock');
    const server = yield* startUnixServer(shout, path);
    yield* asyncWith(server, function* () {
      const [reader, writer] = yield* openUnixConnection(path);
      writer.writelines(['one\n', 'two\n', 'unfinished']);
      print('can_write_eof:', writer.canWriteEof());
      writer.writeEof();
      print(repr(yield* reader.read()));
      writer.close();
      yield* writer.waitClosed();
    });
    print('socket file left:', existsSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await run(main());
