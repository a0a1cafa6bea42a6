// loop.subprocessExec() with a SubprocessProtocol.
import { Future, getRunningLoop, run, SubprocessProtocol, type Coroutine } from 'tsyncio';
import { print, repr } from './python.js';

class DateProtocol extends SubprocessProtocol {
  readonly exitFuture: Future<boolean>;
  readonly output: Buffer[] = [];
  pipeClosed = false;
  exited = false;

  constructor(exitFuture: Future<boolean>) {
    super();
    this.exitFuture = exitFuture;
  }

  override pipeConnectionLost(): void {
    this.pipeClosed = true;
    this.checkForExit();
  }

  override pipeDataReceived(_fd: number, data: Buffer): void {
    this.output.push(data);
  }

  override processExited(): void {
    this.exited = true;
    // may come before pipeConnectionLost(): wait for both
    this.checkForExit();
  }

  checkForExit(): void {
    if (this.pipeClosed && this.exited) this.exitFuture.setResult(true);
  }
}

function* getDate(): Coroutine<string> {
  const loop = getRunningLoop();
  const code = 'console.log(new Date(Date.UTC(2024, 1, 29)).toISOString().slice(0, 10))';
  const exitFuture = new Future<boolean>({ loop });
  const [transport, protocol] = yield* loop.subprocessExec(
    () => new DateProtocol(exitFuture),
    process.execPath,
    '-e',
    code,
    { stdin: null, stderr: null },
  );
  print('pipes:', repr([0, 1, 2].map((fd) => transport.getPipeTransport(fd) !== null)));
  yield* exitFuture;
  print('return code:', transport.getReturncode());
  transport.close();
  return Buffer.concat(protocol.output).toString().trimEnd();
}

print(`Date in the child: ${await run(getDate())}`);
