/*
 * Certificates made in the test, with the few pieces of DER that takes: an authority, what it signs, and what is wrong with
 * others.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signature,
  X509Certificate,
} from 'node:crypto';

/** A part of a name: `['CN', 'localhost']`. */
export type NamePart = readonly [type: keyof typeof NAME_TYPES, value: string];

/** What a certificate is made of. */
export interface CertificateOptions {
  /** Each part is one pair, or several. */
  subject?: readonly (NamePart | readonly NamePart[])[];
  /** `DNS:localhost`, `IP:127.0.0.1`, `IP:::1`, `URI:...`, `email:...`. */
  names?: readonly string[];
  /** Who signs; by default the certificate signs itself. */
  issuer?: Certificate;
  /** Whether it may sign others. */
  isAuthority?: boolean;
  /** Days from now; before now if negative. */
  from?: number;
  /** Days from now. */
  until?: number;
  keyType?: 'ec' | 'rsa';
  /** Where to ask whether it is revoked, and where the issuer's certificate is. */
  access?: { ocsp?: string; issuers?: string };
  /** 1 or 3. */
  version?: 1 | 3;
}

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly der: Buffer;
  readonly keyObject: KeyObject;
  readonly subject: Buffer;
}

const NAME_TYPES = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
} as const;

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | bytes.length), bytes, content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...parts);
const octets = (data: Uint8Array): Buffer => tlv(0x04, data);
const bits = (data: Uint8Array): Buffer => tlv(0x03, Buffer.of(0), data);
const text = (tag: number, value: string): Buffer => tlv(tag, Buffer.from(value));
const yes = tlv(0x01, Buffer.of(0xff));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}

function time(days: number): Buffer {
  const at = new Date(Date.now() + days * 86_400_000).toISOString();
  return text(0x18, `${at.replace(/\D/g, '').slice(0, 14)}Z`);
}

function isPair(part: NamePart | readonly NamePart[]): part is NamePart {
  return typeof part[0] === 'string';
}

function name(parts: NonNullable<CertificateOptions['subject']>): Buffer {
  const pair = ([type, value]: NamePart): Buffer => sequence(oid(NAME_TYPES[type]), text(0x0c, value));
  return sequence(...parts.map((part) => (isPair(part) ? set(pair(part)) : set(...part.map(pair)))));
}

function ipBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [before = '', after = ''] = address.split('::');
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const [head, tail] = [groups(before), groups(after)];
  const middle = Array<string>(8 - head.length - tail.length).fill('0');
  return Buffer.from([...head, ...middle, ...tail].map((g) => g.padStart(4, '0')).join(''), 'hex');
}

function generalName(entry: string): Buffer {
  const end = entry.indexOf(':');
  const [type, value] = [entry.slice(0, end), entry.slice(end + 1)];
  if (type === 'IP') return tlv(0x87, ipBytes(value));
  return text({ DNS: 0x82, URI: 0x86, email: 0x81 }[type] ?? 0x82, value);
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function extensions(
  { names = [], isAuthority, access }: CertificateOptions,
  keyId: Buffer,
  signerId: Buffer,
): Buffer {
  const all = [
    extension('2.5.29.19', sequence(...(isAuthority === true ? [yes] : [])), true),
    extension('2.5.29.14', octets(keyId)),
    extension('2.5.29.35', sequence(tlv(0x80, signerId))),
  ];
  // keyCertSign and cRLSign
  if (isAuthority === true) all.push(extension('2.5.29.15', tlv(0x03, Buffer.of(1, 0b110)), true));
  if (names.length > 0) all.push(extension('2.5.29.17', sequence(...names.map(generalName))));
  const places = [];
  if (access?.ocsp !== undefined) places.push(sequence(oid('1.3.6.1.5.5.7.48.1'), text(0x86, access.ocsp)));
  if (access?.issuers !== undefined)
    places.push(sequence(oid('1.3.6.1.5.5.7.48.2'), text(0x86, access.issuers)));
  if (places.length > 0) all.push(extension('1.3.6.1.5.5.7.1.1', sequence(...places)));
  return tlv(0xa3, sequence(...all));
}

function keyIdOf(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return spki.subarray(-20);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A new certificate with a new key. */
export function certificate(options: CertificateOptions = {}): Certificate {
  const { subject = [['CN', 'localhost']], issuer, from = -1, until = 30, keyType = 'ec' } = options;
  const { privateKey, publicKey } =
    keyType === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = issuer?.keyObject ?? privateKey;
  const algorithm =
    signer.asymmetricKeyType === 'ec'
      ? sequence(oid('1.2.840.10045.4.3.2'))
      : sequence(oid('1.2.840.113549.1.1.11'), tlv(0x05));
  const own = name(subject);
  const isFirst = options.version === 1;
  const serial = Buffer.concat([Buffer.of(1), randomBytes(7)]);
  const toBeSigned = sequence(
    ...(isFirst ? [] : [tlv(0xa0, tlv(0x02, Buffer.of(2)))]),
    tlv(0x02, serial),
    algorithm,
    issuer?.subject ?? own,
    sequence(time(from), time(until)),
    own,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(isFirst ? [] : [extensions(options, keyIdOf(privateKey), keyIdOf(signer))]),
  );
  const der = sequence(toBeSigned, algorithm, bits(signature('sha256', toBeSigned, signer)));
  return {
    cert: pem(der),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    der,
    keyObject: privateKey,
    subject: own,
  };
}

/** An authority. */
export function authority(commonName = 'Test authority'): Certificate {
  return certificate({
    subject: [
      ['O', 'Tests'],
      ['CN', commonName],
    ],
    isAuthority: true,
  });
}

/** The names that the tests' servers have. */
export const SERVER_NAMES: readonly string[] = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'];

/** Certificates that fit together, made once for all tests of a file. */
export interface Certificates {
  readonly ca: Certificate;
  readonly server: Certificate;
  readonly client: Certificate;
}

let made: Certificates | undefined;

/** An authority, a server's certificate and a client's. */
export function certificates(): Certificates {
  if (made !== undefined) return made;
  const ca = authority();
  made = {
    ca,
    server: certificate({ issuer: ca, names: SERVER_NAMES }),
    client: certificate({ issuer: ca, subject: [['CN', 'a client']] }),
  };
  return made;
}

/** Parse it, so that a mistake in here fails by itself. */
export function parsed({ der }: Certificate): X509Certificate {
  return new X509Certificate(der);
}
