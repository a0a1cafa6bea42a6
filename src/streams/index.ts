export { FlowControlMixin, type StreamProtocol } from './flow-control.js';
export {
  openConnection,
  type OpenConnectionOptions,
  openUnixConnection,
  type OpenUnixConnectionOptions,
  startServer,
  type StartServerOptions,
  startUnixServer,
  type StartUnixServerOptions,
  type StreamLimit,
  type StreamPair,
  type StreamServerOptions,
} from './open.js';
export { type ClientConnectedCallback, StreamReaderProtocol } from './protocol.js';
export { StreamReader, type StreamReaderOptions } from './reader.js';
export type { Separator } from './separators.js';
export { StreamWriter, type StreamTlsOptions } from './writer.js';
