// pauseWriting and resumeWriting at the water marks.
import { getRunningLoop, Protocol, run, ValueError, type Coroutine, type Transport } from 'tsyncio';
import { socketpair } from 'tsyncio/socket';
import { print, tuple } from './python.js';

class Sender extends Protocol {
  readonly log: string[] = [];
  readonly resumed = getRunningLoop().createFuture<null>();
  transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override pauseWriting(): void {
    this.log.push('pause');
  }

  override resumeWriting(): void {
    this.log.push('resume');
    this.resumed.setResult(null);
  }
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const [ours, theirs] = socketpair();
  theirs.setblocking(false);
  const [transport, sender] = yield* loop.createConnection(Sender, { sock: ours });
  print('default limits:', tuple(...transport.getWriteBufferLimits()));
  transport.setWriteBufferLimits({ high: 4000 });
  print('limits for high=4000:', tuple(...transport.getWriteBufferLimits()));
  transport.write(Buffer.alloc(4_000_000, 'x'));
  print('buffered:', transport.getWriteBufferSize() > 4000, sender.log);
  let got = 0;
  while (!sender.resumed.done()) got += (yield* loop.sockRecv(theirs, 65536)).length;
  print(sender.log, transport.getWriteBufferSize() <= 1000);
  transport.close();
  for (;;) {
    const chunk = yield* loop.sockRecv(theirs, 65536);
    if (chunk.length === 0) break;
    got += chunk.length;
  }
  print('all arrived after close():', got);
  theirs.close();
  try {
    transport.setWriteBufferLimits({ high: 1, low: 2 });
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    print('ValueError:', error);
  }
}

await run(main());
