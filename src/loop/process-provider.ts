/*
 * What the loop needs of the layers above it for pipes and processes. They register themselves in base/network.ts.
 */
import type { Coroutine } from '../base/awaitable.js';
import { processes as registered } from '../base/network.js';
import type {
  BaseProtocol,
  ProtocolFactory,
  ReadTransport,
  SubprocessTransport,
  WriteTransport,
} from '../protocols/index.js';
import type { BaseEventLoop } from './base-loop.js';
import type { ReadablePipe, SubprocessOptions, WritablePipe } from './process-options.js';

/** A child process, as {@link SelectorEventLoop.subprocessExec} gives it: its transport and its protocol. */
export type Subprocess<P> = [transport: SubprocessTransport, protocol: P];

/** The loop's methods for pipes and processes, the loop first. */
export interface ProcessProvider {
  connectReadPipe<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    pipe: ReadablePipe,
  ): Coroutine<[transport: ReadTransport, protocol: P]>;
  connectWritePipe<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    pipe: WritablePipe,
  ): Coroutine<[transport: WriteTransport, protocol: P]>;
  subprocessExec<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    args: readonly string[],
    options: SubprocessOptions,
  ): Coroutine<Subprocess<P>>;
  subprocessShell<P extends BaseProtocol>(
    loop: BaseEventLoop,
    factory: ProtocolFactory<P>,
    command: string,
    options: SubprocessOptions,
  ): Coroutine<Subprocess<P>>;
}

/** Pipes and processes. */
export function processes(): ProcessProvider {
  return registered() as ProcessProvider;
}
