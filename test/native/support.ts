import { afterEach } from 'vitest';
import { addon } from '../../src/platform/addon.js';

const open: number[] = [];

/** Close the descriptor after the test; a negative one is an error. */
export function owned(fd: number): number {
  if (fd < 0) throw new Error(`a call failed with ${String(fd)}`);
  open.push(fd);
  return fd;
}

/** A pair of connected sockets that do not block. */
export function pair(type = 1): [number, number] {
  const fds = new Int32Array(2);
  owned(addon().socketpair(1, type, 0, true, fds));
  open.pop();
  return [owned(fds[0] ?? -1), owned(fds[1] ?? -1)];
}

/** The descriptors that this process has open. */
export function openDescriptors(): string[] {
  return process.getBuiltinModule('node:fs').readdirSync('/proc/self/fd');
}

afterEach(() => {
  for (const fd of open.splice(0)) addon().close(fd);
});
