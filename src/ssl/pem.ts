/*
 * Certificates and keys as users give them: the path of a PEM file, as in Python; or PEM itself, which Python does not take.
 */
import { ValueError } from '../base/errors.js';
import { builtin } from '../platform/builtin.js';
import type { X509Certificate } from '../platform/tls.js';
import { SSLError } from './errors.js';
import { readFile } from './files.js';

/**
 * What {@link SSLContext.loadCertChain} and {@link SSLContext.loadVerifyLocations} read: a PEM file by its path or its `file:` URL; or
 * what is in it, as text (with a `-----BEGIN` line) or as bytes.
 */
export type PemSource = string | URL | Uint8Array;

const BLOCK = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^]+?-----END \1-----/g;

/** The text of a PEM file. @throws OSError of the file. */
export function readPem(source: PemSource): string {
  if (source instanceof Uint8Array) return Buffer.from(source).toString('latin1');
  if (typeof source === 'string' && source.includes('-----BEGIN ')) return source;
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw new TypeError('a PEM file is given by its path, its URL, or as text or bytes');
  }
  return readFile(source);
}

/** The certificates in a PEM text, each parsed. @throws SSLError for one that is none. */
export function certificatesIn(pem: string): X509Certificate[] {
  const crypto = builtin('node:crypto');
  return Array.from(pem.matchAll(BLOCK), ([block]) => {
    try {
      return new crypto.X509Certificate(block);
    } catch (cause) {
      throw new SSLError('[SSL] PEM lib: a certificate cannot be read', { library: 'SSL', cause });
    }
  });
}

/** The certificates of `cadata`: PEM, or DER, one after the other. */
export function certificatesInData(cadata: string | Uint8Array): X509Certificate[] {
  if (cadata.length === 0) throw new ValueError('Empty certificate data');
  const text = typeof cadata === 'string' ? cadata : Buffer.from(cadata).toString('latin1');
  const found = certificatesIn(text);
  if (found.length > 0) return found;
  if (typeof cadata === 'string') throw new SSLError('no start line: cadata does not contain a certificate');
  return certificatesInDer(cadata);
}

function certificatesInDer(data: Uint8Array): X509Certificate[] {
  const crypto = builtin('node:crypto');
  const found: X509Certificate[] = [];
  let rest = Buffer.from(data);
  try {
    while (rest.length > 0) {
      const length = derLength(rest);
      found.push(new crypto.X509Certificate(rest.subarray(0, length)));
      rest = rest.subarray(length);
    }
  } catch (cause) {
    throw new SSLError('not enough data: cadata does not contain a certificate', { cause });
  }
  return found;
}

/** How many bytes the DER object at the beginning of `data` has. */
function derLength(data: Buffer): number {
  const first = data.readUInt8(1);
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  return 2 + count + data.readUIntBE(2, count);
}

/**
 * A certificate in DER, as PEM. What the bytes are is not looked at.
 *
 * Python: `ssl.DER_cert_to_PEM_cert`.
 *
 * @example
 * ```ts
 * import { rootCertificates } from 'node:tls';
 * import { DERCertToPEMCert, PEMCertToDERCert } from 'tsyncio/ssl';
 *
 * const der = PEMCertToDERCert(rootCertificates[0]!);
 * console.log(DERCertToPEMCert(der).split('\n')[0]);
 * // -----BEGIN CERTIFICATE-----
 * ```
 */
export function DERCertToPEMCert(derCertBytes: Uint8Array): string {
  const lines =
    Buffer.from(derCertBytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/**
 * A certificate in PEM, as DER.
 *
 * Python: `ssl.PEM_cert_to_DER_cert`.
 *
 * @throws ValueError if it is none.
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { rootCertificates } from 'node:tls';
 * import { PEMCertToDERCert } from 'tsyncio/ssl';
 *
 * // The fingerprint of a certificate is a hash of its DER.
 * const fingerprint = createHash('sha256').update(PEMCertToDERCert(rootCertificates[0]!)).digest('hex');
 * console.log(fingerprint.length);
 * // 64
 * ```
 */
export function PEMCertToDERCert(pemCertString: string): Buffer {
  const text = pemCertString.trim();
  const header = '-----BEGIN CERTIFICATE-----';
  const footer = '-----END CERTIFICATE-----';
  if (!text.startsWith(header)) throw new ValueError(`Invalid PEM encoding; must start with ${header}`);
  if (!text.endsWith(footer)) throw new ValueError(`Invalid PEM encoding; must end with ${footer}`);
  return Buffer.from(text.slice(header.length, -footer.length), 'base64');
}

/** A private key: what it is made of, and for which kind of certificate. */
export interface LoadedChain {
  readonly cert: string;
  readonly key: string;
  /** `rsa`, `ec` ... */
  readonly type: string;
}

/**
 * A certificate with its chain, and its key, decrypted.
 *
 * @throws SSLError if they cannot be read, or do not belong together.
 */
export function loadChain(cert: string, key: string, password: string | undefined): LoadedChain {
  const [own] = certificatesIn(cert);
  if (own === undefined) throw pemError('there is no certificate');
  let secret;
  try {
    const options = {
      key,
      format: 'pem' as const,
      ...(password === undefined ? {} : { passphrase: password }),
    };
    secret = builtin('node:crypto').createPrivateKey(options);
  } catch (error) {
    throw pemError('the private key cannot be read', error);
  }
  if (!own.checkPrivateKey(secret)) {
    const [library, reason] = ['X509', 'KEY_VALUES_MISMATCH'];
    throw new SSLError(`[${library}: ${reason}] key values mismatch`, { library, reason });
  }
  const type = secret.asymmetricKeyType ?? 'unknown';
  return { cert, key: String(secret.export({ type: 'pkcs8', format: 'pem' })), type };
}

/** CPython's text says only where it is raised. */
function pemError(what: string, cause?: unknown): SSLError {
  return new SSLError(`[SSL] PEM lib: ${what}`, { library: 'SSL', cause });
}
