/*
 * Cancelling at every place where streams wait: it must leave no descriptor open, no task, and no promise that rejects.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CancelledError,
  ConnectionResetError,
  type Coroutine,
  createTask,
  openConnection,
  openUnixConnection,
  type SelectorEventLoop,
  sleep,
  startServer,
  startUnixServer,
  type StreamReader,
  type StreamWriter,
  type Transport,
  wait,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import { descriptors, transports } from '../transports/support.js';
import { serve, unixPath, withPeer } from './support.js';

/** Something to be cancelled, and what is to be undone afterwards. */
type Case = (loop: SelectorEventLoop) => Coroutine<{ coro: Coroutine<unknown>; undo: () => void }>;

/** More than the buffers of a connection take. */
const MUCH = Buffer.alloc(16 << 20);

/** A connection with a peer that does nothing. */
function* connection(): Coroutine<{ reader: StreamReader; writer: StreamWriter; undo: () => void }> {
  const { reader, writer, peer } = yield* withPeer();
  const undo = (): void => {
    (writer.transport as Transport).abort();
    peer.destroy();
  };
  return { reader, writer, undo };
}

function closeIt(result: unknown): void {
  if (Array.isArray(result)) (result[1] as StreamWriter).close();
  else if (typeof result === 'object' && result !== null) (result as { close(): void }).close();
}

const cases: Record<string, Case> = {
  *'openConnection to an address'() {
    const { server, address } = yield* serve((_reader, writer) => writer.close());
    return { coro: openConnection(...address), undo: () => server.close() };
  },
  *'openConnection to a name'() {
    const { server, address } = yield* serve((_reader, writer) => writer.close());
    return {
      coro: openConnection('localhost', address[1], { happyEyeballsDelay: 0.01 }),
      undo: () => server.close(),
    };
  },
  *openUnixConnection() {
    const path = unixPath();
    const server = yield* startUnixServer((_reader, writer) => writer.close(), path);
    return { coro: openUnixConnection(path), undo: () => server.close() };
  },
  *startServer() {
    return { coro: startServer(() => {}, 'localhost', 0), undo: () => {} };
  },
  *startUnixServer() {
    return { coro: startUnixServer(() => {}, unixPath()), undo: () => {} };
  },
  *'drain of a full transport'() {
    const { writer, undo } = yield* connection();
    writer.write(MUCH);
    return { coro: writer.drain(), undo };
  },
  *'drain of a closing transport'() {
    const { writer, undo } = yield* connection();
    writer.close();
    return { coro: writer.drain(), undo };
  },
  *'waitClosed of a closing transport'() {
    const { writer, undo } = yield* connection();
    writer.write(MUCH);
    writer.close();
    return { coro: writer.waitClosed(), undo };
  },
  *'waitClosed of an open transport'() {
    const { writer, undo } = yield* connection();
    return { coro: writer.waitClosed(), undo };
  },
  *'a read'() {
    const { reader, undo } = yield* connection();
    return { coro: reader.read(), undo };
  },
  *'waitClosed of a server'() {
    const { server, address } = yield* serve((reader) => reader.read());
    const [, writer] = yield* openConnection(...address);
    yield* sleep(0.01);
    server.close();
    return {
      coro: server.waitClosed(),
      undo: () => {
        writer.close();
        server.closeClients();
      },
    };
  },
};

describe.each(transports)('cancelling over $name', ({ onLoop }) => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  beforeAll(() => void process.on('unhandledRejection', onRejection));
  afterAll(() => void process.off('unhandledRejection', onRejection));

  it.each(Object.entries(cases))(
    '%s after any number of rounds leaves nothing behind',
    async (name, prepare) => {
      const before = await descriptors();
      let cancelled = 0;
      let ended = false;
      // One round later each time, until it is done before it is cancelled, or has nothing more to do but to wait.
      for (let rounds = 0; rounds < 25 && !ended; rounds++) {
        await onLoop(function* (loop): Coroutine {
          const { coro, undo } = yield* prepare(loop);
          const task = createTask(coro);
          for (let i = 0; i < rounds; i++) yield* sleep(0);
          if (!task.cancel()) ended = true;
          yield* wait([task]);
          if (task.cancelled()) cancelled++;
          else if (task.exception() === null) closeIt(task.result());
          // What it fails with by itself, when it is cancelled too late.
          else expect(task.exception()).toEqual(new ConnectionResetError('Connection lost'));
          undo();
          // Look-ups of names go on in a thread of their own; their answers are not wanted any more.
          yield* sleep(name === 'openConnection to a name' || name === 'startServer' ? 0.02 : 0.001);
        });
        // Node may take a turn of its own to close what is destroyed.
        await vi.waitFor(async () => expect(await descriptors()).toBe(before), 5000);
      }
      expect(cancelled).toBeGreaterThan(0);
      expect(rejections).toEqual([]);
    },
  );

  it('who waits for the end of a connection does not keep the others from it', async () => {
    await onLoop(function* (): Coroutine {
      const { writer, undo } = yield* connection();
      const [one, other] = [createTask(writer.waitClosed()), createTask(writer.waitClosed())];
      yield* sleep(0);
      one.cancel();
      expect(yield* thrownBy(one)).toBeInstanceOf(CancelledError);
      expect(other.done()).toBe(false);
      writer.close();
      yield* other;
      yield* writer.waitClosed();
      undo();
    });
  });
});
