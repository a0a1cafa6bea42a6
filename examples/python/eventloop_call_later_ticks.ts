// A callback that reschedules itself until an end time.
import { newEventLoop, type EventLoop } from 'tsyncio';
import { print } from './python.js';

let count = 0;

function display(endTime: number, loop: EventLoop): void {
  count += 1;
  print('tick');
  if (count < 5 && loop.time() + 0.02 < endTime) {
    loop.callLater(0.02, display, endTime, loop);
  } else {
    loop.stop();
  }
}

const loop = newEventLoop();
const endTime = loop.time() + 5.0;
loop.callSoon(display, endTime, loop);
const timer = loop.callAt(endTime, print, 'never');
print('timer when matches:', timer.when() === endTime);
try {
  await loop.runForever();
} finally {
  loop.close();
}
print('ticks:', count);
