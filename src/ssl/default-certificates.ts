import { builtin } from '../platform/builtin.js';
import { environment } from '../platform/host.js';
import { nodeTls } from '../platform/tls.js';
import { readFile } from './files.js';

interface NewerTls {
  /** Node 22.15 has it. */
  getCACertificates?(type: 'default'): readonly string[];
}

/** The authorities that Node trusts, to be added to: of these alone there is no need for a list. */
export function defaultCertificates(): readonly string[] {
  const tls = nodeTls();
  const listed = (tls as NewerTls).getCACertificates?.('default');
  if (listed !== undefined) return listed;
  const extra = environment('NODE_EXTRA_CA_CERTS');
  // Node does without a file that is not there.
  return extra === undefined || !builtin('node:fs').existsSync(extra)
    ? tls.rootCertificates
    : [...tls.rootCertificates, readFile(extra)];
}
