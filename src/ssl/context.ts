/*
 * SSLContext: the settings of TLS connections. Node's own context is made of them when the first connection needs it, and
 * anew after a change; connections that there are keep theirs.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { nodeTls, type SecureContext, type SecureContextOptions } from '../platform/tls.js';
import { certificateDict, type PeerCertificate } from './certificate.js';
import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  OP_ALL,
  OP_CIPHER_SERVER_PREFERENCE,
  OP_NO_COMPRESSION,
  PROTOCOL_TLS_CLIENT,
  PROTOCOL_TLS_SERVER,
  Purpose,
  type PurposeObject,
  TLSVersion,
  VERIFY_DEFAULT,
  VERIFY_X509_PARTIAL_CHAIN,
} from './constants.js';
import { defaultCertificates } from './default-certificates.js';
import { SSLError, tlsError } from './errors.js';
import { appendToFile, readDirectory } from './files.js';
import {
  certificatesIn,
  certificatesInData,
  type LoadedChain,
  loadChain,
  type PemSource,
  readPem,
} from './pem.js';

/**
 * What {@link SSLContext.loadVerifyLocations} and {@link createDefaultContext} take: where the certificates of the authorities to trust
 * come from. What is given counts together.
 */
export interface VerifyLocations {
  /** A PEM file, or PEM itself. */
  cafile?: PemSource | null | undefined;
  /** A directory of PEM files that was prepared with `openssl rehash`. All that is in it is loaded at once. */
  capath?: string | URL | null | undefined;
  /** PEM as text, or DER as bytes (PEM as bytes is taken, too). */
  cadata?: string | Uint8Array | null | undefined;
}

/**
 * What a private key is encrypted with, for {@link SSLContext.loadCertChain}: the password, or what is called for it, at once.
 */
export type PasswordLike = string | Uint8Array | (() => string | Uint8Array);

/** What an {@link SNICallback} gets of a connection whose handshake has begun: its SSLObject. */
export interface BeginningConnection {
  /** The context. To set another is to choose its certificate. */
  context: SSLContext;
  /** Always `true`. */
  readonly serverSide: boolean;
}

/**
 * What {@link SSLContext.sniCallback} may be set to. It is called on a server, during the handshake, with the name that a client asks
 * for; not for a client that gives none. It may choose another context: `sslobj.context = other`. What it returns ends the handshake, unless
 * it is `null` or `undefined`.
 */
export type SNICallback = (
  sslobj: BeginningConnection,
  serverName: string,
  context: SSLContext,
) => number | null | undefined | void;

/** The names that Node has for versions. */
const VERSION_NAMES: ReadonlyMap<number, 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'> = new Map([
  [TLSVersion.MINIMUM_SUPPORTED, 'TLSv1'],
  [TLSVersion.TLSv1, 'TLSv1'],
  [TLSVersion.TLSv1_1, 'TLSv1.1'],
  [TLSVersion.TLSv1_2, 'TLSv1.2'],
  [TLSVersion.TLSv1_3, 'TLSv1.3'],
  [TLSVersion.MAXIMUM_SUPPORTED, 'TLSv1.3'],
]);

/**
 * The settings of TLS connections: certificates, whom to trust, versions, ciphers, ALPN. {@link createDefaultContext} makes
 * one with good defaults.
 *
 * Python: `ssl.SSLContext`.
 *
 * @example
 * ```ts
 * import { CERT_REQUIRED, PROTOCOL_TLS_CLIENT, SSLContext, TLSVersion } from 'tsyncio/ssl';
 *
 * const context = new SSLContext(PROTOCOL_TLS_CLIENT);
 * context.loadDefaultCerts();
 * context.minimumVersion = TLSVersion.TLSv1_3;
 * context.setAlpnProtocols(['h2', 'http/1.1']);
 * console.log(context.checkHostname, context.verifyMode === CERT_REQUIRED);
 * // true true
 * ```
 */
export class SSLContext {
  /** What it was made with. Python: `SSLContext.protocol`. */
  readonly protocol: number;
  private _verifyMode: number;
  private _checkHostname: boolean;
  private _verifyFlags: number = VERIFY_DEFAULT;
  private _minimumVersion: number = TLSVersion.TLSv1_2;
  private _maximumVersion: number = TLSVersion.MAXIMUM_SUPPORTED;
  private _options: number = (OP_ALL | OP_NO_COMPRESSION | OP_CIPHER_SERVER_PREFERENCE) >>> 0;
  private _ciphers: string | null = null;
  private _sniCallback: SNICallback | null = null;
  private _keylogFilename: string | null = null;
  /** By the type of the key: a later one of the same type replaces it. */
  private readonly _chains: Map<string, LoadedChain> = new Map();
  /** PEM of each authority, by fingerprint. */
  private readonly _authorities: Map<string, string> = new Map();
  private _trustsDefaults: boolean = false;
  private _secure: SecureContext | null = null;
  /** @internal */
  _alpnProtocols: readonly string[] | null = null;

  /**
   * @param protocol - {@link PROTOCOL_TLS_CLIENT}: certificates are required, host names checked, nobody is trusted yet; or
   * {@link PROTOCOL_TLS_SERVER}. It may also be given by name
   * @throws ValueError for anything else.
   */
  constructor(protocol: number | { protocol: number }) {
    if (isKeywords(protocol)) {
      checkKeywords('SSLContext', protocol, ['protocol']);
      protocol = protocol.protocol;
    }
    if (protocol !== PROTOCOL_TLS_CLIENT && protocol !== PROTOCOL_TLS_SERVER) {
      throw new ValueError(`invalid or unsupported protocol version ${String(protocol)}`);
    }
    const isClient = protocol === PROTOCOL_TLS_CLIENT;
    this.protocol = protocol;
    this._checkHostname = isClient;
    this._verifyMode = isClient ? CERT_REQUIRED : CERT_NONE;
  }

  // -- who this is ---------------------------------------------------------------------------------------------

  /**
   * Load the certificate of this end, with those that lead to its authority after it, and its private key.
   *
   * Python: `SSLContext.load_cert_chain`.
   *
   * @param certfile - a PEM file, or PEM itself
   * @param keyfile - the same for the key, if it is not in `certfile`; it may also be given by name
   * @param password - of the key; it may also be given by name
   * @throws SSLError if it cannot be read, or certificate and key do not belong together; OSError of the file.
   */
  loadCertChain(
    certfile: PemSource,
    keyfile?: PemSource | null | CertChainOptions,
    password?: PasswordLike | null,
  ): void {
    const options = isOptions(keyfile) ? keyfile : { keyfile, password };
    const cert = readPem(certfile);
    const key = options.keyfile == null ? cert : readPem(options.keyfile);
    const chain = loadChain(cert, key, passwordOf(options.password));
    this._chains.set(chain.type, chain);
    this._changed();
  }

  // -- who is trusted ------------------------------------------------------------------------------------------

  /**
   * Trust these authorities.
   *
   * Python: `SSLContext.load_verify_locations`.
   *
   * @param cafile - a PEM file, or PEM itself; all three may be given by name, as one object
   * @param capath - a directory that was prepared with `openssl rehash`
   * @param cadata - PEM as text, or DER as bytes
   * @throws SSLError if there is no certificate in the file; OSError of the file; TypeError if nothing is given.
   */
  loadVerifyLocations(
    cafile?: PemSource | null | VerifyLocations,
    capath?: string | URL | null,
    cadata?: string | Uint8Array | null,
  ): void {
    const places = isOptions(cafile) ? cafile : { cafile: cafile as PemSource, capath, cadata };
    if (places.cafile == null && places.capath == null && places.cadata == null) {
      throw new TypeError('cafile, capath and cadata cannot be all omitted');
    }
    const found = places.cadata == null ? [] : certificatesInData(places.cadata);
    if (places.cafile != null) found.push(...authoritiesIn(places.cafile));
    if (places.capath != null) found.push(...certificatesIn(readDirectory(places.capath)));
    for (const cert of found) this._authorities.set(cert.fingerprint256, cert.toString());
    this._changed();
  }

  /**
   * Trust the authorities that Node trusts: those that it brings, those of `NODE_EXTRA_CA_CERTS`, and of the system where Node
   * is told to use them.
   *
   * Python: `SSLContext.load_default_certs`, which loads the system's.
   */
  loadDefaultCerts(_purpose: PurposeObject | { purpose?: PurposeObject } = Purpose.SERVER_AUTH): void {
    this._trustsDefaults = true;
    this._changed();
  }

  /** As {@link SSLContext.loadDefaultCerts}. Python: `SSLContext.set_default_verify_paths`. */
  setDefaultVerifyPaths(): void {
    this.loadDefaultCerts();
  }

  /** The authorities that were loaded, without the default ones. Python: `SSLContext.get_ca_certs`. */
  getCaCerts(binaryForm?: false | { binaryForm?: false }): PeerCertificate[];
  /** The same in DER. */
  getCaCerts(binaryForm: true | { binaryForm: true }): Buffer[];
  getCaCerts(binaryForm: boolean | { binaryForm?: boolean } = false): PeerCertificate[] | Buffer[] {
    const certs = [...this._authorities.values()].flatMap(certificatesIn);
    const isBinary = typeof binaryForm === 'boolean' ? binaryForm : (binaryForm.binaryForm ?? false);
    return isBinary ? certs.map(({ raw }) => raw) : certs.map(certificateDict);
  }

  /**
   * Whether the other end needs a certificate that can be trusted: {@link CERT_NONE}, {@link CERT_OPTIONAL}, {@link CERT_REQUIRED}.
   *
   * Python: `SSLContext.verify_mode`.
   *
   * @throws ValueError for CERT_NONE as long as `checkHostname` is set.
   */
  get verifyMode(): number {
    return this._verifyMode;
  }

  /** @throws ValueError for anything else, and for CERT_NONE as long as `checkHostname` is set. */
  set verifyMode(value: number) {
    if (![CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED].includes(value)) {
      throw new ValueError('invalid value for verify_mode');
    }
    if (value === CERT_NONE && this._checkHostname) {
      throw new ValueError('Cannot set verify_mode to CERT_NONE when check_hostname is enabled.');
    }
    this._verifyMode = value;
  }

  /**
   * Whether the certificate must be for the host that is connected to. Setting it requires a certificate, too.
   *
   * Python: `SSLContext.check_hostname`.
   */
  get checkHostname(): boolean {
    return this._checkHostname;
  }

  /** Setting it requires a certificate, too. */
  set checkHostname(value: boolean) {
    this._checkHostname = value;
    if (value && this._verifyMode === CERT_NONE) this._verifyMode = CERT_REQUIRED;
  }

  /**
   * {@link VERIFY_DEFAULT}, or {@link VERIFY_X509_PARTIAL_CHAIN}: Node has no others.
   *
   * Python: `SSLContext.verify_flags`.
   */
  get verifyFlags(): number {
    return this._verifyFlags;
  }

  /** @throws ValueError for flags that Node has not. */
  set verifyFlags(value: number) {
    if (value !== VERIFY_DEFAULT && value !== VERIFY_X509_PARTIAL_CHAIN) {
      throw new ValueError(`verify_flags: Node has VERIFY_X509_PARTIAL_CHAIN alone, got ${value}`);
    }
    this._verifyFlags = value;
    this._changed();
  }

  // -- what is spoken ------------------------------------------------------------------------------------------

  /** The lowest version that is accepted, one of {@link TLSVersion}; TLS 1.2 at first. Python: `SSLContext.minimum_version`. */
  get minimumVersion(): number {
    return this._minimumVersion;
  }

  /** @throws ValueError for anything that is not in {@link TLSVersion}. */
  set minimumVersion(value: number) {
    this._minimumVersion = checkVersion(value);
    this._changed();
  }

  /** The highest version that is accepted, one of {@link TLSVersion}. Python: `SSLContext.maximum_version`. */
  get maximumVersion(): number {
    return this._maximumVersion;
  }

  /** @throws ValueError for anything that is not in {@link TLSVersion}. */
  set maximumVersion(value: number) {
    this._maximumVersion = checkVersion(value);
    this._changed();
  }

  /** OpenSSL's options, OP_*, or-ed. Python: `SSLContext.options`. */
  get options(): number {
    return this._options;
  }

  /** A number without sign: what JavaScript makes negative by or-ing is taken for what was meant. */
  set options(value: number) {
    this._options = value >>> 0;
    this._changed();
  }

  /**
   * The ciphers up to TLS 1.2, in OpenSSL's notation: `'ECDHE+AESGCM'`. Names that begin with `TLS_` are for TLS 1.3.
   *
   * Python: `SSLContext.set_ciphers`.
   *
   * @throws SSLError if there is none of that name.
   */
  setCiphers(ciphers: string): void {
    try {
      nodeTls().createSecureContext({ ciphers, ca: [] });
    } catch (cause) {
      throw new SSLError('No cipher can be selected.', { errno: undefined, strerror: undefined, cause });
    }
    this._ciphers = ciphers;
    this._changed();
  }

  /**
   * The protocols to speak over the connection, the best first: `['h2', 'http/1.1']`. A server chooses; it refuses a client
   * that offers none of its own.
   *
   * Python: `SSLContext.set_alpn_protocols`.
   *
   * @throws SSLError for a name that is empty, or longer than 255 bytes.
   */
  setAlpnProtocols(alpnProtocols: Iterable<string>): void {
    const names = [...alpnProtocols];
    if (names.some((name) => name.length === 0 || Buffer.byteLength(name) > 255)) {
      throw new SSLError('ALPN protocols must be 1 to 255 in length', {
        errno: undefined,
        strerror: undefined,
      });
    }
    this._alpnProtocols = names.length === 0 ? null : names;
  }

  /** What is called on a server with the name that a client asks for; `null` for nothing. Python: `SSLContext.sni_callback`. */
  get sniCallback(): SNICallback | null {
    return this._sniCallback;
  }

  /** @throws TypeError for what cannot be called. */
  set sniCallback(value: SNICallback | null) {
    if (value !== null && typeof value !== 'function') throw new TypeError('not a callable object');
    this._sniCallback = value;
  }

  /**
   * A file to which the keys of all connections are appended, for Wireshark and its like; `null` for none. Who has it can read
   * what is sent.
   *
   * Python: `SSLContext.keylog_filename`.
   */
  get keylogFilename(): string | null {
    return this._keylogFilename;
  }

  /** The file is made at once. @throws OSError if that fails. */
  set keylogFilename(value: string | null) {
    // As in Python, what cannot be written is an error at once.
    if (value !== null) appendToFile(value, '');
    this._keylogFilename = value;
  }

  // -- what connections use ------------------------------------------------------------------------------------

  private _changed(): void {
    this._secure = null;
  }

  /** Node's context. @internal */
  _secureContext(): SecureContext {
    this._secure ??= inPythonsWords(() => nodeTls().createSecureContext(this._secureOptions()));
    return this._secure;
  }

  private _secureOptions(): SecureContextOptions {
    const chains = [...this._chains.values()];
    const partial = this._verifyFlags === VERIFY_X509_PARTIAL_CHAIN;
    return {
      ...this._trusted(),
      ...(chains.length > 0 && { cert: chains.map(({ cert }) => cert), key: chains.map(({ key }) => key) }),
      ...(this._ciphers !== null && { ciphers: this._ciphers }),
      minVersion: VERSION_NAMES.get(this._minimumVersion)!,
      maxVersion: VERSION_NAMES.get(this._maximumVersion)!,
      secureOptions: this._options,
      honorCipherOrder: (this._options & OP_CIPHER_SERVER_PREFERENCE) !== 0,
      // A session of a client with a certificate is resumed only where it was made.
      sessionIdContext: 'tsyncio',
      ...(partial && { allowPartialTrustChain: true }),
    };
  }

  /** Without `ca` Node trusts its own. */
  private _trusted(): { ca?: string[] } {
    const own = [...this._authorities.values()];
    if (!this._trustsDefaults) return { ca: own };
    return own.length === 0 ? {} : { ca: [...defaultCertificates(), ...own] };
  }

  /** `<ssl.SSLContext PROTOCOL_TLS_CLIENT>`. */
  toString(): string {
    const name = this.protocol === PROTOCOL_TLS_CLIENT ? 'PROTOCOL_TLS_CLIENT' : 'PROTOCOL_TLS_SERVER';
    return `<ssl.SSLContext ${name}>`;
  }
}

/** What {@link SSLContext.loadCertChain} takes by name. */
export interface CertChainOptions {
  /** A PEM file with the private key, or PEM itself; the certificate's file if left out. */
  keyfile?: PemSource | null | undefined;
  /** What the private key is encrypted with. If it is left out, a key that is encrypted is refused. */
  password?: PasswordLike | null | undefined;
}

function inPythonsWords<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof Error ? tlsError(error) : error;
  }
}

function isOptions<T extends object>(value: PemSource | T | null | undefined): value is T {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !(value instanceof URL)
  );
}

function passwordOf(password: PasswordLike | null | undefined): string | undefined {
  const given: unknown = typeof password === 'function' ? password() : password;
  if (given === null || given === undefined) return undefined;
  if (typeof given === 'string') return given;
  if (given instanceof Uint8Array) return Buffer.from(given).toString('latin1');
  throw new TypeError(
    typeof password === 'function'
      ? 'password callback must return a string'
      : 'password should be a string or callable',
  );
}

function authoritiesIn(cafile: PemSource): ReturnType<typeof certificatesIn> {
  const found = certificatesIn(readPem(cafile));
  if (found.length > 0) return found;
  const [library, reason] = ['X509', 'NO_CERTIFICATE_OR_CRL_FOUND'];
  throw new SSLError(`[${library}: ${reason}] no certificate or crl found`, { library, reason });
}

function checkVersion(value: number): number {
  if (VERSION_NAMES.has(value)) return value;
  throw new ValueError(`Unsupported TLS/SSL version 0x${value.toString(16)}`);
}
