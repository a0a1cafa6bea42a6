import { describe, expect, test } from 'vitest';
import { BrokenPipeError, type Coroutine, OSError, RuntimeError, sleep } from '../../src/index.js';
import { recordLog } from '../helpers/log.js';
import { transportOn } from './peer.js';
import { Recorder, transports, until } from './support.js';

const forms: [string, unknown, string][] = [
  ['a Buffer', Buffer.from('data'), 'data'],
  ['a Uint8Array', new Uint8Array([100, 97, 116, 97]), 'data'],
  ['a part of an array', Buffer.from('xdatax').subarray(1, 5), 'data'],
  ['another view', new Uint16Array([0x6164, 0x6174]), 'data'],
  ['an ArrayBuffer', new Uint8Array([100, 97, 116, 97]).buffer, 'data'],
  ['a string, as UTF-8', 'dätä', 'dätä'],
];

describe.each(transports)('writing over $name', ({ onLoop }) => {
  describe('write()', () => {
    test.each(forms)('sends %s at once', async (_name, data, expected) => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.write(data as Buffer);
        expect(transport.getWriteBufferSize()).toBe(0);
        expect(String(yield* peer.recv(100))).toBe(expected);
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('of what has no bytes is a TypeError', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport } = yield* transportOn(loop, new Recorder());
        for (const data of [1, null, undefined, {}, [1]]) {
          expect(() => transport.write(data as never)).toThrow(TypeError);
          expect(() => transport.write(data as never)).toThrow('a bytes-like object is required');
        }
        expect(() => transport.writelines([1] as never)).toThrow(TypeError);
        transport.close();
        yield* sleep(0);
      });
    });

    test('keeps the rest of what the system did not take, and sends it in order', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        const parts = Array.from({ length: 500 }, (_, i) =>
          Buffer.alloc(3000 + i, String.fromCharCode(65 + (i % 26))),
        );
        for (const part of parts) transport.write(part);
        const waiting = transport.getWriteBufferSize();
        expect(waiting).toBeGreaterThan(0);
        expect(waiting).toBeLessThan(Buffer.concat(parts).length);
        const all = yield* peer.readExactly(Buffer.concat(parts).length);
        expect(all.equals(Buffer.concat(parts))).toBe(true);
        yield* until(() => transport.getWriteBufferSize() === 0);
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('that fails ends the connection', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.pauseReading();
        peer.close();
        transport.write('x');
        expect(transport.isClosing()).toBe(true);
        expect(protocol.isLost).toBe(false);
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeInstanceOf(BrokenPipeError);
        expect(protocol.lostWith).toMatchObject({ message: 'write EPIPE' });
      });
    });

    test('that fails later ends the connection, and what waits is dropped', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.pauseReading();
        transport.write(Buffer.alloc(1_000_000));
        transport.write(Buffer.alloc(1_000_000));
        peer.close();
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeInstanceOf(OSError);
        expect(transport.getWriteBufferSize()).toBe(0);
        expect(protocol.events).toEqual(['made', 'pause', 'lost']);
      });
    });

    test('after the loss is dropped; the fifth and later ones are warned of', async () => {
      const log = recordLog();
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol } = yield* transportOn(loop, new Recorder());
        transport.abort();
        for (let i = 0; i < 4; i++) transport.write('x');
        expect(log).toEqual([]);
        transport.write('x');
        transport.writelines(['x', 'y']);
        yield* until(() => protocol.isLost);
        expect(log.map(({ message }) => message)).toEqual(Array(2).fill('socket.send() raised exception.'));
        transport.write('x');
        expect(log).toHaveLength(3);
        expect(transport.getWriteBufferSize()).toBe(0);
      });
    });
  });

  describe('writelines()', () => {
    test('sends all pieces at once', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, peer } = yield* transportOn(loop, new Recorder());
        transport.writelines(['one', Buffer.from('two'), '', new Uint8Array([51])]);
        expect(transport.getWriteBufferSize()).toBe(0);
        expect(String(yield* peer.recv(100))).toBe('onetwo3');
        transport.writelines(['single']);
        expect(String(yield* peer.recv(100))).toBe('single');
        transport.close();
        yield* sleep(0);
      });
    });

    test('with empty pieces among others does not get stuck', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        const large = Buffer.alloc(500_000, 'x');
        transport.writelines(['', large, '', '', large, '']);
        transport.close();
        expect((yield* peer.readAll()).length).toBe(1_000_000);
        yield* until(() => protocol.isLost);
      });
    });

    test('keeps the rest, behind what waits already, and pauses the protocol', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(400_000, letter));
        transport.writelines([a!, b!, c!]);
        expect(protocol.events).toEqual(['made', 'pause']);
        transport.writelines([d!]);
        const all = yield* peer.readExactly(1_600_000);
        expect(all.equals(Buffer.concat([a!, b!, c!, d!]))).toBe(true);
        yield* until(() => protocol.events.includes('resume'));
        expect(protocol.events).toEqual(['made', 'pause', 'resume']);
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('of more pieces than the system takes at once', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        const pieces = Array.from({ length: 5000 }, (_, i) => `${i},`);
        transport.writelines(pieces);
        transport.close();
        expect(String(yield* peer.readAll())).toBe(pieces.join(''));
        yield* until(() => protocol.isLost);
      });
    });

    test('that fails ends the connection', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.pauseReading();
        peer.close();
        transport.writelines(['x', 'y']);
        expect(transport.getWriteBufferSize()).toBe(0);
        yield* until(() => protocol.isLost);
        expect(protocol.lostWith).toBeInstanceOf(BrokenPipeError);
      });
    });
  });

  describe('writeEof()', () => {
    test('ends the stream; reading goes on', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        expect(transport.canWriteEof()).toBe(true);
        transport.write('question');
        transport.writeEof();
        transport.writeEof();
        expect(String(yield* peer.readAll())).toBe('question');
        peer.send('answer');
        yield* until(() => String(protocol.data) === 'answer');
        peer.close();
        yield* until(() => protocol.isLost);
        expect(protocol.events).toEqual(['made', 'data', 'eof', 'lost']);
      });
    });

    test('comes after all that waits', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol, peer } = yield* transportOn(loop, new Recorder());
        transport.write(Buffer.alloc(1_000_000));
        transport.writeEof();
        expect(yield* peer.readAll()).toHaveLength(1_000_000);
        expect(transport.isClosing()).toBe(false);
        transport.close();
        yield* until(() => protocol.isLost);
      });
    });

    test('forbids to write', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport } = yield* transportOn(loop, new Recorder());
        transport.writeEof();
        expect(() => transport.write('x')).toThrow(RuntimeError);
        expect(() => transport.write('x')).toThrow('Cannot call write() after write_eof()');
        expect(() => transport.writelines(['x'])).toThrow('Cannot call writelines() after write_eof()');
        transport.close();
        yield* sleep(0);
      });
    });

    test('after close() does nothing', async () => {
      await onLoop(function* (loop): Coroutine {
        const { transport, protocol } = yield* transportOn(loop, new Recorder());
        transport.close();
        transport.writeEof();
        yield* until(() => protocol.isLost);
        transport.writeEof();
      });
    });
  });

  test('a peer that never reads: no more than the high-water mark and one write is kept', async () => {
    await onLoop(function* (loop): Coroutine {
      class Careful extends Recorder {
        paused = false;
        most = 0;
        override pauseWriting(): void {
          this.paused = true;
        }
      }
      const { transport, protocol } = yield* transportOn(loop, new Careful());
      const chunk = Buffer.alloc(10_000);
      for (let i = 0; i < 1000 && !protocol.paused; i++) {
        transport.write(chunk);
        yield* sleep(0);
      }
      expect(protocol.paused).toBe(true);
      expect(transport.getWriteBufferSize()).toBeLessThanOrEqual(65536 + chunk.length);
      transport.abort();
      yield* until(() => protocol.isLost);
    });
  });
});
