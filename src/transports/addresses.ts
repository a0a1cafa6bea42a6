/*
 * Hosts and ports to addresses, for connections and servers. What is an address already is not looked up.
 */
import type { Coroutine } from '../base/awaitable.js';
import { OSError } from '../base/errors.js';
import type { Host, Port, SelectorEventLoop } from '../loop/index.js';
import {
  type AddrInfo,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  inetPton,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../socket/index.js';

/** What is looked for. */
export interface Wanted {
  family?: number | undefined;
  type: number;
  proto?: number | undefined;
  flags?: number | undefined;
}

/** Host and port as users give them; with IPv6 also flow information and scope. */
export type HostAndPort = readonly [
  host: Host | null | undefined,
  port: Port | null | undefined,
  flowinfo?: number | undefined,
  scopeid?: number | undefined,
];

function protocolOf(type: number, proto: number): number | null {
  if (![0, IPPROTO_TCP, IPPROTO_UDP].includes(proto)) return null;
  if (type === SOCK_STREAM) return IPPROTO_TCP;
  return type === SOCK_DGRAM ? IPPROTO_UDP : null;
}

/** The number of a port; `null` for the name of a service. */
function portNumber(port: Port | null | undefined): number | null {
  if (port === null || port === undefined) return 0;
  if (typeof port === 'number') return port;
  const text = (typeof port === 'string' ? port : Buffer.from(port).toString()).trim();
  if (text === '') return 0;
  return /^\d+$/.test(text) ? Number(text) : null;
}

function isOf(family: number, host: string): boolean {
  try {
    inetPton(family, host);
    return true;
  } catch (error) {
    if (error instanceof OSError) return false;
    throw error;
  }
}

/** The family of an address in text, of those that are wanted; `null` for a name. */
function familyOf(host: string, wanted: number): number | null {
  const candidates = [AF_INET, AF_INET6].filter((family) => wanted === AF_UNSPEC || wanted === family);
  return candidates.find((family) => isOf(family, host)) ?? null;
}

/** What is known of an address without looking anything up; `null` for a name. Python: `_ipaddr_info`. */
export function ipaddrInfo(address: HostAndPort, wanted: Wanted): AddrInfo | null {
  const [host, port, flowinfo = 0, scopeid = 0] = address;
  if (host === null || host === undefined) return null;
  const proto = protocolOf(wanted.type, wanted.proto ?? 0);
  const number = portNumber(port);
  const text = typeof host === 'string' ? host : Buffer.from(host).toString();
  const family = familyOf(text, wanted.family ?? AF_UNSPEC);
  if (proto === null || number === null || family === null) return null;
  if (family === AF_INET6) return [family, wanted.type, proto, '', [text, number, flowinfo, scopeid]];
  return [family, wanted.type, proto, '', [text, number]];
}

/** All addresses of a host and a port. Python: `_ensure_resolved`. */
export function* ensureResolved(
  loop: SelectorEventLoop,
  address: HostAndPort,
  wanted: Wanted,
): Coroutine<AddrInfo[]> {
  const known = ipaddrInfo(address, wanted);
  if (known !== null) return [known];
  const [host = null, port = null] = address;
  const { family = AF_UNSPEC, type, proto = 0, flags = 0 } = wanted;
  return yield* loop.getaddrinfo(host, port, { family, type, proto, flags });
}

/**
 * Addresses of different families by turns, in the order in which the families come; `firstCount` of the first family
 * first. Python: `_interleave_addrinfos`.
 */
export function interleave(infos: readonly AddrInfo[], firstCount = 1): AddrInfo[] {
  const byFamily = new Map<number, AddrInfo[]>();
  for (const info of infos) byFamily.set(info[0], [...(byFamily.get(info[0]) ?? []), info]);
  const lists = [...byFamily.values()];
  const ordered = lists[0]?.splice(0, firstCount - 1) ?? [];
  for (let i = 0; ordered.length < infos.length; i++) {
    for (const list of lists) if (list[i] !== undefined) ordered.push(list[i]!);
  }
  return ordered;
}
