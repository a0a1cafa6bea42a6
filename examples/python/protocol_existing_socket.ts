// Connect an existing socket with a protocol.
import { getRunningLoop, Protocol, run, type Coroutine, type Future, type Transport } from 'tsyncio';
import { socketpair } from 'tsyncio/socket';
import { print } from './python.js';

class MyProtocol extends Protocol {
  private transport: Transport | null = null;
  readonly onConLost: Future<boolean>;

  constructor(onConLost: Future<boolean>) {
    super();
    this.onConLost = onConLost;
  }

  override connectionMade(transport: Transport): void {
    print('connection_made');
    this.transport = transport;
  }

  override dataReceived(data: Buffer): void {
    print('Received:', data.toString());
    this.transport!.close();
  }

  override connectionLost(exc: Error | null): void {
    print('connection_lost', exc);
    this.onConLost.setResult(true);
  }
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const onConLost = loop.createFuture<boolean>();
  const [rsock, wsock] = socketpair();
  const [transport, protocol] = yield* loop.createConnection(() => new MyProtocol(onConLost), {
    sock: rsock,
  });
  loop.callSoon(() => wsock.send('abc'));
  try {
    yield* protocol.onConLost;
  } finally {
    transport.close();
    wsock.close();
  }
  print('closing:', transport.isClosing());
}

await run(main());
