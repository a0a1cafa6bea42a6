// Watch a file descriptor for read events.
import { newEventLoop } from 'tsyncio';
import { socketpair } from 'tsyncio/socket';
import { print } from './python.js';

const [rsock, wsock] = socketpair();
const loop = newEventLoop();

function reader(): void {
  const data = rsock.recv(100);
  print('Received:', data.toString());
  print('removed:', loop.removeReader(rsock), loop.removeReader(rsock));
  loop.stop();
}

loop.addReader(rsock, reader);
loop.callSoon(() => wsock.send('abc'));
try {
  await loop.runForever();
} finally {
  rsock.close();
  wsock.close();
  loop.close();
}
