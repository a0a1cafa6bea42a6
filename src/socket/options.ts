/*
 * Options of sockets, for getsockopt and setsockopt.
 */

import { constant } from './constant.js';

/* Options of sockets */

/** An option of level SOL_SOCKET. Python: `socket.SO_DEBUG`. */
export const SO_DEBUG: number = constant('SO_DEBUG', 1);

/** Bind to an address that was in use a moment ago. Python: `socket.SO_REUSEADDR`. */
export const SO_REUSEADDR: number = constant('SO_REUSEADDR', 2);

/** The type. Python: `socket.SO_TYPE`. */
export const SO_TYPE: number = constant('SO_TYPE', 3);

/** The error that waits, and forget it. Python: `socket.SO_ERROR`. */
export const SO_ERROR: number = constant('SO_ERROR', 4);

/** An option of level SOL_SOCKET. Python: `socket.SO_DONTROUTE`. */
export const SO_DONTROUTE: number = constant('SO_DONTROUTE', 5);

/** Allow sending to all. Python: `socket.SO_BROADCAST`. */
export const SO_BROADCAST: number = constant('SO_BROADCAST', 6);

/** Size of the send buffer, in bytes. Python: `socket.SO_SNDBUF`. */
export const SO_SNDBUF: number = constant('SO_SNDBUF', 7);

/** Size of the receive buffer, in bytes. Python: `socket.SO_RCVBUF`. */
export const SO_RCVBUF: number = constant('SO_RCVBUF', 8);

/** Notice a peer that is gone. Python: `socket.SO_KEEPALIVE`. */
export const SO_KEEPALIVE: number = constant('SO_KEEPALIVE', 9);

/** An option of level SOL_SOCKET. Python: `socket.SO_OOBINLINE`. */
export const SO_OOBINLINE: number = constant('SO_OOBINLINE', 10);

/** An option of level SOL_SOCKET. Python: `socket.SO_PRIORITY`. */
export const SO_PRIORITY: number = constant('SO_PRIORITY', 12);

/** Whether close waits. Python: `socket.SO_LINGER`. */
export const SO_LINGER: number = constant('SO_LINGER', 13);

/** Several sockets share a port. Python: `socket.SO_REUSEPORT`. */
export const SO_REUSEPORT: number = constant('SO_REUSEPORT', 15);

/** An option of level SOL_SOCKET. Python: `socket.SO_PASSCRED`. */
export const SO_PASSCRED: number = constant('SO_PASSCRED', 16);

/** An option of level SOL_SOCKET. Python: `socket.SO_PEERCRED`. */
export const SO_PEERCRED: number = constant('SO_PEERCRED', 17);

/** An option of level SOL_SOCKET. Python: `socket.SO_RCVLOWAT`. */
export const SO_RCVLOWAT: number = constant('SO_RCVLOWAT', 18);

/** An option of level SOL_SOCKET. Python: `socket.SO_SNDLOWAT`. */
export const SO_SNDLOWAT: number = constant('SO_SNDLOWAT', 19);

/** An option of level SOL_SOCKET. Python: `socket.SO_RCVTIMEO`. */
export const SO_RCVTIMEO: number = constant('SO_RCVTIMEO', 20);

/** An option of level SOL_SOCKET. Python: `socket.SO_SNDTIMEO`. */
export const SO_SNDTIMEO: number = constant('SO_SNDTIMEO', 21);

/** An option of level SOL_SOCKET. Python: `socket.SO_BINDTODEVICE`. */
export const SO_BINDTODEVICE: number = constant('SO_BINDTODEVICE', 25);

/** Whether it listens. Python: `socket.SO_ACCEPTCONN`. */
export const SO_ACCEPTCONN: number = constant('SO_ACCEPTCONN', 30);

/** An option of level SOL_SOCKET. Python: `socket.SO_TIMESTAMP`. */
export const SO_TIMESTAMP: number = constant('SO_TIMESTAMP', 29);

/** An option of level SOL_SOCKET. Python: `socket.SO_MARK`. */
export const SO_MARK: number = constant('SO_MARK', 36);

/** The protocol. Python: `socket.SO_PROTOCOL`. */
export const SO_PROTOCOL: number = constant('SO_PROTOCOL', 38);

/** The family. Python: `socket.SO_DOMAIN`. */
export const SO_DOMAIN: number = constant('SO_DOMAIN', 39);

/** An option of level SOL_SOCKET. Python: `socket.SO_BUSY_POLL`. */
export const SO_BUSY_POLL: number = constant('SO_BUSY_POLL', 46);

/** An option of level SOL_SOCKET. Python: `socket.SO_INCOMING_CPU`. */
export const SO_INCOMING_CPU: number = constant('SO_INCOMING_CPU', 49);

/** An option of level SOL_SOCKET. Python: `socket.SO_ZEROCOPY`. */
export const SO_ZEROCOPY: number = constant('SO_ZEROCOPY', 60);

/* Options of TCP */

/** Send small pieces at once. Python: `socket.TCP_NODELAY`. */
export const TCP_NODELAY: number = constant('TCP_NODELAY', 1);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_MAXSEG`. */
export const TCP_MAXSEG: number = constant('TCP_MAXSEG', 2);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_CORK`. */
export const TCP_CORK: number = constant('TCP_CORK', 3);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_KEEPIDLE`. */
export const TCP_KEEPIDLE: number = constant('TCP_KEEPIDLE', 4);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_KEEPINTVL`. */
export const TCP_KEEPINTVL: number = constant('TCP_KEEPINTVL', 5);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_KEEPCNT`. */
export const TCP_KEEPCNT: number = constant('TCP_KEEPCNT', 6);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_SYNCNT`. */
export const TCP_SYNCNT: number = constant('TCP_SYNCNT', 7);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_LINGER2`. */
export const TCP_LINGER2: number = constant('TCP_LINGER2', 8);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_DEFER_ACCEPT`. */
export const TCP_DEFER_ACCEPT: number = constant('TCP_DEFER_ACCEPT', 9);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_WINDOW_CLAMP`. */
export const TCP_WINDOW_CLAMP: number = constant('TCP_WINDOW_CLAMP', 10);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_INFO`. */
export const TCP_INFO: number = constant('TCP_INFO', 11);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_QUICKACK`. */
export const TCP_QUICKACK: number = constant('TCP_QUICKACK', 12);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_CONGESTION`. */
export const TCP_CONGESTION: number = constant('TCP_CONGESTION', 13);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_USER_TIMEOUT`. */
export const TCP_USER_TIMEOUT: number = constant('TCP_USER_TIMEOUT', 18);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_FASTOPEN`. */
export const TCP_FASTOPEN: number = constant('TCP_FASTOPEN', 23);

/** An option of level IPPROTO_TCP. Python: `socket.TCP_NOTSENT_LOWAT`. */
export const TCP_NOTSENT_LOWAT: number = constant('TCP_NOTSENT_LOWAT', 25);

/* Options of IP */

/** An option of level IPPROTO_IP. Python: `socket.IP_TOS`. */
export const IP_TOS: number = constant('IP_TOS', 1);

/** An option of level IPPROTO_IP. Python: `socket.IP_TTL`. */
export const IP_TTL: number = constant('IP_TTL', 2);

/** An option of level IPPROTO_IP. Python: `socket.IP_MULTICAST_IF`. */
export const IP_MULTICAST_IF: number = constant('IP_MULTICAST_IF', 32);

/** An option of level IPPROTO_IP. Python: `socket.IP_MULTICAST_TTL`. */
export const IP_MULTICAST_TTL: number = constant('IP_MULTICAST_TTL', 33);

/** An option of level IPPROTO_IP. Python: `socket.IP_MULTICAST_LOOP`. */
export const IP_MULTICAST_LOOP: number = constant('IP_MULTICAST_LOOP', 34);

/** An option of level IPPROTO_IP. Python: `socket.IP_ADD_MEMBERSHIP`. */
export const IP_ADD_MEMBERSHIP: number = constant('IP_ADD_MEMBERSHIP', 35);

/** An option of level IPPROTO_IP. Python: `socket.IP_DROP_MEMBERSHIP`. */
export const IP_DROP_MEMBERSHIP: number = constant('IP_DROP_MEMBERSHIP', 36);

/** An option of level IPPROTO_IP. Python: `socket.IP_BIND_ADDRESS_NO_PORT`. */
export const IP_BIND_ADDRESS_NO_PORT: number = constant('IP_BIND_ADDRESS_NO_PORT', 24);

/** An option of level IPPROTO_IP. Python: `socket.IP_TRANSPARENT`. */
export const IP_TRANSPARENT: number = constant('IP_TRANSPARENT', 19);

/* Options of IPv6 */

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_UNICAST_HOPS`. */
export const IPV6_UNICAST_HOPS: number = constant('IPV6_UNICAST_HOPS', 16);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_MULTICAST_IF`. */
export const IPV6_MULTICAST_IF: number = constant('IPV6_MULTICAST_IF', 17);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_MULTICAST_HOPS`. */
export const IPV6_MULTICAST_HOPS: number = constant('IPV6_MULTICAST_HOPS', 18);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_MULTICAST_LOOP`. */
export const IPV6_MULTICAST_LOOP: number = constant('IPV6_MULTICAST_LOOP', 19);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_JOIN_GROUP`. */
export const IPV6_JOIN_GROUP: number = constant('IPV6_JOIN_GROUP', 20);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_LEAVE_GROUP`. */
export const IPV6_LEAVE_GROUP: number = constant('IPV6_LEAVE_GROUP', 21);

/** Do not take IPv4 too. Python: `socket.IPV6_V6ONLY`. */
export const IPV6_V6ONLY: number = constant('IPV6_V6ONLY', 26);

/** An option of level IPPROTO_IPV6. Python: `socket.IPV6_TCLASS`. */
export const IPV6_TCLASS: number = constant('IPV6_TCLASS', 67);
