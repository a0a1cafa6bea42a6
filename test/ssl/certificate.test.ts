/*
 * Certificates as Python shows them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificateDict } from '../../src/ssl/certificate.js';
import { createDefaultContext, DERCertToPEMCert, PEMCertToDERCert } from '../../src/ssl/index.js';
import { authority, certificate, type Certificate, parsed } from '../helpers/certificates.js';
import { noPython } from '../helpers/programs.js';

const named = certificate({
  subject: [
    ['C', 'XY'],
    ['O', 'Müller, Söhne + Co "quoted" \\ and #1'],
    [
      ['OU', 'one'],
      ['OU', 'two'],
    ],
    ['CN', 'localhost'],
  ],
  names: [
    'DNS:localhost',
    'IP:127.0.0.1',
    'IP:::1',
    'IP:2001:db8::7',
    'URI:http://example.org/a,b',
    'email:root@example.org',
  ],
  access: { ocsp: 'http://ocsp.example.org/', issuers: 'http://example.org/ca.der' },
});

describe('a certificate as a dict', () => {
  test('has the parts of its names in order, by their long names', () => {
    expect(certificateDict(parsed(named)).subject).toEqual([
      [['countryName', 'XY']],
      [['organizationName', 'Müller, Söhne + Co "quoted" \\ and #1']],
      [
        ['organizationalUnitName', 'one'],
        ['organizationalUnitName', 'two'],
      ],
      [['commonName', 'localhost']],
    ]);
  });

  test('has its other names, whatever is in them', () => {
    expect(certificateDict(parsed(named)).subjectAltName).toEqual([
      ['DNS', 'localhost'],
      ['IP Address', '127.0.0.1'],
      ['IP Address', '0:0:0:0:0:0:0:1'],
      ['IP Address', '2001:DB8:0:0:0:0:0:7'],
      ['URI', 'http://example.org/a,b'],
      ['email', 'root@example.org'],
    ]);
  });

  test('has its number, its times, and where to ask', () => {
    const { serialNumber, notBefore, notAfter, OCSP, caIssuers, version, issuer, subject } = certificateDict(
      parsed(named),
    );
    expect(serialNumber).toMatch(/^01[\dA-F]{14}$/);
    expect(Date.parse(notBefore!)).toBeLessThan(Date.now());
    expect(Date.parse(notAfter!)).toBeGreaterThan(Date.now());
    expect(OCSP).toEqual(['http://ocsp.example.org/']);
    expect(caIssuers).toEqual(['http://example.org/ca.der']);
    expect(version).toBe(3);
    expect(issuer).toEqual(subject);
  });

  test('lacks what the certificate lacks', () => {
    expect(certificateDict(parsed(certificate({ version: 1, subject: [] })))).toEqual({
      subject: [],
      issuer: [],
      version: 1,
      serialNumber: expect.any(String) as string,
      notBefore: expect.any(String) as string,
      notAfter: expect.any(String) as string,
    });
  });

  test.skipIf(noPython)('is what Python makes of the same certificate', () => {
    const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    for (const one of [named, authority(), certificate({ version: 1, keyType: 'rsa' })] as Certificate[]) {
      const file = join(directory, 'cert.pem');
      writeFileSync(file, one.cert);
      const program = 'import json, ssl, sys; print(json.dumps(ssl._ssl._test_decode_cert(sys.argv[1])))';
      const python: unknown = JSON.parse(
        execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }),
      );
      expect(certificateDict(parsed(one))).toEqual(python);
    }
  });
});

test('DER becomes PEM, and the other way round', () => {
  const pem = DERCertToPEMCert(named.der);
  expect(pem).toBe(named.cert);
  expect(PEMCertToDERCert(pem)).toEqual(named.der);
  expect(() => PEMCertToDERCert('nonsense')).toThrow(
    'Invalid PEM encoding; must start with -----BEGIN CERTIFICATE-----',
  );
  expect(() => PEMCertToDERCert('-----BEGIN CERTIFICATE-----\nAAAA')).toThrow(
    'Invalid PEM encoding; must end with -----END CERTIFICATE-----',
  );
});

test('a context shows the authorities that it was given', () => {
  const [one, two] = [authority('one'), authority('two')];
  const context = createDefaultContext({ cadata: one.cert + two.cert + one.cert });
  expect(context.getCaCerts().map(({ subject }) => subject?.at(-1))).toEqual([
    [['commonName', 'one']],
    [['commonName', 'two']],
  ]);
  expect(context.getCaCerts(true)).toEqual([one.der, two.der]);
  expect(context.getCaCerts({ binaryForm: true })).toHaveLength(2);
  expect(context.getCaCerts({})).toHaveLength(2);
});
