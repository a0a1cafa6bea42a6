/*
 * The numbers of Python's ssl, which are OpenSSL's.
 */

import { opensslVersion } from '../platform/system.js';

/** For a client: the certificate is required, and the host name checked. Python: `ssl.PROTOCOL_TLS_CLIENT`. */
export const PROTOCOL_TLS_CLIENT = 16;
/** For a server: clients need no certificate. Python: `ssl.PROTOCOL_TLS_SERVER`. */
export const PROTOCOL_TLS_SERVER = 17;

/** The peer's certificate is not looked at. Python: `ssl.CERT_NONE`. */
export const CERT_NONE = 0;
/** For a server: a client may have a certificate, which is verified then. Python: `ssl.CERT_OPTIONAL`. */
export const CERT_OPTIONAL = 1;
/** The peer must have a certificate, and it is verified. Python: `ssl.CERT_REQUIRED`. */
export const CERT_REQUIRED = 2;

/** Nothing beside the usual. Python: `ssl.VERIFY_DEFAULT`. */
export const VERIFY_DEFAULT = 0;
/** Trust what was loaded even if it is no root. Python: `ssl.VERIFY_X509_PARTIAL_CHAIN`. */
export const VERIFY_X509_PARTIAL_CHAIN = 0x80000;

/** All harmless workarounds for other implementations. Python: `ssl.OP_ALL`. */
export const OP_ALL = 0x80000050;
/** Take the end of the connection for the end of the stream. Node does so always. Python: `ssl.OP_IGNORE_UNEXPECTED_EOF`. */
export const OP_IGNORE_UNEXPECTED_EOF = 0x80;
/** No session tickets. Python: `ssl.OP_NO_TICKET`. */
export const OP_NO_TICKET = 0x4000;
/** No compression, which Node has not anyway. Python: `ssl.OP_NO_COMPRESSION`. */
export const OP_NO_COMPRESSION = 0x20000;
/** The server's order of ciphers counts. Python: `ssl.OP_CIPHER_SERVER_PREFERENCE`. */
export const OP_CIPHER_SERVER_PREFERENCE = 0x400000;
/** No SSL 2, which is no more: nothing to switch off. Python: `ssl.OP_NO_SSLv2`. */
export const OP_NO_SSLv2 = 0;
/** No SSL 3, which Node has not anyway. Python: `ssl.OP_NO_SSLv3`. */
export const OP_NO_SSLv3 = 0x2000000;
/** No TLS 1.0. Python: `ssl.OP_NO_TLSv1`. */
export const OP_NO_TLSv1 = 0x4000000;
/** No TLS 1.2. Python: `ssl.OP_NO_TLSv1_2`. */
export const OP_NO_TLSv1_2 = 0x8000000;
/** No TLS 1.1. Python: `ssl.OP_NO_TLSv1_1`. */
export const OP_NO_TLSv1_1 = 0x10000000;
/** No TLS 1.3. Python: `ssl.OP_NO_TLSv1_3`. */
export const OP_NO_TLSv1_3 = 0x20000000;
/** No renegotiation. Python: `ssl.OP_NO_RENEGOTIATION`. */
export const OP_NO_RENEGOTIATION = 0x40000000;

/** Whether there is TLS 1.3: always. Python: `ssl.HAS_TLSv1_3`. */
export const HAS_TLSv1_3 = true;
/** Whether there is ALPN: always. Python: `ssl.HAS_ALPN`. */
export const HAS_ALPN = true;
/** Whether there is SNI: always. Python: `ssl.HAS_SNI`. */
export const HAS_SNI = true;

/** Whose TLS it is, and which version: `OpenSSL 3.0.15`. Python's has its date behind. Python: `ssl.OPENSSL_VERSION`. */
export const OPENSSL_VERSION: string = `OpenSSL ${opensslVersion()}`;

/** The versions of TLS, by name: what {@link TLSVersion} is. */
export interface TLSVersions {
  /** The lowest that Node has: TLS 1.0. */
  readonly MINIMUM_SUPPORTED: number;
  /** The highest that Node has: TLS 1.3. */
  readonly MAXIMUM_SUPPORTED: number;
  /** TLS 1.0, which is broken; today's OpenSSL speaks it only with weak ciphers. */
  readonly TLSv1: number;
  /** TLS 1.1, which is broken. */
  readonly TLSv1_1: number;
  /** TLS 1.2. */
  readonly TLSv1_2: number;
  /** TLS 1.3. */
  readonly TLSv1_3: number;
}

/** The versions of TLS, for `minimumVersion` and `maximumVersion`. Python: `ssl.TLSVersion`. */
export const TLSVersion: TLSVersions = Object.freeze({
  MINIMUM_SUPPORTED: -2,
  MAXIMUM_SUPPORTED: -1,
  TLSv1: 0x301,
  TLSv1_1: 0x302,
  TLSv1_2: 0x303,
  TLSv1_3: 0x304,
});

/** What a context is for, and a certificate: one of {@link Purpose}. */
export interface PurposeObject {
  /** OpenSSL's number. */
  readonly nid: number;
  /** `serverAuth` or `clientAuth`. */
  readonly shortname: string;
  /** The name in words. */
  readonly longname: string;
  /** The object identifier. */
  readonly oid: string;
}

/** What there is to authenticate, by name: what {@link Purpose} is. */
export interface Purposes {
  /** Servers: the context is a client's. */
  readonly SERVER_AUTH: PurposeObject;
  /** Clients: the context is a server's. */
  readonly CLIENT_AUTH: PurposeObject;
}

/** What {@link createDefaultContext} makes a context for: the other end, which is authenticated. Python: `ssl.Purpose`. */
export const Purpose: Purposes = Object.freeze({
  SERVER_AUTH: Object.freeze({
    nid: 129,
    shortname: 'serverAuth',
    longname: 'TLS Web Server Authentication',
    oid: '1.3.6.1.5.5.7.3.1',
  }),
  CLIENT_AUTH: Object.freeze({
    nid: 130,
    shortname: 'clientAuth',
    longname: 'TLS Web Client Authentication',
    oid: '1.3.6.1.5.5.7.3.2',
  }),
});
