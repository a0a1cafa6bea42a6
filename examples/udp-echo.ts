/*
 * UDP echo: a server, and a client that asks again when a datagram, or the answer to it, is lost.
 *
 *     node dist-examples/udp-echo.js server [port]
 *     node dist-examples/udp-echo.js client [port] [text]
 */
import {
  asyncWith,
  type Coroutine,
  DatagramProtocol,
  type DatagramTransport,
  Event,
  getRunningLoop,
  Queue,
  run,
  timeout,
  TimeoutError,
} from 'tsyncio';
import type { InetAddress } from 'tsyncio/socket';

class EchoServer extends DatagramProtocol {
  private _transport!: DatagramTransport;

  override connectionMade(transport: DatagramTransport): void {
    this._transport = transport;
  }

  override datagramReceived(data: Buffer, addr: InetAddress): void {
    this._transport.sendto(data, addr);
  }
}

/** Hands what it receives to whoever waits for it: an answer, or the error of a datagram that nobody took. */
class Client extends DatagramProtocol {
  readonly received: Queue<Buffer | Error> = new Queue<Buffer | Error>();

  override datagramReceived(data: Buffer): void {
    this.received.putNowait(data);
  }

  override errorReceived(error: Error): void {
    this.received.putNowait(error);
  }
}

/** Start a server. Close the transport to stop it. */
export function* startUdpEcho(host: string, port: number): Coroutine<DatagramTransport> {
  const [transport] = yield* getRunningLoop().createDatagramEndpoint(EchoServer, { localAddr: [host, port] });
  return transport;
}

/**
 * Send `text`, and wait for the answer.
 *
 * @param patience - seconds to wait for each of the attempts
 * @throws TimeoutError if no answer came to any; ConnectionRefusedError if nobody is there.
 */
export function* ask(
  host: string,
  port: number,
  text: string,
  { attempts = 3, patience = 1 }: { attempts?: number; patience?: number } = {},
): Coroutine<string> {
  const [transport, client] = yield* getRunningLoop().createDatagramEndpoint(Client, {
    remoteAddr: [host, port],
  });
  try {
    for (let attempt = 1; ; attempt++) {
      transport.sendto(text);
      try {
        const answer = yield* asyncWith(timeout(patience), () => client.received.get());
        if (answer instanceof Error) throw answer;
        return answer.toString();
      } catch (error) {
        if (!(error instanceof TimeoutError) || attempt === attempts) throw error;
      }
    }
  } finally {
    transport.close();
  }
}

function* main(role: string | undefined, port: number, text: string): Coroutine {
  if (role === 'client') {
    console.log(yield* ask('127.0.0.1', port, text));
    return;
  }
  const transport = yield* startUdpEcho('127.0.0.1', port);
  console.log(`UDP echo on ${transport.getExtraInfo('sockname').join(':')}`);
  yield* new Event().wait(); // for ever
}

if (process.argv[1] === import.meta.filename) {
  const [role, port = '9999', text = 'hello'] = process.argv.slice(2);
  await run(main(role, Number(port), text));
}
