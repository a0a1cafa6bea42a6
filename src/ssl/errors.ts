/*
 * The errors of TLS, and how Node's become Python's: `[SSL: WRONG_VERSION_NUMBER] wrong version number`, followed, where it is
 * known, by the place: `(localhost, 127.0.0.1:8443)`. Node's `code` stays.
 */
import { errnoOf } from '../base/errno.js';
import { OSError, type OSErrorFields } from '../base/errors.js';
import { osError, osErrorFromNode } from '../base/oserror.js';
import { HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH, verifyCodeOf } from './verify-codes.js';

/** What an {@link SSLError} knows beyond its text. */
export interface SSLErrorFields extends OSErrorFields {
  /** The part of OpenSSL that failed: `SSL`, `PEM`, `X509`. */
  library?: string | undefined;
  /** What went wrong, in one word: `WRONG_VERSION_NUMBER`. */
  reason?: string | undefined;
  /** The name of the host that was connected to. */
  host?: string | undefined;
}

/** What an {@link SSLCertVerificationError} knows beyond its text. */
export interface VerificationFields extends SSLErrorFields {
  /** OpenSSL's number. */
  verifyCode?: number | undefined;
  /** OpenSSL's words. */
  verifyMessage?: string | undefined;
}

/** OpenSSL's SSL_ERROR_SSL: the `errno` of Python's errors. */
const SSL_ERROR_SSL = 1;

/**
 * TLS failed. `errno`, `strerror`, `library` and `reason` are Python's; `code` is Node's.
 *
 * Python: `ssl.SSLError`.
 *
 * @example A server that speaks no TLS
 * ```ts
 * import { asyncWith, type Coroutine, openConnection, run, startServer, type StreamWriter } from 'tsyncio';
 * import { SSLError } from 'tsyncio/ssl';
 *
 * function* main(): Coroutine {
 *   const greet = (_: unknown, writer: StreamWriter): void => {
 *     writer.write('220 ready\r\n'); // in plain text
 *     writer.close();
 *   };
 *   const server = yield* startServer(greet, '127.0.0.1', 0);
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     try {
 *       yield* openConnection(host, port, { ssl: true });
 *     } catch (error) {
 *       if (!(error instanceof SSLError)) throw error;
 *       console.log(error.library, error.reason, error.address);
 *     }
 *   });
 * }
 *
 * await run(main());
 * // SSL WRONG_VERSION_NUMBER 127.0.0.1
 * ```
 */
export class SSLError extends OSError {
  /** The part of OpenSSL that failed: `SSL`, `PEM`, `X509`; `null` where it is not known. */
  readonly library: string | null;
  /** What went wrong, in one word: `WRONG_VERSION_NUMBER`; `null` where it is not known. */
  readonly reason: string | null;
  /** The name of the host that was connected to, where there was one. */
  declare readonly host?: string;

  constructor(message?: string, fields: SSLErrorFields = {}) {
    super(message, { errno: SSL_ERROR_SSL, strerror: message, ...fields });
    this.library = fields.library ?? null;
    this.reason = fields.reason ?? null;
    if (fields.host !== undefined) Object.assign(this, { host: fields.host });
  }
}

/**
 * The peer's certificate is not to be trusted, or is another's. `verifyMessage` says why: `self-signed certificate`,
 * `certificate has expired`, `Hostname mismatch, certificate is not valid for 'example.org'.`
 *
 * Python: `ssl.SSLCertVerificationError`.
 *
 * @example Nobody has signed it
 * ```ts
 * import { asyncWith, type Coroutine, openConnection, run, startServer } from 'tsyncio';
 * import { createDefaultContext, Purpose, SSLCertVerificationError } from 'tsyncio/ssl';
 *
 * // A certificate for localhost that signs itself, and its key, which everybody knows now.
 * const pem = `-----BEGIN CERTIFICATE-----
 * MIH2MIGpoAMCAQICAQEwBQYDK2VwMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDAgFw0yMDAxMDEwMDAw
 * MDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MCowBQYDK2VwAyEAw0Nj
 * 4Ix2EC9oElmPnvcNyfXsNDkAJijq+L/tolw0dKGjHjAcMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcE
 * fwAAATAFBgMrZXADQQAA5VRp2sellyDZulHD3Np3vdWTazhJDLrTeYvJafxbIychkgyrYLxD7i1a
 * lw2PPxLr8S3ZCL45ZIgCtIgwnagJ
 * -----END CERTIFICATE-----
 * -----BEGIN PRIVATE KEY-----
 * MC4CAQAwBQYDK2VwBCIEIOWj8VFhu8seN4NVYUPPrrzI76e2HgP9EdcpbfhOhcxY
 * -----END PRIVATE KEY-----`;
 *
 * function* main(): Coroutine {
 *   const ssl = createDefaultContext(Purpose.CLIENT_AUTH);
 *   ssl.loadCertChain(pem);
 *   const server = yield* startServer(() => undefined, '127.0.0.1', 0, { ssl });
 *   yield* asyncWith(server, function* () {
 *     const [host, port] = server.sockets[0]!.getsockname();
 *     try {
 *       yield* openConnection(host, port, { ssl: true });
 *     } catch (error) {
 *       if (!(error instanceof SSLCertVerificationError)) throw error;
 *       console.log(error.verifyCode, error.verifyMessage);
 *     }
 *   });
 * }
 *
 * await run(main());
 * // 18 self-signed certificate
 * ```
 */
export class SSLCertVerificationError extends SSLError {
  /** OpenSSL's number: 18 for a self-signed certificate, 10 for an expired one, 62 for another host's. */
  readonly verifyCode: number;
  /** OpenSSL's words. */
  readonly verifyMessage: string;

  constructor(message?: string, fields: VerificationFields = {}) {
    super(message, fields);
    this.verifyCode = fields.verifyCode ?? 0;
    this.verifyMessage = fields.verifyMessage ?? '';
  }
}

/**
 * The connection ended in the middle of something, without a farewell. Node takes most of such ends for ends of the stream; one in the
 * handshake is a ConnectionResetError as a rule.
 *
 * Python: `ssl.SSLEOFError`.
 *
 * @example
 * ```ts
 * import { ConnectionResetError } from 'tsyncio';
 * import { SSLEOFError, SSLError } from 'tsyncio/ssl';
 *
 * // Of all that TLS can complain of, this alone may be over the next time.
 * const isWorthAnotherTry = (error: unknown): boolean =>
 *   error instanceof SSLEOFError || error instanceof ConnectionResetError;
 *
 * console.log(isWorthAnotherTry(new SSLEOFError('unexpected eof while reading')));
 * console.log(isWorthAnotherTry(new SSLError('wrong version number')));
 * // true
 * // false
 * ```
 */
export class SSLEOFError extends SSLError {}

/** Another name, as in Python. */
export { SSLCertVerificationError as CertificateError };

/** Who was spoken to. */
export interface Place {
  host?: string | undefined;
  address?: string | undefined;
  port?: number | undefined;
}

/** ` (localhost, 127.0.0.1:8443)`; nothing where nothing is known. */
export function placeText({ host, address, port }: Place): string {
  const inBrackets = address?.includes(':') === true && port !== undefined ? `[${address}]` : address;
  const numeric = port === undefined ? inBrackets : `${inBrackets ?? ''}:${port}`;
  const parts = [host === address ? undefined : host, numeric].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What OpenSSL puts on the errors that Node throws. */
interface NodeTlsError extends Error {
  code?: string;
  library?: string;
  reason?: string;
}

const LIBRARIES: Readonly<Record<string, string>> = {
  'SSL routines': 'SSL',
  'PEM routines': 'PEM',
  'x509 certificate routines': 'X509',
};

/**
 * The error for one that Node's TLS made: an SSLCertVerificationError, an SSLError, or what the system's code says.
 *
 * @param serverHostname - the name that the certificate was to have
 * @returns a new error; the original is its `cause`.
 */
export function tlsError(error: Error, place: Place = {}, serverHostname: string | null = null): OSError {
  if (error instanceof OSError) return error;
  const { code = '' } = error as NodeTlsError;
  const verifyCode = verifyCodeOf(code);
  // Newer Nodes add advice after OpenSSL's words.
  if (verifyCode !== null)
    return certificateError(verifyCode, error.message.replace(/;.*/s, ''), place, error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return mismatchError(serverHostname, place, error);
  const match = /^ERR_O?SSL_([\w/]+)$/.exec(code);
  if (match !== null) return opensslError(error, match[1]!, place);
  return code === '' || code.startsWith('ERR_')
    ? new SSLError(`[SSL] ${error.message}${placeText(place)}`, {
        ...place,
        code: code === '' ? undefined : code,
        library: 'SSL',
        cause: error,
      })
    : osErrorFromNode(error);
}

/** OpenSSL's words are its names in lower case; of libraries other than SSL, Node's code has their name, too. */
function opensslError(error: NodeTlsError, name: string, place: Place): SSLError {
  const { code, library: long = 'SSL' } = error;
  const words = error.reason ?? name.toLowerCase().replaceAll('_', ' ');
  // OpenSSL 3.2 says `ssl/tls alert` of what is still named SSLV3_ALERT.
  const reason = words
    .toUpperCase()
    .replaceAll(/\W+/g, '_')
    .replace(/^SSL_TLS_ALERT_/, 'SSLV3_ALERT_');
  const library = LIBRARIES[long] ?? long.replace(/ .*/, '').toUpperCase();
  const text = `[${library}: ${reason}] ${words}${placeText(place)}`;
  const cls = reason === 'UNEXPECTED_EOF_WHILE_READING' ? SSLEOFError : SSLError;
  return new cls(text, { ...place, code, library, reason, cause: error });
}

function certificateError(
  verifyCode: number,
  verifyMessage: string,
  place: Place,
  cause: Error,
): SSLCertVerificationError {
  const reason = 'CERTIFICATE_VERIFY_FAILED';
  const text = `[SSL: ${reason}] certificate verify failed: ${verifyMessage}${placeText(place)}`;
  const { code } = cause as NodeTlsError;
  const fields = { ...place, code, library: 'SSL', reason, verifyCode, verifyMessage, cause };
  return new SSLCertVerificationError(text, fields);
}

function mismatchError(name: string | null, place: Place, cause: Error): SSLCertVerificationError {
  const isAddress = name !== null && (name.includes(':') || /^[\d.]+$/.test(name));
  const what = isAddress ? 'IP address' : 'Hostname';
  const words = `${what} mismatch, certificate is not valid for '${name ?? ''}'.`;
  return certificateError(isAddress ? IP_ADDRESS_MISMATCH : HOSTNAME_MISMATCH, words, place, cause);
}

/** The peer dropped the connection during the handshake. */
export function resetError(place: Place, cause?: Error): OSError {
  const { address, port } = place;
  const message = `the peer closed the connection during the TLS handshake${placeText(place)}`;
  return osError({ errno: errnoOf('ECONNRESET'), syscall: 'handshake', address, port, message, cause });
}
