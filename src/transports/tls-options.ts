import { ValueError } from '../base/errors.js';
import type { TlsTimeouts } from '../loop/index.js';

/** Options of TLS mean nothing without `ssl`. */
export function checkTlsTimeouts(ssl: unknown, options: TlsTimeouts): void {
  if (isGiven(ssl)) return;
  if (options.sslHandshakeTimeout != null)
    throw new ValueError('ssl_handshake_timeout is only meaningful with ssl');
  if (options.sslShutdownTimeout != null)
    throw new ValueError('ssl_shutdown_timeout is only meaningful with ssl');
}

/** A server needs a context: there is no default certificate. */
export function checkServerContext(ssl: unknown): void {
  if (typeof ssl === 'boolean') throw new TypeError('ssl argument must be an SSLContext or None');
}

/** Whether `ssl` asks for TLS. */
export function isGiven(ssl: unknown): ssl is true | object {
  return ssl !== null && ssl !== undefined && ssl !== false;
}

/** The context that was given; `null` for the default one. */
export function contextOf(ssl: true | object): object | null {
  return ssl === true ? null : ssl;
}
