/*
 * Bytes through a socket. Each method makes one system call when that is enough; only a call that would have to wait
 * takes the long way.
 */

import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import { NotImplementedError, ValueError } from '../base/errors.js';
import type { HasFileno } from '../selectors/fileobj.js';
import { type Address, AddressBlock, type InetAddress } from './address.js';
import { BaseSocket } from './base-socket.js';
import { type Bytes, bytesOf, scratchBytes } from './bytes.js';
import { SOCK_STREAM } from './constants.js';
import { MSG_WAITALL } from './flags.js';
import { sockaddrOf } from './sockaddr.js';

const sender = new AddressBlock();

function checkSize(caller: string, size: number): void {
  if (!Number.isInteger(size))
    throw new TypeError(`${caller}(): an integer is required, got ${String(size)}`);
  if (size < 0) throw new ValueError(`negative buffersize in ${caller}`);
}

/** What `socket` inherits; it is not exported by itself. */
export class TransferSocket extends BaseSocket {
  /**
   * Receive what is there, at most `bufsize` bytes, once there is anything.
   *
   * Python: `socket.socket.recv`.
   *
   * @returns a Buffer of its own; empty at the end of the stream.
   * @throws BlockingIOError when there is nothing and the socket does not block; TimeoutError when the time is over.
   */
  recv(bufsize: number, flags = 0): Buffer {
    checkSize('recv', bufsize);
    const room = this.#roomFor(bufsize, flags);
    const length = Math.min(bufsize, room.length);
    return copyOf(room, length, this.#recv(room, length, flags));
  }

  /**
   * Receive into a buffer.
   *
   * Python: `socket.socket.recv_into`.
   *
   * @param nbytes - how many bytes at most; 0 for as many as there is room.
   * @returns how many came; 0 is the end of the stream.
   * @throws what `recv` throws.
   */
  recvInto(buffer: ArrayBufferView, nbytes = 0, flags = 0): number {
    const bytes = bytesOf(buffer);
    return this.#recv(bytes, lengthIn('recv_into', bytes, nbytes), flags);
  }

  #recv(buffer: Uint8Array, length: number, flags: number): number {
    const result = this._addon.recv(this._fd, buffer, 0, length, flags);
    if (result >= 0) return result;
    return this._retry(result, false, 'recv', () => this._addon.recv(this._fd, buffer, 0, length, flags));
  }

  /**
   * Receive, and say from whom. The type argument says which kind of address.
   *
   * Python: `socket.socket.recvfrom`.
   *
   * @returns the bytes, and the sender's address; `null` for none, as on a connected stream.
   * @throws what `recv` throws.
   */
  recvfrom<A extends Address | null = InetAddress>(bufsize: number, flags = 0): [data: Buffer, address: A] {
    checkSize('recvfrom', bufsize);
    const room = this.#roomFor(bufsize, flags);
    const length = Math.min(bufsize, room.length);
    const received = this.#recvfrom(room, length, flags);
    return [copyOf(room, length, received), sender.decode() as A];
  }

  /**
   * Receive into a buffer, and say from whom.
   *
   * Python: `socket.socket.recvfrom_into`.
   *
   * @param nbytes - how many bytes at most; 0 for as many as there is room.
   * @returns how many came, and the sender's address.
   * @throws what `recv` throws.
   */
  recvfromInto<A extends Address | null = InetAddress>(
    buffer: ArrayBufferView,
    nbytes = 0,
    flags = 0,
  ): [nbytes: number, address: A] {
    const bytes = bytesOf(buffer);
    const received = this.#recvfrom(bytes, lengthIn('recvfrom_into', bytes, nbytes), flags);
    return [received, sender.decode() as A];
  }

  #recvfrom(buffer: Uint8Array, length: number, flags: number): number {
    const attempt = (): number => this._addon.recvfrom(this._fd, buffer, 0, length, flags, sender.ints);
    const result = attempt();
    return result >= 0 ? result : this._retry(result, false, 'recvfrom', attempt);
  }

  /** Room for what a call may receive: one for all, unless the call needs more at once than that has. */
  #roomFor(bufsize: number, flags: number): Uint8Array {
    const scratch = scratchBytes();
    const needsAll = this.type !== SOCK_STREAM || (flags & MSG_WAITALL) !== 0;
    return bufsize > scratch.length && needsAll ? new Uint8Array(bufsize) : scratch;
  }

  /**
   * Send what the system takes at once.
   *
   * Python: `socket.socket.send`.
   *
   * @returns how many bytes that was: the rest is for the caller to send.
   * @throws BlockingIOError when the system takes nothing and the socket does not block; TimeoutError when the time is
   * over; BrokenPipeError and ConnectionResetError when the other side is gone.
   */
  send(data: Bytes, flags = 0): number {
    const bytes = bytesOf(data);
    const result = this._addon.send(this._fd, bytes, 0, bytes.length, flags);
    if (result >= 0) return result;
    return this._retry(result, true, 'send', () => this._addon.send(this._fd, bytes, 0, bytes.length, flags));
  }

  /**
   * Send all, in as many steps as it takes. A timeout is for all of them together.
   *
   * Python: `socket.socket.sendall`.
   *
   * @throws what `send` throws; how much was sent by then is not known.
   */
  sendall(data: Bytes, flags = 0): void {
    const bytes = bytesOf(data);
    const deadline = this._deadline();
    let sent = 0;
    do {
      const attempt = (): number => this._addon.send(this._fd, bytes, sent, bytes.length - sent, flags);
      const result = attempt();
      sent += result >= 0 ? result : this._retry(result, true, 'send', attempt, deadline);
    } while (sent < bytes.length);
  }

  /**
   * Send a datagram to an address.
   *
   * Python: `socket.socket.sendto`.
   *
   * @returns how many bytes were sent.
   * @throws what `send` throws; gaierror for a host that has no address.
   */
  sendto(data: Bytes, address: Address): number;
  sendto(data: Bytes, flags: number, address: Address): number;
  sendto(data: Bytes, flagsOrAddress: number | Address, maybeAddress?: Address): number {
    const [flags, address] =
      typeof flagsOrAddress === 'number' ? [flagsOrAddress, maybeAddress] : [0, flagsOrAddress];
    if (address === undefined) throw new TypeError('sendto() takes 2 or 3 arguments');
    const bytes = bytesOf(data);
    const sockaddr = sockaddrOf('sendto', this.family, address);
    const attempt = (): number => this._addon.sendto(this._fd, bytes, 0, bytes.length, flags, sockaddr);
    const result = attempt();
    return result >= 0 ? result : this._retry(result, true, 'sendto', attempt);
  }

  /**
   * Send several buffers at once, as if they were one.
   *
   * Python: `socket.socket.sendmsg`.
   *
   * @param ancdata - must be empty: descriptors and credentials cannot be passed.
   * @param address - to whom; `null` on a connected socket.
   * @returns how many bytes the system took, as with `send`.
   * @throws what `send` throws; OSError (EMSGSIZE) for more than 1024 buffers.
   */
  sendmsg(
    buffers: Iterable<Bytes>,
    ancdata: readonly unknown[] = [],
    flags = 0,
    address: Address | null = null,
  ): number {
    if (ancdata.length > 0) throw new NotImplementedError('sendmsg(): ancillary data is not supported');
    const list = Array.from(buffers, bytesOf);
    const sockaddr = address === null ? null : sockaddrOf('sendmsg', this.family, address);
    const attempt = (): number => this._addon.sendmsg(this._fd, list, 0, flags, sockaddr);
    const result = attempt();
    return result >= 0 ? result : this._retry(result, true, 'sendmsg', attempt);
  }

  /**
   * Send a file, without its bytes passing through JavaScript.
   *
   * Python: `socket.socket.sendfile`.
   *
   * @param file - a descriptor, or an object with `fd` (a FileHandle of Node's) or `fileno()`.
   * @param offset - where in the file to begin; this and the count may also be given by name, as one object.
   * @param count - how many bytes; `null` for all up to the end of the file.
   * @returns how many bytes were sent: less than `count` when the file ended before.
   * @throws ValueError on a socket that does not block, or is no stream; what `sendall` throws.
   */
  sendfile(
    file: SendableFile,
    offset?: number | SendfileOptions,
    count?: number | null | Pick<SendfileOptions, 'count'>,
  ): number {
    const options = firstOrOptions('offset', offset, firstOrOptions<SendfileOptions>('count', count, {}));
    checkKeywords('sendfile', options, ['offset', 'count']);
    return this.#sendfile(file, options.offset ?? 0, options.count ?? null);
  }

  #sendfile(file: SendableFile, offset: number, count: number | null): number {
    this.#checkSendfile(count);
    const fd = fileDescriptorOf(file);
    const deadline = this._deadline();
    let sent = 0;
    while (sent !== count) {
      const rest = Math.min((count ?? Number.POSITIVE_INFINITY) - sent, SENDFILE_STEP);
      const attempt = (): number => this._addon.sendfile(this._fd, fd, offset + sent, rest);
      const result = attempt();
      const step = result >= 0 ? result : this._retry(result, true, 'sendfile', attempt, deadline);
      if (step === 0) break;
      sent += step;
    }
    return sent;
  }

  #checkSendfile(count: number | null): void {
    if (this.type !== SOCK_STREAM) throw new ValueError('only SOCK_STREAM type sockets are supported');
    if (this._timeout === 0) throw new ValueError('non-blocking sockets are not supported');
    if (count !== null && (!Number.isInteger(count) || count <= 0)) {
      throw new ValueError(`count must be a positive integer (got ${String(count)})`);
    }
  }
}

/**
 * What {@link socket.sendfile} reads from: a descriptor, or an object with `fd` (a FileHandle of Node's) or `fileno()`. It must be
 * a file, open for reading.
 */
export type SendableFile = number | { fd: number } | HasFileno;

/** What {@link socket.sendfile} takes by name. */
export interface SendfileOptions {
  /** Where in the file to begin. 0 by default. */
  offset?: number | undefined;
  /** How many bytes; all up to the end of the file by default, and for `null`. */
  count?: number | null | undefined;
}

function fileDescriptorOf(file: SendableFile): number {
  if (typeof file === 'number') return file;
  return 'fd' in file ? file.fd : file.fileno();
}

/** As much as Python asks for at once. */
const SENDFILE_STEP = 2 ** 30;

/** With MSG_TRUNC the system tells a length that may be more than it was asked for: the rest of the room is not ours. */
function copyOf(room: Uint8Array, asked: number, received: number): Buffer {
  return Buffer.from(room.subarray(0, Math.min(received, asked)));
}

function lengthIn(caller: string, buffer: Uint8Array, nbytes: number): number {
  checkSize(caller, nbytes);
  if (nbytes > buffer.length) throw new ValueError('buffer too small for requested bytes');
  return nbytes === 0 ? buffer.length : nbytes;
}
