import { addon } from '../../src/platform/addon.js';
import { type BaseSelector, EpollSelector, PollSelector, SelectSelector } from '../../src/selectors/index.js';

/** Every implementation, for suites that run over all of them. */
export const SELECTORS: readonly (readonly [string, new <D = unknown>() => BaseSelector<D>])[] = [
  ['EpollSelector', EpollSelector],
  ['PollSelector', PollSelector],
  ['SelectSelector', SelectSelector],
];

/** One end of a pair of connected sockets, with nothing but system calls. */
export class End {
  #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  fileno(): number {
    return this.#fd;
  }

  write(text = 'x'): number {
    const bytes = Buffer.from(text);
    return addon().send(this.#fd, bytes, 0, bytes.length, 0);
  }

  read(): string {
    const bytes = Buffer.alloc(65_536);
    const length = addon().recv(this.#fd, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1', 0, Math.max(length, 0));
  }

  close(): void {
    if (this.#fd >= 0) addon().close(this.#fd);
    this.#fd = -1;
  }
}

const open: End[] = [];

/** Two connected sockets that do not block. */
export function pair(): [End, End] {
  const fds = new Int32Array(2);
  const result = addon().socketpair(1, 1, 0, true, fds);
  if (result < 0) throw new Error(`socketpair: ${String(result)}`);
  const ends: [End, End] = [new End(fds[0] ?? -1), new End(fds[1] ?? -1)];
  open.push(...ends);
  return ends;
}

/** Closes what {@link pair} made. */
export function closeAll(): void {
  for (const end of open.splice(0)) end.close();
}
