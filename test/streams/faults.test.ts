/*
 * What the outside does to streams: resets, silence, drops in place of pieces, more than anybody asked for.
 */
import { describe, expect, it } from 'vitest';
import {
  asyncFor,
  BrokenPipeError,
  ConnectionError,
  ConnectionResetError,
  type Coroutine,
  createTask,
  type ExceptionContext,
  gather,
  IncompleteReadError,
  LimitOverrunError,
  openConnection,
  sleep,
  type StreamReader,
  type StreamWriter,
  type Transport,
  ValueError,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { transports, until } from '../transports/support.js';
import { echo, serve, withPeer } from './support.js';

const MiB = 1 << 20;

describe.each(transports)('streams over $name', ({ onLoop }) => {
  it('say of a reset to who reads, drains and waits for the end', async () => {
    await onLoop(function* (): Coroutine {
      const { reader, writer, peer } = yield* withPeer();
      const closing = createTask(thrownBy(writer.waitClosed()));
      const reading = createTask(thrownBy(reader.read()));
      yield* sleep(0);
      peer.resetAndDestroy();
      const error = yield* reading;
      expect(error).toBeInstanceOf(ConnectionResetError);
      expect(yield* closing).toBe(error);
      expect(reader.exception()).toBe(error);
      expect(yield* thrownBy(reader.readline())).toBe(error);
      expect(yield* thrownBy(writer.drain())).toBe(error);
      expect(writer.isClosing()).toBe(true);
    });
  });

  it('say of it to who waits in drain, too', async () => {
    await onLoop(function* (): Coroutine {
      const { writer, peer } = yield* withPeer();
      writer.write(Buffer.alloc(16 * MiB));
      const drains = [1, 2].map(() => createTask(thrownBy(writer.drain())));
      yield* sleep(0.01);
      expect(drains.map((task) => task.done())).toEqual([false, false]);
      peer.resetAndDestroy();
      for (const error of yield* gather(...drains)) expect(error).toBeInstanceOf(ConnectionError);
    });
  });

  it('end sometime for who writes and drains in a circle to one who is gone', async () => {
    await onLoop(function* (): Coroutine {
      const { writer, peer } = yield* withPeer();
      peer.destroy();
      yield* sleep(0.01);
      const circle = function* (): Coroutine {
        for (;;) {
          writer.write('foo\n');
          yield* writer.drain();
        }
      };
      const error = yield* thrownBy(circle());
      expect([ConnectionResetError, BrokenPipeError].some((cls) => error instanceof cls)).toBe(true);
    });
  });

  it('keep no more than the high-water mark and one write for a peer that never reads', async () => {
    await onLoop(function* (): Coroutine {
      const { writer, peer } = yield* withPeer();
      const transport = writer.transport as Transport;
      const [, high] = transport.getWriteBufferLimits();
      const piece = Buffer.alloc(100_000);
      let written = 0;
      let most = 0;
      const writing = createTask(
        (function* (): Coroutine {
          for (;;) {
            writer.write(piece);
            written++;
            most = Math.max(most, transport.getWriteBufferSize());
            yield* writer.drain();
          }
        })(),
      );
      let before = -1;
      while (written > before) {
        before = written;
        yield* sleep(0.05);
      }
      expect(most).toBeGreaterThan(high);
      expect(most).toBeLessThanOrEqual(high + piece.length);
      writing.cancel();
      transport.abort();
      peer.end();
    });
  });

  it('take in no more than twice the limit, and what came on top at once, where nobody reads', async () => {
    await onLoop(function* (): Coroutine {
      const { reader, writer, peer } = yield* withPeer(1000);
      const data = Buffer.alloc(8 * MiB, 'x');
      peer.write(data);
      yield* sleep(0.05);
      const buffered = reader._buffer.length;
      expect(buffered).toBeGreaterThan(2000);
      // One read of the transport brings 256 KiB at most.
      expect(buffered).toBeLessThanOrEqual(2000 + 256 * 1024);
      expect(peer.writableLength).toBeGreaterThan(0);
      expect((yield* reader.readexactly(data.length)).equals(data)).toBe(true);
      expect(peer.writableLength).toBe(0);
      peer.end();
      writer.close();
    });
  });

  it('bring 64 MiB whole, through a reader that keeps pausing', async () => {
    await onLoop(function* (): Coroutine {
      const total = 64 * MiB;
      const handler = function* (_reader: StreamReader, writer: StreamWriter): Coroutine {
        const piece = Buffer.allocUnsafe(1 * MiB);
        for (let at = 0; at < total; at += piece.length) {
          for (let i = 0; i < piece.length; i += 4) piece.writeUInt32LE(at + i, i);
          // What waits to be sent is not copied, so it must not be written over before it is sent.
          writer.write(Buffer.from(piece));
          yield* writer.drain();
        }
        writer.close();
      };
      const { server, address } = yield* serve(handler);
      const [host, port] = address;
      const [reader, writer] = yield* openConnection(host, port, { limit: 10_000 });
      const transport = writer.transport as Transport;
      let pauses = 0;
      const pauseReading = transport.pauseReading.bind(transport);
      transport.pauseReading = () => {
        pauses++;
        pauseReading();
      };
      let at = 0;
      for (let turn = 0; ; turn++) {
        if (turn % 64 === 0) yield* sleep(0.001);
        const data = yield* reader.read(40_000 + (turn % 7) * 1001);
        if (data.length === 0) break;
        expectNumbers(data, at);
        at += data.length;
      }
      expect(at).toBe(total);
      expect(pauses).toBeGreaterThan(20);
      writer.close();
      server.close();
      yield* server.waitClosed();
    });

    /** Each number of four bytes is its place. One look in every thousand. */
    function expectNumbers(data: Buffer, at: number): void {
      const first = (4 - (at % 4)) % 4;
      for (let i = first; i + 4 <= data.length; i += 4000) {
        if (data.readUInt32LE(i) !== at + i) expect(data.readUInt32LE(i)).toBe(at + i);
      }
    }
  }, 30_000);

  it('put lines together that come byte by byte', async () => {
    await onLoop(function* (loop): Coroutine {
      const { reader, writer, peer } = yield* withPeer();
      const text = 'first line\nsecond line\r\nlast';
      const dripping = loop.createTask(
        (function* (): Coroutine {
          for (const byte of Buffer.from(text)) {
            peer.write(Uint8Array.of(byte));
            yield* sleep(0);
          }
          peer.end();
        })(),
      );
      const lines: string[] = [];
      yield* asyncFor(reader, function* (line): Coroutine {
        lines.push(String(line));
      });
      expect(lines).toEqual(['first line\n', 'second line\r\n', 'last']);
      yield* dripping;
      writer.close();
    });
  });

  it('take a line that is longer than the limit for what it is, and go on', async () => {
    await onLoop(function* (): Coroutine {
      const { reader, writer, peer } = yield* withPeer(100);
      peer.write(`${'x'.repeat(500)}\nshort\n${'y'.repeat(500)}`);
      const tooLong = (yield* thrownBy(reader.readuntil('\n'))) as LimitOverrunError;
      expect(tooLong).toBeInstanceOf(LimitOverrunError);
      expect(tooLong.consumed).toBe(500);
      expect(yield* thrownBy(reader.readline())).toBeInstanceOf(ValueError);
      expect(String(yield* reader.readline())).toBe('short\n');
      expect(yield* thrownBy(reader.readline())).toBeInstanceOf(ValueError);
      peer.write('after\n');
      expect(String(yield* reader.readline())).toBe('after\n');
      peer.end();
      writer.close();
    });
  });

  it('tell how much came before the end', async () => {
    await onLoop(function* (): Coroutine {
      const { reader, writer, peer } = yield* withPeer();
      peer.write('only this');
      peer.end();
      const error = (yield* thrownBy(reader.readexactly(100))) as IncompleteReadError;
      expect(error).toBeInstanceOf(IncompleteReadError);
      expect([String(error.partial), error.expected]).toEqual(['only this', 100]);
      writer.close();
      yield* writer.waitClosed();
    });
  });

  it('of a hundred clients, one of which fails, serve all others', async () => {
    const reports: ExceptionContext[] = [];
    await onLoop(
      function* (): Coroutine {
        let calls = 0;
        const { server, address } = yield* serve(function* (reader, writer): Coroutine {
          if (++calls === 50) throw new ValueError('the fiftieth');
          yield* echo(reader, writer);
        });
        const client = function* (i: number): Coroutine<string> {
          const [reader, writer] = yield* openConnection(...address);
          writer.write(`client ${i}\n`);
          try {
            return String(yield* reader.readline());
          } catch (error) {
            return (error as Error).name;
          } finally {
            writer.close();
          }
        };
        const answers = yield* gather(...Array.from({ length: 100 }, (_, i) => client(i)));
        const failed = answers.filter((answer, i) => answer !== `client ${i}\n`);
        expect(failed).toHaveLength(1);
        expect(['', 'ConnectionResetError']).toContain(failed[0]);
        server.close();
        yield* server.waitClosed();
        yield* until(() => reports.length === 1);
      },
      { reports },
    );
    expect(reports.map(({ exception }) => exception)).toEqual([new ValueError('the fiftieth')]);
  });
});
