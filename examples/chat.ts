/*
 * A chat server: whoever connects says a name, and gets from then on the lines of all the others.
 *
 *     node dist-examples/chat.js [port]
 *     nc 127.0.0.1 8888
 *
 * Each client has two tasks: one takes its lines, the other sends it those of the others from a queue. The queue is
 * bounded: who reads too slowly is cut off, instead of filling the memory.
 */
import {
  asyncFor,
  asyncWith,
  ConnectionError,
  type Coroutine,
  exceptStar,
  Queue,
  run,
  type Server,
  startServer,
  type StreamReader,
  type StreamWriter,
  TaskGroup,
  timeout,
  TimeoutError,
  ValueError,
} from 'tsyncio';

const MAX_LINE = 1024; // bytes
const MAX_BEHIND = 256; // lines
const NAME_PATIENCE = 60; // seconds

interface Member {
  readonly outbox: Queue<string>;
  readonly writer: StreamWriter;
}

class Room {
  private readonly _members: Map<string, Member> = new Map<string, Member>();

  get names(): string[] {
    return [...this._members.keys()];
  }

  join(name: string, member: Member): void {
    this.tell(`* ${name} has come`);
    this._members.set(name, member);
  }

  leave(name: string): void {
    this._members.delete(name);
    this.tell(`* ${name} has gone`);
  }

  /** Tell everybody, except for one. Nobody waits for the slowest. */
  tell(line: string, except?: string): void {
    for (const [name, { outbox, writer }] of this._members) {
      if (name === except) continue;
      if (outbox.full()) writer.transport.abort();
      else outbox.putNowait(line);
    }
  }
}

/** Ask for a name until it is one that can be had; `null` if the client goes away instead. */
function* askName(room: Room, reader: StreamReader, writer: StreamWriter): Coroutine<string | null> {
  for (;;) {
    writer.write('What is your name?\n');
    const line = yield* reader.readline();
    if (line.length === 0) return null;
    const name = line.toString().trim();
    if (!/^[\p{L}\p{N}_-]{1,20}$/u.test(name)) writer.write('* letters and digits, please\n');
    else if (room.names.includes(name)) writer.write(`* there is a ${name} already\n`);
    else return name;
  }
}

function* deliver(outbox: Queue<string>, writer: StreamWriter): Coroutine {
  for (;;) {
    writer.write(`${yield* outbox.get()}\n`);
    yield* writer.drain();
  }
}

/** Pass on what one client says, until it goes away. */
function* listen(room: Room, name: string, reader: StreamReader): Coroutine {
  yield* asyncFor(reader, function* (line) {
    const text = line.toString().trim();
    if (text !== '') room.tell(`${name}: ${text}`, name);
  });
}

function* chat(room: Room, reader: StreamReader, writer: StreamWriter): Coroutine {
  const name = yield* asyncWith(timeout(NAME_PATIENCE), () => askName(room, reader, writer));
  if (name === null) return;
  writer.write(`* here: ${room.names.join(', ') || 'nobody else'}\n`);
  const outbox = new Queue<string>(MAX_BEHIND);
  room.join(name, { outbox, writer });
  try {
    yield* asyncWith(new TaskGroup(), function* (group) {
      const delivery = group.createTask(deliver(outbox, writer));
      yield* listen(room, name, reader);
      delivery.cancel();
    });
  } finally {
    room.leave(name);
  }
}

function* serveClient(room: Room, reader: StreamReader, writer: StreamWriter): Coroutine {
  try {
    yield* asyncWith(writer, () => chat(room, reader, writer));
  } catch (error) {
    // A line that is too long, a connection that is cut, a name that never came: it is over, and nobody's fault here.
    yield* exceptStar(error, [[ValueError, ConnectionError, TimeoutError], () => undefined]);
  }
}

/** Start a chat. */
export function startChat(host: string, port: number): Coroutine<Server> {
  const room = new Room();
  return startServer((reader, writer) => serveClient(room, reader, writer), host, port, { limit: MAX_LINE });
}

function* main(port: number): Coroutine {
  const server = yield* startChat('127.0.0.1', port);
  console.log(`chat on 127.0.0.1:${server.sockets[0]!.getsockname()[1]}`);
  yield* server.serveForever();
}

if (process.argv[1] === import.meta.filename) await run(main(Number(process.argv[2] ?? 8888)));
