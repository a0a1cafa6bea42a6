import type { AddressInfo } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';
import { Accounts, main, serve } from '../../examples/service.js';
import { startLoop } from '../../src/index.js';

test('A service answers by coroutines, and keeps what it is told', { timeout: 120_000 }, async () => {
  const db = await PGlite.create();
  const loop = startLoop();
  const accounts = new Accounts(db);
  await loop.submit(accounts.create());
  const server = serve(loop, accounts);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const response = await fetch(url + path, { method });
    return [response.status, (await response.text()).trim()];
  };
  await Promise.all(Array.from({ length: 10 }, () => ask('/accounts/ann?amount=10', 'POST')));
  expect(await ask('/accounts/ann')).toEqual([200, '100']);
  expect(await ask('/accounts/nobody')).toEqual([200, '0']);
  expect((await ask('/elsewhere'))[0]).toBe(404);
  server.close();
  server.closeAllConnections();
  await loop.close();
  await db.close();
});

test('A service ends gracefully on SIGTERM', { timeout: 120_000 }, async () => {
  const ended = main(0);
  // Nobody listens for the signal before the service does: it would end this process.
  while (process.listenerCount('SIGTERM') === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  process.kill(process.pid, 'SIGTERM');
  await ended;
});
