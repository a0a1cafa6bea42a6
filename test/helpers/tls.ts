/*
 * TLS with the tests' certificates: contexts, files for other programs, an echo that can end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  asyncWith,
  type Coroutine,
  createTask,
  type StreamReader,
  type StreamWriter,
} from '../../src/index.js';
import { createDefaultContext, Purpose, type SSLContext } from '../../src/ssl/index.js';
import { type Certificate, certificates } from './certificates.js';

/** A server's context, with the tests' certificate or another. */
export function serverContext({ cert, key }: Certificate = certificates().server): SSLContext {
  const context = createDefaultContext(Purpose.CLIENT_AUTH);
  context.loadCertChain(cert, key);
  return context;
}

/** A client's context that trusts the tests' authority, or another. */
export function clientContext({ cert }: Certificate = certificates().ca): SSLContext {
  return createDefaultContext({ cadata: cert });
}

/** The tests' certificates as files, for other programs. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** Write the certificates for the time of the test. */
export function certificateFiles(): CertificateFiles {
  const directory = mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const { ca, server, client } = certificates();
  return {
    ca: file('ca.pem', ca.cert),
    cert: file('cert.pem', server.cert),
    key: file('key.pem', server.key),
    clientCert: file('client.pem', client.cert),
    clientKey: file('client.key', client.key),
  };
}

/** Sends back what comes, up to the end, or up to `bye`: TLS cannot end one direction alone. */
export function* echoUpToBye(reader: StreamReader, writer: StreamWriter): Coroutine {
  yield* asyncWith(writer, function* () {
    for (let data = yield* reader.read(65536); data.length > 0; data = yield* reader.read(65536)) {
      writer.write(data);
      yield* writer.drain();
      if (data.toString('latin1').endsWith('bye\n')) return;
    }
  });
}

/** Send `data`, then `bye`, and return all that comes back. */
export function* sendUpToBye(
  reader: StreamReader,
  writer: StreamWriter,
  data: Uint8Array,
): Coroutine<Buffer> {
  function* send(): Coroutine {
    writer.write(data);
    yield* writer.drain();
    writer.write('bye\n');
  }
  const sending = createTask(send());
  const received = yield* reader.read();
  yield* sending;
  writer.close();
  yield* writer.waitClosed();
  return received;
}
