// TCP echo server and client on the low-level API.
import {
  asyncWith,
  getRunningLoop,
  Protocol,
  run,
  type Coroutine,
  type Future,
  type Transport,
} from 'tsyncio';
import { print, repr } from './python.js';

class EchoServerProtocol extends Protocol {
  private transport!: Transport;

  override connectionMade(transport: Transport): void {
    print('Connection from', transport.getExtraInfo('peername')[0]);
    this.transport = transport;
  }

  override dataReceived(data: Buffer): void {
    const message = data.toString();
    print(`Data received: ${repr(message)}`);
    print(`Send: ${repr(message)}`);
    this.transport.write(data);
    print('Close the client socket');
    this.transport.close();
  }
}

class EchoClientProtocol extends Protocol {
  private readonly message: string;
  private readonly onConLost: Future<boolean>;

  constructor(message: string, onConLost: Future<boolean>) {
    super();
    this.message = message;
    this.onConLost = onConLost;
  }

  override connectionMade(transport: Transport): void {
    transport.write(this.message);
    print(`Data sent: ${repr(this.message)}`);
  }

  override dataReceived(data: Buffer): void {
    print(`Data received by the client: ${repr(data.toString())}`);
  }

  override connectionLost(exc: Error | null): void {
    print('The server closed the connection', exc);
    this.onConLost.setResult(true);
  }
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const server = yield* loop.createServer(EchoServerProtocol, '127.0.0.1', 0);
  const port = server.sockets[0]!.getsockname()[1];
  yield* asyncWith(server, function* () {
    const onConLost = loop.createFuture<boolean>();
    const [transport] = yield* loop.createConnection(
      () => new EchoClientProtocol('Hello World!', onConLost),
      '127.0.0.1',
      port,
    );
    try {
      yield* onConLost;
    } finally {
      transport.close();
    }
  });
}

await run(main());
