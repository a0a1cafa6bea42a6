/*
 * getaddrinfo(3) as the addon has it, taken apart. It blocks.
 */

import { osError } from '../base/oserror.js';
import { addon } from '../platform/addon.js';
import { gaiError } from './errors.js';
import { toAscii } from './idna.js';

/** One address of a name. */
export interface Found {
  family: number;
  type: number;
  proto: number;
  canonname: string;
  sockaddr: Uint8Array;
}

/** What to look for. */
export interface Wanted {
  family?: number;
  type?: number;
  proto?: number;
  flags?: number;
}

/**
 * All addresses of a host and a service.
 *
 * @throws gaierror when there is none.
 */
export function lookUp(host: string | null, service: string | null, wanted: Wanted): Found[] {
  const { family = 0, type = 0, proto = 0, flags = 0 } = wanted;
  const subject = { syscall: 'getaddrinfo', hostname: host ?? undefined };
  const name = host === null ? null : toAscii(host);
  const result = addon().getaddrinfo(name, service, family, type, proto, flags);
  if (typeof result === 'number')
    throw osError({ errno: result, syscall: 'getaddrinfo', address: host ?? undefined });
  const [code, errno, ...rest] = result as [number, number, ...(number | string | Uint8Array)[]];
  if (code !== 0) throw gaiError(code, errno, subject);
  const found: Found[] = [];
  for (let i = 0; i < rest.length; i += 5) {
    const [family, type, proto, canonname, sockaddr] = rest.slice(i, i + 5);
    found.push({ family, type, proto, canonname, sockaddr } as Found);
  }
  return found;
}
