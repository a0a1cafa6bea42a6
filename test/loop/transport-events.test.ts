/*
 * loop.events tells of transports of every make: each is opened once, and closed once.
 */
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  type BaseTransport,
  connectReader,
  connectWriter,
  type Coroutine,
  createSubprocessExec,
  type DatagramProtocol,
  DatagramProtocol as BaseDatagramProtocol,
  getRunningLoop,
  openConnection,
  Protocol,
  type StreamReader,
  type StreamWriter,
  startServer,
  subprocess,
  wrapFuture,
} from '../../src/index.js';
import { noAddon } from '../helpers/addon.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { clientContext, serverContext } from '../helpers/tls.js';
import { thrownBy, turns } from '../helpers/virtual.js';
import { pipe } from '../pipes/support.js';

/** What was told of each transport, in order. */
type Told = Map<BaseTransport, unknown[]>;

/** Note what is told from now on. */
function record(): Told {
  const told: Told = new Map();
  const { events } = getRunningLoop();
  const note = (transport: BaseTransport, what: unknown): void => {
    told.set(transport, [...(told.get(transport) ?? []), what]);
  };
  events.on('transportOpened', (transport) => {
    note(transport, 'opened');
  });
  events.on('transportClosed', (transport, error) => {
    note(transport, error ?? 'closed');
  });
  return told;
}

/** Wait until each of `count` transports is told of as closed. */
function* allClosed(told: Told, count: number): Coroutine {
  while ([...told.values()].filter((each) => each.length > 1).length < count) yield* wrapFuture(hostTurn());
  // And nothing comes after that.
  yield* turns(3);
}

function hostTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const ONCE = ['opened', 'closed'];

function* echoLine(reader: StreamReader, writer: StreamWriter): Coroutine {
  yield* asyncWith(writer, function* () {
    writer.write(yield* reader.readline());
  });
}

function* ask(reader: StreamReader, writer: StreamWriter): Coroutine<string> {
  writer.write('hello\n');
  const line = yield* reader.readline();
  writer.close();
  yield* writer.waitClosed();
  return String(line);
}

onEachNetwork(() => {
  describe('the events of a loop', () => {
    it('tell once of each end of a connection', () =>
      program(function* () {
        const told = record();
        const server = yield* startServer(echoLine, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          const [reader, writer] = yield* openConnection('127.0.0.1', port);
          expect(told.get(writer.transport)).toEqual(['opened']);
          expect(yield* ask(reader, writer)).toBe('hello\n');
          expect(told.get(writer.transport)).toEqual(ONCE);
        });
        yield* allClosed(told, 2);
        expect([...told.values()]).toEqual([ONCE, ONCE]);
      }));

    it('tell of a transport just before its protocol is told, and just after', () =>
      program(function* () {
        const order: string[] = [];
        class Client extends Protocol {
          override connectionMade(): void {
            order.push('connectionMade');
          }
          override connectionLost(): void {
            order.push('connectionLost');
          }
        }
        const loop = getRunningLoop();
        const server = yield* startServer(echoLine, '127.0.0.1', 0);
        yield* serving(server, function* (port) {
          const [transport] = yield* loop.createConnection(
            () => {
              // The server's end is told of, too.
              loop.events.on('transportOpened', (each) => {
                if (each.getProtocol() instanceof Client) order.push('transportOpened');
              });
              loop.events.on('transportClosed', (each) => {
                if (each === transport) order.push('transportClosed');
              });
              return new Client();
            },
            '127.0.0.1',
            port,
          );
          transport.abort();
          while (order.length < 4) yield* wrapFuture(hostTurn());
        });
        expect(order).toEqual(['transportOpened', 'connectionMade', 'connectionLost', 'transportClosed']);
      }));

    it('tell of the end of a connection whose protocol fails at it', () =>
      program(function* () {
        const told = record();
        const server = yield* startServer(
          function* (reader, writer) {
            yield* reader.readline();
            writer.transport.abort();
          },
          '127.0.0.1',
          0,
        );
        yield* serving(server, function* (port) {
          const loop = getRunningLoop();
          const failure = new Error('of the protocol');
          class Fails extends Protocol {
            override connectionMade(transport: BaseTransport): void {
              (transport as StreamWriter['transport']).write('hello\n');
            }
            override connectionLost(): void {
              throw failure;
            }
          }
          const reports: unknown[] = [];
          loop.setExceptionHandler((_loop, { exception }) => reports.push(exception));
          const [transport] = yield* loop.createConnection(() => new Fails(), '127.0.0.1', port);
          yield* allClosed(told, 2);
          // A protocol that fails at its end keeps nobody from hearing of it.
          expect(reports).toEqual([failure]);
          expect(told.get(transport)).toHaveLength(2);
        });
      }));

    it('tell of TLS after the handshake, and not of one that came to nothing', () =>
      program(
        function* () {
          const told = record();
          const server = yield* startServer(echoLine, '127.0.0.1', 0, { ssl: serverContext() });
          yield* serving(server, function* (port) {
            const [reader, writer] = yield* openConnection('127.0.0.1', port, {
              ssl: clientContext(),
              serverHostname: 'localhost',
            });
            expect(told.get(writer.transport)).toEqual(['opened']);
            expect(yield* ask(reader, writer)).toBe('hello\n');
            yield* allClosed(told, 2);
            expect([...told.values()]).toEqual([ONCE, ONCE]);
            const untrusted = openConnection('127.0.0.1', port, { ssl: true, serverHostname: 'localhost' });
            expect(yield* thrownBy(untrusted)).toBeInstanceOf(Error);
            yield* turns(3);
            expect(told.size).toBe(2);
          });
        },
        { reports: [] },
      ));

    it('tell of the end of a plain transport that is upgraded to TLS, and of the one that goes on', () =>
      program(function* () {
        const told = record();
        const server = yield* startServer(
          function* (reader, writer) {
            yield* reader.readline();
            writer.write('go ahead\n');
            yield* writer.startTls(serverContext());
            yield* echoLine(reader, writer);
          },
          '127.0.0.1',
          0,
        );
        yield* serving(server, function* (port) {
          const [reader, writer] = yield* openConnection('127.0.0.1', port);
          const plain = writer.transport;
          writer.write('upgrade\n');
          yield* reader.readline();
          yield* writer.startTls(clientContext(), { serverHostname: 'localhost' });
          expect(told.get(plain)).toEqual(ONCE);
          expect(told.get(writer.transport)).toEqual(['opened']);
          expect(yield* ask(reader, writer)).toBe('hello\n');
        });
        yield* allClosed(told, 4);
        expect([...told.values()]).toEqual([ONCE, ONCE, ONCE, ONCE]);
      }));

    it('tell of datagram transports', () =>
      program(function* () {
        const told = record();
        const loop = getRunningLoop();
        const [transport] = yield* loop.createDatagramEndpoint<DatagramProtocol>(
          () => new BaseDatagramProtocol(),
          { localAddr: ['127.0.0.1', 0] },
        );
        expect([...told.values()]).toEqual([['opened']]);
        transport.close();
        yield* allClosed(told, 1);
        expect([...told]).toEqual([[transport, ONCE]]);
      }));
  });
});

describe('the events of a loop', () => {
  it('tell of pipes over streams of Node’s', () =>
    program(function* () {
      const told = record();
      const [reader] = yield* connectReader(Readable.from([Buffer.from('all')]));
      expect(String(yield* reader.read())).toBe('all');
      const sink = new PassThrough();
      const writer = yield* connectWriter(sink);
      writer.write('all');
      writer.close();
      yield* wrapFuture(once(sink.resume(), 'end'));
      yield* allClosed(told, 2);
      expect([...told.values()]).toEqual([ONCE, ONCE]);
    }));

  it.skipIf(noAddon)('tell of pipes by descriptor', () =>
    program(function* () {
      const told = record();
      const loop = getRunningLoop();
      const [reader, writer] = pipe();
      const [writing] = yield* loop.connectWritePipe(() => new Protocol(), writer);
      yield* loop.connectReadPipe(() => new Protocol(), reader);
      expect([...told.values()]).toEqual([['opened'], ['opened']]);
      writing.close();
      yield* allClosed(told, 2);
      expect([...told.values()]).toEqual([ONCE, ONCE]);
    }),
  );

  it('tell of a child process, and of its pipes', () =>
    program(function* () {
      const told = record();
      const child = yield* createSubprocessExec(process.execPath, '-e', '', {
        stdin: subprocess.PIPE,
        stdout: subprocess.PIPE,
      });
      yield* child.communicate();
      yield* allClosed(told, 3);
      expect([...told.values()]).toEqual([ONCE, ONCE, ONCE]);
    }));
});
