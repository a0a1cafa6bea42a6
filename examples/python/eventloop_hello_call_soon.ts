// Greeting from a callback which stops the loop.
import { newEventLoop, type EventLoop } from 'tsyncio';
import { print } from './python.js';

function helloWorld(loop: EventLoop): void {
  print('Hello World');
  loop.stop();
}

const loop = newEventLoop();
loop.callSoon(print, 'Hello');
const cancelled = loop.callSoon(print, 'never printed');
cancelled.cancel();
loop.callSoon(helloWorld, loop);
loop.callSoon(print, 'queued after stop(): still runs in this iteration');
try {
  await loop.runForever();
} finally {
  loop.close();
}
print('handle cancelled:', cancelled.cancelled(), 'loop closed:', loop.isClosed());
