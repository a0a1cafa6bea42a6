/*
 * A program for one test, its servers, and connections that say and hear plain bytes.
 */
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import {
  asyncWith,
  type Coroutine,
  EventLoop,
  type ExceptionContext,
  openConnection,
  run,
  type Server,
  type StreamReader,
  type StreamWriter,
  timeout,
} from '../../src/index.js';
import { addonAvailable } from '../../src/platform/addon.js';

/** Define `suite` for each network that there is here: the sockets of the addon, and those of Node. */
export function onEachNetwork(suite: () => void): void {
  const networks = addonAvailable() ? ['selector', 'node'] : ['node'];
  describe.each(networks)('over the network of kind %s', (network) => {
    beforeEach(() => {
      vi.stubEnv('TSYNCIO_TRANSPORT', network);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
    });
    suite();
  });
}

/**
 * Run `main` as a program does: handlers that are still at work in the end are cancelled.
 *
 * @param options - `reports` gets what reaches the exception handler; without it, anything that does fails the test
 */
export async function program<T>(
  main: () => Coroutine<T>,
  options: { reports?: ExceptionContext[] } = {},
): Promise<T> {
  const reports = options.reports ?? [];
  const loopFactory = (): EventLoop => {
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    return loop;
  };
  const result = await run(main(), { loopFactory });
  if (options.reports === undefined) expect(reports).toEqual([]);
  return result;
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return server.sockets[0]!.getsockname()[1];
}

/** Run `body` with what serves, then end its connections and wait until the last is gone. */
export function serving<R>(server: Server, body: (port: number) => Coroutine<R>): Coroutine<R> {
  return asyncWith(server, function* () {
    try {
      return yield* body(portOf(server));
    } finally {
      server.closeClients();
    }
  });
}

/** Run `body` with a connection to `port`, which must not take longer than ten seconds. */
export function* connected<R>(
  port: number,
  body: (reader: StreamReader, writer: StreamWriter) => Coroutine<R>,
): Coroutine<R> {
  const [reader, writer] = yield* openConnection('127.0.0.1', port);
  try {
    return yield* asyncWith(timeout(10), () => body(reader, writer));
  } finally {
    writer.transport.abort();
  }
}

/** Send `text`, and return all that comes back, to the end. */
export function exchange(port: number, text: string | Uint8Array): Coroutine<string> {
  return connected(port, function* (reader, writer) {
    writer.write(text);
    return (yield* reader.read()).toString('latin1');
  });
}

/** A line, without its end. */
export function* line(reader: StreamReader): Coroutine<string> {
  return (yield* reader.readline()).toString().trimEnd();
}
