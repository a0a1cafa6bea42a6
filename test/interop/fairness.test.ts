/*
 * A loop of ours lets Node's own timers and sockets have their turn. The bounds are generous: how fast it is, bench/guest measures.
 */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { asyncWith, type Coroutine, run, sleep, TaskGroup, toPromise, wrapFuture } from '../../src/index.js';

describe('a busy loop', () => {
  it(
    'does not starve a timer of Node’s while it awaits a million resolved promises',
    { timeout: 120_000 },
    async () => {
      let ticks = 0;
      const timer = setInterval(() => ticks++, 10);
      function* main(): Coroutine<number> {
        const start = process.cpuUsage();
        let sum = 0;
        for (let i = 0; i < 1_000_000; i++) sum += yield* wrapFuture(Promise.resolve(1));
        expect(sum).toBe(1_000_000);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      }
      const took = await run(main());
      clearInterval(timer);
      // Undisturbed there would be a tick every 10 ms. CPU time: while other programs have the processor, nothing ticks. A starved
      // timer would not tick at all.
      expect(ticks).toBeGreaterThan(took / 10 / 10);
    },
  );

  it('does not keep a server of Node’s from answering', { timeout: 60_000 }, async () => {
    const server = createServer((_request, response) => response.end('pong'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (): Promise<number> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port }, (response) => {
          response.resume().on('end', () => {
            resolve(response.statusCode!);
          });
        }).on('error', reject);
      });
    async function client(): Promise<number[]> {
      const statuses: number[] = [];
      for (let i = 0; i < 20; i++) statuses.push(await ask());
      return statuses;
    }
    let rounds = 0;
    function* busy(): Coroutine {
      for (;;) {
        rounds++;
        yield* sleep(0);
      }
    }
    function* main(): Coroutine {
      yield* asyncWith(new TaskGroup(), function* (group) {
        for (let i = 0; i < 10; i++) group.createTask(busy());
        const statuses = yield* wrapFuture(client());
        expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
        // The group was not the one to wait, either.
        expect(rounds).toBeGreaterThan(1000);
        group.cancel();
      });
      expect(yield* wrapFuture(toPromise(sleep(0, 'still here')))).toBe('still here');
    }
    await run(main());
    server.close();
  });
});
