import { describe, expect, it } from 'vitest';
import { Socket } from 'node:net';
import {
  transfer,
  type PoolExecutor,
  ProcessPoolExecutor,
  workerFunction,
} from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';
import { kinds, processPool, threadPool, work } from './support.js';

class Point {
  x = 1;
}

function refusal(pool: PoolExecutor, ...args: unknown[]): string {
  try {
    pool.submit((..._args: unknown[]) => undefined, ...args);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'it was taken';
}

describe.each(kinds)('what cannot be sent to a pool of %s is refused at once', (_kind, newPool) => {
  it.each([
    [
      'a function',
      () => 1,
      /^submit\(\): argument 1 cannot be sent to a worker: it is a function, .* submit one as the call itself/,
    ],
    ['a symbol', Symbol('s'), /it is a symbol, which no other thread has; pass a string$/],
    [
      'an instance',
      new Point(),
      /it is an instance of Point, and would arrive without its class; pass its data as a plain object/,
    ],
    ['a promise', Promise.resolve(1), /it is a promise or a future; wait for it first, and pass the result$/],
    ['a URL', new URL('http://x/'), /it is a URL, which would arrive empty; pass its href$/],
    ['a stream', new Socket(), /it is a socket or a stream, which belongs to the loop of its thread/],
    ['a WeakMap', new WeakMap(), /it is an instance of WeakMap/],
    ['a generator', asyncio.sleep(0), /it is an instance of /],
    ['an error of its own class', new asyncio.RuntimeError('x'), /it is an instance of RuntimeError/],
    ['a port', new MessageChannel().port1, /transfer\(port\)|it is an instance of/],
  ])('%s', (_name, value, message) => {
    const pool = newPool();
    expect(refusal(pool, value)).toMatch(message);
    expect(pool._workers.size).toBe(0);
  });

  it('wherever it is hidden, and says where', () => {
    const pool = newPool();
    const f = (): number => 1;
    expect(refusal(pool, 1, { a: [1, { b: f }] })).toMatch(/^submit\(\): argument 2\.a\[1\]\.b cannot/);
    expect(refusal(pool, new Map([['k', f]]))).toMatch(/^submit\(\): argument 1\.get\('k'\) cannot/);
    expect(refusal(pool, new Map([[f, 1]]))).toMatch(/^submit\(\): a key of argument 1 cannot/);
    expect(refusal(pool, new Set([f]))).toMatch(/^submit\(\): an item of argument 1 cannot/);
    const ring: { self?: unknown; bad?: unknown } = {};
    ring.self = ring;
    ring.bad = f;
    expect(refusal(pool, ring)).toMatch(/argument 1\.bad cannot/);
  });

  it('when it is an argument of the initializer', () => {
    expect(() => newPool({ initializer: () => undefined, initargs: [() => 1] })).toThrow(
      /^initializer\(\): argument 1 cannot/,
    );
  });

  it.each([
    ['bound', ((x: number) => x).bind(null), /is native or bound, and has no source; wrap it/],
    ['native', Math.max, /is native or bound, and has no source; wrap it/],
    ['a class', Point, /it is a class; submit a function that makes the object/],
    [
      'a generator function',
      function* g() {
        yield 1;
      },
      /it is a generator function, and a worker has no loop/,
    ],
    [
      'an async generator function',
      async function* g() {
        yield 1;
      },
      /it is a generator function/,
    ],
    [
      'a method',
      {
        m() {
          return 1;
        },
      }.m,
      /the function m cannot be sent .* it is a method, .* its object would not go with it/,
    ],
    ['no function', 5, /^submit\(\): a function was expected, got 5$/],
    ['an object', {}, /^submit\(\): a function was expected, got/],
  ])('a function that is %s', (_name, func, message) => {
    expect(() => newPool().submit(func as never)).toThrow(message);
    expect(() => newPool().submit(func as never)).toThrow(TypeError);
  });
});

describe('transfer', () => {
  it('moves buffers to a thread instead of copying them, wherever they are', async () => {
    const pool = threadPool();
    const [whole, part] = [new ArrayBuffer(8), new Uint8Array([1, 2, 3])];
    const size = pool.submit(
      (a: ArrayBuffer, b: { data: Uint8Array }) => a.byteLength + b.data.length,
      transfer(whole),
      { data: transfer(part) },
    );
    expect(await size).toBe(11);
    expect([whole.byteLength, part.length]).toEqual([0, 0]);
  });

  it('moves ports, and what else an object holds by a list', async () => {
    const pool = threadPool();
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      (port1 as unknown as { onmessage: (event: { data: unknown }) => void }).onmessage = ({ data }) =>
        resolve(data);
    });
    const data = { bytes: new Uint8Array(4), nested: { port: port2 } };
    await pool.submit(
      (it: typeof data) => {
        it.nested.port.postMessage(it.bytes.length);
        it.nested.port.close();
      },
      transfer(data, [data.bytes, port2]),
    );
    expect(await answer).toBe(4);
    expect(data.bytes.length).toBe(0);
    port1.close();
  });

  it('moves results back', async () => {
    const pool = threadPool();
    const moved = pool.submit(() => {
      const buffer = new ArrayBuffer(16);
      const marks = (globalThis as unknown as Record<symbol, WeakMap<object, object[]>>)[
        Symbol.for('tsyncio.transfers')
      ]!;
      marks.set(buffer, [buffer]);
      (globalThis as unknown as { last: ArrayBuffer }).last = buffer;
      return buffer;
    });
    expect((await moved).byteLength).toBe(16);
    expect(await pool.submit(() => (globalThis as unknown as { last: ArrayBuffer }).last.byteLength)).toBe(0);
  });

  it('copies between processes', async () => {
    const bytes = new Uint8Array([1, 2]);
    expect(await processPool().submit((b: Uint8Array) => b[1], transfer(bytes))).toBe(2);
    expect(bytes.length).toBe(2);
  });

  it('refuses what cannot be moved', () => {
    expect(() => transfer({})).toThrow(
      /^transfer\(\): an ArrayBuffer, a view of one or a MessagePort was expected/,
    );
  });

  it('moves a buffer once', async () => {
    const pool = threadPool();
    const bytes = new Uint8Array(4);
    const first = pool.submit((b: Uint8Array) => b.length, transfer(bytes));
    const second = pool.submit((b: Uint8Array) => b.length, transfer(bytes));
    expect(await first).toBe(4);
    await expect(second).rejects.toThrow(/^submit\(\): the arguments cannot be sent to a worker: /);
    expect(refusal(pool, bytes)).toMatch(/its memory was moved away by a transfer\(\) before$/);
    expect(await pool.submit(() => 1)).toBe(1);
  });
});

describe('shared memory', () => {
  it('is shared by threads, and refused by processes', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    await threadPool().submit((cells: Int32Array) => {
      cells[0] = 7;
    }, shared);
    expect(shared[0]).toBe(7);
    expect(refusal(processPool(), shared)).toMatch(
      /it is shared memory, and processes share none; pass a copy$/,
    );
  });
});

describe('workerFunction', () => {
  it('takes an exported function, or its name', () => {
    function square(x: number): number {
      return x;
    }
    const typed = workerFunction(work, square);
    expect([typed.module, typed.name]).toEqual([work.href, 'square']);
    expect(String(workerFunction('node:path', 'join'))).toBe('<WorkerFunction join of node:path>');
    expect(workerFunction('/a/b.mjs', 'f').module).toBe('file:///a/b.mjs');
  });

  it('refuses what no worker could find', () => {
    expect(() => workerFunction('./x.js', 'f')).toThrow(
      "'./x.js' is relative, and a worker does not know to what; write new URL('./x.js', import.meta.url)",
    );
    expect(() => workerFunction('node:os', () => 1)).toThrow(/an exported function, or the name of one/);
    expect(() => workerFunction('node:os', 5 as never)).toThrow(TypeError);
    expect(() => workerFunction(5 as never, 'f')).toThrow(/the module must be a URL or a string, got 5/);
  });

  it('is typed by its function', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    function square(x: number): number {
      return x * x;
    }
    const result: number = await pool.submit(workerFunction(work, square), 3);
    expect(result).toBe(9);
    await pool.shutdown();
  });
});
