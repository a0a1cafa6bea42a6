/*
 * undici, the client behind Node's fetch, as a package of its own: each of its doors takes a signal.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { Agent, errors, fetch, pipeline, request, stream } from 'undici';
import { describe, expect, it } from 'vitest';
import {
  abortable,
  asyncFor,
  asyncGenerator,
  asyncWith,
  BREAK,
  CancelledError,
  connectReader,
  type Coroutine,
  createTask,
  EventLoop,
  type ExceptionContext,
  gather,
  run,
  sleep,
  TaskGroup,
  TimeoutError,
  toReadable,
  waitFor,
  waitForEvent,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';

/** What the server saw. */
interface Server {
  readonly url: string;
  /** Requests that have come, and answers whose clients left before their end. */
  readonly asked: string[];
  readonly left: string[];
}

const listener =
  ({ asked, left }: Omit<Server, 'url'>): RequestListener =>
  (incoming, response) => {
    const path = incoming.url!;
    asked.push(path);
    response.on('close', () => {
      if (!response.writableFinished) left.push(path);
    });
    if (path === '/echo') incoming.pipe(response);
    else if (path === '/endless') {
      response.write('line\n'.repeat(10));
      const more = (): void => {
        if (!response.destroyed) response.write('line\n'.repeat(10_000), more);
      };
      more();
    } else if (path !== '/never') response.end(`you asked for ${path}`);
  };

/** Run `body` beside a server; nothing may reach the exception handler. */
async function beside(body: (server: Server, dispatcher: Agent) => Coroutine<unknown>): Promise<void> {
  const seen = { asked: [], left: [] };
  const server = createServer(listener(seen));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispatcher = new Agent();
  const reports: ExceptionContext[] = [];
  const loopFactory = (): EventLoop => {
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    return loop;
  };
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await run(body({ ...seen, url }, dispatcher), { loopFactory });
  } finally {
    await dispatcher.destroy();
    server.close();
    server.closeAllConnections();
  }
  expect(reports).toEqual([]);
}

function* until(condition: () => boolean): Coroutine {
  while (!condition()) yield* sleep(0.001);
}

describe('undici', () => {
  it('fetches side by side, and in a task group of which one failure stops the others', () =>
    beside(function* ({ url, asked, left }, dispatcher) {
      const get = (path: string): Coroutine<string> =>
        abortable(async (signal) => (await fetch(url + path, { signal, dispatcher })).text());
      expect(yield* gather(get('/a'), get('/b'))).toEqual(['you asked for /a', 'you asked for /b']);
      const failing = asyncWith(new TaskGroup(), function* (group) {
        group.createTask(get('/never'));
        yield* until(() => asked.includes('/never'));
        throw new Error('changed its mind');
      });
      yield* thrownBy(failing);
      yield* until(() => left.includes('/never'));
    }));

  it('has a request aborted when its time is over', () =>
    beside(function* ({ url, asked, left }, dispatcher) {
      const asking = createTask(abortable((signal) => request(`${url}/never`, { signal, dispatcher })));
      yield* until(() => asked.includes('/never'));
      expect(yield* thrownBy(waitFor(asking, 0))).toBeInstanceOf(TimeoutError);
      yield* until(() => left.includes('/never'));
    }));

  it('gives bodies that are iterated, and stops one that is left early', () =>
    beside(function* ({ url, left }, dispatcher) {
      for (const leave of ['break', 'cancel']) {
        const { body, statusCode } = yield* wrapFuture(request(`${url}/endless`, { dispatcher }));
        expect(statusCode).toBe(200);
        let chunks = 0;
        const task = createTask(
          asyncFor(body, function* () {
            chunks++;
            if (leave === 'break') return BREAK;
            yield* sleep(60);
            return undefined;
          }),
        );
        yield* until(() => chunks > 0);
        if (leave === 'cancel') task.cancel();
        yield* gather(task, { returnExceptions: true });
        yield* until(() => left.length > 0);
        left.length = 0;
      }
    }));

  it('gives bodies that a StreamReader reads by lines', () =>
    beside(function* ({ url, left }, dispatcher) {
      const response = yield* wrapFuture(fetch(`${url}/endless`, { dispatcher }));
      const [reader, transport] = yield* connectReader(response.body!);
      for (let n = 0; n < 3; n++) expect(String(yield* reader.readline())).toBe('line\n');
      transport.close();
      yield* until(() => left.includes('/endless'));
    }));

  it('sends what a coroutine makes', () =>
    beside(function* ({ url }, dispatcher) {
      const lines = asyncGenerator<Buffer>(function* (emit) {
        for (let n = 0; n < 3; n++) {
          yield* sleep(0.001);
          yield* emit(Buffer.from(`line ${n}\n`));
        }
      });
      const { body } = yield* wrapFuture(
        request(`${url}/echo`, { method: 'POST', body: toReadable(lines), dispatcher }),
      );
      expect(yield* wrapFuture(body.text())).toBe('line 0\nline 1\nline 2\n');
    }));

  it('streams into a Writable, and through a Duplex, until the task is cancelled', () =>
    beside(function* ({ url, left }, dispatcher) {
      const sink = new PassThrough();
      yield* wrapFuture(stream(`${url}/a`, { method: 'GET', dispatcher }, () => sink));
      expect(yield* wrapFuture(text(sink))).toBe('you asked for /a');
      const endless = new PassThrough().resume();
      const task = createTask(
        abortable((signal) => stream(`${url}/endless`, { method: 'GET', signal, dispatcher }, () => endless)),
      );
      yield* waitForEvent(endless, 'data');
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      yield* until(() => left.includes('/endless'));
      const through = pipeline(`${url}/echo`, { method: 'POST', dispatcher }, ({ body }) => body);
      through.end('all');
      expect(String(yield* wrapFuture(buffer(through)))).toBe('all');
    }));

  it('fails with errors that are its own', () =>
    beside(function* ({ url }) {
      const impatient = new Agent({ headersTimeout: 1 });
      const error = yield* thrownBy(wrapFuture(request(`${url}/never`, { dispatcher: impatient })));
      expect(error).toBeInstanceOf(errors.HeadersTimeoutError);
      yield* wrapFuture(impatient.destroy());
    }));
});
