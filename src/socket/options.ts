/*
 * Options of sockets, for getsockopt and setsockopt.
 */

import { constant } from './constant.js';

/* Options of sockets */

/**
 * Have the kernel trace the socket; it takes a privilege. Python: `socket.SO_DEBUG`.
 * @group Options: SOL_SOCKET
 */
export const SO_DEBUG: number = constant('SO_DEBUG', 1);

/**
 * Bind to an address that was in use a moment ago. Python: `socket.SO_REUSEADDR`.
 * @group Options: SOL_SOCKET
 */
export const SO_REUSEADDR: number = constant('SO_REUSEADDR', 2);

/**
 * The type of the socket, SOCK_*; to be read. Python: `socket.SO_TYPE`.
 * @group Options: SOL_SOCKET
 */
export const SO_TYPE: number = constant('SO_TYPE', 3);

/**
 * The error that waits, as a number, 0 for none; it is forgotten when read. Python: `socket.SO_ERROR`.
 * @group Options: SOL_SOCKET
 */
export const SO_ERROR: number = constant('SO_ERROR', 4);

/**
 * Send to hosts that are reached directly alone, past gateways. Python: `socket.SO_DONTROUTE`.
 * @group Options: SOL_SOCKET
 */
export const SO_DONTROUTE: number = constant('SO_DONTROUTE', 5);

/**
 * Allow datagrams to broadcast addresses. Python: `socket.SO_BROADCAST`.
 * @group Options: SOL_SOCKET
 */
export const SO_BROADCAST: number = constant('SO_BROADCAST', 6);

/**
 * Size of the send buffer, in bytes. Python: `socket.SO_SNDBUF`.
 * @group Options: SOL_SOCKET
 */
export const SO_SNDBUF: number = constant('SO_SNDBUF', 7);

/**
 * Size of the receive buffer, in bytes. Python: `socket.SO_RCVBUF`.
 * @group Options: SOL_SOCKET
 */
export const SO_RCVBUF: number = constant('SO_RCVBUF', 8);

/**
 * Notice a peer that is gone, by probes: see TCP_KEEPIDLE. Python: `socket.SO_KEEPALIVE`.
 * @group Options: SOL_SOCKET
 */
export const SO_KEEPALIVE: number = constant('SO_KEEPALIVE', 9);

/**
 * Receive urgent data among the rest. Python: `socket.SO_OOBINLINE`.
 * @group Options: SOL_SOCKET
 */
export const SO_OOBINLINE: number = constant('SO_OOBINLINE', 10);

/**
 * The priority of what is sent, 0 to 6 without a privilege. Python: `socket.SO_PRIORITY`.
 * @group Options: SOL_SOCKET
 */
export const SO_PRIORITY: number = constant('SO_PRIORITY', 12);

/**
 * Whether close waits for what is unsent: two C ints in bytes, on or off, and seconds. Python: `socket.SO_LINGER`.
 * @group Options: SOL_SOCKET
 */
export const SO_LINGER: number = constant('SO_LINGER', 13);

/**
 * Several sockets share a port. Python: `socket.SO_REUSEPORT`.
 * @group Options: SOL_SOCKET
 */
export const SO_REUSEPORT: number = constant('SO_REUSEPORT', 15);

/**
 * Receive the sender's credentials, as ancillary data. Python: `socket.SO_PASSCRED`.
 * @group Options: SOL_SOCKET
 */
export const SO_PASSCRED: number = constant('SO_PASSCRED', 16);

/**
 * Who has connected to a Unix socket: process, user and group, three C ints in bytes. Python: `socket.SO_PEERCRED`.
 * @group Options: SOL_SOCKET
 */
export const SO_PEERCRED: number = constant('SO_PEERCRED', 17);

/**
 * The fewest bytes that make the socket readable. Python: `socket.SO_RCVLOWAT`.
 * @group Options: SOL_SOCKET
 */
export const SO_RCVLOWAT: number = constant('SO_RCVLOWAT', 18);

/**
 * The fewest bytes of room that make the socket writable; Linux has always 1. Python: `socket.SO_SNDLOWAT`.
 * @group Options: SOL_SOCKET
 */
export const SO_SNDLOWAT: number = constant('SO_SNDLOWAT', 19);

/**
 * How long the system itself waits in receiving, a C timeval in bytes; `settimeout` is easier. Python:
 * `socket.SO_RCVTIMEO`.
 * @group Options: SOL_SOCKET
 */
export const SO_RCVTIMEO: number = constant('SO_RCVTIMEO', 20);

/**
 * How long the system itself waits in sending, a C timeval in bytes; `settimeout` is easier. Python:
 * `socket.SO_SNDTIMEO`.
 * @group Options: SOL_SOCKET
 */
export const SO_SNDTIMEO: number = constant('SO_SNDTIMEO', 21);

/**
 * Use one interface alone, given by its name. Python: `socket.SO_BINDTODEVICE`.
 * @group Options: SOL_SOCKET
 */
export const SO_BINDTODEVICE: number = constant('SO_BINDTODEVICE', 25);

/**
 * Whether it listens; to be read. Python: `socket.SO_ACCEPTCONN`.
 * @group Options: SOL_SOCKET
 */
export const SO_ACCEPTCONN: number = constant('SO_ACCEPTCONN', 30);

/**
 * Have datagrams stamped with their time, as ancillary data. Python: `socket.SO_TIMESTAMP`.
 * @group Options: SOL_SOCKET
 */
export const SO_TIMESTAMP: number = constant('SO_TIMESTAMP', 29);

/**
 * A mark on what is sent, for rules of routing and of the firewall; it takes a privilege. Python: `socket.SO_MARK`.
 * @group Options: SOL_SOCKET
 */
export const SO_MARK: number = constant('SO_MARK', 36);

/**
 * The protocol; to be read. Python: `socket.SO_PROTOCOL`.
 * @group Options: SOL_SOCKET
 */
export const SO_PROTOCOL: number = constant('SO_PROTOCOL', 38);

/**
 * The family; to be read. Python: `socket.SO_DOMAIN`.
 * @group Options: SOL_SOCKET
 */
export const SO_DOMAIN: number = constant('SO_DOMAIN', 39);

/**
 * How long to poll the device where there is nothing to receive, in microseconds. Python: `socket.SO_BUSY_POLL`.
 * @group Options: SOL_SOCKET
 */
export const SO_BUSY_POLL: number = constant('SO_BUSY_POLL', 46);

/**
 * The processor that packets of the socket come in by. Python: `socket.SO_INCOMING_CPU`.
 * @group Options: SOL_SOCKET
 */
export const SO_INCOMING_CPU: number = constant('SO_INCOMING_CPU', 49);

/**
 * Allow to send without copying into the kernel. Python: `socket.SO_ZEROCOPY`.
 * @group Options: SOL_SOCKET
 */
export const SO_ZEROCOPY: number = constant('SO_ZEROCOPY', 60);

/* Options of TCP */

/**
 * Send small pieces at once, without waiting for more (Nagle's algorithm). Loops set it for their connections.
 * Python: `socket.TCP_NODELAY`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_NODELAY: number = constant('TCP_NODELAY', 1);

/**
 * The largest segment, in bytes. Python: `socket.TCP_MAXSEG`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_MAXSEG: number = constant('TCP_MAXSEG', 2);

/**
 * Send full segments alone, until it is switched off; for at most 0.2 seconds. Python: `socket.TCP_CORK`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_CORK: number = constant('TCP_CORK', 3);

/**
 * Seconds without traffic before the first probe of SO_KEEPALIVE. Python: `socket.TCP_KEEPIDLE`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_KEEPIDLE: number = constant('TCP_KEEPIDLE', 4);

/**
 * Seconds between two probes of SO_KEEPALIVE. Python: `socket.TCP_KEEPINTVL`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_KEEPINTVL: number = constant('TCP_KEEPINTVL', 5);

/**
 * How many probes of SO_KEEPALIVE may be lost before the connection is. Python: `socket.TCP_KEEPCNT`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_KEEPCNT: number = constant('TCP_KEEPCNT', 6);

/**
 * How often to try again to connect. Python: `socket.TCP_SYNCNT`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_SYNCNT: number = constant('TCP_SYNCNT', 7);

/**
 * Seconds that an orphaned connection waits for the end of the other direction. Python: `socket.TCP_LINGER2`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_LINGER2: number = constant('TCP_LINGER2', 8);

/**
 * A connection is there to be accepted only with its first data; seconds to wait for that. Python:
 * `socket.TCP_DEFER_ACCEPT`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_DEFER_ACCEPT: number = constant('TCP_DEFER_ACCEPT', 9);

/**
 * The largest window to announce, in bytes. Python: `socket.TCP_WINDOW_CLAMP`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_WINDOW_CLAMP: number = constant('TCP_WINDOW_CLAMP', 10);

/**
 * What the kernel knows of the connection, a C struct in bytes. Python: `socket.TCP_INFO`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_INFO: number = constant('TCP_INFO', 11);

/**
 * Acknowledge at once; the kernel may switch it off again. Python: `socket.TCP_QUICKACK`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_QUICKACK: number = constant('TCP_QUICKACK', 12);

/**
 * The algorithm against congestion, by its name, in bytes. Python: `socket.TCP_CONGESTION`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_CONGESTION: number = constant('TCP_CONGESTION', 13);

/**
 * Milliseconds that sent data may stay without an acknowledgement before the connection is given up. Python:
 * `socket.TCP_USER_TIMEOUT`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_USER_TIMEOUT: number = constant('TCP_USER_TIMEOUT', 18);

/**
 * On a listening socket: how many connections may be opening with data in their first packet. Python:
 * `socket.TCP_FASTOPEN`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_FASTOPEN: number = constant('TCP_FASTOPEN', 23);

/**
 * Not writable as long as so many bytes wait to be sent. Python: `socket.TCP_NOTSENT_LOWAT`.
 * @group Options: IPPROTO_TCP
 */
export const TCP_NOTSENT_LOWAT: number = constant('TCP_NOTSENT_LOWAT', 25);

/* Options of IP */

/**
 * The type of service in the header of what is sent. Python: `socket.IP_TOS`.
 * @group Options: IPPROTO_IP
 */
export const IP_TOS: number = constant('IP_TOS', 1);

/**
 * How many routers a packet may pass. Python: `socket.IP_TTL`.
 * @group Options: IPPROTO_IP
 */
export const IP_TTL: number = constant('IP_TTL', 2);

/**
 * The interface that multicasts are sent by, its address or a C struct in bytes. Python: `socket.IP_MULTICAST_IF`.
 * @group Options: IPPROTO_IP
 */
export const IP_MULTICAST_IF: number = constant('IP_MULTICAST_IF', 32);

/**
 * How many routers a multicast may pass; 1 by default. Python: `socket.IP_MULTICAST_TTL`.
 * @group Options: IPPROTO_IP
 */
export const IP_MULTICAST_TTL: number = constant('IP_MULTICAST_TTL', 33);

/**
 * Whether this machine gets its own multicasts. Python: `socket.IP_MULTICAST_LOOP`.
 * @group Options: IPPROTO_IP
 */
export const IP_MULTICAST_LOOP: number = constant('IP_MULTICAST_LOOP', 34);

/**
 * Join a multicast group: eight bytes, the address of the group, then that of the interface. Python:
 * `socket.IP_ADD_MEMBERSHIP`.
 * @group Options: IPPROTO_IP
 */
export const IP_ADD_MEMBERSHIP: number = constant('IP_ADD_MEMBERSHIP', 35);

/**
 * Leave a multicast group; the bytes are those of IP_ADD_MEMBERSHIP. Python: `socket.IP_DROP_MEMBERSHIP`.
 * @group Options: IPPROTO_IP
 */
export const IP_DROP_MEMBERSHIP: number = constant('IP_DROP_MEMBERSHIP', 36);

/**
 * Bind to an address with port 0, and choose the port only in connecting. Python: `socket.IP_BIND_ADDRESS_NO_PORT`.
 * @group Options: IPPROTO_IP
 */
export const IP_BIND_ADDRESS_NO_PORT: number = constant('IP_BIND_ADDRESS_NO_PORT', 24);

/**
 * Bind to addresses that are not this machine's, for proxies; it takes a privilege. Python: `socket.IP_TRANSPARENT`.
 * @group Options: IPPROTO_IP
 */
export const IP_TRANSPARENT: number = constant('IP_TRANSPARENT', 19);

/* Options of IPv6 */

/**
 * How many routers a packet may pass. Python: `socket.IPV6_UNICAST_HOPS`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_UNICAST_HOPS: number = constant('IPV6_UNICAST_HOPS', 16);

/**
 * The interface that multicasts are sent by, by its number. Python: `socket.IPV6_MULTICAST_IF`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_MULTICAST_IF: number = constant('IPV6_MULTICAST_IF', 17);

/**
 * How many routers a multicast may pass; 1 by default. Python: `socket.IPV6_MULTICAST_HOPS`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_MULTICAST_HOPS: number = constant('IPV6_MULTICAST_HOPS', 18);

/**
 * Whether this machine gets its own multicasts. Python: `socket.IPV6_MULTICAST_LOOP`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_MULTICAST_LOOP: number = constant('IPV6_MULTICAST_LOOP', 19);

/**
 * Join a multicast group: twenty bytes, its address, then the number of the interface as a C int. Python:
 * `socket.IPV6_JOIN_GROUP`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_JOIN_GROUP: number = constant('IPV6_JOIN_GROUP', 20);

/**
 * Leave a multicast group; the bytes are those of IPV6_JOIN_GROUP. Python: `socket.IPV6_LEAVE_GROUP`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_LEAVE_GROUP: number = constant('IPV6_LEAVE_GROUP', 21);

/**
 * Do not take IPv4 too. Python: `socket.IPV6_V6ONLY`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_V6ONLY: number = constant('IPV6_V6ONLY', 26);

/**
 * The traffic class in the header of what is sent. Python: `socket.IPV6_TCLASS`.
 * @group Options: IPPROTO_IPV6
 */
export const IPV6_TCLASS: number = constant('IPV6_TCLASS', 67);
