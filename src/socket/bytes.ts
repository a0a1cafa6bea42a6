import { typeName } from './type-name.js';

/**
 * What can be sent, by {@link socket.send} and its like: bytes in any typed array, view or buffer, or a string, which goes as UTF-8.
 */
export type Bytes = string | ArrayBufferView | ArrayBuffer;

/**
 * The bytes of what is to be sent.
 *
 * @throws TypeError for anything that has none.
 */
export function bytesOf(data: Bytes): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError(`a bytes-like object is required, not '${typeName(data)}'`);
}

/** As much as one receive makes room for beforehand; what comes is copied, so that nobody keeps all of it alive. */
const SCRATCH_BYTES = 262_144;
let scratch: Uint8Array | undefined;

/** Room to receive into that is never handed out. One for the thread: what is in it must be copied at once. */
export function scratchBytes(): Uint8Array {
  scratch ??= new Uint8Array(SCRATCH_BYTES);
  return scratch;
}
