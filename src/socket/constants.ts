/*
 * Families, types, protocols.
 */

import { constant } from './constant.js';

/* Families */

/**
 * Any family. Python: `socket.AF_UNSPEC`.
 * @group Families
 */
export const AF_UNSPEC: number = constant('AF_UNSPEC', 0);

/**
 * Sockets of this machine, named by a path or an abstract name. Python: `socket.AF_UNIX`.
 * @group Families
 */
export const AF_UNIX: number = constant('AF_UNIX', 1);

/**
 * IPv4. Python: `socket.AF_INET`.
 * @group Families
 */
export const AF_INET: number = constant('AF_INET', 2);

/**
 * IPv6. Python: `socket.AF_INET6`.
 * @group Families
 */
export const AF_INET6: number = constant('AF_INET6', 10);

/**
 * Messages from and to the kernel. Python: `socket.AF_NETLINK`.
 * @group Families
 */
export const AF_NETLINK: number = constant('AF_NETLINK', 16);

/**
 * Raw frames. Python: `socket.AF_PACKET`.
 * @group Families
 */
export const AF_PACKET: number = constant('AF_PACKET', 17);

/**
 * Between a virtual machine and its host. Python: `socket.AF_VSOCK`.
 * @group Families
 */
export const AF_VSOCK: number = constant('AF_VSOCK', 40);

/* Types */

/**
 * A stream of bytes. Python: `socket.SOCK_STREAM`.
 * @group Types
 */
export const SOCK_STREAM: number = constant('SOCK_STREAM', 1);

/**
 * Messages that may be lost. Python: `socket.SOCK_DGRAM`.
 * @group Types
 */
export const SOCK_DGRAM: number = constant('SOCK_DGRAM', 2);

/**
 * Raw protocol. Python: `socket.SOCK_RAW`.
 * @group Types
 */
export const SOCK_RAW: number = constant('SOCK_RAW', 3);

/**
 * Reliable messages without order. Python: `socket.SOCK_RDM`.
 * @group Types
 */
export const SOCK_RDM: number = constant('SOCK_RDM', 4);

/**
 * Reliable messages in order. Python: `socket.SOCK_SEQPACKET`.
 * @group Types
 */
export const SOCK_SEQPACKET: number = constant('SOCK_SEQPACKET', 5);

/**
 * Or-ed to a type: not blocking from the start. Python: `socket.SOCK_NONBLOCK`.
 * @group Types
 */
export const SOCK_NONBLOCK: number = constant('SOCK_NONBLOCK', 2048);

/**
 * Or-ed to a type: closed on exec, as every socket here is. Python: `socket.SOCK_CLOEXEC`.
 * @group Types
 */
export const SOCK_CLOEXEC: number = constant('SOCK_CLOEXEC', 524288);

/* Levels and protocols */

/**
 * The level of options of the socket itself, SO_*. Python: `socket.SOL_SOCKET`.
 * @group Levels and protocols
 */
export const SOL_SOCKET: number = constant('SOL_SOCKET', 1);

/**
 * The level of options of IPv4, IP_*: the number of IPPROTO_IP. Python: `socket.SOL_IP`.
 * @group Levels and protocols
 */
export const SOL_IP: number = constant('SOL_IP', 0);

/**
 * The level of options of TCP, TCP_*: the number of IPPROTO_TCP. Python: `socket.SOL_TCP`.
 * @group Levels and protocols
 */
export const SOL_TCP: number = constant('SOL_TCP', 6);

/**
 * IPv4, and the level of its options, IP_*. Python: `socket.IPPROTO_IP`.
 * @group Levels and protocols
 */
export const IPPROTO_IP: number = constant('IPPROTO_IP', 0);

/**
 * The protocol of IPv4's errors and pings. Python: `socket.IPPROTO_ICMP`.
 * @group Levels and protocols
 */
export const IPPROTO_ICMP: number = constant('IPPROTO_ICMP', 1);

/**
 * The protocol by which hosts join multicast groups of IPv4. Python: `socket.IPPROTO_IGMP`.
 * @group Levels and protocols
 */
export const IPPROTO_IGMP: number = constant('IPPROTO_IGMP', 2);

/**
 * TCP, and the level of its options, TCP_*. Python: `socket.IPPROTO_TCP`.
 * @group Levels and protocols
 */
export const IPPROTO_TCP: number = constant('IPPROTO_TCP', 6);

/**
 * UDP. Python: `socket.IPPROTO_UDP`.
 * @group Levels and protocols
 */
export const IPPROTO_UDP: number = constant('IPPROTO_UDP', 17);

/**
 * IPv6, and the level of its options, IPV6_*. Python: `socket.IPPROTO_IPV6`.
 * @group Levels and protocols
 */
export const IPPROTO_IPV6: number = constant('IPPROTO_IPV6', 41);

/**
 * The protocol of IPv6's errors and pings. Python: `socket.IPPROTO_ICMPV6`.
 * @group Levels and protocols
 */
export const IPPROTO_ICMPV6: number = constant('IPPROTO_ICMPV6', 58);

/**
 * With SOCK_RAW: what is sent has an IP header of its own. Python: `socket.IPPROTO_RAW`.
 * @group Levels and protocols
 */
export const IPPROTO_RAW: number = constant('IPPROTO_RAW', 255);

/**
 * SCTP, where the system has it. Python: `socket.IPPROTO_SCTP`.
 * @group Levels and protocols
 */
export const IPPROTO_SCTP: number = constant('IPPROTO_SCTP', 132);

/* Ways to shut down */

/**
 * No more reading. Python: `socket.SHUT_RD`.
 * @group Ways to shut down
 */
export const SHUT_RD: number = constant('SHUT_RD', 0);

/**
 * No more writing: the other side reads the end. Python: `socket.SHUT_WR`.
 * @group Ways to shut down
 */
export const SHUT_WR: number = constant('SHUT_WR', 1);

/**
 * No more of either. Python: `socket.SHUT_RDWR`.
 * @group Ways to shut down
 */
export const SHUT_RDWR: number = constant('SHUT_RDWR', 2);

/* Limits */

/**
 * The longest queue of connections that listen takes. Python: `socket.SOMAXCONN`.
 * @group Numbers
 */
export const SOMAXCONN: number = constant('SOMAXCONN', 4096);

/**
 * 0.0.0.0 as a number. Python: `socket.INADDR_ANY`.
 * @group Numbers
 */
export const INADDR_ANY: number = 0;

/**
 * 127.0.0.1 as a number. Python: `socket.INADDR_LOOPBACK`.
 * @group Numbers
 */
export const INADDR_LOOPBACK: number = 0x7f000001;

/**
 * 255.255.255.255 as a number. Python: `socket.INADDR_BROADCAST`.
 * @group Numbers
 */
export const INADDR_BROADCAST: number = 0xffffffff;

/**
 * 255.255.255.255 as a number, which is never an address of a host. Python: `socket.INADDR_NONE`.
 * @group Numbers
 */
export const INADDR_NONE: number = 0xffffffff;

/**
 * Whether this system can do IPv6 at all; not whether it has an address. Python: `socket.has_ipv6`.
 */
export const hasIpv6: boolean = !Number.isNaN(AF_INET6);
