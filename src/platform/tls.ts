/*
 * Node's TLS: the module, loaded when it is first asked for, its types, and the one thing of it that Node shows to its own
 * servers alone.
 */
import { builtin } from './builtin.js';

export type { X509Certificate } from 'node:crypto';
export type { Duplex } from 'node:stream';
export type { SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';

/** Node's `tls`. @throws RuntimeError where there is none. */
export function nodeTls(): typeof import('node:tls') {
  return builtin('node:tls');
}

/** A TLSSocket, as far as it is looked at here. */
interface AnyTlsSocket {
  readonly ssl?: TlsHandle | null;
}

/** What the native side of a TLSSocket tells. */
interface TlsHandle {
  verifyError?(): Error | null;
}

/**
 * What is wrong with the certificate that the peer has shown; `null` if nothing is. A client's TLSSocket says it by itself,
 * a server's says it only to a `tls.Server`.
 */
export function peerVerifyError(socket: object): Error | null {
  return (socket as AnyTlsSocket).ssl?.verifyError?.() ?? null;
}
