import { describe, expect, test } from 'vitest';
import { type Coroutine, Protocol, type SelectorEventLoop, sleep, type Transport } from '../../src/index.js';
import { Context, ContextVar } from '../../src/contextvars/index.js';
import { Recorder, transports, until } from './support.js';

const variable = new ContextVar<string>('variable', { default: 'unset' });

/** Answers each chunk with what the variable is, and sets it. */
class Server extends Protocol {
  static readonly seen: string[] = [];
  transport!: Transport;

  static note(where: string): void {
    Server.seen.push(`${where} ${variable.get()}`);
  }

  constructor() {
    super();
    Server.note('factory');
    variable.set('factory');
  }

  override connectionMade(transport: Transport): void {
    this.transport = transport;
    Server.note('made');
    variable.set('made');
  }

  override dataReceived(data: Buffer): void {
    Server.note('data');
    variable.set(String(data));
    this.transport.write(data);
  }

  override eofReceived(): void {
    Server.note('eof');
  }

  override connectionLost(): void {
    Server.note('lost');
  }
}

function* talk(loop: SelectorEventLoop, port: number, ...texts: string[]): Coroutine {
  const [transport, protocol] = yield* loop.createConnection(Recorder, '127.0.0.1', port);
  let size = 0;
  for (const text of texts) {
    transport.write(text);
    size += text.length;
    const wanted = size;
    yield* until(() => protocol.size === wanted);
  }
  transport.close();
  yield* until(() => protocol.isLost);
}

describe.each(transports)('contexts over $name', ({ onLoop }) => {
  describe('the protocols of a server', () => {
    test('run in the context in which it was made, whatever changes afterwards', async () => {
      await onLoop(function* (loop): Coroutine {
        Server.seen.length = 0;
        variable.set('at creation');
        const server = yield* loop.createServer(Server, '127.0.0.1', 0);
        variable.set('afterwards');
        const port = server.sockets[0]!.getsockname()[1];
        yield* talk(loop, port, 'one', 'two');
        server.close();
        yield* server.waitClosed();
        expect(Server.seen).toEqual([
          'factory at creation',
          'made factory',
          'data made',
          'data one',
          'eof two',
          'lost two',
        ]);
        expect(variable.get()).toBe('afterwards');
      });
    });

    test('have a copy each: what one sets no other sees', async () => {
      await onLoop(function* (loop): Coroutine {
        Server.seen.length = 0;
        variable.set('at creation');
        const server = yield* loop.createServer(Server, '127.0.0.1', 0);
        const port = server.sockets[0]!.getsockname()[1];
        yield* talk(loop, port, 'one');
        const both = [loop.createTask(talk(loop, port, 'two')), loop.createTask(talk(loop, port, 'six'))];
        for (const task of both) yield* task;
        server.close();
        yield* server.waitClosed();
        const starts = Server.seen.filter((line) => line.startsWith('factory'));
        expect(starts).toEqual(Array(3).fill('factory at creation'));
        expect(Server.seen.filter((line) => line.startsWith('lost')).sort()).toEqual([
          'lost one',
          'lost six',
          'lost two',
        ]);
      });
    });

    test('keep their context when another task resumes reading', async () => {
      await onLoop(function* (loop): Coroutine {
        Server.seen.length = 0;
        const transports: Transport[] = [];
        class Pausing extends Server {
          override connectionMade(transport: Transport): void {
            super.connectionMade(transport);
            transport.pauseReading();
            transports.push(transport);
          }
        }
        variable.set('at creation');
        const server = yield* loop.createServer(Pausing, '127.0.0.1', 0);
        const port = server.sockets[0]!.getsockname()[1];
        const talking = loop.createTask(talk(loop, port, 'one'));
        yield* until(() => transports.length === 1);
        new Context().run(() => {
          variable.set('of somebody else');
          transports[0]!.resumeReading();
        });
        yield* talking;
        server.close();
        yield* server.waitClosed();
        expect(Server.seen).toEqual([
          'factory at creation',
          'made factory',
          'data made',
          'eof one',
          'lost one',
        ]);
      });
    });
  });

  test('the protocol of a client runs in a copy of the context of whoever connected', async () => {
    await onLoop(function* (loop): Coroutine {
      Server.seen.length = 0;
      const accepted: Recorder[] = [];
      const server = yield* loop.createServer(
        () => {
          accepted.push(new Recorder());
          return accepted[0]!;
        },
        '127.0.0.1',
        0,
      );
      variable.set('connecting');
      const [transport] = yield* loop.createConnection(
        Server,
        '127.0.0.1',
        server.sockets[0]!.getsockname()[1],
      );
      expect(Server.seen).toEqual(['factory connecting', 'made factory']);
      transport.close();
      server.close();
      yield* server.waitClosed();
      yield* sleep(0);
    });
  });
});
