// Register an open socket and wait for data with streams.
import { getRunningLoop, openConnection, run, type Coroutine } from 'tsyncio';
import { socketpair } from 'tsyncio/socket';
import { print } from './python.js';

function* waitForData(): Coroutine<void> {
  const loop = getRunningLoop();
  const [rsock, wsock] = socketpair();
  const [reader, writer] = yield* openConnection({ sock: rsock });
  loop.callSoon(() => wsock.send('abc'));
  const data = yield* reader.read(100);
  print('Received:', data.toString());
  writer.close();
  yield* writer.waitClosed();
  print('our end closed:', rsock.fileno() === -1);
  wsock.close();
}

await run(waitForData());
