/*
 * Flags of messages and of name look-ups, and the codes that these fail with.
 */

import { constant } from './constant.js';

/* Flags of messages */

/**
 * Urgent data. Python: `socket.MSG_OOB`.
 * @group Flags of messages
 */
export const MSG_OOB: number = constant('MSG_OOB', 1);

/**
 * Read and leave it there. Python: `socket.MSG_PEEK`.
 * @group Flags of messages
 */
export const MSG_PEEK: number = constant('MSG_PEEK', 2);

/**
 * Send to hosts that are reached directly alone, past gateways. Python: `socket.MSG_DONTROUTE`.
 * @group Flags of messages
 */
export const MSG_DONTROUTE: number = constant('MSG_DONTROUTE', 4);

/**
 * Told of a message whose ancillary data was cut off, which is not received here. Python: `socket.MSG_CTRUNC`.
 * @group Flags of messages
 */
export const MSG_CTRUNC: number = constant('MSG_CTRUNC', 8);

/**
 * Tell the true length of a datagram. Python: `socket.MSG_TRUNC`.
 * @group Flags of messages
 */
export const MSG_TRUNC: number = constant('MSG_TRUNC', 32);

/**
 * Do not block this once. Python: `socket.MSG_DONTWAIT`.
 * @group Flags of messages
 */
export const MSG_DONTWAIT: number = constant('MSG_DONTWAIT', 64);

/**
 * The end of a record, for types of sockets that have records. Python: `socket.MSG_EOR`.
 * @group Flags of messages
 */
export const MSG_EOR: number = constant('MSG_EOR', 128);

/**
 * Wait until all has come. Python: `socket.MSG_WAITALL`.
 * @group Flags of messages
 */
export const MSG_WAITALL: number = constant('MSG_WAITALL', 256);

/**
 * No SIGPIPE; always set here. Python: `socket.MSG_NOSIGNAL`.
 * @group Flags of messages
 */
export const MSG_NOSIGNAL: number = constant('MSG_NOSIGNAL', 16384);

/**
 * More will follow. Python: `socket.MSG_MORE`.
 * @group Flags of messages
 */
export const MSG_MORE: number = constant('MSG_MORE', 32768);

/**
 * Descriptors that come as ancillary data, which is not received here, are closed on exec. Python:
 * `socket.MSG_CMSG_CLOEXEC`.
 * @group Flags of messages
 */
export const MSG_CMSG_CLOEXEC: number = constant('MSG_CMSG_CLOEXEC', 1073741824);

/**
 * Receive from the queue of errors. Python: `socket.MSG_ERRQUEUE`.
 * @group Flags of messages
 */
export const MSG_ERRQUEUE: number = constant('MSG_ERRQUEUE', 8192);

/**
 * The other end has answered: do not ask anew for its hardware address. Python: `socket.MSG_CONFIRM`.
 * @group Flags of messages
 */
export const MSG_CONFIRM: number = constant('MSG_CONFIRM', 2048);

/**
 * Connect by sending, with the first bytes in the packet that opens the connection. Python: `socket.MSG_FASTOPEN`.
 * @group Flags of messages
 */
export const MSG_FASTOPEN: number = constant('MSG_FASTOPEN', 536870912);

/* Flags of getaddrinfo */

/**
 * For bind: no host is any address. Python: `socket.AI_PASSIVE`.
 * @group Flags of getaddrinfo
 */
export const AI_PASSIVE: number = constant('AI_PASSIVE', 1);

/**
 * Tell the canonical name. Python: `socket.AI_CANONNAME`.
 * @group Flags of getaddrinfo
 */
export const AI_CANONNAME: number = constant('AI_CANONNAME', 2);

/**
 * The host is an address, look up nothing. Python: `socket.AI_NUMERICHOST`.
 * @group Flags of getaddrinfo
 */
export const AI_NUMERICHOST: number = constant('AI_NUMERICHOST', 4);

/**
 * IPv4 as IPv6 where there is no IPv6. Python: `socket.AI_V4MAPPED`.
 * @group Flags of getaddrinfo
 */
export const AI_V4MAPPED: number = constant('AI_V4MAPPED', 8);

/**
 * With AI_V4MAPPED: both. Python: `socket.AI_ALL`.
 * @group Flags of getaddrinfo
 */
export const AI_ALL: number = constant('AI_ALL', 16);

/**
 * Only families that this machine has. Python: `socket.AI_ADDRCONFIG`.
 * @group Flags of getaddrinfo
 */
export const AI_ADDRCONFIG: number = constant('AI_ADDRCONFIG', 32);

/**
 * The service is a number. Python: `socket.AI_NUMERICSERV`.
 * @group Flags of getaddrinfo
 */
export const AI_NUMERICSERV: number = constant('AI_NUMERICSERV', 1024);

/* Flags of getnameinfo */

/**
 * The address, not the name. Python: `socket.NI_NUMERICHOST`.
 * @group Flags of getnameinfo
 */
export const NI_NUMERICHOST: number = constant('NI_NUMERICHOST', 1);

/**
 * The port, not the service. Python: `socket.NI_NUMERICSERV`.
 * @group Flags of getnameinfo
 */
export const NI_NUMERICSERV: number = constant('NI_NUMERICSERV', 2);

/**
 * Local names without their domain. Python: `socket.NI_NOFQDN`.
 * @group Flags of getnameinfo
 */
export const NI_NOFQDN: number = constant('NI_NOFQDN', 4);

/**
 * Fail without a name. Python: `socket.NI_NAMEREQD`.
 * @group Flags of getnameinfo
 */
export const NI_NAMEREQD: number = constant('NI_NAMEREQD', 8);

/**
 * The name of the service for datagrams, where it is another than for streams. Python: `socket.NI_DGRAM`.
 * @group Flags of getnameinfo
 */
export const NI_DGRAM: number = constant('NI_DGRAM', 16);

/* Codes of both */

/**
 * The name has no address of the family. Python: `socket.EAI_ADDRFAMILY`.
 * @group Codes of failed look-ups
 */
export const EAI_ADDRFAMILY: number = constant('EAI_ADDRFAMILY', -9);

/**
 * The name server does not answer now: try again later. Python: `socket.EAI_AGAIN`.
 * @group Codes of failed look-ups
 */
export const EAI_AGAIN: number = constant('EAI_AGAIN', -3);

/**
 * Flags that are none, or do not go together. Python: `socket.EAI_BADFLAGS`.
 * @group Codes of failed look-ups
 */
export const EAI_BADFLAGS: number = constant('EAI_BADFLAGS', -1);

/**
 * The name server failed for good. Python: `socket.EAI_FAIL`.
 * @group Codes of failed look-ups
 */
export const EAI_FAIL: number = constant('EAI_FAIL', -4);

/**
 * No such family. Python: `socket.EAI_FAMILY`.
 * @group Codes of failed look-ups
 */
export const EAI_FAMILY: number = constant('EAI_FAMILY', -6);

/**
 * Out of memory. Python: `socket.EAI_MEMORY`.
 * @group Codes of failed look-ups
 */
export const EAI_MEMORY: number = constant('EAI_MEMORY', -10);

/**
 * The name has no address. Python: `socket.EAI_NODATA`.
 * @group Codes of failed look-ups
 */
export const EAI_NODATA: number = constant('EAI_NODATA', -5);

/**
 * No such name or service. Python: `socket.EAI_NONAME`.
 * @group Codes of failed look-ups
 */
export const EAI_NONAME: number = constant('EAI_NONAME', -2);

/**
 * A name was too long for its room. Python: `socket.EAI_OVERFLOW`.
 * @group Codes of failed look-ups
 */
export const EAI_OVERFLOW: number = constant('EAI_OVERFLOW', -12);

/**
 * No such service for the type. Python: `socket.EAI_SERVICE`.
 * @group Codes of failed look-ups
 */
export const EAI_SERVICE: number = constant('EAI_SERVICE', -8);

/**
 * No such type. Python: `socket.EAI_SOCKTYPE`.
 * @group Codes of failed look-ups
 */
export const EAI_SOCKTYPE: number = constant('EAI_SOCKTYPE', -7);

/**
 * The system failed: the error is another OSError, with its errno. Python: `socket.EAI_SYSTEM`.
 * @group Codes of failed look-ups
 */
export const EAI_SYSTEM: number = constant('EAI_SYSTEM', -11);
