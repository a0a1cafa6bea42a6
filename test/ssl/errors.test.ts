/*
 * Node's errors as Python's.
 */
import { describe, expect, test } from 'vitest';
import { BrokenPipeError, ConnectionResetError, OSError } from '../../src/index.js';
import { placeText, resetError, tlsError } from '../../src/ssl/errors.js';
import { CertificateError, SSLCertVerificationError, SSLEOFError, SSLError } from '../../src/ssl/index.js';

const place = { host: 'example.org', address: '192.0.2.1', port: 443 };

/** An error as Node makes it. */
function nodeError(code: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe("an error of Node's TLS", () => {
  test("of OpenSSL's protocol has Python's words", () => {
    const cause = nodeError(
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'C0:error:0A00010B:SSL routines::wrong version number',
      {
        library: 'SSL routines',
        reason: 'wrong version number',
      },
    );
    const error = tlsError(cause, place);
    expect(error).toBeInstanceOf(SSLError);
    expect(error).not.toBeInstanceOf(SSLEOFError);
    expect(error).toMatchObject({
      message: '[SSL: WRONG_VERSION_NUMBER] wrong version number (example.org, 192.0.2.1:443)',
      library: 'SSL',
      reason: 'WRONG_VERSION_NUMBER',
      errno: 1,
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      cause,
      ...place,
    });
    expect(String(error)).toMatch(/^SSLError: \[SSL: /);
  });

  test.each([
    [
      'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      'x509 certificate routines',
      'key values mismatch',
      '[X509: KEY_VALUES_MISMATCH] key values mismatch',
    ],
    ['ERR_OSSL_PEM_NO_START_LINE', 'PEM routines', 'no start line', '[PEM: NO_START_LINE] no start line'],
    ['ERR_OSSL_BAD_DECRYPT', 'Provider routines', 'bad decrypt', '[PROVIDER: BAD_DECRYPT] bad decrypt'],
    ['ERR_SSL_NO_CIPHER_MATCH', undefined, undefined, '[SSL: NO_CIPHER_MATCH] no cipher match'],
  ])('%s says which part of OpenSSL it comes from', (code, library, reason, message) => {
    expect(tlsError(nodeError(code, 'whatever', { library, reason })).message).toBe(message);
  });

  test('of an alert has the same reason, however OpenSSL words it', () => {
    for (const words of ['sslv3 alert handshake failure', 'ssl/tls alert handshake failure']) {
      const code = `ERR_SSL_${words.toUpperCase().replaceAll(' ', '_')}`;
      const error = tlsError(nodeError(code, 'x', { library: 'SSL routines', reason: words }));
      expect(error).toMatchObject({ reason: 'SSLV3_ALERT_HANDSHAKE_FAILURE', code });
      expect(error.message).toBe(`[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] ${words}`);
    }
  });

  test("of a certificate leaves out Node's advice", () => {
    const advice =
      'self-signed certificate; if the root CA is installed locally, try running Node.js with more';
    const error = tlsError(nodeError('DEPTH_ZERO_SELF_SIGNED_CERT', advice));
    expect(error).toMatchObject({ verifyCode: 18, verifyMessage: 'self-signed certificate' });
  });

  test('of a connection that broke off is an SSLEOFError', () => {
    const error = tlsError(
      nodeError('ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'x', { reason: 'unexpected eof while reading' }),
    );
    expect(error).toBeInstanceOf(SSLEOFError);
    expect(error.message).toBe('[SSL: UNEXPECTED_EOF_WHILE_READING] unexpected eof while reading');
  });

  test('of a certificate has its number and its words', () => {
    const error = tlsError(nodeError('CERT_REVOKED', 'certificate revoked'), place);
    expect(error).toBeInstanceOf(SSLCertVerificationError);
    expect(error).toMatchObject({
      verifyCode: 23,
      verifyMessage: 'certificate revoked',
      code: 'CERT_REVOKED',
    });
    expect(error.message).toBe(
      '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate revoked (example.org, 192.0.2.1:443)',
    );
    expect(tlsError(nodeError('UNSPECIFIED', 'something'))).toMatchObject({ verifyCode: 1 });
    expect(CertificateError).toBe(SSLCertVerificationError);
  });

  test.each([
    ['example.org', 62, "Hostname mismatch, certificate is not valid for 'example.org'."],
    ['192.0.2.1', 64, "IP address mismatch, certificate is not valid for '192.0.2.1'."],
    ['::1', 64, "IP address mismatch, certificate is not valid for '::1'."],
  ])('of a certificate without the name %s says so', (name, verifyCode, verifyMessage) => {
    const cause = nodeError('ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match');
    expect(tlsError(cause, {}, name)).toMatchObject({ verifyCode, verifyMessage });
  });

  test("of Node's own is an SSLError with Node's words", () => {
    const error = tlsError(
      nodeError('ERR_TLS_DH_PARAM_SIZE', 'DH parameter size 512 is less than 1024'),
      place,
    );
    expect(error).toBeInstanceOf(SSLError);
    expect(error).toMatchObject({
      message: '[SSL] DH parameter size 512 is less than 1024 (example.org, 192.0.2.1:443)',
      code: 'ERR_TLS_DH_PARAM_SIZE',
      library: 'SSL',
      reason: null,
    });
    expect(tlsError(new Error('no code')).message).toBe('[SSL] no code');
  });

  test("of the system's is an OSError", () => {
    expect(tlsError(nodeError('EPIPE', 'write EPIPE', { syscall: 'write' }))).toBeInstanceOf(BrokenPipeError);
    const ours = new OSError('ours');
    expect(tlsError(ours)).toBe(ours);
  });
});

test('the place is as much as is known of it', () => {
  expect(placeText({})).toBe('');
  expect(placeText({ host: 'example.org' })).toBe(' (example.org)');
  expect(placeText({ address: '/run/socket' })).toBe(' (/run/socket)');
  expect(placeText({ host: '::1', address: '::1', port: 443 })).toBe(' ([::1]:443)');
  expect(placeText({ host: 'localhost', address: '127.0.0.1', port: 443 })).toBe(
    ' (localhost, 127.0.0.1:443)',
  );
});

test('a connection that was dropped in the handshake is a ConnectionResetError', () => {
  const error = resetError(place);
  expect(error).toBeInstanceOf(ConnectionResetError);
  expect(error).toMatchObject({
    message: 'the peer closed the connection during the TLS handshake (example.org, 192.0.2.1:443)',
    code: 'ECONNRESET',
    address: '192.0.2.1',
    port: 443,
  });
});

test('errors can be made without anything', () => {
  expect(new SSLError()).toMatchObject({ message: '', library: null, reason: null, errno: 1 });
  expect(new SSLCertVerificationError()).toMatchObject({ verifyCode: 0, verifyMessage: '' });
});
