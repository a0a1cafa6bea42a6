/*
 * A certificate as Python shows it: a dict. Its keys are Python's, for they are data (`subjectAltName`, `notAfter`).
 */
import type { X509Certificate } from '../platform/tls.js';

/**
 * Whose a certificate is, or who signed it, in {@link PeerCertificate}: its parts, each with one name and value as a rule, in the order
 * that they stand in: `[[['countryName', 'XY']], [['commonName', 'example.org']]]`.
 */
export type DistinguishedName = readonly (readonly (readonly [name: string, value: string])[])[];

/** What {@link SSLObject.getpeercert} tells. The keys are Python's, as they are; what the certificate lacks is left out. */
export interface PeerCertificate {
  /** Whose it is. */
  subject?: DistinguishedName;
  /** Who signed it. */
  issuer?: DistinguishedName;
  /** 3. */
  version?: number;
  /** In hexadecimal. */
  serialNumber?: string;
  /** `Jan  5 09:34:43 2018 GMT` */
  notBefore?: string;
  /** `Jan  5 09:34:43 2028 GMT` */
  notAfter?: string;
  /** The names and addresses that it is for: `['DNS', 'example.org']`, `['IP Address', '127.0.0.1']`. */
  subjectAltName?: readonly (readonly [type: string, value: string])[];
  /** Where to ask whether it is revoked. */
  OCSP?: readonly string[];
  /** Where the issuer's certificate is. */
  caIssuers?: readonly string[];
}

/** OpenSSL's long names of what Node gives the short names of. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  C: 'countryName',
  ST: 'stateOrProvinceName',
  L: 'localityName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
  CN: 'commonName',
  SN: 'surname',
  GN: 'givenName',
  DC: 'domainComponent',
  UID: 'userId',
  street: 'streetAddress',
};

/** The certificate as a dict of Python's. */
export function certificateDict(cert: X509Certificate): PeerCertificate {
  const access = cert.infoAccess === undefined ? {} : infoAccess(cert.infoAccess);
  const names = cert.subjectAltName === undefined ? {} : { subjectAltName: altNames(cert.subjectAltName) };
  return {
    subject: distinguishedName(cert.subject),
    issuer: distinguishedName(cert.issuer),
    version: versionOf(cert.raw),
    serialNumber: cert.serialNumber,
    notBefore: cert.validFrom,
    notAfter: cert.validTo,
    ...names,
    ...access,
  };
}

/** `C=XY\nCN=localhost`, each line a part, the values of one part joined by ` + `. */
function distinguishedName(text: string | undefined): DistinguishedName {
  // A name may be empty, whatever Node's types say.
  if (text === undefined || text === '') return [];
  return text.split('\n').map((line) =>
    line.split(/(?<!\\) \+ /).map((pair) => {
      const end = pair.indexOf('=');
      const name = pair.slice(0, end);
      return [LONG_NAMES[name] ?? name, unescapeName(pair.slice(end + 1))] as const;
    }),
  );
}

/** RFC 2253's escapes: `\,`, and `\C3\A9` for the bytes of what is not ASCII. */
function unescapeName(value: string): string {
  return value.replace(
    /(?:\\[\dA-F]{2})+|\\(.)/g,
    (escape: string, char: string | undefined) =>
      char ?? Buffer.from(escape.replaceAll('\\', ''), 'hex').toString(),
  );
}

/** `DNS:localhost, IP Address:127.0.0.1`; a value that could be misread is quoted as in JSON. */
function altNames(text: string): [type: string, value: string][] {
  const pairs = text.matchAll(/([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g);
  return Array.from(pairs, ([, type = '', value = '']) => [
    type,
    value.startsWith('"') ? (JSON.parse(value) as string) : value,
  ]);
}

/** Lines of `OCSP - URI:http://...` and `CA Issuers - URI:http://...`. */
function infoAccess(text: string): Pick<PeerCertificate, 'OCSP' | 'caIssuers'> {
  const uris = (method: string): string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${method} - URI:`))
      .map((line) => line.slice(method.length + 7));
  const [ocsp, issuers] = [uris('OCSP'), uris('CA Issuers')];
  return { ...(ocsp.length > 0 && { OCSP: ocsp }), ...(issuers.length > 0 && { caIssuers: issuers }) };
}

/** A certificate is a sequence of sequences; the first has the version at its beginning, or none, which is the first. */
function versionOf(raw: Uint8Array): number {
  const outer = contentAt(raw, 0);
  const inner = contentAt(raw, outer);
  return raw[inner] === 0xa0 ? (raw[inner + 4] ?? 0) + 1 : 1;
}

/** Where the content of the DER object at `offset` begins. */
function contentAt(raw: Uint8Array, offset: number): number {
  const length = raw[offset + 1] ?? 0;
  return offset + 2 + (length < 0x80 ? 0 : length & 0x7f);
}
