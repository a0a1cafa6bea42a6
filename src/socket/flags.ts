/*
 * Flags of messages and of name look-ups, and the codes that these fail with.
 */

import { constant } from './constant.js';

/* Flags of messages */

/** Urgent data. Python: `socket.MSG_OOB`. */
export const MSG_OOB: number = constant('MSG_OOB', 1);

/** Read and leave it there. Python: `socket.MSG_PEEK`. */
export const MSG_PEEK: number = constant('MSG_PEEK', 2);

/** A flag of send and recv. Python: `socket.MSG_DONTROUTE`. */
export const MSG_DONTROUTE: number = constant('MSG_DONTROUTE', 4);

/** A flag of send and recv. Python: `socket.MSG_CTRUNC`. */
export const MSG_CTRUNC: number = constant('MSG_CTRUNC', 8);

/** Tell the true length of a datagram. Python: `socket.MSG_TRUNC`. */
export const MSG_TRUNC: number = constant('MSG_TRUNC', 32);

/** Do not block this once. Python: `socket.MSG_DONTWAIT`. */
export const MSG_DONTWAIT: number = constant('MSG_DONTWAIT', 64);

/** A flag of send and recv. Python: `socket.MSG_EOR`. */
export const MSG_EOR: number = constant('MSG_EOR', 128);

/** Wait until all has come. Python: `socket.MSG_WAITALL`. */
export const MSG_WAITALL: number = constant('MSG_WAITALL', 256);

/** No SIGPIPE; always set here. Python: `socket.MSG_NOSIGNAL`. */
export const MSG_NOSIGNAL: number = constant('MSG_NOSIGNAL', 16384);

/** More will follow. Python: `socket.MSG_MORE`. */
export const MSG_MORE: number = constant('MSG_MORE', 32768);

/** A flag of send and recv. Python: `socket.MSG_CMSG_CLOEXEC`. */
export const MSG_CMSG_CLOEXEC: number = constant('MSG_CMSG_CLOEXEC', 1073741824);

/** A flag of send and recv. Python: `socket.MSG_ERRQUEUE`. */
export const MSG_ERRQUEUE: number = constant('MSG_ERRQUEUE', 8192);

/** A flag of send and recv. Python: `socket.MSG_CONFIRM`. */
export const MSG_CONFIRM: number = constant('MSG_CONFIRM', 2048);

/** A flag of send and recv. Python: `socket.MSG_FASTOPEN`. */
export const MSG_FASTOPEN: number = constant('MSG_FASTOPEN', 536870912);

/* Flags of getaddrinfo */

/** For bind: no host is any address. Python: `socket.AI_PASSIVE`. */
export const AI_PASSIVE: number = constant('AI_PASSIVE', 1);

/** Tell the canonical name. Python: `socket.AI_CANONNAME`. */
export const AI_CANONNAME: number = constant('AI_CANONNAME', 2);

/** The host is an address, look up nothing. Python: `socket.AI_NUMERICHOST`. */
export const AI_NUMERICHOST: number = constant('AI_NUMERICHOST', 4);

/** IPv4 as IPv6 where there is no IPv6. Python: `socket.AI_V4MAPPED`. */
export const AI_V4MAPPED: number = constant('AI_V4MAPPED', 8);

/** With AI_V4MAPPED: both. Python: `socket.AI_ALL`. */
export const AI_ALL: number = constant('AI_ALL', 16);

/** Only families that this machine has. Python: `socket.AI_ADDRCONFIG`. */
export const AI_ADDRCONFIG: number = constant('AI_ADDRCONFIG', 32);

/** The service is a number. Python: `socket.AI_NUMERICSERV`. */
export const AI_NUMERICSERV: number = constant('AI_NUMERICSERV', 1024);

/* Flags of getnameinfo */

/** The address, not the name. Python: `socket.NI_NUMERICHOST`. */
export const NI_NUMERICHOST: number = constant('NI_NUMERICHOST', 1);

/** The port, not the service. Python: `socket.NI_NUMERICSERV`. */
export const NI_NUMERICSERV: number = constant('NI_NUMERICSERV', 2);

/** Local names without their domain. Python: `socket.NI_NOFQDN`. */
export const NI_NOFQDN: number = constant('NI_NOFQDN', 4);

/** Fail without a name. Python: `socket.NI_NAMEREQD`. */
export const NI_NAMEREQD: number = constant('NI_NAMEREQD', 8);

/** The service of datagrams. Python: `socket.NI_DGRAM`. */
export const NI_DGRAM: number = constant('NI_DGRAM', 16);

/* Codes of both */

/** The name has no address of the family. Python: `socket.EAI_ADDRFAMILY`. */
export const EAI_ADDRFAMILY: number = constant('EAI_ADDRFAMILY', -9);

/** Try again later. Python: `socket.EAI_AGAIN`. */
export const EAI_AGAIN: number = constant('EAI_AGAIN', -3);

/** Bad flags. Python: `socket.EAI_BADFLAGS`. */
export const EAI_BADFLAGS: number = constant('EAI_BADFLAGS', -1);

/** Failed for good. Python: `socket.EAI_FAIL`. */
export const EAI_FAIL: number = constant('EAI_FAIL', -4);

/** No such family. Python: `socket.EAI_FAMILY`. */
export const EAI_FAMILY: number = constant('EAI_FAMILY', -6);

/** Out of memory. Python: `socket.EAI_MEMORY`. */
export const EAI_MEMORY: number = constant('EAI_MEMORY', -10);

/** The name has no address. Python: `socket.EAI_NODATA`. */
export const EAI_NODATA: number = constant('EAI_NODATA', -5);

/** No such name or service. Python: `socket.EAI_NONAME`. */
export const EAI_NONAME: number = constant('EAI_NONAME', -2);

/** Too long. Python: `socket.EAI_OVERFLOW`. */
export const EAI_OVERFLOW: number = constant('EAI_OVERFLOW', -12);

/** No such service for the type. Python: `socket.EAI_SERVICE`. */
export const EAI_SERVICE: number = constant('EAI_SERVICE', -8);

/** No such type. Python: `socket.EAI_SOCKTYPE`. */
export const EAI_SOCKTYPE: number = constant('EAI_SOCKTYPE', -7);

/** See errno. Python: `socket.EAI_SYSTEM`. */
export const EAI_SYSTEM: number = constant('EAI_SYSTEM', -11);
