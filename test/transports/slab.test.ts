import { describe, expect, test } from 'vitest';
import {
  createTask,
  getRunningLoop,
  Protocol,
  run,
  type Coroutine,
  type Transport,
} from '../../src/index.js';
import { LARGE_SLAB_BYTES, Slab, slabFor, takeFrom } from '../../src/transports/slab.js';
import { noAddon } from '../helpers/addon.js';

function receive(slab: Slab, text: string): Buffer {
  slab.bytes.write(text, slab.used);
  return takeFrom(slab, text.length);
}

describe('memory to receive into', () => {
  test('is handed out piece by piece, uncopied', () => {
    const slab = new Slab(LARGE_SLAB_BYTES);
    const one = slab.take(5000);
    const two = slab.take(6001);
    const three = slab.take(5);
    expect(one).toBeInstanceOf(Buffer);
    expect(Buffer.isBuffer(two)).toBe(true);
    expect(one.buffer === two.buffer).toBe(true);
    expect([one, two, three].map(({ length }) => length)).toEqual([5000, 6001, 5]);
    expect(two.byteOffset).toBeGreaterThanOrEqual(one.byteOffset + one.length);
    expect(three.byteOffset).toBeGreaterThanOrEqual(two.byteOffset + two.length);
  });

  test('has as much room as was asked for, and leaves alone what was handed out', () => {
    const slab = new Slab(8192);
    slab.bytes.write('kept');
    const kept = slab.take(4);
    slab.ensure(8192 - 8);
    expect(slab.bytes.buffer === kept.buffer).toBe(true);
    slab.ensure(8192 - 7);
    expect(slab.bytes.buffer === kept.buffer).toBe(false);
    expect(slab.used).toBe(0);
    slab.bytes.fill('x');
    expect(String(kept)).toBe('kept');
  });

  test('is not what a small piece lies in, if it is large', () => {
    const large = slabFor(100_000);
    const used = large.used;
    const piece = receive(large, 'little');
    expect(piece.buffer === large.bytes.buffer).toBe(false);
    expect(large.used).toBe(used);
    large.bytes.fill('x');
    expect(String(piece)).toBe('little');
  });

  test('is made anew where somebody has detached it', () => {
    const slab = new Slab(8192);
    slab.take(10);
    slab.bytes = Buffer.from(new ArrayBuffer(0));
    slab.ensure(4096);
    expect(slab.bytes.length).toBe(8192);
    expect(slab.used).toBe(0);
  });

  test('cannot be given away to another thread', () => {
    const slab = new Slab(8192);
    const piece = receive(slab, 'mine');
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(piece, [piece.buffer as ArrayBuffer]);
    } catch (error) {
      expect((error as Error).name).toBe('DataCloneError');
    }
    port1.close();
    port2.close();
    expect(String(piece)).toBe('mine');
  });
});

describe.skipIf(noAddon)('what a protocol gets', () => {
  class Keeper extends Protocol {
    pieces: Buffer[] = [];
    length: number = 0;
    readonly done = getRunningLoop().createFuture<void>();
    readonly wanted: number;

    constructor(wanted: number) {
      super();
      this.wanted = wanted;
    }

    override dataReceived(data: Buffer): void {
      this.pieces.push(data);
      this.length += data.length;
      if (this.length === this.wanted) this.done.setResult();
    }
  }

  test('stays as it was, however much comes after it, on however many connections', async () => {
    const sizes = [1, 100, 5000, 70_000, 100, 300_000, 64, 20_000, 20_000, 1_000_000, 10, 4096, 65_536];
    const total = sizes.reduce((a, b) => a + b);
    const sent = (connection: number): Buffer => {
      let byte = connection;
      return Buffer.concat(sizes.map((size) => Buffer.alloc(size, byte++)));
    };
    function* main(): Coroutine {
      const loop = getRunningLoop();
      const keepers: Keeper[] = [];
      const factory = (): Keeper => {
        const keeper = new Keeper(total);
        keepers.push(keeper);
        return keeper;
      };
      const server = yield* loop.createServer(factory, '127.0.0.1', 0);
      const [, port] = server.sockets[0]!.getsockname<[string, number]>();
      const transports: Transport[] = [];
      for (let connection = 0; connection < 5; connection++) {
        const [transport] = yield* loop.createConnection(Protocol, '127.0.0.1', port);
        transports.push(transport);
      }
      for (const [connection, transport] of transports.entries()) {
        createTask(
          (function* (): Coroutine {
            let rest = sent(connection);
            for (const size of sizes) {
              transport.write(rest.subarray(0, size));
              rest = rest.subarray(size);
              yield;
            }
          })(),
        );
      }
      while (keepers.length < 5) yield;
      for (const keeper of keepers) yield* keeper.done;
      const received = keepers.map(({ pieces }) => Buffer.concat(pieces));
      received.sort((a, b) => a[0]! - b[0]!);
      for (const [connection, bytes] of received.entries()) {
        expect(bytes.equals(sent(connection))).toBe(true);
      }
      for (const transport of transports) transport.close();
      server.close();
      yield* server.waitClosed();
    }
    await run(main());
  });
});
