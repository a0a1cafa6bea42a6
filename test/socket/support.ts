import { afterEach } from 'vitest';
import { AF_INET6, socket } from '../../src/socket/index.js';

const open: { close(): void }[] = [];

/** Close it after the test. */
export function closing<T extends { close(): void }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** Call it in a test file that uses `closing`. */
export function closeAfterEach(): void {
  afterEach(() => {
    for (const thing of open.splice(0)) thing.close();
  });
}

/** Whether ::1 can be bound here. */
export const hasIpv6Loopback: boolean = (() => {
  try {
    using sock = new socket(AF_INET6);
    sock.bind(['::1', 0]);
    return true;
  } catch {
    console.log('IPv6 tests are left out: ::1 cannot be bound here');
    return false;
  }
})();
