/* Node's tls against our servers, and our clients against Node's. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { openConnection, startServer, wrapFuture } from '../../src/index.js';
import { CERT_REQUIRED } from '../../src/ssl/index.js';
import { certificates } from '../helpers/certificates.js';
import { onEachNetwork, program, serving } from '../helpers/servers.js';
import { clientContext, echoUpToBye, sendUpToBye, serverContext } from '../helpers/tls.js';

const { ca, server: own, client } = certificates();
const MEGABYTES = Buffer.alloc(4 * 1024 * 1024, 'tsyncio');

onEachNetwork(() => {
  describe('Node’s tls', () => {
    it('as a client gets back all that it sends, and the end', () =>
      program(function* () {
        const ssl = serverContext();
        ssl.setAlpnProtocols(['echo']);
        const server = yield* startServer(echoUpToBye, '127.0.0.1', 0, { ssl });
        yield* serving(server, function* (port) {
          const socket = connect({
            host: '127.0.0.1',
            servername: 'localhost',
            port,
            ca: ca.cert,
            ALPNProtocols: ['echo'],
          });
          yield* wrapFuture(once(socket, 'secureConnect'));
          expect(socket.authorized).toBe(true);
          expect(socket.alpnProtocol).toBe('echo');
          socket.write(MEGABYTES);
          socket.write('bye\n');
          const received = yield* wrapFuture(buffer(socket));
          expect(received.equals(Buffer.concat([MEGABYTES, Buffer.from('bye\n')]))).toBe(true);
        });
      }));

    it('as a client that resumes its session is known again', () =>
      program(function* () {
        const ssl = serverContext();
        ssl.verifyMode = CERT_REQUIRED;
        ssl.loadVerifyLocations({ cadata: ca.cert });
        const reused: unknown[] = [];
        const server = yield* startServer(
          function* (reader, writer) {
            const sslobj = writer.getExtraInfo<{ sessionReused: boolean }>('ssl_object')!;
            reused.push([sslobj.sessionReused, writer.getExtraInfo('peercert')]);
            yield* echoUpToBye(reader, writer);
          },
          '127.0.0.1',
          0,
          { ssl },
        );
        yield* serving(server, function* (port) {
          let session: Buffer | undefined;
          for (let i = 0; i < 2; i++) {
            const socket: TLSSocket = connect({
              host: '127.0.0.1',
              port,
              ca: ca.cert,
              cert: client.cert,
              key: client.key,
              session,
            });
            socket.on('session', (given: Buffer) => {
              session = given;
            });
            socket.write('bye\n');
            expect(String(yield* wrapFuture(buffer(socket)))).toBe('bye\n');
          }
        });
        const shown = { subject: [[['commonName', 'a client']]] };
        expect(reused).toMatchObject([
          [false, shown],
          [true, shown],
        ]);
      }));

    it('as a server sends back all that we send', () =>
      program(function* () {
        const listening = createServer(
          { cert: own.cert, key: own.key, ALPNProtocols: ['echo'] },
          (socket) => {
            socket.on('data', (data) => {
              socket.write(data);
              if (data.toString('latin1').endsWith('bye\n')) socket.end();
            });
          },
        ).listen(0, '127.0.0.1');
        yield* wrapFuture(once(listening, 'listening'));
        const { port } = listening.address() as AddressInfo;
        const ssl = clientContext();
        ssl.setAlpnProtocols(['echo']);
        const [reader, writer] = yield* openConnection('127.0.0.1', port, { ssl });
        const received = yield* sendUpToBye(reader, writer, MEGABYTES);
        expect(received.equals(Buffer.concat([MEGABYTES, Buffer.from('bye\n')]))).toBe(true);
        listening.close();
      }));

    it('as a server that wants a certificate gets ours', () =>
      program(function* () {
        const names: unknown[] = [];
        const options = { cert: own.cert, key: own.key, ca: ca.cert, requestCert: true };
        const listening = createServer(options, (socket) => {
          names.push(socket.getPeerCertificate().subject.CN);
          socket.end('known');
        }).listen(0, '127.0.0.1');
        yield* wrapFuture(once(listening, 'listening'));
        const { port } = listening.address() as AddressInfo;
        const ssl = clientContext();
        ssl.loadCertChain(client.cert, client.key);
        const [reader, writer] = yield* openConnection('127.0.0.1', port, { ssl });
        expect(String(yield* reader.read())).toBe('known');
        writer.close();
        yield* writer.waitClosed();
        expect(names).toEqual(['a client']);
        listening.close();
      }));
  });
});
