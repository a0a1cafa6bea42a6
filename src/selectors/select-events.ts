/*
 * What select(2) calls readable, writable and exceptional, in the words of poll(2), as Linux defines it.
 */

import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI } from './poll-set.js';

export const READABLE: number = POLLIN | POLLHUP | POLLERR;
export const WRITABLE: number = POLLOUT | POLLERR;
export const EXCEPTIONAL: number = POLLPRI;

/** The events to ask poll for. */
export function interestOf(read: boolean, write: boolean, except: boolean): number {
  return (read ? POLLIN : 0) | (write ? POLLOUT : 0) | (except ? POLLPRI : 0);
}
