/*
 * What `getExtraInfo` knows of a net.Socket: its names, and the socket itself.
 */
import { OSError } from '../base/errors.js';
import { addonAvailable } from '../platform/addon.js';
import { builtin, builtinOrNull } from '../platform/builtin.js';
import { scopeId } from '../platform/interfaces.js';
import {
  dgramFilenoOf,
  type DgramSocket,
  type Duplex,
  filenoOf,
  type NetServer,
  type NetSocket,
} from '../platform/streams.js';
import { type ExtraInfo, TransportSocket } from '../protocols/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SO_BROADCAST,
  SO_KEEPALIVE,
  socket,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from '../socket/index.js';
import { type NodeOption, NodeSocket } from './node-socket.js';

/** Whether it is a socket with nothing but the system below, TLS for instance. */
export function isPlainSocket(duplex: Duplex): duplex is NetSocket {
  const net = builtinOrNull('node:net');
  return net !== null && duplex instanceof net.Socket && !('encrypted' in duplex);
}

/** The names of a Unix socket's ends, which Node does not tell. */
export interface UnixNames {
  readonly sockname?: Address;
  readonly peername?: Address;
}

const unixNames = new WeakMap<Duplex, UnixNames>();

/** Remember what a Unix socket was bound or connected to. */
export function rememberNames(stream: NetSocket, names: UnixNames): void {
  unixNames.set(stream, names);
}

/** What the stream tells of itself; nothing, unless it is a plain socket. */
export function socketInfo(duplex: Duplex): ExtraInfo {
  if (!isPlainSocket(duplex)) return {};
  const shown = shownSocket(duplex);
  if (shown === null) return {};
  return {
    socket: new TransportSocket(shown),
    sockname: nameOf(() => shown.getsockname<Address>()),
    peername: nameOf(() => shown.getpeername<Address>()),
    // Node 20 pads abstract names: better what was meant.
    ...unixNames.get(duplex),
  };
}

/** `null` for a pipe: Node has its pipes as sockets too. */
function shownSocket(stream: NetSocket): socket | NodeSocket | null {
  const fd = filenoOf(stream);
  const isPipe = fd >= 0 && stream.remoteFamily === undefined && !builtin('node:fs').fstatSync(fd).isSocket();
  if (isPipe) return null;
  if (fd >= 0 && addonAvailable()) return socketOf(fd);
  const family = familyOf(stream.localFamily ?? stream.remoteFamily);
  const isUnix = family === AF_UNIX;
  return new NodeSocket({
    fd,
    family,
    type: SOCK_STREAM,
    proto: isUnix ? 0 : IPPROTO_TCP,
    sockname: isUnix ? '' : addressOf(family, stream.localAddress, stream.localPort),
    peername: isUnix ? '' : addressOf(family, stream.remoteAddress, stream.remotePort),
    ...(isUnix ? unixNames.get(stream) : {}),
    options: isUnix ? [] : tcpOptions(stream),
  });
}

/** A socket of our own for a descriptor that stays Node's. */
function socketOf(fd: number): socket {
  return new socket({ fileno: fd })._markNonblocking();
}

/** The socket of a server that listens. */
export function serverSocket(server: NetServer, sockname: Address): TransportSocket {
  const fd = filenoOf(server);
  if (fd >= 0 && addonAvailable()) return new TransportSocket(socketOf(fd));
  const family = typeof sockname === 'string' ? AF_UNIX : sockname.length > 2 ? AF_INET6 : AF_INET;
  const proto = family === AF_UNIX ? 0 : IPPROTO_TCP;
  const facts = { fd, family, type: SOCK_STREAM, proto, sockname, peername: null, options: [] };
  return new TransportSocket(new NodeSocket(facts));
}

/** What `getExtraInfo` knows of a socket for datagrams. */
export function datagramInfo(stream: DgramSocket, family: number, peername: Address | null): ExtraInfo {
  const { address, port } = stream.address();
  const sockname = addressOf(family, address, port);
  const fd = dgramFilenoOf(stream);
  const shown =
    fd >= 0 && addonAvailable()
      ? socketOf(fd)
      : new NodeSocket({
          fd,
          family,
          type: SOCK_DGRAM,
          proto: IPPROTO_UDP,
          sockname,
          peername,
          options: udpOptions(stream),
        });
  return { socket: new TransportSocket(shown), sockname, peername };
}

function udpOptions(stream: DgramSocket): NodeOption[] {
  return [
    {
      level: SOL_SOCKET,
      optname: SO_BROADCAST,
      value: 0,
      set: (value) => {
        stream.setBroadcast(value !== 0);
      },
    },
  ];
}

function tcpOptions(stream: NetSocket): NodeOption[] {
  return [
    {
      level: IPPROTO_TCP,
      optname: TCP_NODELAY,
      value: 1,
      set: (value) => stream.setNoDelay(value !== 0),
    },
    {
      level: SOL_SOCKET,
      optname: SO_KEEPALIVE,
      value: 0,
      set: (value) => stream.setKeepAlive(value !== 0),
    },
  ];
}

/** The family by Node's name; AF_UNIX where Node has none. */
export function familyOf(name: string | undefined): number {
  if (name === 'IPv4') return AF_INET;
  return name === 'IPv6' ? AF_INET6 : AF_UNIX;
}

/** An address in Python's shape; `null` for none. */
export function addressOf(
  family: number,
  host: string | undefined,
  port: number | undefined,
): Address | null {
  if (host === undefined || port === undefined) return null;
  if (family !== AF_INET6) return [host, port];
  const [address = host, scope] = host.split('%');
  return [address, port, 0, scope === undefined ? 0 : scopeId(scope)];
}

function nameOf(ask: () => Address): Address | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OSError) return null;
    throw error;
  }
}
