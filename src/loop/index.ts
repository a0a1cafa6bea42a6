export { BaseEventLoop, type Callback, type CallbackOptions } from './base-loop.js';
export { EventLoop, type FileDescriptorLike, type LoopSelector, SelectorEventLoop } from './selector-loop.js';
export { Handle, type HandleLoop, TimerHandle } from './handles.js';
export type {
  AcceptedSocketOptions,
  ConnectionOptions,
  DatagramOptions,
  Host,
  Port,
  SendfileOptions,
  ReadableFile,
  SendfileSource,
  ServerOptions,
  SSLContextLike,
  StartTlsOptions,
  TlsTimeouts,
  UnixConnectionOptions,
  UnixServerOptions,
} from './network-options.js';
export type { Connection } from './network-provider.js';
export type {
  DescriptorHolder,
  ReadablePipe,
  Stdio,
  SubprocessOptions,
  WritablePipe,
} from './process-options.js';
export type { Subprocess } from './process-provider.js';
export { type Listener, Server } from './server.js';
export type { LoopEventEmitter, LoopEvents, RoundFigures } from './loop-events.js';
export { type RemoteFunctions, RemoteLoop } from './remote-loop.js';
export { coroutine } from './coroutine.js';
export { runCoroutineThreadsafe, toThread } from './threads.js';
export type { ExceptionHandler } from './exceptions.js';
export {
  _getRunningLoop,
  _setRunningLoop,
  getEventLoop,
  getRunningLoop,
  newEventLoop,
  setEventLoop,
} from './events.js';
export { run, Runner, type RunnerOptions, type RunOptions, runSync } from './runners.js';
