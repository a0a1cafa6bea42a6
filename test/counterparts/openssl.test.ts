/* openssl s_client against our servers, and our clients against openssl s_server. */
import { describe, expect, it } from 'vitest';
import { type Coroutine, openConnection, startServer } from '../../src/index.js';
import { CERT_REQUIRED } from '../../src/ssl/index.js';
import { certificates } from '../helpers/certificates.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { certificateFiles, clientContext, echoUpToBye, serverContext } from '../helpers/tls.js';
import { command, needs, start } from './support.js';

needs('openssl', 'version');

onEachNetwork(() => {
  describe('openssl', () => {
    it('as a client trusts us, and gets its lines back', () =>
      program(function* () {
        const { ca } = certificateFiles();
        const server = yield* startServer(echoUpToBye, '127.0.0.1', 0, { ssl: serverContext() });
        yield* serving(server, function* (port) {
          for (const version of ['-tls1_2', '-tls1_3']) {
            const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', version];
            const strict = ['-CAfile', ca, '-verify_return_error', '-verify_hostname', 'localhost'];
            const { stdout, code } = yield* command(
              'openssl',
              [...args, ...strict, '-ign_eof'],
              'some lines\nbye\n',
            );
            expect(stdout).toContain('Verify return code: 0 (ok)');
            expect(stdout).toContain('\nsome lines\nbye\n');
            expect(code).toBe(0);
          }
        });
      }));

    it('as a client shows us its certificate', () =>
      program(function* () {
        const { ca, clientCert, clientKey } = certificateFiles();
        const ssl = serverContext();
        ssl.verifyMode = CERT_REQUIRED;
        ssl.loadVerifyLocations(ca);
        const subjects: unknown[] = [];
        const server = yield* startServer(
          function* (reader, writer): Coroutine {
            subjects.push(writer.getExtraInfo<{ subject: unknown }>('peercert')!.subject);
            yield* echoUpToBye(reader, writer);
          },
          '127.0.0.1',
          0,
          { ssl },
        );
        yield* serving(server, function* (port) {
          const args = [
            's_client',
            '-connect',
            `127.0.0.1:${port}`,
            '-quiet',
            '-cert',
            clientCert,
            '-key',
            clientKey,
          ];
          expect((yield* command('openssl', args, 'bye\n')).stdout).toBe('bye\n');
        });
        expect(subjects).toEqual([[[['commonName', 'a client']]]]);
      }));

    it('as a client begins TLS over SMTP', () =>
      program(function* () {
        const { ca } = certificateFiles();
        const ssl = serverContext();
        const server = yield* startServer(
          function* (reader, writer): Coroutine {
            writer.write('220 mail.example.org ESMTP\r\n');
            expect(String(yield* reader.readline())).toMatch(/^EHLO /);
            writer.write('250-mail.example.org\r\n250 STARTTLS\r\n');
            expect(String(yield* reader.readline())).toBe('STARTTLS\r\n');
            writer.write('220 ready\r\n');
            yield* writer.startTls(ssl);
            yield* echoUpToBye(reader, writer);
          },
          '127.0.0.1',
          0,
        );
        yield* serving(server, function* (port) {
          const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-CAfile', ca];
          const { stdout } = yield* command('openssl', [...args, '-ign_eof'], 'by TLS\nbye\n');
          expect(stdout).toContain('Verify return code: 0 (ok)');
          expect(stdout).toContain('\nby TLS\nbye\n');
        });
      }));

    it('as a server answers us', () =>
      program(function* () {
        const { cert, key } = certificateFiles();
        for (const version of ['-tls1_2', '-tls1_3']) {
          const args = ['s_server', '-accept', '127.0.0.1:0', '-cert', cert, '-key', key, '-rev', version];
          const openssl = start('openssl', args);
          const [, port] = yield* openssl.written(/ACCEPT 127\.0\.0\.1:(\d+)/);
          const [reader, writer] = yield* openConnection('127.0.0.1', Number(port), { ssl: clientContext() });
          writer.write('there and back\n');
          expect(String(yield* reader.readline())).toBe('kcab dna ereht\n');
          expect(writer.getExtraInfo('cipher')).toHaveLength(3);
          writer.close();
          yield* writer.waitClosed();
          openssl.process.kill();
        }
      }));

    it('as a server that wants a certificate gets ours', () =>
      program(function* () {
        const { ca, cert, key } = certificateFiles();
        const { client } = certificates();
        const args = ['s_server', '-accept', '127.0.0.1:0', '-cert', cert, '-key', key, '-CAfile', ca];
        const openssl = start('openssl', [...args, '-Verify', '1', '-verify_return_error', '-rev']);
        const [, port] = yield* openssl.written(/ACCEPT 127\.0\.0\.1:(\d+)/);
        const ssl = clientContext();
        ssl.loadCertChain(client.cert, client.key);
        const [reader, writer] = yield* openConnection('127.0.0.1', Number(port), { ssl });
        writer.write('known\n');
        expect(String(yield* reader.readline())).toBe('nwonk\n');
        writer.close();
        yield* writer.waitClosed();
        expect(openssl.stdout + openssl.stderr).toContain('a client');
      }));
  });
});
