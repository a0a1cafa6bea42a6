import { builtinOrNull } from '../platform/builtin.js';
import { ValueError } from '../base/errors.js';

/**
 * A host name as the resolver takes it: what is not ASCII becomes `xn--...`.
 *
 * @throws ValueError for a name that is no host name.
 */
export function toAscii(host: string): string {
  if (!host.includes('\0') && /^[ -~]*$/.test(host)) return host;
  const ascii = host.includes('\0') ? '' : (builtinOrNull('node:url')?.domainToASCII(host) ?? '');
  if (ascii === '') throw new ValueError(`${JSON.stringify(host)} is not a host name`);
  return ascii;
}
