/*
 * The recipe of examples/postgres.ts against a server of its own: what is cancelled is cancelled on the server, and the pool
 * never gets a client that is in a transaction, listens, or is lost.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from 'pg';
import { Database, main } from '../../examples/postgres.js';
import {
  BREAK,
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  type ExceptionContext,
  gather,
  run,
  sleep,
  type Task,
  TimeoutError,
  waitFor,
  wrapFuture,
} from '../../src/index.js';
import { noPostgres, type PostgresServer, startPostgres } from '../helpers/postgres.js';
import { thrownBy } from '../helpers/virtual.js';

let server: PostgresServer;
/** A connection of somebody else, who looks at the server. */
let watcher: Client;

beforeAll(async () => {
  if (noPostgres !== null) return;
  server = await startPostgres();
  watcher = new Client(server.config);
  await watcher.connect();
  await watcher.query(
    'create table account (name text primary key, balance int not null check (balance >= 0))',
  );
}, 120_000);
afterAll(async () => {
  if (noPostgres !== null) return;
  await watcher.end();
  await server.stop();
}, 60_000);
beforeEach(async ({ skip }) => {
  skip(noPostgres !== null, noPostgres ?? '');
  await watcher.query('truncate account');
  await watcher.query("insert into account values ('ann', 10)");
});

/** Run `body` with a database of `max` connections; nothing may reach the exception handler. */
async function withDatabase(max: number, body: (db: Database) => Coroutine<unknown>): Promise<void> {
  const db = new Database({ ...server.config, max });
  const reports: ExceptionContext[] = [];
  const loopFactory = (): EventLoop => {
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    return loop;
  };
  try {
    await run(body(db), { loopFactory });
  } finally {
    await db.close();
  }
  expect(reports).toEqual([]);
}

async function balance(): Promise<unknown> {
  const { rows } = await watcher.query<{ balance: number }>("select balance from account where name = 'ann'");
  return rows[0]?.balance;
}

/** What the other connections to the server are doing. */
async function activity(): Promise<{ state: string; query: string; pid: number }[]> {
  const { rows } = await watcher.query<{ state: string; query: string; pid: number }>(
    "select state, query, pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
  );
  return rows;
}

/** Wait until the server runs a query like this. */
function* running(text: string): Coroutine<number> {
  for (;;) {
    for (const { state, query, pid } of yield* wait(activity())) {
      if (state === 'active' && query.includes(text)) return pid;
    }
  }
}

function* cancelled(task: Task): Coroutine {
  task.cancel();
  expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
}

describe('PostgreSQL by pg', { timeout: 60_000 }, () => {
  it('answers coroutines side by side', () =>
    withDatabase(2, function* (db) {
      const sleeping = Array.from({ length: 6 }, (_, n) =>
        db.query<{ n: number }>('select $1::int as n', [n]),
      );
      const results = yield* gather(...sleeping);
      expect(results.map(({ rows }) => rows[0]!.n)).toEqual([0, 1, 2, 3, 4, 5]);
    }));

  it('cancels a query on the server, and is done with it when the task goes on', () =>
    withDatabase(1, function* (db) {
      const task = createTask(db.query('select pg_sleep(60)'));
      yield* running('pg_sleep');
      yield* cancelled(task);
      expect((yield* wait(activity())).filter(({ state }) => state === 'active')).toEqual([]);
      // The only connection of the pool is a good one.
      expect((yield* db.query('select 1')).rowCount).toBe(1);
    }));

  it('takes a time limit', () =>
    withDatabase(1, function* (db) {
      expect(yield* thrownBy(waitFor(db.query('select pg_sleep(60)'), 0.1))).toBeInstanceOf(TimeoutError);
    }));

  it('gives a client back that comes when its task was cancelled in the queue of the pool', () =>
    withDatabase(1, function* (db) {
      const first = createTask(db.query('select pg_sleep(0.1)'));
      const second = createTask(db.query('select 2'));
      yield* running('pg_sleep');
      yield* cancelled(second);
      yield* first;
      expect((yield* db.query('select 3')).rowCount).toBe(1);
    }));

  it('commits what returns, and rolls back what fails', () =>
    withDatabase(1, function* (db) {
      const spend = (amount: number): Coroutine<number> =>
        db.transaction(function* (query) {
          const { rows } = yield* query<{ balance: number }>(
            "update account set balance = balance - $1 where name = 'ann' returning balance",
            [amount],
          );
          if (amount === 2) throw new Error('changed its mind');
          return rows[0]!.balance;
        });
      expect(yield* spend(1)).toBe(9);
      expect(((yield* thrownBy(spend(2))) as Error).message).toBe('changed its mind');
      expect(((yield* thrownBy(spend(100))) as Error).message).toContain('account_balance_check');
      expect(yield* wait(balance())).toBe(9);
      expect(yield* spend(3)).toBe(6);
    }));

  it('has rolled back when a cancelled task goes on, whether a query was running or not', () =>
    withDatabase(1, function* (db) {
      for (const during of ['select pg_sleep(60)', null]) {
        let inside = false;
        const task = createTask(
          db.transaction(function* (query) {
            yield* query('update account set balance = 0');
            inside = true;
            yield* during === null ? sleep(60) : query(during);
          }),
        );
        if (during === null) while (!inside) yield* sleep(0.001);
        else yield* running('pg_sleep');
        yield* cancelled(task);
        const idle = (yield* wait(activity())).map(({ state }) => state);
        expect(new Set(idle)).toEqual(new Set(['idle']));
        expect(yield* wait(balance())).toBe(10);
      }
    }));

  it('says so when a transaction could not be committed, as a query in it had failed', () =>
    withDatabase(1, function* (db) {
      const swallows = db.transaction(function* (query) {
        yield* thrownBy(query('select 1 / 0'));
      });
      expect(((yield* thrownBy(swallows)) as Error).message).toBe('the transaction was rolled back');
      expect((yield* db.query('select 1')).rowCount).toBe(1);
    }));

  it('is cancelled while it begins, and leaves no transaction behind', () =>
    withDatabase(1, function* (db) {
      for (let n = 0; n < 20; n++) {
        const task = createTask(db.transaction(() => sleep(0)));
        for (let turns = 0; turns < n; turns++) yield* sleep(0);
        task.cancel();
        yield* gather(task, { returnExceptions: true });
      }
      yield* db.query('select 1');
      expect((yield* wait(activity())).filter(({ state }) => state.includes('transaction'))).toEqual([]);
    }));

  it('rolls back, and keeps the pool sound, when a task is cancelled again while it rolls back', () =>
    withDatabase(1, function* (db) {
      let inside = false;
      const task = createTask(
        db.transaction(function* (query) {
          yield* query('update account set balance = 0');
          inside = true;
          yield* query('select pg_sleep(60)');
        }),
      );
      while (!inside) yield* sleep(0.001);
      yield* running('pg_sleep');
      task.cancel();
      yield* sleep(0);
      task.cancel();
      yield* sleep(0);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      // The next one in the queue gets the client only when all that is over.
      const { rows } = yield* db.query<{ balance: number }>('select balance from account');
      expect(rows).toEqual([{ balance: 10 }]);
    }));

  it('commits although the task is cancelled meanwhile', () =>
    withDatabase(1, function* (db) {
      yield* db.query('create table if not exists slow (id int)');
      yield* db.query(`create or replace function wait_a_bit() returns trigger language plpgsql as
        'begin perform pg_sleep(0.2); return null; end'`);
      yield* db.query('drop trigger if exists wait_a_bit on slow');
      yield* db.query(`create constraint trigger wait_a_bit after insert on slow deferrable initially deferred
        for each row execute function wait_a_bit()`);
      const task = createTask(db.transaction((query) => query('insert into slow values (1)')));
      yield* running('commit');
      yield* cancelled(task);
      expect((yield* db.query('select * from slow')).rowCount).toBe(1);
    }));

  it('fails with what the server says when a connection is lost, and goes on with another', () =>
    withDatabase(1, function* (db) {
      const task = createTask(
        db.transaction(function* (query) {
          yield* query('update account set balance = 0');
          yield* query('select pg_sleep(60)');
        }),
      );
      const pid = yield* running('pg_sleep');
      yield* wait(watcher.query('select pg_terminate_backend($1)', [pid]));
      expect(((yield* thrownBy(task)) as Error).message).toContain('terminating connection');
      expect(yield* wait(balance())).toBe(10);
      expect((yield* db.query('select 1')).rowCount).toBe(1);
    }));

  it('hears of notifications until it has had enough, or is cancelled', () =>
    withDatabase(1, function* (db) {
      const heard: string[] = [];
      const listening = createTask(
        db.listen('news', function* (payload) {
          heard.push(payload);
          return payload === 'last' ? BREAK : undefined;
        }),
      );
      // From when on it listens, only the server could tell.
      while (heard.length === 0) yield* wait(watcher.query("notify news, 'first'"));
      yield* wait(watcher.query("notify news, 'last'"));
      yield* listening;
      expect([heard[0], heard.at(-1)]).toEqual(['first', 'last']);
      for (let n = 0; n < 10; n++) {
        const again = createTask(db.listen('news', () => sleep(0)));
        for (let turns = 0; turns < n * n; turns++) yield* sleep(0.0001);
        yield* cancelled(again);
      }
      expect((yield* db.query('select * from pg_listening_channels()')).rowCount).toBe(0);
    }));

  it('is what the example shows', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await withDatabase(2, main);
    expect(log.mock.calls).toEqual([[[2, 42]], ['9 seats are free'], ['cancelled, here and on the server']]);
    log.mockRestore();
  });
});

function* wait<T>(promise: Promise<T>): Coroutine<Awaited<T>> {
  return yield* wrapFuture(promise);
}
