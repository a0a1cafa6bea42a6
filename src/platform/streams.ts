/*
 * Node's streams: the types, for the folders that use them (the classes themselves come from `builtin`), and what is not
 * the same in all versions.
 */
import { builtin } from './builtin.js';

export type { ChildProcess } from 'node:child_process';
export type { Socket as DgramSocket, SocketOptions as DgramOptions } from 'node:dgram';
export type { ListenOptions, NetConnectOpts, Server as NetServer, Socket as NetSocket } from 'node:net';
export type { Duplex, Readable, ReadableOptions, Writable, WritableOptions } from 'node:stream';

/** Whether Node's sockets can share a port: from 22.12 and 23.1 on. */
export function nodeCanReusePort(): boolean {
  const [major = 0, minor = 0] = builtin('node:process').versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/** The descriptor of a socket or server of Node's; -1 where it has none, or does not tell. */
export function filenoOf(owner: object): number {
  return (owner as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
}

/** The same for a socket for datagrams, which keeps its handle to itself. */
export function dgramFilenoOf(owner: object): number {
  const key = Object.getOwnPropertySymbols(owner).find(({ description }) => description === 'state symbol');
  const state = (owner as Record<symbol, { handle?: { fd?: number } | null } | undefined>)[key!];
  return state?.handle?.fd ?? -1;
}
