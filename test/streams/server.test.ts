import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  type ExceptionContext,
  KeyboardInterrupt,
  openConnection,
  openUnixConnection,
  sleep,
  startServer,
  startUnixServer,
  type StreamPair,
  type StreamReader,
  type StreamWriter,
  ValueError,
  waitFor,
} from '../../src/index.js';
import { ContextVar } from '../../src/contextvars/index.js';
import { runChild } from '../helpers/child.js';
import { thrownBy } from '../helpers/virtual.js';
import { transports, until } from '../transports/support.js';
import { echo, serve, unixPath } from './support.js';

/** Send a line, and read the answer. */
function* ask([reader, writer]: StreamPair, line: string): Coroutine<string> {
  writer.write(line);
  const answer = yield* reader.readline();
  writer.close();
  yield* writer.waitClosed();
  return String(answer);
}

function* answer(reader: StreamReader, writer: StreamWriter): Coroutine {
  writer.write(yield* reader.readline());
  yield* writer.drain();
  writer.close();
  yield* writer.waitClosed();
}

/** A handler, in each of the forms that it may have. */
const forms: Record<
  string,
  (reader: StreamReader, writer: StreamWriter) => Coroutine | PromiseLike<void> | void
> = {
  'a generator function': answer,
  'a function that returns a coroutine': (reader, writer) => answer(reader, writer),
  'a function that returns a task': (reader, writer) => createTask(answer(reader, writer)),
  'a plain function': (reader, writer) => {
    createTask(answer(reader, writer));
  },
  'an async function': async (reader, writer) => {
    writer.write(await createTask(reader.readline()));
    writer.close();
  },
};

describe.each(transports)('a server over $name', ({ onLoop }) => {
  it.each(Object.entries(forms))('takes %s', async (_name, handler) => {
    await onLoop(function* (): Coroutine {
      const { server, address } = yield* serve(handler);
      expect(yield* ask(yield* openConnection(...address), 'hello world!\n')).toBe('hello world!\n');
      server.close();
      yield* server.waitClosed();

      const path = unixPath();
      const unix = yield* startUnixServer(handler, path);
      expect(yield* ask(yield* openUnixConnection(path), 'hello Unix!\n')).toBe('hello Unix!\n');
      unix.close();
      yield* unix.waitClosed();
    });
  });

  it('refuses what is no function', async () => {
    await onLoop(function* (): Coroutine {
      expect(yield* thrownBy(startServer('handler' as never, '127.0.0.1', 0))).toEqual(
        new TypeError('client_connected_cb must be a function, called with a reader and a writer'),
      );
    });
  });

  it('is closed, and waited for, by asyncWith', async () => {
    await onLoop(function* (): Coroutine {
      const { server, address } = yield* serve(echo);
      yield* asyncWith(server, function* () {
        expect(yield* ask(yield* openConnection(...address), 'hello\n')).toBe('hello\n');
      });
      expect(server.isServing()).toBe(false);
    });
  });

  it('can begin later, and serve until it is cancelled', async () => {
    await onLoop(function* (): Coroutine {
      const { server, address } = yield* serve(echo, { startServing: false });
      expect(server.isServing()).toBe(false);
      const serving = createTask(server.serveForever());
      yield* sleep(0);
      expect(server.isServing()).toBe(true);
      const [reader, writer] = yield* openConnection(...address);
      writer.write('hello\n');
      expect(String(yield* reader.readline())).toBe('hello\n');
      serving.cancel();
      expect(yield* thrownBy(serving)).toBeInstanceOf(CancelledError);
      expect(yield* reader.read()).toHaveLength(0);
      writer.close();
    });
  });

  describe('whose handler fails', () => {
    const failing: Record<string, typeof echo | (() => void)> = {
      *'before it has waited'() {
        throw new ValueError('test');
      },
      *'after it has waited'(reader) {
        yield* reader.readline();
        throw new ValueError('test');
      },
      'as a plain function'() {
        throw new ValueError('test');
      },
    };

    it.each(Object.entries(failing))(
      '%s reports it with the address, closes the connection, and goes on',
      async (_name, fail) => {
        const reports: ExceptionContext[] = [];
        await onLoop(
          function* (): Coroutine {
            let calls = 0;
            const { server, address } = yield* serve((reader, writer) =>
              ++calls === 1 ? fail(reader, writer) : answer(reader, writer),
            );
            const [reader, writer] = yield* openConnection(...address);
            const peername = writer.getExtraInfo('sockname');
            writer.write('test msg\n');
            yield* end(reader);
            writer.close();
            expect(reports).toHaveLength(1);
            expect(reports[0]).toMatchObject({
              message: 'Unhandled exception in client_connected_cb',
              exception: new ValueError('test'),
              peername,
            });
            expect(String(reports[0]!.transport)).toMatch(/Transport/);
            expect(yield* ask(yield* openConnection(...address), 'still there\n')).toBe('still there\n');
            server.close();
            yield* server.waitClosed();
          },
          { reports },
        );
        expect(reports).toHaveLength(1);
      },
    );

    /** Read up to the end, or the reset that comes where something was not read on the other side. */
    function* end(reader: StreamReader): Coroutine {
      try {
        expect(yield* reader.read()).toHaveLength(0);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ConnectionResetError' });
      }
    }

    it('because it is cancelled closes the connection and reports nothing', async () => {
      await onLoop(function* (): Coroutine {
        let cancel = (): boolean => false;
        const handler = function* (_reader: StreamReader, writer: StreamWriter): Coroutine {
          const task = currentTask()!;
          cancel = () => task.cancel();
          writer.write('ready\n');
          yield* sleep(3600);
        };
        const { server, address } = yield* serve(handler);
        const [reader, writer] = yield* openConnection(...address);
        expect(String(yield* reader.readline())).toBe('ready\n');
        expect(cancel()).toBe(true);
        expect(yield* reader.read()).toHaveLength(0);
        writer.close();
        server.close();
        yield* server.waitClosed();
      });
    });

    it('by returning does not close the connection', async () => {
      await onLoop(function* (): Coroutine {
        let kept: StreamWriter | null = null;
        const { server, address } = yield* serve(function* (_reader, writer): Coroutine {
          kept = writer;
        });
        const [reader, writer] = yield* openConnection(...address);
        yield* until(() => kept !== null);
        yield* sleep(0.01);
        kept!.write('still open\n');
        kept!.close();
        expect(String(yield* reader.read())).toBe('still open\n');
        writer.close();
        server.close();
        yield* server.waitClosed();
      });
    });
  });

  it('lets KeyboardInterrupt of a plain handler end the loop', async () => {
    const interrupted = onLoop(function* (): Coroutine {
      const { address } = yield* serve(() => {
        throw new KeyboardInterrupt();
      });
      const [, writer] = yield* openConnection(...address);
      yield* sleep(5);
      writer.close();
    });
    await expect(interrupted).rejects.toBeInstanceOf(KeyboardInterrupt);
  });

  it('runs each handler in a copy of the context that it was made in', async () => {
    await onLoop(function* (): Coroutine {
      const variable = new ContextVar<string>('variable');
      variable.set('main');
      const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
        for (let line = yield* reader.readline(); line.length > 0; line = yield* reader.readline()) {
          writer.write(`${variable.get()}\n`);
          variable.set(String(line).trim());
        }
        writer.close();
      };
      const { server, address } = yield* serve(handler);
      variable.set('main, later');
      const pairs = [yield* openConnection(...address), yield* openConnection(...address)];
      const answers: string[] = [];
      for (const round of ['first', 'second']) {
        for (const [i, [reader, writer]] of pairs.entries()) {
          writer.write(`${round} ${i}\n`);
          answers.push(String(yield* reader.readline()).trim());
        }
      }
      expect(answers).toEqual(['main', 'main', 'first 0', 'first 1']);
      expect(variable.get()).toBe('main, later');
      for (const [, writer] of pairs) writer.close();
      server.close();
      yield* server.waitClosed();
    });
  });

  describe.each([
    ['waits for connections alone', undefined, false],
    ['with waitForHandlers waits for what handlers do afterwards', true, true],
  ])('that is closed %s', (_what, waitForHandlers, finished) => {
    it('over TCP', async () => {
      await onLoop(function* (): Coroutine {
        const gate = new Event();
        let done = false;
        const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
          yield* reader.read();
          writer.close();
          yield* gate.wait();
          yield* sleep(0.01);
          done = true;
        };
        const { server, address } = yield* serve(handler, { waitForHandlers });
        const [, writer] = yield* openConnection(...address);
        yield* sleep(0.01);
        server.close();
        writer.close();
        if (finished) {
          expect(yield* thrownBy(waitFor(server.waitClosed(), 0.02))).toMatchObject({ name: 'TimeoutError' });
        }
        gate.set();
        yield* server.waitClosed();
        expect(done).toBe(finished);
        yield* until(() => done);
      });
    });

    it('over a Unix socket, and closes the connections first if it is told to', async () => {
      await onLoop(function* (): Coroutine {
        let done = 0;
        const handler = function* (reader: StreamReader, writer: StreamWriter): Coroutine {
          writer.write('hello\n');
          yield* reader.read();
          yield* sleep(0.01);
          done++;
        };
        const path = unixPath();
        const server = yield* startUnixServer(handler, { path, waitForHandlers });
        const writers: StreamWriter[] = [];
        for (let i = 0; i < 3; i++) {
          const [reader, writer] = yield* openUnixConnection(path);
          yield* reader.readline();
          writers.push(writer);
        }
        server.close();
        if (done === 0) server.closeClients();
        yield* server.waitClosed();
        expect(done).toBe(finished ? 3 : 0);
        yield* until(() => done === 3);
        server.abortClients();
        for (const writer of writers) writer.close();
      });
    });
  });
});

describe('connections that nobody holds', () => {
  const start = (handler: string, client: string): string => `
    import { asyncWith, type Coroutine, getRunningLoop, openConnection, run, sleep, startServer } from 'tsyncio';
    declare const gc: () => void;
    function* collect(): Coroutine {
      for (let i = 0; i < 5; i++) {
        gc();
        yield* sleep(0.01);
      }
    }
    process.on('warning', (warning) => console.log(warning.name, String(warning.message).replace(/transport=.*/, '...')));
    function* main(): Coroutine {
      const server = yield* startServer(${handler}, '127.0.0.1', 0);
      const [host, port] = server.sockets[0]!.getsockname();
      ${client}
      server.close();
      yield* server.waitClosed();
      console.log('all gone');
    }
    await run(main(), { debug: process.argv[2] === 'debug' });
  `;

  it.each([
    ['debug', ['ResourceWarning unclosed <StreamWriter ...', 'all gone']],
    ['quiet', ['all gone']],
  ])('are closed when they are collected, and warned of in debug mode: %s', async (mode, printed) => {
    const source = start(
      'function* (reader, writer): Coroutine { yield* reader.read(); writer.close(); }',
      `yield* (function* (): Coroutine { yield* openConnection(host, port); })();
       yield* sleep(0.01);
       yield* collect();`,
    );
    const { stdout, code } = await runChild(source, {
      nodeArgs: ['--expose-gc', '--no-warnings'],
      args: [mode],
    });
    expect([stdout.trim().split('\n'), code]).toEqual([printed, 0]);
  });

  it.each([
    [
      'the reader',
      'const [kept] = yield* openConnection(host, port);',
      'String(yield* kept.readline()).trim()',
    ],
    ['the writer', 'const [, kept] = yield* openConnection(host, port);', 'kept.isClosing()'],
  ])('but for %s stay open', async (_name, open, use) => {
    const source = start(
      `function* (reader, writer): Coroutine {
         yield* sleep(0.15);
         writer.write('still there\\n');
         yield* writer.drain();
         writer.close();
       }`,
      `${open}
       yield* collect();
       console.log(${use});
       yield* sleep(0.2);`,
    );
    const { stdout } = await runChild(source, {
      nodeArgs: ['--expose-gc', '--no-warnings'],
      args: ['debug'],
    });
    expect(stdout.trim().split('\n').slice(0, 1)).toEqual([
      use.startsWith('String') ? 'still there' : 'false',
    ]);
  });

  it('but for a handler that waits stay open', async () => {
    const source = start(
      `function* (reader, writer): Coroutine {
         for (;;) {
           const line = yield* reader.readline();
           if (line.length === 0) break;
           writer.write(line);
         }
         writer.close();
       }`,
      `const [reader, writer] = yield* openConnection(host, port);
       yield* sleep(0.01);
       yield* collect();
       writer.write('hello\\n');
       console.log(String(yield* reader.readline()).trim());
       writer.close();`,
    );
    const { stdout } = await runChild(source, {
      nodeArgs: ['--expose-gc', '--no-warnings'],
      args: ['debug'],
    });
    expect(stdout.trim().split('\n')).toEqual(['hello', 'all gone']);
  });
});
