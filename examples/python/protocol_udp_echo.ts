// UDP echo server and client.
import {
  DatagramProtocol,
  getRunningLoop,
  run,
  type Coroutine,
  type DatagramTransport,
  type Future,
} from 'tsyncio';
import type { InetAddress } from 'tsyncio/socket';
import { print, repr } from './python.js';

class EchoServerProtocol extends DatagramProtocol {
  private transport!: DatagramTransport;

  override connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
  }

  override datagramReceived(data: Buffer, addr: InetAddress): void {
    const message = data.toString();
    print(`Received ${repr(message)} from ${addr[0]}`);
    print(`Send ${repr(message)} to ${addr[0]}`);
    this.transport.sendto(data, addr);
  }
}

class EchoClientProtocol extends DatagramProtocol {
  private readonly message: string;
  private readonly onConLost: Future<boolean>;
  private transport!: DatagramTransport;

  constructor(message: string, onConLost: Future<boolean>) {
    super();
    this.message = message;
    this.onConLost = onConLost;
  }

  override connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
    print('Send:', this.message);
    this.transport.sendto(this.message);
  }

  override datagramReceived(data: Buffer): void {
    print('Received:', data.toString());
    print('Close the socket');
    this.transport.close();
  }

  override errorReceived(exc: Error): void {
    print('Error received:', exc);
  }

  override connectionLost(): void {
    print('Connection closed');
    this.onConLost.setResult(true);
  }
}

function* main(): Coroutine<void> {
  print('Starting UDP server');
  const loop = getRunningLoop();
  const [server] = yield* loop.createDatagramEndpoint(EchoServerProtocol, { localAddr: ['127.0.0.1', 0] });
  const onConLost = loop.createFuture<boolean>();
  const [transport] = yield* loop.createDatagramEndpoint(
    () => new EchoClientProtocol('Hello World!', onConLost),
    { remoteAddr: server.getExtraInfo('sockname') },
  );
  try {
    yield* onConLost;
  } finally {
    transport.close();
    server.close();
  }
}

await run(main());
