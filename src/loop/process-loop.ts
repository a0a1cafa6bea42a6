/*
 * The loop's methods for pipes and processes. What they do is done above, in src/pipes and src/subprocess; here are their
 * signatures.
 */
import { isKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import type { BaseProtocol, ProtocolFactory, ReadTransport, WriteTransport } from '../protocols/index.js';
import { NetworkEventLoop } from './network-loop.js';
import type { ReadablePipe, SubprocessOptions, WritablePipe } from './process-options.js';
import { processes, type Subprocess } from './process-provider.js';

/** What {@link SelectorEventLoop} inherits; it is not exported by itself. */
export class ProcessEventLoop extends NetworkEventLoop {
  /**
   * Read from a pipe, a FIFO, a socket, a terminal, or a stream of Node's. The transport takes it over, and closes it.
   *
   * Python: `loop.connect_read_pipe`.
   *
   * @param protocolFactory - makes the protocol: a function, or a class
   * @param pipe - a descriptor, an object that has one (`fileno()` or `fd`), or a stream of Node's: `process.stdin`
   * @returns the transport and the protocol.
   * @throws ValueError for a regular file; OSError for a descriptor that is not open; TypeError for anything else.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, StreamReader, StreamReaderProtocol, type Coroutine } from 'tsyncio';
   * import { Readable } from 'node:stream';
   *
   * function* main(): Coroutine {
   *   const reader = new StreamReader();
   *   const source = Readable.from([Buffer.from('one\ntwo\n')]); // or process.stdin
   *   yield* getRunningLoop().connectReadPipe(() => new StreamReaderProtocol(reader), source);
   *   console.log(String(yield* reader.readline()).trim());
   *   console.log(String(yield* reader.readline()).trim());
   * }
   *
   * await run(main());
   * // one
   * // two
   * ```
   */
  connectReadPipe<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    pipe: ReadablePipe,
  ): Coroutine<[transport: ReadTransport, protocol: P]> {
    return processes().connectReadPipe(this, protocolFactory, pipe);
  }

  /**
   * Write to a pipe, a FIFO, a socket, a terminal, or a stream of Node's. The transport takes it over, and closes it.
   *
   * Python: `loop.connect_write_pipe`.
   *
   * @param protocolFactory - makes the protocol: a function, or a class
   * @param pipe - a descriptor, an object that has one (`fileno()` or `fd`), or a stream of Node's: `process.stdout`
   * @returns the transport and the protocol.
   * @throws ValueError for a regular file; OSError for a descriptor that is not open; TypeError for anything else.
   *
   * @example
   * ```ts
   * import { BaseProtocol, getRunningLoop, run, waitForEvent, type Coroutine } from 'tsyncio';
   * import { PassThrough } from 'node:stream';
   *
   * function* main(): Coroutine {
   *   const sink = new PassThrough(); // or process.stdout
   *   const [transport] = yield* getRunningLoop().connectWritePipe(BaseProtocol, sink);
   *   transport.write('one\n');
   *   const [chunk] = yield* waitForEvent(sink, 'data');
   *   console.log(String(chunk).trim());
   *   transport.close();
   * }
   *
   * await run(main());
   * // one
   * ```
   */
  connectWritePipe<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    pipe: WritablePipe,
  ): Coroutine<[transport: WriteTransport, protocol: P]> {
    return processes().connectWritePipe(this, protocolFactory, pipe);
  }

  /**
   * Start a program. `createSubprocessExec` is easier to use.
   *
   * Python: `loop.subprocess_exec`.
   *
   * @param protocolFactory - makes the protocol, a SubprocessProtocol as a rule
   * @param program - a path, or a name that is looked for in `PATH`
   * @param args - the program's arguments, and then, if wanted, an object with options; standard streams that it does not
   * name are pipes
   * @throws FileNotFoundError or PermissionError with the path of the program or of the working directory, and other
   * OSErrors; ValueError for options that make no sense; RuntimeError in a loop that blocks.
   *
   * @returns the transport and the protocol.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, SubprocessProtocol, type Coroutine } from 'tsyncio';
   *
   * class Collect extends SubprocessProtocol {
   *   readonly ended = getRunningLoop().createFuture<string>();
   *   private output = '';
   *
   *   override pipeDataReceived(_fd: number, data: Buffer): void {
   *     this.output += data.toString();
   *   }
   *
   *   override connectionLost(): void {
   *     this.ended.setResult(this.output);
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const [transport, child] = yield* loop.subprocessExec(Collect, 'echo', 'hello', { stderr: null });
   *   console.log((yield* child.ended).trim(), transport.getReturncode());
   * }
   *
   * await run(main());
   * // hello 0
   * ```
   */
  subprocessExec<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    program: string,
    ...args: (string | SubprocessOptions)[]
  ): Coroutine<Subprocess<P>> {
    const last = args.at(-1);
    const options = isKeywords(last) ? (last as SubprocessOptions) : {};
    const words = isKeywords(last) ? args.slice(0, -1) : args;
    return processes().subprocessExec(this, protocolFactory, [program, ...(words as string[])], options);
  }

  /**
   * Have the shell, `/bin/sh`, run a command. `createSubprocessShell` is easier to use. What comes from outside must
   * be quoted.
   *
   * Python: `loop.subprocess_shell`.
   *
   * @param protocolFactory - makes the protocol, a SubprocessProtocol as a rule
   * @param options - standard streams that are not named are pipes
   * @throws as `subprocessExec` does.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, SubprocessProtocol, type Coroutine } from 'tsyncio';
   *
   * class Ends extends SubprocessProtocol {
   *   readonly ended = getRunningLoop().createFuture<void>();
   *
   *   override connectionLost(): void {
   *     this.ended.setResult();
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const [transport, child] = yield* getRunningLoop().subprocessShell(Ends, 'exit 3');
   *   yield* child.ended;
   *   console.log(transport.getReturncode());
   * }
   *
   * await run(main());
   * // 3
   * ```
   */
  subprocessShell<P extends BaseProtocol>(
    protocolFactory: ProtocolFactory<P>,
    cmd: string,
    options: SubprocessOptions = {},
  ): Coroutine<Subprocess<P>> {
    return processes().subprocessShell(this, protocolFactory, cmd, options);
  }
}
