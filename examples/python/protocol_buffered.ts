// A buffered protocol fills its own buffer.
import { BufferedProtocol, getRunningLoop, run, type Coroutine, type Future } from 'tsyncio';
import { socketpair } from 'tsyncio/socket';
import { print, repr } from './python.js';

class Collector extends BufferedProtocol {
  private readonly buffer = Buffer.alloc(4);
  private received = Buffer.alloc(0);
  private readonly done: Future<Buffer>;

  constructor(done: Future<Buffer>) {
    super();
    this.done = done;
  }

  override getBuffer(): Buffer {
    return this.buffer;
  }

  override bufferUpdated(nbytes: number): void {
    print('buffer_updated', nbytes);
    this.received = Buffer.concat([this.received, this.buffer.subarray(0, nbytes)]);
  }

  override eofReceived(): void {
    print('eof_received');
  }

  override connectionLost(): void {
    this.done.setResult(this.received);
  }
}

function* main(): Coroutine<void> {
  const loop = getRunningLoop();
  const done = loop.createFuture<Buffer>();
  const [ours, theirs] = socketpair();
  yield* loop.createConnection(() => new Collector(done), { sock: ours });
  theirs.sendall('ten bytes!');
  theirs.close();
  print(repr(yield* done));
}

await run(main());
