/*
 * A loop that lives inside a server of Node's: requests come in by node:http, coroutines answer them, PostgreSQL (PGlite, which runs
 * in the process) keeps the data, and SIGTERM ends it all gracefully.
 *
 *     node dist-examples/service.js
 *     curl -X POST 'http://127.0.0.1:8000/accounts/ann?amount=10'
 *     curl http://127.0.0.1:8000/accounts/ann
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import {
  abortable,
  type Coroutine,
  type LoopService,
  Semaphore,
  startLoop,
  toPromise,
  wrapFuture,
} from 'tsyncio';

/** The accounts, in a database. */
export class Accounts {
  private readonly _db: PGlite;
  /** As many transactions at once as a pool would have connections; the others wait in line, and can be cancelled there. */
  private readonly _slots: Semaphore = new Semaphore(4);

  constructor(db: PGlite) {
    this._db = db;
  }

  /** Make the table. */
  *create(): Coroutine {
    yield* wrapFuture(
      this._db.exec('create table if not exists account (name text primary key, balance int not null)'),
    );
  }

  /**
   * Run a coroutine in a transaction: committed when it returns, rolled back when it fails or is cancelled. A cancelled
   * task goes on only when it is rolled back.
   */
  *transaction<T>(body: (tx: Transaction) => Coroutine<T>): Coroutine<Awaited<T>> {
    using _slot = yield* this._slots.hold();
    return yield* abortable((signal) => this._db.transaction((tx) => toPromise(body(tx), { signal })), {
      untilSettled: true,
    });
  }

  /** The balance of an account; 0 if there is none. */
  *balance(name: string): Coroutine<number> {
    const { rows } = yield* wrapFuture(
      this._db.query<{ balance: number }>('select balance from account where name = $1', [name]),
    );
    return rows[0]?.balance ?? 0;
  }

  /** Add to an account, and give the new balance. */
  deposit(name: string, amount: number): Coroutine<number> {
    return this.transaction(function* (tx) {
      const { rows } = yield* wrapFuture(
        tx.query<{ balance: number }>(
          `insert into account values ($1, $2)
           on conflict (name) do update set balance = account.balance + $2 returning balance`,
          [name, amount],
        ),
      );
      return rows[0]!.balance;
    });
  }
}

/** What to answer. */
export function* answer(
  accounts: Accounts,
  request: IncomingMessage,
): Coroutine<[status: number, body: string]> {
  const url = new URL(request.url!, 'http://localhost');
  const name = /^\/accounts\/(\w+)$/.exec(url.pathname)?.[1];
  if (name === undefined) return [404, 'no such page'];
  if (request.method !== 'POST') return [200, String(yield* accounts.balance(name))];
  return [200, String(yield* accounts.deposit(name, Number(url.searchParams.get('amount'))))];
}

/** A server whose requests are answered by coroutines on the loop. The work for a client who leaves is cancelled. */
export function serve(loop: LoopService, accounts: Accounts): Server {
  return createServer((request, response) => {
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    loop.submit(answer(accounts, request), { signal: left.signal }).then(
      ([status, body]) => {
        response.writeHead(status).end(body + '\n');
      },
      (error: unknown) => {
        if (!left.signal.aborted) console.error(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      },
    );
  });
}

/** Run until SIGTERM or SIGINT; then finish what is under way, for ten seconds at most. */
export async function main(port: number = 8000): Promise<void> {
  const db = await PGlite.create();
  const accounts = new Accounts(db);
  const loop = startLoop();
  await loop.submit(accounts.create());
  const server = serve(loop, accounts).listen(port, '127.0.0.1');
  await once(server, 'listening');
  console.log(`serving on port ${String((server.address() as { port: number }).port)}`);

  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  // First no new connections; then the coroutines come to their ends; then what they used is closed.
  server.close();
  server.closeIdleConnections();
  await loop.close({ timeout: 10 });
  server.closeAllConnections();
  await db.close();
  console.log('bye');
}

if (process.argv[1] === import.meta.filename) await main(Number(process.argv[2] ?? 8000));
