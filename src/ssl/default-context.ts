import {
  CERT_NONE,
  PROTOCOL_TLS_CLIENT,
  PROTOCOL_TLS_SERVER,
  Purpose,
  type PurposeObject,
  VERIFY_X509_PARTIAL_CHAIN,
} from './constants.js';
import { SSLContext, type VerifyLocations } from './context.js';

/** What {@link createDefaultContext} takes by name. */
export interface DefaultContextOptions extends VerifyLocations {
  /** Whom to authenticate: {@link Purpose.SERVER_AUTH}, the default, makes a client's context. */
  purpose?: PurposeObject | undefined;
}

/**
 * A context with good defaults. A client's verifies certificates and host names, by the authorities given, or by those that
 * Node trusts if none are given. A server's wants no certificates of clients; it still needs one of its own.
 *
 * Python: `ssl.create_default_context`.
 *
 * @param purpose - whom to authenticate: `Purpose.SERVER_AUTH`, the default, makes a client's context, `Purpose.CLIENT_AUTH` a
 * server's; it may also be given by name, among the options
 *
 * @example
 * ```ts
 * import { createDefaultContext, Purpose } from 'tsyncio/ssl';
 *
 * const client = createDefaultContext();
 * console.log(client.checkHostname);
 *
 * const server = createDefaultContext(Purpose.CLIENT_AUTH);
 * try {
 *   server.loadCertChain('server.pem', 'server.key');
 * } catch (error) {
 *   console.log(String(error));
 * }
 * // true
 * // FileNotFoundError: ENOENT: no such file or directory, open 'server.pem'
 * ```
 */
export function createDefaultContext(
  purpose?: PurposeObject | DefaultContextOptions | null,
  options: DefaultContextOptions = {},
): SSLContext {
  const isPurpose = purpose != null && 'nid' in purpose;
  const places = isPurpose || purpose == null ? options : purpose;
  const wanted = (isPurpose ? purpose : places.purpose) ?? Purpose.SERVER_AUTH;
  const context = new SSLContext(protocolFor(wanted));
  context.verifyFlags = VERIFY_X509_PARTIAL_CHAIN;
  if (places.cafile != null || places.capath != null || places.cadata != null)
    context.loadVerifyLocations(places);
  else if (context.verifyMode !== CERT_NONE) context.loadDefaultCerts(wanted);
  return context;
}

function protocolFor(purpose: PurposeObject): number {
  if (purpose === Purpose.SERVER_AUTH) return PROTOCOL_TLS_CLIENT;
  if (purpose === Purpose.CLIENT_AUTH) return PROTOCOL_TLS_SERVER;
  throw new TypeError(`purpose must be Purpose.SERVER_AUTH or Purpose.CLIENT_AUTH, got ${String(purpose)}`);
}
