/**
 * Python's `ssl`: certificates, whom to trust, and what a TLS connection came to. The connections themselves are made by the
 * loop and by streams, with `ssl: true` or `ssl: context`. Node's own TLS does the work.
 *
 * {@link createDefaultContext} makes a context with good defaults, {@link SSLContext} one without. A client's verifies the certificate and
 * the name of the host; a server's has a certificate to show, {@link SSLContext.loadCertChain}. What the handshake came to is told by
 * an {@link SSLObject}. What goes wrong is an {@link SSLError}, and with certificates an {@link SSLCertVerificationError}. See
 * [TLS](../../docs/tls.md) for how all of it is used.
 *
 * @example A server for today's clients alone, which knows them by their certificates
 * ```ts
 * import { rootCertificates } from 'node:tls';
 * import { CERT_REQUIRED, createDefaultContext, OP_NO_TICKET, Purpose, TLSVersion } from 'tsyncio/ssl';
 *
 * const authority = rootCertificates[0]!; // whoever signed the clients' certificates
 * const context = createDefaultContext(Purpose.CLIENT_AUTH, { cadata: authority });
 * context.verifyMode = CERT_REQUIRED;
 * context.minimumVersion = TLSVersion.TLSv1_3;
 * context.options |= OP_NO_TICKET;
 * console.log(context.getCaCerts().length, (context.options & OP_NO_TICKET) === OP_NO_TICKET);
 * // 1 true
 * ```
 *
 * @packageDocumentation
 */
export { type DistinguishedName, type PeerCertificate } from './certificate.js';
export * from './constants.js';
export {
  type BeginningConnection,
  type CertChainOptions,
  type PasswordLike,
  type SNICallback,
  SSLContext,
  type VerifyLocations,
} from './context.js';
export { createDefaultContext, type DefaultContextOptions } from './default-context.js';
export {
  CertificateError,
  SSLCertVerificationError,
  SSLEOFError,
  SSLError,
  type SSLErrorFields,
  type VerificationFields,
} from './errors.js';
export { DERCertToPEMCert, PEMCertToDERCert, type PemSource } from './pem.js';
export { type Cipher, SSLObject } from './ssl-object.js';
