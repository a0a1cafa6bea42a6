import { OSError } from '../base/errors.js';
import { osErrorFromNode } from '../base/oserror.js';
import { builtin } from '../platform/builtin.js';
import type { NetSocket } from '../platform/streams.js';
import type { socket } from '../socket/index.js';
import { guard } from './stream-events.js';

/**
 * Hand a connected socket's descriptor over to Node. The socket is as closed from then on.
 *
 * @returns Node's socket with that descriptor.
 * @throws OSError for a descriptor that is no stream, or none that Node knows; the socket keeps it then.
 */
export function adopt(sock: socket): NetSocket {
  const net = builtin('node:net');
  let stream: NetSocket;
  try {
    stream = new net.Socket({ fd: sock.fileno(), allowHalfOpen: true, readable: true, writable: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (!code.startsWith('ERR_')) throw osErrorFromNode(error as NodeJS.ErrnoException);
    throw new OSError(`${sock.toString()} cannot be used as a stream of Node's: ${message}`, {
      code,
      cause: error,
    });
  }
  sock.detach();
  guard(stream);
  return stream;
}
