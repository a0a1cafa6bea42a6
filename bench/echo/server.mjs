/*
 * An echo server on tsyncio, or on Node's net, of the kind that the argument names. Prints its port.
 *
 *     node bench/echo/server.mjs sock|protocol|buffered|streams|net
 *
 * TSYNCIO_DIST names the build, by default this package's.
 */
import net from 'node:net';
import { pathToFileURL } from 'node:url';

const dist =
  process.env.TSYNCIO_DIST === undefined
    ? new URL('../../dist/', import.meta.url)
    : pathToFileURL(`${process.env.TSYNCIO_DIST}/`);
const tsyncio = await import(new URL('index.js', dist));
const { IPPROTO_TCP, socket, TCP_NODELAY } = await import(new URL('socket/index.js', dist));
const { BufferedProtocol, ConnectionError, getRunningLoop, Protocol, run } = tsyncio;

const HOST = '127.0.0.1';
/** So many bytes at most at a time, where the server is the one to say. */
const ROOM = 262_144;

class Echo extends Protocol {
  connectionMade(transport) {
    this.transport = transport;
  }

  dataReceived(data) {
    this.transport.write(data);
  }
}

class BufferedEcho extends BufferedProtocol {
  buffer = Buffer.allocUnsafeSlow(ROOM);

  connectionMade(transport) {
    this.transport = transport;
  }

  getBuffer() {
    return this.buffer;
  }

  bufferUpdated(nbytes) {
    this.transport.write(this.buffer.subarray(0, nbytes));
    // What waits is not copied: it still needs the buffer.
    if (this.transport.getWriteBufferSize() > 0) this.buffer = Buffer.allocUnsafeSlow(ROOM);
  }
}

function* echoSock(loop, sock) {
  try {
    for (;;) {
      const data = yield* loop.sockRecv(sock, ROOM);
      if (data.length === 0) break;
      yield* loop.sockSendall(sock, data);
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  } finally {
    sock.close();
  }
}

function* echoStreams(reader, writer) {
  try {
    for (;;) {
      const data = yield* reader.read(ROOM);
      if (data.length === 0) break;
      writer.write(data);
      yield* writer.drain();
    }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
  writer.close();
}

function* serveSock() {
  const loop = getRunningLoop();
  const listening = new socket();
  listening.bind([HOST, 0]);
  listening.listen(1024);
  listening.setblocking(false);
  console.log(listening.getsockname()[1]);
  const tasks = new Set();
  for (;;) {
    const [sock] = yield* loop.sockAccept(listening);
    sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    const task = loop.createTask(echoSock(loop, sock));
    tasks.add(task);
    task.addDoneCallback(() => tasks.delete(task));
  }
}

function* serveProtocol(factory) {
  const server = yield* getRunningLoop().createServer(factory, HOST, 0, { backlog: 1024 });
  yield* forever(server);
}

function* serveStreams() {
  const server = yield* tsyncio.startServer(echoStreams, HOST, 0, { backlog: 1024 });
  yield* forever(server);
}

function* forever(server) {
  console.log(server.sockets[0].getsockname()[1]);
  yield* server.serveForever();
}

function serveNet() {
  const server = net.createServer({ noDelay: true }, (connection) => {
    connection.on('data', (data) => connection.write(data));
    connection.on('error', () => connection.destroy());
  });
  server.listen({ host: HOST, port: 0, backlog: 1024 }, () => console.log(server.address().port));
}

const kinds = {
  sock: () => run(serveSock()),
  protocol: () => run(serveProtocol(Echo)),
  buffered: () => run(serveProtocol(BufferedEcho)),
  streams: () => run(serveStreams()),
  net: serveNet,
};
await kinds[process.argv[2]]();
