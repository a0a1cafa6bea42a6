// Handlers for SIGINT and SIGTERM that set an event.
import { Event, getRunningLoop, run, RuntimeError, type Coroutine } from 'tsyncio';
import * as signal from 'tsyncio/signal';
import { print } from './python.js';

function askExit(signame: string, stop: Event, seen: string[]): void {
  seen.push(signame);
  print(`got signal ${signame}`);
  if (seen.length === 2) stop.set();
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const [stop, seen] = [new Event(), [] as string[]];
  for (const signame of ['SIGINT', 'SIGTERM'] as const) {
    loop.addSignalHandler(signal[signame], askExit, signame, stop, seen);
  }
  loop.callLater(0.01, process.kill, process.pid, signal.SIGINT);
  loop.callLater(0.03, process.kill, process.pid, signal.SIGTERM);
  yield* stop.wait();
  print('removed:', loop.removeSignalHandler(signal.SIGTERM), loop.removeSignalHandler(signal.SIGTERM));
  try {
    loop.addSignalHandler(signal.SIGKILL, print);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    print('RuntimeError:', error);
  }
}

await run(main());
print('default again:', signal.getsignal(signal.SIGTERM) === signal.SIG_DFL);
