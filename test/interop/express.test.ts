/*
 * A loop that lives in a server of Express: its handlers await what they submit.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  Event,
  gather,
  type LoopService,
  sleep,
  startLoop,
  ValueError,
} from '../../src/index.js';

interface Serving {
  readonly loop: LoopService;
  readonly server: Server;
  readonly url: string;
  readonly work: Work;
  readonly trace: string[];
}

/** What the handlers do. */
class Work {
  readonly trace: string[] = [];

  /** What `held` waits for. */
  readonly gate: Event = new Event();

  *held(): Coroutine<string> {
    this.trace.push('begun');
    yield* this.gate.wait();
    return 'done';
  }

  *total(items: string[]): Coroutine<number> {
    const prices = yield* gather(...items.map((item) => this.price(item)));
    return prices.reduce((sum, price) => sum + price, 0);
  }

  *price(item: string): Coroutine<number> {
    yield* sleep(0.001);
    if (item === '') throw new ValueError('an item without a name');
    return item.length;
  }

  *slow(): Coroutine {
    this.trace.push('begun');
    try {
      yield* sleep(60);
    } catch (error) {
      if (error instanceof CancelledError) this.trace.push('cancelled');
      throw error;
    }
  }
}

function application(loop: LoopService, work: Work): Express {
  const app = express();
  app.get('/total', async (request, response) => {
    const items = String(request.query.items).split(',');
    response.json({ total: await loop.submit(work.total(items)) });
  });
  app.get('/held', async (_request, response) => {
    response.send(await loop.submit(work.held()));
  });
  app.get('/slow', async (_request, response) => {
    const left = new AbortController();
    response.on('close', () => {
      left.abort();
    });
    await loop.submit(work.slow(), { signal: left.signal });
  });
  const onError: ErrorRequestHandler = (error: Error, _request, response, next) => {
    work.trace.push(`error: ${error.name}`);
    if (response.destroyed) next();
    else response.status(500).json({ error: error.message });
  };
  app.use(onError);
  return app;
}

/** Serve while `body` runs; it may close the loop itself. */
async function serving(body: (serving: Serving) => Promise<void>): Promise<void> {
  await using loop = startLoop();
  const work = new Work();
  const server = application(loop, work).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await body({ loop, server, url, work, trace: work.trace });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('a loop in a server of Express', () => {
  it('answers requests, many at once', () =>
    serving(async ({ url }) => {
      const ask = async (items: string): Promise<unknown> =>
        (await fetch(`${url}/total?items=${items}`)).json();
      const answers = await Promise.all(['tea', 'tea,cake', 'a,b,c'].map(ask));
      expect(answers).toEqual([{ total: 3 }, { total: 7 }, { total: 3 }]);
    }));

  it('has errors of coroutines handled as Express handles errors', () =>
    serving(async ({ url, trace }) => {
      const response = await fetch(`${url}/total?items=tea,`);
      expect([response.status, await response.json()]).toEqual([500, { error: 'an item without a name' }]);
      expect(trace).toEqual(['error: ValueError']);
    }));

  it('cancels the work for a client who leaves', () =>
    serving(async ({ url, trace }) => {
      const leaving = new AbortController();
      const asked = fetch(`${url}/slow`, { signal: leaving.signal });
      await until(() => trace.includes('begun'));
      leaving.abort();
      await expect(asked).rejects.toThrow('aborted');
      await until(() => trace.length === 3);
      expect(trace).toEqual(['begun', 'cancelled', 'error: AbortError']);
    }));

  it('finishes what is under way when it is shut down, and takes nothing new', () =>
    serving(async ({ loop, server, url, work }) => {
      const last = fetch(`${url}/held`);
      await until(() => work.trace.includes('begun'));
      const closed = loop.close({ timeout: 10 });
      const refused = await fetch(`${url}/total?items=tea`);
      expect([refused.status, await refused.json()]).toEqual([
        500,
        { error: 'the loop is closing: nothing can be submitted' },
      ]);
      server.close();
      work.gate.set();
      expect(await (await last).text()).toBe('done');
      await closed;
      expect(loop.getLoop().isClosed()).toBe(true);
    }));

  it('cancels at shutdown what takes too long, and its clients hear of it', () =>
    serving(async ({ loop, url, trace }) => {
      const endless = fetch(`${url}/slow`);
      await until(() => trace.includes('begun'));
      await loop.close({ timeout: 0.01 });
      expect((await endless).status).toBe(500);
      expect(trace).toEqual(['begun', 'cancelled', 'error: CancelledError']);
    }));
});
