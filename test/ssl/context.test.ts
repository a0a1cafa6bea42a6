/*
 * SSLContext: its rules, and what it says when they are broken.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FileNotFoundError, OSError, ValueError } from '../../src/index.js';
import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  createDefaultContext,
  OP_NO_TICKET,
  PROTOCOL_TLS_CLIENT,
  PROTOCOL_TLS_SERVER,
  Purpose,
  SSLContext,
  SSLError,
  TLSVersion,
  VERIFY_DEFAULT,
  VERIFY_X509_PARTIAL_CHAIN,
} from '../../src/ssl/index.js';
import { authority, certificate, certificates } from '../helpers/certificates.js';
import { thrown } from '../helpers/virtual.js';

const { ca, server } = certificates();

/** A directory that is removed after the test. */
function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'context-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** A file in a directory that is removed after the test. */
function file(content: string): string {
  const path = join(directory(), 'file.pem');
  writeFileSync(path, content);
  return path;
}

/** The message of what `func` throws, which must be of class `cls`. */
function told(func: () => unknown, cls: new (...args: never[]) => Error): string {
  const error = thrown(func);
  expect(error).toBeInstanceOf(cls);
  return (error as Error).message;
}

describe('a new context', () => {
  test('for a client requires a certificate, checks its name and trusts nobody', () => {
    const context = new SSLContext(PROTOCOL_TLS_CLIENT);
    expect(context.verifyMode).toBe(CERT_REQUIRED);
    expect(context.checkHostname).toBe(true);
    expect(context.getCaCerts()).toEqual([]);
    expect(context.protocol).toBe(PROTOCOL_TLS_CLIENT);
    expect(String(context)).toBe('<ssl.SSLContext PROTOCOL_TLS_CLIENT>');
  });

  test('for a server wants no certificate', () => {
    const context = new SSLContext(PROTOCOL_TLS_SERVER);
    expect(context.verifyMode).toBe(CERT_NONE);
    expect(context.checkHostname).toBe(false);
    expect(String(context)).toBe('<ssl.SSLContext PROTOCOL_TLS_SERVER>');
  });

  test('is for one of the two', () => {
    expect(told(() => new SSLContext(99), ValueError)).toBe('invalid or unsupported protocol version 99');
    expect(new SSLContext({ protocol: PROTOCOL_TLS_SERVER }).protocol).toBe(PROTOCOL_TLS_SERVER);
    expect(() => new SSLContext({ protocoll: 1 } as never)).toThrow(
      "unexpected keyword argument 'protocoll'",
    );
  });
});

describe('createDefaultContext', () => {
  test('makes a context for a client, unless the purpose is to authenticate clients', () => {
    expect(createDefaultContext().protocol).toBe(PROTOCOL_TLS_CLIENT);
    expect(createDefaultContext(Purpose.SERVER_AUTH).protocol).toBe(PROTOCOL_TLS_CLIENT);
    expect(createDefaultContext(Purpose.CLIENT_AUTH).protocol).toBe(PROTOCOL_TLS_SERVER);
    expect(createDefaultContext({ purpose: Purpose.CLIENT_AUTH }).protocol).toBe(PROTOCOL_TLS_SERVER);
    expect(createDefaultContext(null).protocol).toBe(PROTOCOL_TLS_CLIENT);
    expect(told(() => createDefaultContext({ ...Purpose.CLIENT_AUTH }), TypeError)).toContain(
      'purpose must be Purpose.SERVER_AUTH or Purpose.CLIENT_AUTH',
    );
  });

  test('trusts what it is given', () => {
    expect(createDefaultContext({ cafile: ca.cert }).getCaCerts()).toHaveLength(1);
    expect(createDefaultContext(Purpose.CLIENT_AUTH, { cadata: ca.cert }).getCaCerts()).toHaveLength(1);
    expect(createDefaultContext().verifyFlags).toBe(VERIFY_X509_PARTIAL_CHAIN);
  });
});

describe('verifyMode and checkHostname', () => {
  let context: SSLContext;
  beforeEach(() => {
    context = new SSLContext(PROTOCOL_TLS_CLIENT);
  });

  test('a name cannot be checked without a certificate', () => {
    expect(
      told(() => {
        context.verifyMode = CERT_NONE;
      }, ValueError),
    ).toBe('Cannot set verify_mode to CERT_NONE when check_hostname is enabled.');
    expect(context.verifyMode).toBe(CERT_REQUIRED);
    context.checkHostname = false;
    context.verifyMode = CERT_NONE;
    expect(context.verifyMode).toBe(CERT_NONE);
  });

  test('checking names requires a certificate', () => {
    context.checkHostname = false;
    context.verifyMode = CERT_NONE;
    context.checkHostname = true;
    expect(context.verifyMode).toBe(CERT_REQUIRED);
  });

  test('what was required stays so', () => {
    context.checkHostname = false;
    context.verifyMode = CERT_OPTIONAL;
    context.checkHostname = true;
    expect(context.verifyMode).toBe(CERT_OPTIONAL);
  });

  test('there are three modes', () => {
    expect(
      told(() => {
        context.verifyMode = 3;
      }, ValueError),
    ).toBe('invalid value for verify_mode');
  });

  test('Node has one flag', () => {
    context.verifyFlags = VERIFY_X509_PARTIAL_CHAIN;
    context.verifyFlags = VERIFY_DEFAULT;
    expect(
      told(() => {
        context.verifyFlags = 4;
      }, ValueError),
    ).toBe('verify_flags: Node has VERIFY_X509_PARTIAL_CHAIN alone, got 4');
    expect(context.verifyFlags).toBe(VERIFY_DEFAULT);
  });
});

describe('loadCertChain', () => {
  const context = new SSLContext(PROTOCOL_TLS_SERVER);

  test('takes files, by path and by URL', () => {
    const [cert, key] = [file(server.cert), file(server.key)];
    context.loadCertChain(cert, key);
    context.loadCertChain(pathToFileURL(cert), pathToFileURL(key));
    context.loadCertChain(cert, { keyfile: key });
  });

  test('takes PEM itself, with the key in it or apart', () => {
    context.loadCertChain(server.cert, server.key);
    context.loadCertChain(Buffer.from(server.cert), new Uint8Array(Buffer.from(server.key)));
    context.loadCertChain(server.cert + server.key);
  });

  test('says which file is missing', () => {
    const error = thrown(() => {
      context.loadCertChain('/nowhere/cert.pem');
    });
    expect(error).toBeInstanceOf(FileNotFoundError);
    expect(error).toMatchObject({ code: 'ENOENT', path: '/nowhere/cert.pem' });
  });

  test('refuses what is no certificate, and no key', () => {
    expect(
      told(() => {
        context.loadCertChain(file('nonsense'));
      }, SSLError),
    ).toBe('[SSL] PEM lib: there is no certificate');
    expect(
      told(() => {
        context.loadCertChain(server.cert, file('nonsense'));
      }, SSLError),
    ).toBe('[SSL] PEM lib: the private key cannot be read');
    expect(
      told(() => {
        context.loadCertChain(server.cert);
      }, SSLError),
    ).toBe('[SSL] PEM lib: the private key cannot be read');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(
      told(() => {
        context.loadCertChain(broken, server.key);
      }, SSLError),
    ).toBe('[SSL] PEM lib: a certificate cannot be read');
    expect(
      told(() => {
        context.loadCertChain(7 as never);
      }, TypeError),
    ).toBe('a PEM file is given by its path, its URL, or as text or bytes');
  });

  test('refuses a key of another certificate, of the same type or not', () => {
    for (const keyType of ['ec', 'rsa'] as const) {
      const error = thrown(() => {
        context.loadCertChain(server.cert, certificate({ keyType }).key);
      });
      expect(error).toBeInstanceOf(SSLError);
      expect(error).toMatchObject({
        message: '[X509: KEY_VALUES_MISMATCH] key values mismatch',
        library: 'X509',
        reason: 'KEY_VALUES_MISMATCH',
        errno: 1,
        strerror: '[X509: KEY_VALUES_MISMATCH] key values mismatch',
      });
    }
  });

  test('decrypts a key with a password, in whichever form', () => {
    const key = server.keyObject.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'secret',
    });
    const pem = String(key);
    context.loadCertChain(server.cert, pem, 'secret');
    context.loadCertChain(server.cert, pem, Buffer.from('secret'));
    context.loadCertChain(server.cert, pem, () => 'secret');
    context.loadCertChain(server.cert, pem, () => Buffer.from('secret'));
    context.loadCertChain(server.cert, { keyfile: pem, password: 'secret' });
    for (const password of ['wrong', null, undefined]) {
      expect(
        told(() => {
          context.loadCertChain(server.cert, pem, password);
        }, SSLError),
      ).toBe('[SSL] PEM lib: the private key cannot be read');
    }
    expect(
      told(() => {
        context.loadCertChain(server.cert, pem, 5 as never);
      }, TypeError),
    ).toBe('password should be a string or callable');
    expect(
      told(() => {
        context.loadCertChain(server.cert, pem, (() => 5) as never);
      }, TypeError),
    ).toBe('password callback must return a string');
  });
});

describe('loadVerifyLocations', () => {
  let context: SSLContext;
  beforeEach(() => {
    context = new SSLContext(PROTOCOL_TLS_CLIENT);
  });

  test('takes a file, a directory, text and bytes', () => {
    const others = [authority(), authority(), authority(), authority()];
    const path = directory();
    writeFileSync(join(path, '0123abcd.0'), others[0]!.cert);
    writeFileSync(join(path, 'README'), 'no certificate');
    context.loadVerifyLocations(file(ca.cert));
    context.loadVerifyLocations(null, path);
    context.loadVerifyLocations({ cadata: others[1]!.cert });
    context.loadVerifyLocations({ cadata: Buffer.concat([others[2]!.der, others[3]!.der]) });
    context.loadVerifyLocations(undefined, undefined, Buffer.from(ca.cert));
    expect(context.getCaCerts(true)).toEqual([ca, ...others].map(({ der }) => der));
    context.loadVerifyLocations({ capath: pathToFileURL(path) });
    expect(context.getCaCerts()).toHaveLength(5);
  });

  test('refuses what has no certificate', () => {
    expect(
      told(() => {
        context.loadVerifyLocations();
      }, TypeError),
    ).toBe('cafile, capath and cadata cannot be all omitted');
    expect(
      told(() => {
        context.loadVerifyLocations(file('nonsense'));
      }, SSLError),
    ).toBe('[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found');
    expect(
      told(() => {
        context.loadVerifyLocations({ cadata: '' });
      }, ValueError),
    ).toBe('Empty certificate data');
    expect(
      told(() => {
        context.loadVerifyLocations({ cadata: 'nonsense' });
      }, SSLError),
    ).toBe('no start line: cadata does not contain a certificate');
    for (const cadata of [Buffer.from('nonsense'), ca.der.subarray(0, 100), Buffer.of(0x30, 0x85)]) {
      expect(
        told(() => {
          context.loadVerifyLocations({ cadata });
        }, SSLError),
      ).toBe('not enough data: cadata does not contain a certificate');
    }
    expect(
      told(() => {
        context.loadVerifyLocations({ capath: '/nowhere' });
      }, FileNotFoundError),
    ).toContain('/nowhere');
    expect(context.getCaCerts()).toEqual([]);
  });
});

describe('versions, ciphers and protocols', () => {
  const context = new SSLContext(PROTOCOL_TLS_CLIENT);

  test('TLS 1.2 is the lowest at first, and what there is the highest', () => {
    expect(context.minimumVersion).toBe(TLSVersion.TLSv1_2);
    expect(context.maximumVersion).toBe(TLSVersion.MAXIMUM_SUPPORTED);
    context.minimumVersion = TLSVersion.MINIMUM_SUPPORTED;
    context.maximumVersion = TLSVersion.TLSv1_3;
    expect(context.minimumVersion).toBe(TLSVersion.MINIMUM_SUPPORTED);
    expect(
      told(() => {
        context.minimumVersion = 5;
      }, ValueError),
    ).toBe('Unsupported TLS/SSL version 0x5');
    expect(
      told(() => {
        context.maximumVersion = 0x300;
      }, ValueError),
    ).toBe('Unsupported TLS/SSL version 0x300');
  });

  test('options are a number without sign', () => {
    context.options |= OP_NO_TICKET;
    expect(context.options & OP_NO_TICKET).toBe(OP_NO_TICKET);
    expect(context.options).toBeGreaterThan(0);
  });

  test('ciphers must exist', () => {
    context.setCiphers('ECDHE+AESGCM');
    expect(
      told(() => {
        context.setCiphers('NOPE');
      }, SSLError),
    ).toBe('No cipher can be selected.');
  });

  test('names of protocols have 1 to 255 bytes', () => {
    context.setAlpnProtocols(['h2', 'http/1.1']);
    context.setAlpnProtocols([]);
    for (const name of ['', 'x'.repeat(256), 'ü'.repeat(128)]) {
      expect(
        told(() => {
          context.setAlpnProtocols([name]);
        }, SSLError),
      ).toBe('ALPN protocols must be 1 to 255 in length');
    }
  });

  test('the callback for names can be called', () => {
    const callback = (): null => null;
    context.sniCallback = callback;
    expect(context.sniCallback).toBe(callback);
    context.sniCallback = null;
    expect(
      told(() => {
        context.sniCallback = 5 as never;
      }, TypeError),
    ).toBe('not a callable object');
  });

  test('the file for keys is made at once, for its owner alone', () => {
    const path = join(directory(), 'keys.log');
    context.keylogFilename = path;
    expect(context.keylogFilename).toBe(path);
    expect(existsSync(path)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(
      told(() => {
        context.keylogFilename = '/nowhere/keys.log';
      }, OSError),
    ).toContain('/nowhere/keys.log');
    expect(context.keylogFilename).toBe(path);
    context.keylogFilename = null;
    expect(context.keylogFilename).toBeNull();
  });
});
