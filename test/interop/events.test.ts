import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  asyncFor,
  BREAK,
  type Coroutine,
  createTask,
  EOFError,
  iterateEvents,
  run,
  RuntimeError,
  sleep,
  type Task,
  waitFor,
  waitForEvent,
  wrapFuture,
} from '../../src/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

/** How many listeners an emitter has, of all events. */
function listeners(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

describe('waitForEvent', () => {
  it('gives the arguments of the event', () => {
    virtually(function* (loop) {
      const emitter = new EventEmitter();
      loop.callLater(1, () => emitter.emit('ready', 1, 'two'));
      expect(yield* waitForEvent<[number, string]>(emitter, 'ready')).toEqual([1, 'two']);
      expect(listeners(emitter)).toBe(0);
    });
  });

  it('listens from the call on, and ceases at the event', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      const waiting = waitForEvent(emitter, 'ready');
      emitter.emit('ready', 'first');
      expect(listeners(emitter)).toBe(0);
      // Nobody listens any more: it is the emitter's own error again.
      expect(() => emitter.emit('error', new Error('later'))).toThrow('later');
      expect(yield* waiting).toEqual(['first']);
    });
  });

  it('throws an error that comes first, of whatever make', () => {
    virtually(function* () {
      const error = new Error('no');
      for (const [given, expected] of [
        [error, error],
        ['text', 'text'],
      ]) {
        const emitter = new EventEmitter();
        const waiting = waitForEvent(emitter, 'ready');
        emitter.emit('error', given);
        expect(yield* thrownBy(waiting)).toBe(expected);
        expect(listeners(emitter)).toBe(0);
      }
    });
  });

  it('can wait for an error, or for the end', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      const error = new Error('expected');
      const [failed, closed] = [waitForEvent(emitter, 'error'), waitForEvent(emitter, 'close')];
      emitter.emit('error', error);
      expect(yield* failed).toEqual([error]);
      expect(yield* thrownBy(closed)).toBe(error);
      const other = waitForEvent(emitter, 'close');
      emitter.emit('close', 7);
      expect(yield* other).toEqual([7]);
    });
  });

  it('ends when the emitter is closed instead', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      const waiting = waitForEvent(emitter, 'drain');
      emitter.emit('close');
      expect(yield* thrownBy(waiting)).toStrictEqual(new EOFError("'close' came, and not 'drain'"));
      expect(listeners(emitter)).toBe(0);
    });
  });

  it('removes its listeners at once when it is cancelled', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      const task = createTask(waitFor(waitForEvent(emitter, 'ready'), 60));
      yield* turns(2);
      expect(listeners(emitter)).toBe(3);
      task.cancel();
      expect(listeners(emitter)).toBe(0);
      yield* thrownBy(task);
    });
  });

  it('does not wait for a stream that is closed, or will be', async () => {
    await run(
      (function* (): Coroutine {
        const full = new Writable({ highWaterMark: 1, write: () => {} });
        full.write('more than it takes');
        const drained = waitForEvent(full, 'drain');
        full.destroy();
        expect(yield* thrownBy(drained)).toBeInstanceOf(EOFError);
        expect(yield* thrownBy(waitForEvent(full, 'drain'))).toStrictEqual(
          new EOFError("'drain' cannot come any more: the stream is closed"),
        );
        expect(yield* waitForEvent(full, 'close')).toEqual([]);
        const broken = new PassThrough();
        const error = new Error('broken');
        broken.on('error', () => {});
        broken.destroy(error);
        yield* wrapFuture(once(broken, 'close').catch(() => {}));
        yield* sleep(0.01);
        expect(yield* thrownBy(waitForEvent(broken, 'data'))).toBe(error);
      })(),
    );
  });

  it('takes an EventTarget, and the error in an ErrorEvent', () => {
    virtually(function* () {
      const target = new EventTarget();
      const event = new Event('message');
      const message = waitForEvent<[Event]>(target, 'message');
      target.dispatchEvent(event);
      expect((yield* message)[0]).toBe(event);
      const error = new Error('of a socket');
      const failing = waitForEvent(target, 'message');
      target.dispatchEvent(Object.assign(new Event('error'), { error }));
      expect(yield* thrownBy(failing)).toBe(error);
    });
  });

  it('refuses what cannot be listened to', () => {
    for (const wrong of [null, undefined, 1, {}, { on: () => {} }, { addEventListener: () => {} }]) {
      expect(() => waitForEvent(wrong as never, 'x')).toThrow(TypeError);
      expect(() => iterateEvents(wrong as never, 'x')).toThrow(TypeError);
    }
    expect(thrown(() => waitForEvent(new EventEmitter(), 'x'))).toBeInstanceOf(RuntimeError);
  });
});

describe('iterateEvents', () => {
  function* collect(events: ReturnType<typeof iterateEvents>, into: unknown[]): Coroutine {
    yield* asyncFor(events, function* ([first]) {
      into.push(first);
      yield* sleep(0);
    });
  }

  it('gives event after event, also those that came before they were asked for, until the end', () => {
    virtually(function* (loop) {
      const emitter = new EventEmitter();
      const events = iterateEvents(emitter, 'item');
      emitter.emit('item', 1);
      emitter.emit('item', 2);
      loop.callLater(1, () => emitter.emit('item', 3));
      loop.callLater(2, () => emitter.emit('end'));
      const items: unknown[] = [];
      yield* collect(events, items);
      expect(items).toEqual([1, 2, 3]);
      expect(listeners(emitter)).toBe(0);
    });
  });

  it('throws an error after the events that came before it', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      const events = iterateEvents(emitter, 'item');
      const error = new Error('no');
      emitter.emit('item', 1);
      emitter.emit('error', error);
      const items: unknown[] = [];
      expect(yield* thrownBy(collect(events, items))).toBe(error);
      expect(items).toEqual([1]);
      expect(listeners(emitter)).toBe(0);
      yield* collect(events, items);
    });
  });

  it('ends with the events that `until` names, and with no others', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      for (const until of ['done', ['done', 'stop']]) {
        const events = iterateEvents(emitter, 'close', { until });
        emitter.emit('end');
        emitter.emit('close', 1);
        emitter.emit('done');
        const items: unknown[] = [];
        yield* collect(events, items);
        expect(items).toEqual([1]);
      }
      const errors = iterateEvents(emitter, 'error');
      emitter.emit('error', 'an event like any other');
      emitter.emit('close');
      const items: unknown[] = [];
      yield* collect(errors, items);
      expect(items).toEqual(['an event like any other']);
    });
  });

  it('removes its listeners when the loop is left by BREAK, by an error, or by being cancelled', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      for (const how of ['break', 'error', 'cancel in the body', 'cancel in the wait']) {
        const events = iterateEvents(emitter, 'item');
        if (how !== 'cancel in the wait') emitter.emit('item');
        const task: Task<void> = createTask(
          asyncFor(events, function* () {
            if (how === 'break') return BREAK;
            if (how === 'error') throw new Error('no');
            yield* sleep(60);
            return undefined;
          }),
        );
        yield* turns(2);
        if (how.startsWith('cancel')) {
          expect(listeners(emitter)).toBe(4);
          task.cancel();
        }
        yield* turns(3);
        expect([how, task.done(), listeners(emitter)]).toEqual([how, true, 0]);
        if (how === 'error') task.exception();
      }
    });
  });

  it('loses no event when a wait for one is cancelled, and serves several who wait', () => {
    virtually(function* () {
      const emitter = new EventEmitter();
      using events = iterateEvents(emitter, 'item');
      const [first, second] = [createTask(events.anext()), createTask(events.anext())];
      yield* turns(2);
      emitter.emit('item', 1);
      first.cancel();
      expect(yield* second).toEqual([1]);
      emitter.emit('item', 2);
      expect(yield* events.anext()).toEqual([2]);
      emitter.emit('item', 3);
    });
  });

  it('is at its end at once for a stream that is closed', async () => {
    await run(
      (function* (): Coroutine {
        const stream = Readable.from([]);
        stream.destroy();
        yield* wrapFuture(once(stream, 'close'));
        const items: unknown[] = [];
        yield* collect(iterateEvents(stream, 'data'), items);
        expect(items).toEqual([]);
      })(),
    );
  });

  it('serves the connections of a server of Node’s', async () => {
    const { createConnection } = await import('node:net');
    await run(
      (function* (): Coroutine {
        const server = createServer();
        server.listen(0, '127.0.0.1');
        yield* waitForEvent(server, 'listening');
        const { port } = server.address() as { port: number };
        const connections = iterateEvents<[import('node:net').Socket]>(server, 'connection');
        const client = createConnection(port, '127.0.0.1');
        yield* asyncFor(connections, function* ([socket]) {
          socket.end('hello');
          return BREAK;
        });
        const [data] = yield* waitForEvent<[Buffer]>(client, 'data');
        expect(String(data)).toBe('hello');
        expect(server.listenerCount('connection')).toBe(0);
        server.close();
        yield* waitForEvent(server, 'close');
      })(),
    );
  });
});
