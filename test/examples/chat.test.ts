import { describe, expect, it } from 'vitest';
import { startChat } from '../../examples/chat.js';
import {
  asyncWith,
  type Coroutine,
  openConnection,
  type Server,
  sleep,
  type StreamPair,
  type StreamReader,
} from '../../src/index.js';
import { line, onEachNetwork, portOf, program } from '../helpers/servers.js';

/** Run `body` with a chat server. It is only closed: its clients must have gone by themselves, or the test hangs. */
function withChat(body: (server: Server) => Coroutine): Promise<void> {
  return program(function* () {
    const server = yield* startChat('127.0.0.1', 0);
    yield* asyncWith(server, () => body(server));
  });
}

function* join(server: Server, name: string): Coroutine<StreamPair> {
  const [reader, writer] = yield* openConnection('127.0.0.1', portOf(server));
  expect(yield* line(reader)).toBe('What is your name?');
  writer.write(`${name}\n`);
  return [reader, writer];
}

function* lines(reader: StreamReader, count: number): Coroutine<string[]> {
  const all: string[] = [];
  while (all.length < count) all.push(yield* line(reader));
  return all;
}

onEachNetwork(() => {
  describe('the chat', () => {
    it('passes on what one says to all the others', () =>
      withChat(function* (server) {
        const [ada, toAda] = yield* join(server, 'ada');
        expect(yield* line(ada)).toBe('* here: nobody else');
        const [bob, toBob] = yield* join(server, 'bob');
        expect(yield* line(bob)).toBe('* here: ada');
        expect(yield* line(ada)).toBe('* bob has come');
        const [eve, toEve] = yield* join(server, 'eve');
        expect(yield* line(eve)).toBe('* here: ada, bob');
        toAda.write('hello\n\n  how are you?\n');
        expect(yield* lines(eve, 2)).toEqual(['ada: hello', 'ada: how are you?']);
        expect(yield* lines(bob, 3)).toEqual(['* eve has come', 'ada: hello', 'ada: how are you?']);
        toEve.close();
        expect(yield* lines(ada, 2)).toEqual(['* eve has come', '* eve has gone']);
        toBob.transport.abort();
        expect(yield* line(ada)).toBe('* bob has gone');
        toAda.close();
      }));

    it('asks again for a name that cannot be had', () =>
      withChat(function* (server) {
        const [, toAda] = yield* join(server, 'ada');
        const [bob, toBob] = yield* join(server, 'ada');
        expect(yield* lines(bob, 2)).toEqual(['* there is a ada already', 'What is your name?']);
        toBob.write('not a name\n');
        expect(yield* lines(bob, 2)).toEqual(['* letters and digits, please', 'What is your name?']);
        toBob.close();
        toAda.close();
      }));

    it('is over for a client that says too much at once', () =>
      withChat(function* (server) {
        const [ada, toAda] = yield* join(server, 'ada');
        yield* line(ada);
        toAda.write(`${'x'.repeat(5000)}\n`);
        expect(yield* line(ada)).toBe('');
        toAda.close();
      }));

    it('is over for a client that does not read, and goes on for the others', () =>
      withChat(function* (server) {
        const [ada, toAda] = yield* join(server, 'ada');
        yield* line(ada);
        const [, toDeaf] = yield* join(server, 'deaf');
        expect(yield* line(ada)).toBe('* deaf has come');
        let gone = false;
        for (let i = 0; i < 20_000 && !gone; i++) {
          toAda.write(`${'x'.repeat(1000)}\n`);
          yield* toAda.drain();
          gone = String(ada).includes('bytes');
        }
        expect(yield* line(ada)).toBe('* deaf has gone');
        toDeaf.close();
        toAda.close();
        yield* sleep(0);
      }));
  });
});
