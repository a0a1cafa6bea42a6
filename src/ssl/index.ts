/**
 * Python's `ssl`: certificates, whom to trust, and what a TLS connection came to. The connections themselves are made by the
 * loop and by streams, with `ssl: true` or `ssl: context`. Node's own TLS does the work.
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
