/*
 * From a context to a TLSSocket of Node's that has begun its handshake.
 */
import { ValueError } from '../base/errors.js';
import { builtin } from '../platform/builtin.js';
import { type Duplex, nodeTls, type SecureContext, type TLSSocket } from '../platform/tls.js';
import { toAscii } from '../socket/idna.js';
import { CERT_NONE, CERT_REQUIRED, PROTOCOL_TLS_SERVER } from './constants.js';
import type { SSLContext } from './context.js';
import { createDefaultContext } from './default-context.js';
import { SSLError } from './errors.js';
import { appendToFile } from './files.js';
import { SSLObject } from './ssl-object.js';

/** What happens outside of every call. */
export type ReportError = (message: string, error: unknown) => void;

/**
 * The state of a connection that is to be: checks that context, role and name go together.
 *
 * @param context - `null` for the default one of a client
 * @throws ValueError or SSLError, in CPython's words.
 */
export function sslObjectFor(
  context: SSLContext | null,
  serverSide: boolean,
  serverHostname: string | null,
): SSLObject {
  const name = serverSide || serverHostname === '' ? null : serverHostname;
  const used = context ?? defaultContext(serverSide, name);
  checkRole(used, serverSide);
  if (!serverSide) checkName(used, name);
  // What cannot be used is better told of now than when the connection stands.
  used._secureContext();
  return new SSLObject(used, serverSide, name);
}

function checkRole({ protocol }: SSLContext, serverSide: boolean): void {
  if (serverSide === (protocol === PROTOCOL_TLS_SERVER)) return;
  const [end, other] = serverSide ? ['server', 'CLIENT'] : ['client', 'SERVER'];
  throw new SSLError(`Cannot create a ${end} socket with a PROTOCOL_TLS_${other} context`);
}

function checkName({ checkHostname }: SSLContext, name: string | null): void {
  if (name?.startsWith('.') === true) {
    throw new ValueError('server_hostname cannot be an empty string or start with a leading dot.');
  }
  if (checkHostname && name === null) throw new ValueError('check_hostname requires server_hostname');
  if (name !== null) toAscii(name);
}

function defaultContext(serverSide: boolean, serverHostname: string | null): SSLContext {
  if (serverSide) throw new ValueError('Server side SSL needs a valid SSLContext');
  const context = createDefaultContext();
  if (serverHostname === null) context.checkHostname = false;
  return context;
}

/**
 * Begin the handshake over a stream that is connected. All that is in the stream, or comes, is taken for TLS.
 *
 * @param report - hears of what a user's callback throws
 */
export function beginHandshake(raw: Duplex, sslobj: SSLObject, report: ReportError): TLSSocket {
  const { context, serverSide } = sslobj;
  const secureContext = context._secureContext();
  const alpn = context._alpnProtocols;
  const shared = { secureContext, ...(alpn !== null && { ALPNProtocols: [...alpn] }) };
  const socket = serverSide ? accept(raw, sslobj, shared, report) : connect(raw, sslobj, shared);
  const { keylogFilename } = context;
  if (keylogFilename !== null) logKeys(socket, keylogFilename, report);
  return socket;
}

interface SharedOptions {
  readonly secureContext: SecureContext;
  readonly ALPNProtocols?: string[];
}

function connect(raw: Duplex, { context, serverHostname }: SSLObject, shared: SharedOptions): TLSSocket {
  const tls = nodeTls();
  const name = serverHostname === null ? '' : toAscii(serverHostname);
  const isName = name !== '' && builtin('node:net').isIP(name) === 0;
  return tls.connect({
    ...shared,
    socket: raw,
    // An address is no name to ask for, but one to be checked.
    ...(isName ? { servername: name } : { host: name }),
    rejectUnauthorized: context.verifyMode !== CERT_NONE,
    checkServerIdentity: (_host, cert) =>
      context.checkHostname ? tls.checkServerIdentity(name, cert) : undefined,
  });
}

function accept(raw: Duplex, sslobj: SSLObject, shared: SharedOptions, report: ReportError): TLSSocket {
  const { verifyMode, sniCallback } = sslobj.context;
  return new (nodeTls().TLSSocket)(raw, {
    ...shared,
    isServer: true,
    requestCert: verifyMode !== CERT_NONE,
    rejectUnauthorized: verifyMode === CERT_REQUIRED,
    ...(sniCallback !== null && { SNICallback: chooser(sslobj, report) }),
  });
}

type Choose = (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;

/** Python's callback, as Node's. */
function chooser(sslobj: SSLObject, report: ReportError): Choose {
  const { context } = sslobj;
  return (name, done) => {
    let refusal: unknown;
    try {
      refusal = context.sniCallback?.(sslobj, name, context);
    } catch (error) {
      report('Exception in sni_callback', error);
      refusal = error;
    }
    if (refusal !== null && refusal !== undefined) done(new SSLError(`the sni_callback refused '${name}'`));
    else if (sslobj.context === context) done(null);
    else done(null, sslobj.context._secureContext());
  };
}

function logKeys(socket: TLSSocket, path: string, report: ReportError): void {
  socket.on('keylog', (line: Buffer) => {
    try {
      appendToFile(path, line);
    } catch (error) {
      report('The keys of a TLS connection could not be logged', error);
    }
  });
}
