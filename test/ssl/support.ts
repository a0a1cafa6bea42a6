/*
 * What the suites of TLS share. They hold over both networks: sockets of our own, and Node's.
 */
import { onTestFinished, vi } from 'vitest';
import type { Coroutine, Protocol, SelectorEventLoop, Server, Transport } from '../../src/index.js';
import type { SSLContext, SSLObject } from '../../src/ssl/index.js';
import { serverContext } from '../helpers/tls.js';
import { addonAvailable } from '../../src/platform/addon.js';
import { type LoopOptions, onLoop, Recorder, until } from '../transports/support.js';

export { clientContext, serverContext } from '../helpers/tls.js';

/** The networks that there are here. */
export const networks: readonly string[] = addonAvailable() ? ['selector', 'node'] : ['node'];

/** Run `main` on a loop of its own, over one of the {@link networks}. */
export async function onNetwork<T>(
  network: string,
  main: (loop: SelectorEventLoop) => Coroutine<T>,
  options: LoopOptions = {},
): Promise<T> {
  vi.stubEnv('TSYNCIO_TRANSPORT', network);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return await onLoop(main, options);
}

/** Where a server listens. */
export function addressOf(server: Server): [host: string, port: number] {
  const [host, port] = server.sockets[0]!.getsockname();
  return [host, port];
}

/** A server's protocols, in the order of its connections. */
export interface Serving {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  readonly protocols: Recorder[];
}

/** A TLS server on the loopback. */
export function* serve(
  loop: SelectorEventLoop,
  options: {
    ssl?: SSLContext;
    make?: () => Recorder;
    sslHandshakeTimeout?: number;
    sslShutdownTimeout?: number;
  } = {},
): Coroutine<Serving> {
  const { make = () => new Recorder(), ssl = serverContext(), ...rest } = options;
  const protocols: Recorder[] = [];
  const factory = (): Protocol => {
    const protocol = make();
    protocols.push(protocol);
    return protocol;
  };
  const server = yield* loop.createServer(factory, '127.0.0.1', 0, { ssl, ...rest });
  const [host, port] = addressOf(server);
  return { server, host, port, protocols };
}

/** Close a server, its connections too, and wait for all. */
export function* shutDown({ server, protocols }: Serving): Coroutine {
  server.close();
  server.closeClients();
  yield* server.waitClosed();
  yield* until(() => protocols.every(({ events }) => events.length === 0 || events.at(-1) === 'lost'));
}

/** Sends back what it gets. */
export class Echo extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}

/** What `getExtraInfo` has of a TLS connection. */
export function sslOf(transport: Transport): SSLObject {
  return transport.getExtraInfo('ssl_object')!;
}
