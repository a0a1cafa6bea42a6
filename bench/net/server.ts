/*
 * An echo server, of the kind that the argument names; it prints its port. SIGUSR2 makes it tell its CPU time so far,
 * in microseconds.
 */
import net from 'node:net';
import { BufferedProtocol, EventLoop, Protocol, type Transport } from 'tsyncio';

class Echo extends Protocol {
  private transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class BufferedEcho extends BufferedProtocol {
  private transport!: Transport;
  private buffer: Buffer = Buffer.allocUnsafe(1 << 18);

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override getBuffer(): Uint8Array {
    return this.buffer;
  }

  override bufferUpdated(nbytes: number): void {
    this.transport.write(this.buffer.subarray(0, nbytes));
    // What waits still needs the buffer.
    if (this.transport.getWriteBufferSize() > 0) this.buffer = Buffer.allocUnsafe(1 << 18);
  }
}

const kind = process.argv[2] ?? 'protocol';

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  console.log(user + system);
});

if (kind === 'node') {
  const server = net.createServer({ noDelay: true }, (connection) => {
    connection.on('data', (data) => connection.write(data));
    connection.on('error', () => connection.destroy());
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as net.AddressInfo).port));
} else {
  const loop = new EventLoop();
  const factory = kind === 'buffered' ? BufferedEcho : Echo;
  const serve = loop.createTask(loop.createServer(factory, '127.0.0.1', 0));
  serve.addDoneCallback(() => {
    console.log(serve.result().sockets[0]!.getsockname()[1]);
  });
  await loop.runForever();
}
