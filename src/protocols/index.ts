export {
  BaseProtocol,
  BufferedProtocol,
  DatagramProtocol,
  Protocol,
  type ProtocolFactory,
  SubprocessProtocol,
} from './protocols.js';
export {
  type AnyProtocol,
  BaseTransport,
  DatagramTransport,
  type ExtraInfo,
  ReadTransport,
  SubprocessTransport,
  Transport,
  type WriteBufferLimits,
  WriteTransport,
} from './transports.js';
export { TransportSocket } from './transport-socket.js';
