/*
 * Names to addresses and back, without blocking: Node's resolver threads look names up. What is an address already needs
 * no thread; and the blocking driver blocks here too, as there is no Node to wait for.
 */
import type { Coroutine } from '../base/awaitable.js';
import { osErrorFromNode } from '../base/oserror.js';
import { wrapFuture } from '../futures/index.js';
import { addonAvailable } from '../platform/addon.js';
import { builtin } from '../platform/builtin.js';
import {
  type AddrInfo,
  type AddrInfoOptions,
  AF_INET,
  AF_INET6,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_V4MAPPED,
  gaierror,
  getaddrinfo as getaddrinfoSync,
  getnameinfo as getnameinfoSync,
  type InetAddress,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  type socket,
} from '../socket/index.js';
import { parseIpv4, parseIpv6 } from '../socket/inet.js';
import type { BaseEventLoop } from './base-loop.js';
import { getaddrinfoHere, literalOf } from './resolve-here.js';

/** `loop.getaddrinfo`. */
export function* getaddrinfo(
  loop: BaseEventLoop,
  host: string | Uint8Array | null,
  port: string | number | Uint8Array | null,
  options: AddrInfoOptions,
): Coroutine<AddrInfo[]> {
  const { flags = 0, family = 0 } = options;
  const name = host instanceof Uint8Array ? Buffer.from(host).toString() : host;
  // Without the addon there is nobody to ask but Node's threads.
  const ask = addonAvailable() ? getaddrinfoSync : getaddrinfoHere;
  if (name === null || asksNobody(name, flags) || (addonAvailable() && mustBlock(loop, flags))) {
    return ask(name, port, options);
  }
  const found: AddrInfo[] = [];
  for (const address of yield* lookUp(name, family, flags)) {
    found.push(...ask(address, port, { ...options, flags: flags | AI_NUMERICHOST }));
  }
  return found;
}

function asksNobody(name: string, flags: number): boolean {
  return name === '' || (flags & AI_NUMERICHOST) !== 0 || isLiteral(name);
}

/** Node's threads cannot tell a loop that blocks what they have found, and do not look for canonical names. */
function mustBlock(loop: BaseEventLoop, flags: number): boolean {
  return loop._blocking || (flags & AI_CANONNAME) !== 0;
}

/** Whether `host` is an address. */
export function isLiteral(host: string): boolean {
  return isOf(AF_INET, host) || isOf(AF_INET6, host.split('%')[0]!);
}

function isOf(family: number, host: string): boolean {
  return (family === AF_INET ? parseIpv4(host) : parseIpv6(host)) !== null;
}

/** The flags that Node's resolver takes. Of the others none says which addresses a name has. */
const HINTS: number = AI_ADDRCONFIG | AI_V4MAPPED | AI_ALL;

function* lookUp(host: string, family: number, flags: number): Coroutine<string[]> {
  const dns = builtin('node:dns/promises');
  const hints = flags & HINTS;
  const nodeFamily = family === AF_INET ? 4 : family === AF_INET6 ? 6 : 0;
  try {
    const found = yield* wrapFuture(
      dns.lookup(host, { all: true, family: nodeFamily, hints, verbatim: true }),
    );
    return found.map(({ address }) => address);
  } catch (error) {
    throw asGaierror(error, host);
  }
}

/** What Node says of a failed look-up, as Python's class. */
function asGaierror(error: unknown, hostname: string): unknown {
  const { code, errno, syscall = 'getaddrinfo' } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code !== 'ENOTFOUND' && !code.startsWith('EAI_'))
    return osErrorFromNode(error as NodeJS.ErrnoException);
  const fields = {
    errno: errno ?? -2,
    code,
    syscall,
    hostname,
    strerror: 'Name or service not known',
    cause: error,
  };
  return new gaierror(`${syscall} ${code} ${hostname}`, fields);
}

/**
 * `loop.getnameinfo`. Node's resolver takes no flags, so the call is made here where it can be: it blocks unless they forbid
 * look-ups.
 */
export function* getnameinfo(sockaddr: Readonly<InetAddress>, flags: number): Coroutine<[string, string]> {
  if (addonAvailable()) return getnameinfoSync(sockaddr, flags);
  const host = literalOf(sockaddr);
  const port = sockaddr[1];
  const [noHost, noService] = [(flags & NI_NUMERICHOST) !== 0, (flags & NI_NUMERICSERV) !== 0];
  if (noHost && noService) return [host, String(port)];
  const dns = builtin('node:dns/promises');
  try {
    const { hostname, service } = yield* wrapFuture(dns.lookupService(host, port));
    return [noHost ? host : hostname, noService ? String(port) : service];
  } catch (error) {
    throw asGaierror(error, host);
  }
}

/** The first address of the host in `address`, for `sock`; `address` itself, if it has one. */
export function* ensureResolved(
  loop: BaseEventLoop,
  sock: socket,
  address: Readonly<InetAddress>,
): Coroutine<InetAddress> {
  const [host, port] = address;
  if (typeof host !== 'string' || host === '' || isOf(sock.family, host)) return address as InetAddress;
  const [first] = yield* getaddrinfo(loop, host, port, {
    family: sock.family,
    type: sock.type,
    proto: sock.proto,
  });
  return first![4];
}
