/*
 * What getaddrinfo(3) says of addresses in text, for where there is no addon to ask: no look-up is made here.
 */
import {
  type AddrInfo,
  type AddrInfoOptions,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_CANONNAME,
  AI_PASSIVE,
  EAI_FAMILY,
  EAI_NONAME,
  EAI_SERVICE,
  type InetAddress,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../socket/index.js';
import { scopeId } from '../platform/interfaces.js';
import { gaiError } from '../socket/errors.js';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../socket/inet.js';

/** The kinds of sockets that an address is good for, in the system's order. */
const KINDS: readonly (readonly [type: number, proto: number])[] = [
  [SOCK_STREAM, IPPROTO_TCP],
  [SOCK_DGRAM, IPPROTO_UDP],
  [SOCK_RAW, 0],
];

function portOf(port: string | number | Uint8Array | null): number {
  if (port === null) return 0;
  const text =
    typeof port === 'number'
      ? String(port)
      : Buffer.from(port as Uint8Array)
          .toString()
          .trim();
  // Which service has which port is the system's knowledge.
  if (!/^\d+$/.test(text)) throw gaiError(EAI_SERVICE, 0, { syscall: 'getaddrinfo', hostname: text });
  return Number(text) & 0xffff;
}

function kindsOf({ type = 0, proto = 0 }: AddrInfoOptions): (readonly [number, number])[] {
  return KINDS.filter(
    ([kind, usual]) => (type === 0 || type === kind) && (proto === 0 || proto === usual || usual === 0),
  ).map(([kind, usual]) => [kind, usual === 0 ? proto : usual]);
}

type Found = [family: number, address: InetAddress];

/** The addresses that no host at all stands for: all of this machine's, or its own to itself. */
function ofNobody(port: number, flags: number): Found[] {
  if ((flags & AI_PASSIVE) !== 0) {
    return [
      [AF_INET, ['0.0.0.0', port]],
      [AF_INET6, ['::', port, 0, 0]],
    ];
  }
  return [
    [AF_INET6, ['::1', port, 0, 0]],
    [AF_INET, ['127.0.0.1', port]],
  ];
}

/** One address; none for a name. */
function ofLiteral(host: string, port: number): Found[] {
  const ipv4 = parseIpv4(host);
  if (ipv4 !== null) return [[AF_INET, [formatIpv4(ipv4), port]]];
  const [literal, scope] = host.split('%') as [string, ...string[]];
  const ipv6 = parseIpv6(literal);
  if (ipv6 === null) return [];
  return [[AF_INET6, [formatIpv6(ipv6), port, 0, scope === undefined ? 0 : scopeId(scope)]]];
}

/**
 * As `getaddrinfo` of `tsyncio/socket`, for `null` and for addresses alone.
 *
 * @throws gaierror for names, of hosts and of services.
 */
export function getaddrinfoHere(
  host: string | null,
  port: string | number | Uint8Array | null,
  options: AddrInfoOptions,
): AddrInfo[] {
  const { family = AF_UNSPEC, flags = 0 } = options;
  const subject = { syscall: 'getaddrinfo', hostname: host ?? undefined };
  if (![AF_UNSPEC, AF_INET, AF_INET6].includes(family)) throw gaiError(EAI_FAMILY, 0, subject);
  const number = portOf(port);
  const found = (host === null ? ofNobody(number, flags) : ofLiteral(host, number)).filter(
    ([one]) => family === AF_UNSPEC || one === family,
  );
  const kinds = kindsOf(options);
  if (found.length === 0 || kinds.length === 0) throw gaiError(EAI_NONAME, 0, subject);
  const infos = found.flatMap(([one, address]) =>
    kinds.map(([type, proto]): AddrInfo => [one, type, proto, '', [...address]]),
  );
  if ((flags & AI_CANONNAME) !== 0) infos[0]![3] = host ?? '';
  return infos;
}

/** The host of an address, which must be an address itself. @throws gaierror if it is a name. */
export function literalOf(sockaddr: Readonly<InetAddress>): string {
  if (!Array.isArray(sockaddr)) throw new TypeError('getnameinfo() argument 1 must be a tuple');
  const [host] = sockaddr as Readonly<InetAddress>;
  if (ofLiteral(host, 0).length > 0) return host;
  throw gaiError(EAI_NONAME, 0, { syscall: 'getnameinfo', hostname: host });
}
