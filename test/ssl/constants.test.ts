/*
 * The numbers of Python's ssl, which are OpenSSL's.
 */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as ssl from '../../src/ssl/index.js';
import { noPython } from '../helpers/programs.js';

const NAMES = Object.keys(ssl).filter((name) => /^(?:PROTOCOL|CERT|VERIFY|OP|HAS)_/.test(name));

describe('the constants', () => {
  test("are those that Node's OpenSSL was built with", () => {
    const { SSL_OP_CIPHER_SERVER_PREFERENCE, SSL_OP_NO_COMPRESSION, SSL_OP_NO_TICKET } = constants;
    expect(ssl.OP_CIPHER_SERVER_PREFERENCE).toBe(SSL_OP_CIPHER_SERVER_PREFERENCE);
    expect(ssl.OP_NO_COMPRESSION).toBe(SSL_OP_NO_COMPRESSION);
    expect(ssl.OP_NO_TICKET).toBe(SSL_OP_NO_TICKET);
    expect(ssl.OP_NO_TLSv1).toBe(constants.SSL_OP_NO_TLSv1);
    expect(ssl.OP_NO_TLSv1_1).toBe(constants.SSL_OP_NO_TLSv1_1);
    expect(ssl.OP_NO_TLSv1_2).toBe(constants.SSL_OP_NO_TLSv1_2);
    expect(ssl.HAS_TLSv1_3 && ssl.HAS_ALPN && ssl.HAS_SNI).toBe(true);
  });

  test('of versions that are no more still stand for what they stood for', () => {
    expect(ssl.OP_NO_SSLv2).toBe(0);
    expect(ssl.OP_NO_SSLv3).toBe(constants.SSL_OP_NO_SSLv3);
  });

  test("name Node's OpenSSL", () => {
    expect(ssl.OPENSSL_VERSION).toBe(`OpenSSL ${process.versions.openssl}`);
  });

  test.skipIf(noPython)("have the values that they have in Python's ssl", () => {
    expect(NAMES.length).toBeGreaterThan(15);
    const program = `
import json, ssl, sys
values = {name: int(getattr(ssl, name)) for name in sys.argv[1].split()}
values['TLSVersion'] = {v.name: v.value for v in ssl.TLSVersion if v.name != 'SSLv3'}
values['Purpose'] = {p.name: {k: getattr(p, k) for k in ('nid', 'shortname', 'longname', 'oid')} for p in ssl.Purpose}
print(json.dumps(values))`;
    const python = JSON.parse(
      execFileSync('python3', ['-c', program, NAMES.join(' ')], { encoding: 'utf8' }),
    ) as Record<string, unknown>;
    expect(ssl.TLSVersion).toEqual(python.TLSVersion);
    expect(ssl.Purpose).toEqual(python.Purpose);
    for (const name of NAMES) {
      expect([name, Number(ssl[name as keyof typeof ssl])]).toEqual([name, python[name]]);
    }
  });
});
