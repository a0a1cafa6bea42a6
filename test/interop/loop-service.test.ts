import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as hostTurn, setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  DeadlockError,
  getRunningLoop,
  KeyboardInterrupt,
  LoopService,
  RuntimeError,
  sleep,
  startLoop,
  ValueError,
} from '../../src/index.js';

function* greet(name: string): Coroutine<string> {
  yield* sleep(0.001);
  return `hello ${name}`;
}

describe('startLoop', () => {
  it('runs what is submitted, from wherever', async () => {
    await using service = startLoop();
    expect(service).toBeInstanceOf(LoopService);
    expect(await service.submit(greet('world'))).toBe('hello world');
    await pause(5);
    expect(await Promise.all(['a', 'b'].map((name) => service.submit(greet(name))))).toEqual([
      'hello a',
      'hello b',
    ]);
    expect(await service.submit(Promise.resolve(1))).toBe(1);
    expect(String(service)).toBe('<LoopService open submitted=0>');
  });

  it('makes its loop the running one in Node’s callbacks', async () => {
    await using service = startLoop({ debug: false });
    await hostTurn();
    expect(getRunningLoop()).toBe(service.getLoop());
    expect(await createTask(greet('task'))).toBe('hello task');
  });

  it('passes errors, names and signals on', async () => {
    await using service = startLoop();
    function* fails(): Coroutine {
      yield;
      throw new ValueError('no');
    }
    await expect(service.submit(fails())).rejects.toStrictEqual(new ValueError('no'));
    const controller = new AbortController();
    const cancelled = service.submit(sleep(60), { signal: controller.signal });
    await hostTurn();
    controller.abort(new Error('the client is gone'));
    await expect(cancelled).rejects.toThrow('the client is gone');
    await expect(service.submit(sleep(60), { signal: controller.signal })).rejects.toThrow('gone');
    await expect(service.submit(1 as never)).rejects.toBeInstanceOf(TypeError);
  });

  it('waits for what was submitted when it is closed, and takes nothing more', async () => {
    const service = startLoop();
    const running = service.submit(greet('last'));
    const closed = service.close();
    expect(String(service)).toBe('<LoopService closing submitted=1>');
    const coro = greet('late');
    await expect(service.submit(coro)).rejects.toThrow('the loop is closing: nothing can be submitted');
    expect(coro.next().done).toBe(true);
    await closed;
    expect(await running).toBe('hello last');
    expect(service.getLoop().isClosed()).toBe(true);
    await expect(service.submit(Promise.resolve())).rejects.toBeInstanceOf(RuntimeError);
    expect(service.close()).toBe(closed);
  });

  it('cancels what is left when the time is over, and lets it clean up', async () => {
    const service = startLoop();
    const trace: string[] = [];
    function* slow(): Coroutine {
      try {
        yield* sleep(60);
      } finally {
        yield* sleep(0.001);
        trace.push('cleaned up');
      }
    }
    const running = service.submit(slow());
    const expected = expect(running).rejects.toBeInstanceOf(CancelledError);
    await hostTurn();
    await service.close({ timeout: 0.01 });
    await expected;
    expect(trace).toEqual(['cleaned up']);
  });

  it('tells those who wait when the loop fails', async () => {
    const service = startLoop();
    const waiting = service.submit(sleep(60));
    service.getLoop().callSoon(() => {
      throw new KeyboardInterrupt();
    });
    await expect(waiting).rejects.toBeInstanceOf(KeyboardInterrupt);
    await expect(service.submit(greet('nobody'))).rejects.toThrow('the loop is closed');
    await service.close();
    expect(DeadlockError.name).toBe('DeadlockError');
  });
});

describe('a loop in a server of Node’s', () => {
  it('answers requests of node:http, and cancels the work of a client who leaves', async () => {
    await using service = startLoop();
    const trace: string[] = [];
    function* handle(path: string): Coroutine<string> {
      if (path === '/slow') {
        try {
          yield* sleep(60);
        } finally {
          trace.push('cancelled');
        }
      }
      return yield* greet(path);
    }
    const server = createServer((request, response) => {
      const left = new AbortController();
      response.on('close', () => {
        left.abort();
      });
      service.submit(handle(request.url!), { signal: left.signal }).then(
        (text) => response.end(text),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await fetch(`${url}/world`)).text()).toBe('hello /world');
    const controller = new AbortController();
    const slow = fetch(`${url}/slow`, { signal: controller.signal });
    const failed = expect(slow).rejects.toThrow();
    await new Promise((resolve) => server.once('request', resolve));
    await pause(5);
    controller.abort();
    await failed;
    while (trace.length === 0) await pause(1);
    server.closeAllConnections();
    server.close();
  });

  it('answers requests of Fastify', async () => {
    await using service = startLoop();
    const app = fastify();
    app.get<{ Params: { name: string } }>('/hello/:name', ({ params }) => service.submit(greet(params.name)));
    app.get('/fails', () =>
      service.submit(
        (function* (): Coroutine {
          yield* sleep(0);
          throw new ValueError('no');
        })(),
      ),
    );
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await (await fetch(`${url}/hello/ann`)).text()).toBe('hello ann');
    const failed = await fetch(`${url}/fails`);
    expect([failed.status, await failed.json()]).toMatchObject([500, { message: 'no' }]);
    await app.close();
  });
});
