/*
 * PostgreSQL by `pg`, from coroutines: a pool, queries that end on the server when their task is cancelled, transactions,
 * notifications.
 *
 *     PGHOST=localhost PGUSER=me node dist-examples/postgres.js
 *
 * Three rules keep the pool sound. A client that comes when nobody waits for it any more goes back. A client works for one query
 * at a time, and a request to cancel that one is delivered before the next begins. A client whose transaction could not be
 * ended is thrown away.
 */
import {
  DatabaseError,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';
import {
  abortable,
  asyncFor,
  type Coroutine,
  gather,
  iterateEvents,
  run,
  TimeoutError,
  waitFor,
} from 'tsyncio';

declare module 'pg' {
  interface ClientBase {
    /** `pg` has it, its types do not. */
    readonly processID: number;
  }
}

/** Runs one query. */
export type RunQuery = <R extends QueryResultRow>(
  text: string,
  values?: unknown[],
) => Coroutine<QueryResult<R>>;

/** SQLSTATE query_canceled. */
const QUERY_CANCELED = '57014';

/** A client of the pool while it is ours. What it does goes on, in turn, whoever waits for it. */
class Session {
  readonly client: PoolClient;
  private readonly _canceller: Pool;
  /** Settled when nothing is under way; never rejected. */
  private _idle: Promise<unknown> = Promise.resolve();

  constructor(client: PoolClient, canceller: Pool) {
    this.client = client;
    this._canceller = canceller;
  }

  /** Run a query. When the task is cancelled, so is the query, and the task goes on when it has ended. */
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Coroutine<QueryResult<R>> {
    return abortable((signal) => this._inTurn(() => this._query<R>(signal, text, values)), {
      untilSettled: true,
    });
  }

  private async _query<R extends QueryResultRow>(
    signal: AbortSignal,
    text: string,
    values?: unknown[],
  ): Promise<QueryResult<R>> {
    signal.throwIfAborted();
    let cancelled: Promise<void> | undefined;
    signal.addEventListener('abort', () => {
      cancelled = this._cancel();
    });
    try {
      return await this.client.query<R>(text, values);
    } catch (error) {
      const isCancelled = signal.aborted && error instanceof DatabaseError && error.code === QUERY_CANCELED;
      throw isCancelled ? signal.reason : error;
    } finally {
      await cancelled;
    }
  }

  private async _cancel(): Promise<void> {
    try {
      await this._canceller.query('select pg_cancel_backend($1)', [this.client.processID]);
    } catch (error) {
      console.error('a query could not be cancelled:', error);
    }
  }

  /** Give the client back; or throw it away, if nobody else shall have it. */
  release(destroy: boolean = false): void {
    void this._inTurn(async () => {
      this.client.release(destroy);
    });
  }

  /** End the transaction, and give the client back. */
  end(how: 'commit' | 'rollback'): Promise<void> {
    return this._inTurn(() => this.client.query(how)).then(
      ({ command }) => {
        this.client.release();
        // The server's answer to the commit of a transaction in which a query has failed.
        if (how === 'commit' && command !== 'COMMIT') throw new Error('the transaction was rolled back');
      },
      (error: unknown) => {
        this.client.release(true);
        // What is not committed is rolled back with the end of the connection.
        if (how === 'commit') throw error;
      },
    );
  }

  private _inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this._idle.then(operation);
    this._idle = result.catch(() => undefined);
    return result;
  }
}

/** A database: a pool of connections, and one more to cancel by. */
export class Database {
  private readonly _pool: Pool;
  /** Of its own: it is when all others are busy that somebody cancels. */
  private readonly _canceller: Pool;

  constructor(config: PoolConfig = {}) {
    this._pool = new Pool(config);
    this._canceller = new Pool({ ...config, max: 1 });
    for (const pool of [this._pool, this._canceller]) {
      pool.on('error', (error) => {
        console.error('an idle connection was lost:', error.message);
      });
      // One in use that is lost tells whoever runs a query on it.
      pool.on('connect', (client) => {
        client.on('error', () => undefined);
      });
    }
  }

  private *_session(): Coroutine<Session> {
    const discard = (late: PoolClient): void => {
      late.release();
    };
    return new Session(yield* abortable(() => this._pool.connect(), { discard }), this._canceller);
  }

  /** Run a query on a connection of the pool. */
  *query<R extends QueryResultRow>(text: string, values?: unknown[]): Coroutine<QueryResult<R>> {
    const session = yield* this._session();
    try {
      return yield* session.query<R>(text, values);
    } finally {
      session.release();
    }
  }

  /**
   * Run `body` in a transaction: committed when it returns, rolled back when it fails or is cancelled. The task goes on when
   * that is done. A cancellation that comes during the commit does not stop it.
   */
  *transaction<T>(body: (query: RunQuery) => Coroutine<T>): Coroutine<T> {
    const session = yield* this._session();
    let how: 'commit' | 'rollback' = 'rollback';
    try {
      yield* session.query('begin');
      const result = yield* body((text, values) => session.query(text, values));
      how = 'commit';
      return result;
    } finally {
      const ended = session.end(how);
      yield* abortable(() => ended, { untilSettled: true });
    }
  }

  /** Call `body` with each notification of a channel, until it returns `BREAK`. */
  *listen(channel: string, body: (payload: string) => Coroutine<unknown>): Coroutine {
    const session = yield* this._session();
    const { client } = session;
    try {
      using notifications = iterateEvents<[{ payload?: string }]>(client, 'notification', { until: 'end' });
      yield* session.query(`listen ${client.escapeIdentifier(channel)}`);
      yield* asyncFor(notifications, ([{ payload = '' }]) => body(payload));
    } finally {
      // It would go on listening, whoever gets it next.
      session.release(true);
    }
  }

  /** Close all connections, when those in use have been given back. */
  async close(): Promise<void> {
    await this._pool.end();
    await this._canceller.end();
  }
}

/** What it looks like. */
export function* main(db: Database): Coroutine {
  const answers = yield* gather(
    db.query<{ sum: number }>('select 1 + 1 as sum'),
    db.query<{ sum: number }>('select 20 + 22 as sum'),
  );
  console.log(answers.map(({ rows }) => rows[0]!.sum));

  const free = yield* db.transaction(function* (query) {
    yield* query('create temporary table seat (number int primary key, taken_by text) on commit drop');
    yield* query('insert into seat select generate_series(1, 10)');
    yield* query("update seat set taken_by = 'ann' where number = $1", [7]);
    const { rows } = yield* query<{ count: string }>('select count(*) from seat where taken_by is null');
    return Number(rows[0]!.count);
  });
  console.log(`${String(free)} seats are free`);

  try {
    yield* waitFor(db.query('select pg_sleep(60)'), 0.1);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log('cancelled, here and on the server');
  }
}

if (process.argv[1] === import.meta.filename) {
  const db = new Database();
  await run(main(db)).finally(() => db.close());
}
