/*
 * The numbers of the socket calls. On Linux they are known here; elsewhere the addon says what its compiler saw, and a
 * name that the system lacks is NaN, which no call takes.
 */

import { addon, addonAvailable } from '../platform/addon.js';
import { hasEpoll } from '../platform/system.js';

const table: Readonly<Record<string, number | undefined>> | null =
  !hasEpoll() && addonAvailable() ? addon().constants : null;

/**
 * A number by its name.
 *
 * @param linux - the value on Linux, which also stands where nobody can say.
 */
export function constant(name: string, linux: number): number {
  return table === null ? linux : (table[name] ?? Number.NaN);
}
