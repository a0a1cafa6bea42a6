/*
 * SSLObject: what is known of one TLS connection. It is all taken down when the handshake is over, so that it can be asked when
 * the connection is gone, too.
 */
import { ValueError } from '../base/errors.js';
import type { TLSSocket, X509Certificate } from '../platform/tls.js';
import { certificateDict, type PeerCertificate } from './certificate.js';
import { CERT_NONE } from './constants.js';
import type { SSLContext } from './context.js';

/**
 * What {@link SSLObject.cipher} gives: the name, the version of TLS that brought it, and the bits of its key (`null` where its name does not
 * tell).
 */
export type Cipher = readonly [name: string, version: string, bits: number | null];

/** What the handshake came to. */
interface Established {
  readonly cert: X509Certificate | null;
  readonly cipher: Cipher;
  readonly version: string | null;
  readonly alpn: string | null;
  readonly reused: boolean;
}

/**
 * What is known of a TLS connection: `transport.getExtraInfo('ssl_object')`.
 *
 * Python: `ssl.SSLObject`, without what moves bytes.
 *
 * @example
 * ```ts
 * import { asyncWith, type Coroutine, openConnection, run, startServer } from 'tsyncio';
 * import { createDefaultContext, Purpose, type SSLObject } from 'tsyncio/ssl';
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
 *     const trusting = createDefaultContext({ cadata: pem });
 *     const [, writer] = yield* openConnection(host, port, { ssl: trusting, serverHostname: 'localhost' });
 *     const connection = writer.getExtraInfo<SSLObject>('ssl_object')!;
 *     console.log(connection.version(), connection.getpeercert()?.subject);
 *     writer.close();
 *     yield* writer.waitClosed();
 *     server.closeClients();
 *   });
 * }
 *
 * await run(main());
 * // TLSv1.3 [ [ [ 'commonName', 'localhost' ] ] ]
 * ```
 */
export class SSLObject {
  /** Whether this is the server's end. Python: `SSLObject.server_side`. */
  readonly serverSide: boolean;
  /** The name that the certificate had to have; `null` on the server. Python: `SSLObject.server_hostname`. */
  readonly serverHostname: string | null;
  private _context: SSLContext;
  private _established: Established | null = null;

  /** @internal */
  constructor(context: SSLContext, serverSide: boolean, serverHostname: string | null) {
    this._context = context;
    this.serverSide = serverSide;
    this.serverHostname = serverHostname;
  }

  /** The context. An `sniCallback` may set another. Python: `SSLObject.context`. */
  get context(): SSLContext {
    return this._context;
  }

  /** For an `sniCallback`: the connection goes on with the certificate of another context. */
  set context(value: SSLContext) {
    this._context = value;
  }

  /** The handshake is over. @internal */
  _establish(socket: TLSSocket): void {
    // Node's types do not know that there is none before the handshake.
    const cipher = socket.getCipher() as { name: string; version: string } | undefined;
    const name = cipher?.name ?? '';
    this._established = {
      cert: socket.getPeerX509Certificate() ?? null,
      cipher: [name, cipher?.version ?? '', bitsOf(name)],
      version: socket.getProtocol(),
      alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
      reused: socket.isSessionReused(),
    };
  }

  /**
   * The certificate of the other end. Its keys are Python's: `subject`, `issuer`, `subjectAltName`, `notAfter` ...
   *
   * Python: `SSLObject.getpeercert`.
   *
   * @param binaryForm - `true` for its bytes (DER); it may also be given by name
   * @returns `null` if there is none; an empty object if there is one that was not verified.
   * @throws ValueError before the end of the handshake.
   */
  getpeercert(binaryForm?: false | { binaryForm?: false }): PeerCertificate | null;
  /** The same in DER. */
  getpeercert(binaryForm: true | { binaryForm: true }): Buffer | null;
  getpeercert(binaryForm: boolean | { binaryForm?: boolean } = false): PeerCertificate | Buffer | null {
    if (this._established === null) throw new ValueError('handshake not done yet');
    const { cert } = this._established;
    if (cert === null) return null;
    if (typeof binaryForm === 'boolean' ? binaryForm : binaryForm.binaryForm === true) return cert.raw;
    return this._context.verifyMode === CERT_NONE ? {} : certificateDict(cert);
  }

  /**
   * The cipher: name, version of TLS that brought it, bits; `null` before the end of the handshake. Python: `SSLObject.cipher`.
   */
  cipher(): Cipher | null {
    return this._established?.cipher ?? null;
  }

  /** `null`: nobody compresses any more. Python: `SSLObject.compression`. */
  compression(): null {
    return null;
  }

  /** The version: `'TLSv1.3'`; `null` before the end of the handshake. Python: `SSLObject.version`. */
  version(): string | null {
    return this._established?.version ?? null;
  }

  /** The protocol that both ends agreed on by ALPN; `null` for none. Python: `SSLObject.selected_alpn_protocol`. */
  selectedAlpnProtocol(): string | null {
    return this._established?.alpn ?? null;
  }

  /** Whether an earlier session was resumed. Python: `SSLObject.session_reused`. */
  get sessionReused(): boolean {
    return this._established?.reused ?? false;
  }
}

/** Node does not tell how many bits a cipher's key has; its name does. */
function bitsOf(name: string): number | null {
  if (/AES_?256|CHACHA20|ARIA256|CAMELLIA256/.test(name)) return 256;
  if (/AES_?128|ARIA128|CAMELLIA128/.test(name)) return 128;
  return null;
}
