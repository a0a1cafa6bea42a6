/*
 * The types of Node's streams, for the folders that use them: the classes themselves come from `builtin`.
 */
export type { Socket as DgramSocket } from 'node:dgram';
export type { Server as NetServer, Socket as NetSocket } from 'node:net';
export type { Duplex, Readable, Writable } from 'node:stream';
export type { ChildProcess } from 'node:child_process';
