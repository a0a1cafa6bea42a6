/*
 * A real database, whose client speaks promises: PostgreSQL, as PGlite runs it in the process.
 */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abortable,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  run,
  sleep,
  toPromise,
  ValueError,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
  await db.exec('create table account (name text primary key, balance int not null)');
}, 120_000);
afterAll(async () => {
  await db.close();
}, 60_000);

type Transaction = Parameters<Parameters<PGlite['transaction']>[0]>[0];

/** Run `body` in a transaction: rolled back when it fails or is cancelled, and that is waited for. */
function transaction<T>(body: (tx: Transaction) => Coroutine<T>): Coroutine<T> {
  return abortable((signal) => db.transaction((tx) => toPromise(body(tx), { signal })), {
    untilSettled: true,
  });
}

function* balances(): Coroutine<Record<string, number>> {
  const { rows } = yield* wrapFuture(
    db.query<{ name: string; balance: number }>('select * from account order by name'),
  );
  return Object.fromEntries(rows.map(({ name, balance }) => [name, balance]));
}

function* deposit(tx: Transaction, name: string, amount: number): Coroutine {
  yield* wrapFuture(
    tx.query(
      'insert into account values ($1, $2) on conflict (name) do update set balance = account.balance + $2',
      [name, amount],
    ),
  );
}

describe('a database by promises', { timeout: 60_000 }, () => {
  it('is queried by coroutines, side by side', async () => {
    function* main(): Coroutine<unknown> {
      const results = yield* gather(
        db.query<{ n: number }>('select 1 as n'),
        db.query<{ n: number }>('select 2 as n'),
      );
      return results.map(({ rows }) => rows[0]!.n);
    }
    expect(await run(main())).toEqual([1, 2]);
  });

  it('commits a transaction of a coroutine', async () => {
    function* main(): Coroutine<unknown> {
      yield* transaction(function* (tx) {
        yield* deposit(tx, 'ann', 10);
        yield* deposit(tx, 'bob', 5);
      });
      return yield* balances();
    }
    expect(await run(main())).toEqual({ ann: 10, bob: 5 });
  });

  it('rolls back when the coroutine fails', async () => {
    function* main(): Coroutine<unknown> {
      const error = yield* thrownBy(
        transaction(function* (tx) {
          yield* deposit(tx, 'ann', 100);
          throw new ValueError('no');
        }),
      );
      expect(error).toStrictEqual(new ValueError('no'));
      return yield* balances();
    }
    expect(await run(main())).toEqual({ ann: 10, bob: 5 });
  });

  it('has rolled back when a cancelled task is resumed', async () => {
    function* main(): Coroutine<unknown> {
      let inside = false;
      const task = createTask(
        transaction(function* (tx) {
          yield* deposit(tx, 'ann', 1000);
          inside = true;
          yield* sleep(60);
        }),
      );
      while (!inside) yield* sleep(0.001);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      return yield* balances();
    }
    expect(await run(main())).toEqual({ ann: 10, bob: 5 });
  });
});
